"""Questions as CSV and back, unchanged."""

from __future__ import annotations

import re
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.interchange.apkg.reading import block_id
from studyapp.interchange.csv_.reading import make_vault
from studyapp.interchange.csv_.writing import head, row
from studyapp.interchange.outgoing import Outgoing, stand_together
from studyapp.items.values import Content, Kind, NumberKey, make_options, make_pairs
from tests.interchange.test_csv import items

SAID = ["ID", "token,", "“role”", "$x$", "`a|b`", "=1+1", "pool"]
WORDS = st.lists(st.sampled_from(SAID), min_size=1, max_size=6).map(" ".join)
TEXTS = st.builds(
    lambda first, rest: "\n".join([first, *rest]),
    WORDS,
    st.lists(WORDS | st.sampled_from(["- row", "1. one", ""]), max_size=3),
).map(str.strip)
LINES = st.lists(WORDS, min_size=2, max_size=5, unique_by=str.casefold)
REST = {
    "explanation": st.just("") | TEXTS,
    "hint": st.just("") | WORDS,
    "metadata": st.dictionaries(st.sampled_from(["domain", "difficulty"]), WORDS, max_size=2),
}


def basic(prompt: str, answer: str, **rest: object) -> Content:
    return Content(Kind.BASIC, prompt, answer, **rest)  # type: ignore[arg-type]


def choice(prompt: str, texts: list[str], right: int, shuffle: bool, **rest: object) -> Content:
    key = texts[right % len(texts)]
    whys = {key: "why\n\nso"}
    options = make_options((text, text == key, whys.get(text, "")) for text in texts)
    return Content(Kind.CHOICE, prompt, key, options=options, shuffle=shuffle, **rest)  # type: ignore[arg-type]


def order(prompt: str, texts: list[str], **rest: object) -> Content:
    answer = "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))
    options = make_options((text, True, "") for text in texts)
    return Content(Kind.ORDER, prompt, answer, options=options, **rest)  # type: ignore[arg-type]


def match(prompt: str, texts: list[str], **rest: object) -> Content:
    pairs = [(text, f"its {text}") for text in texts]
    answer = "\n".join(f"{left} → {right}" for left, right in pairs)
    return Content(Kind.MATCH, prompt, answer, pairs=make_pairs(pairs), **rest)  # type: ignore[arg-type]


def judged(prompt: str, verdict: str, **rest: object) -> Content:
    options = make_options((text, text == verdict, "") for text in ("True", "False"))
    return Content(Kind.TRUE_FALSE, prompt, verdict, options=options, shuffle=False, **rest)  # type: ignore[arg-type]


def typed(prompt: str, accept: list[str], **rest: object) -> Content:
    accept = [text.replace("|", "/") for text in accept]
    return Content(Kind.TEXT, prompt, " | ".join(accept), accept=tuple(accept), **rest)  # type: ignore[arg-type]


def number(prompt: str, value: int, **rest: object) -> Content:
    key = NumberKey(Decimal(value), Decimal(2), "s")
    return Content(Kind.NUMBER, prompt, f"{value} ± 2 s", number=key, **rest)  # type: ignore[arg-type]


CONTENTS = st.one_of(
    st.builds(basic, WORDS, TEXTS, **REST),
    st.builds(choice, WORDS, LINES, st.integers(0, 4), st.booleans(), **REST),
    st.builds(order, WORDS, LINES, **REST),
    st.builds(match, WORDS, LINES, **REST),
    st.builds(judged, WORDS, st.sampled_from(["True", "False"]), **REST),
    st.builds(typed, WORDS, LINES, **REST),
    st.builds(number, WORDS, st.integers(0, 99), **REST),
)


def outgoing(content: Content, at: int = 1, **fields: object) -> Outgoing:
    html = {
        "prompt": content.prompt.replace("[…]", '<span class="cloze">[…]</span>'),
        "revealed": re.sub("==(.*?)==", r"<mark>\1</mark>", content.revealed),
    }
    return Outgoing(f"uid{at}", at, content, html, deck=("Cloud", "STS"), tags=("a/b",), **fields)  # type: ignore[arg-type]


def sent(*siblings: Outgoing) -> str:
    return head().removeprefix("\ufeff") + "".join(map(row, stand_together(siblings)))


@settings(deadline=None)
@given(CONTENTS)
def test_a_question_comes_back_as_it_went(content: Content) -> None:
    files = make_vault(sent(outgoing(content)), "x.csv")
    assert files.remarks == ()
    (found,) = items(files)
    assert (found.content, found.explicit_id) == (content, block_id("uid1"))
    assert list(files.notes) == ["Cloud/STS.md"]
    assert "#a/b" in files.notes["Cloud/STS.md"]


def test_both_ways_and_gaps_go_and_come_back_as_one() -> None:
    two = [Content(Kind.BASIC, "one", "two", "so"), Content(Kind.REVERSED, "two", "one", "so")]
    gaps = [
        Content(Kind.CLOZE, "The […] and b", "a", hint="first", revealed="The ==a== and b"),
        Content(Kind.CLOZE, "The a and […]", "b", revealed="The a and ==b=="),
    ]
    for pair in (two, gaps):
        text = sent(*(outgoing(content, at) for at, content in enumerate(pair, 1)))
        assert text.count("uid1") == 1
        assert "uid2" not in text
        assert [item.content for item in items(make_vault(text, "x.csv"))] == pair


def test_gaps_that_cannot_stand_in_one_text_go_one_by_one() -> None:
    gaps = [
        Content(Kind.CLOZE, "Title\n\nThe […] and b", "a", revealed="Title\n\nThe ==a== and b"),
        Content(Kind.CLOZE, "The a and […]", "b", revealed="The a and ==b=="),
    ]
    text = sent(*(outgoing(content, at) for at, content in enumerate(gaps, 1)))
    assert [item.content for item in items(make_vault(text, "x.csv"))] == gaps
