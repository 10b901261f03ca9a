"""Packages that we write, read back by our own reader and by Anki itself."""

from __future__ import annotations

import html
import re
import sqlite3
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.interchange.apkg.collection import read_collection
from studyapp.interchange.apkg.dressing import dress
from studyapp.interchange.apkg.reading import block_id, make_vault
from studyapp.interchange.apkg.writing import NAME, CollectionWriter, media_map
from studyapp.interchange.markdown import escape
from studyapp.interchange.outgoing import Outgoing, stand_together
from studyapp.interchange.values import ForeignCard, ForeignReview, VaultFiles
from studyapp.items.values import Content, Kind, NumberKey, make_options, make_pairs
from tests.interchange.decks import collection, take_in
from tests.interchange.test_csv import items
from tests.library.vaults import PIXEL

NOW_MS = 1_764_000_000_000
TODAY = date(2025, 11, 24)


def shown(content: Content) -> dict[str, Any]:
    """The HTML of plain words."""

    def paragraph(text: str) -> str:
        return f"<p>{html.escape(text, quote=False)}</p>" if text else ""

    return {
        "prompt": paragraph(content.prompt).replace("[…]", '<span class="cloze">[…]</span>'),
        "answer": paragraph(content.answer),
        "explanation": paragraph(content.explanation),
        "hint": paragraph(content.hint),
        "revealed": re.sub("==(.*?)==", r"<mark>\1</mark>", paragraph(content.revealed)),
        "options": [[html.escape(o.text), paragraph(o.why)] for o in content.options],
        "pairs": [[html.escape(p.left), html.escape(p.right)] for p in content.pairs],
    }


def outgoing(content: Content, at: int = 1, **fields: Any) -> Outgoing:
    known: dict[str, Any] = {"html": shown(content), "deck": ("Cloud", "STS"), "tags": ("a/b",)}
    return Outgoing(f"uid{at}", at, content, **(known | fields))


def database(groups: tuple[list[Outgoing], ...], now_ms: int = NOW_MS) -> bytes:
    connection = sqlite3.connect(":memory:")
    try:
        writer = CollectionWriter(
            connection, now_ms=now_ms, today=TODAY, day_start=4, minutes_west=-60
        )
        for group in groups:
            for note in stand_together(group):
                writer.add(note, lambda address: address.rpartition("/")[2])
        writer.finish()
        return connection.serialize()
    finally:
        connection.close()


def package(
    file: Path, *groups: list[Outgoing], media: dict[str, bytes] | None = None, now_ms: int = NOW_MS
) -> Path:
    media = media or {}
    listed, files = media_map({name: name for name in media})
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(NAME, database(groups, now_ms))
        archive.writestr("media", listed)
        for name, number in files:
            archive.writestr(number, media[name])
    return file


def read(*groups: list[Outgoing]) -> VaultFiles:
    return make_vault(read_collection(database(groups)), ())


BASIC = Content(Kind.BASIC, "What is STS", "Security Token Service", "so", "think")
TEXT = Content(Kind.TEXT, "Which call", "GetId | Get ID", accept=("GetId", "Get ID"))
KEY = NumberKey(Decimal(60), Decimal(2), "min")
NUMBER = Content(Kind.NUMBER, "How long", "60 ± 2 min", number=KEY)
CHOICE = Content(
    Kind.CHOICE,
    "Which token",
    "the ID token",
    "It says who",
    "Think",
    options=make_options(
        [("the ID token", True, "who the bearer is"), ("the access token", False, "")]
    ),
    shuffle=False,
    metadata={"domain": "Security"},
)
JUDGED = Content(
    Kind.TRUE_FALSE,
    "Guests get credentials",
    "True",
    options=make_options([("True", True, ""), ("False", False, "")]),
    shuffle=False,
)
ORDER = Content(
    Kind.ORDER,
    "The basic flow",
    "1. GetId\n2. GetOpenIdToken\n3. Assume",
    options=make_options((text, True, "") for text in ("GetId", "GetOpenIdToken", "Assume")),
)
MATCH = Content(
    Kind.MATCH,
    "Who checks what",
    "gateway → the token\nbalancer → the cookie",
    pairs=make_pairs([("gateway", "the token"), ("balancer", "the cookie"), ("", "the moon")]),
)
BOTH = [Content(Kind.BASIC, "one", "two"), Content(Kind.REVERSED, "two", "one")]
GAPS = [
    Content(Kind.CLOZE, "The […] and b", "a", hint="first", revealed="The ==a== and b"),
    Content(Kind.CLOZE, "The a and […]", "b", revealed="The a and ==b=="),
]
ALONE = [BASIC, TEXT, NUMBER, CHOICE, JUDGED, ORDER, MATCH, GAPS[0]]


@pytest.mark.parametrize("content", ALONE, ids=lambda content: content.kind)
def test_a_question_of_each_kind_comes_back_as_it_went(content: Content) -> None:
    files = read([outgoing(content)])
    assert files.remarks == ()
    (found,) = items(files)
    assert (found.content, found.explicit_id) == (content, block_id("uid1"))
    assert list(files.notes) == ["STS.md"]
    assert "#a/b" in files.notes["STS.md"]


SAID = ["ID", "token", "role", "<b>", "pool", "&amp;", "*x*"]
WORDS = st.lists(st.sampled_from(SAID), min_size=1, max_size=6).map(" ".join)


@settings(deadline=None)
@given(prompt=WORDS, answer=WORDS, explanation=WORDS)
def test_plain_words_come_back_as_markdown_that_shows_them(
    prompt: str, answer: str, explanation: str
) -> None:
    (found,) = items(read([outgoing(Content(Kind.BASIC, prompt, answer, explanation))]))
    assert found.content == Content(Kind.BASIC, escape(prompt), escape(answer), escape(explanation))


def test_siblings_are_one_note_in_anki() -> None:
    files = read(
        [outgoing(content, at) for at, content in enumerate(BOTH, 1)],
        [outgoing(content, at) for at, content in enumerate(GAPS, 3)],
    )
    assert [item.content for item in items(files)] == [*BOTH, *GAPS]


CARDS = [
    ForeignCard(
        "review",
        due_day="2025-12-04",
        interval=12.0,
        ease=2.5,
        stability=11.5,
        difficulty=5.25,
        last_review=1_763_900_000,
        reps=2,
        lapses=1,
        reviews=(
            ForeignReview(1_763_800_000_123, 1, "new", 4000, 60, 0.75),
            ForeignReview(1_763_900_000_123, 3, "learning", 2500, 12 * 86_400, 0.572),
        ),
    ),
    ForeignCard(
        "learning",
        due_at=1_764_000_600,
        stability=1.5,
        difficulty=6.0,
        last_review=1_764_000_000,
        reps=1,
        steps_left=1,
        reviews=(ForeignReview(1_764_000_000_000, 3, "new", 100, 600, 0.656),),
    ),
    ForeignCard(
        "relearning",
        due_at=1_764_000_900,
        interval=1.0,
        ease=2.5,
        stability=2.0,
        difficulty=7.0,
        last_review=1_764_000_300,
        reps=9,
        lapses=2,
        steps_left=1,
    ),
    ForeignCard(
        "review",
        due_day="2025-10-01",
        interval=3.0,
        ease=2.5,
        stability=3.0,
        difficulty=2.0,
        last_review=1_759_000_000,
        reps=3,
        suspended=True,
    ),
]


@pytest.mark.parametrize("card", CARDS)
def test_a_schedule_comes_back_as_it_went(card: ForeignCard) -> None:
    assert read([outgoing(BASIC, card=card)]).cards == {block_id("uid1"): card}


def test_two_reviews_of_one_moment_are_both_kept() -> None:
    files = read([outgoing(BASIC, 1, card=CARDS[0])], [outgoing(TEXT, 2, card=CARDS[0])])
    log = [review.at_ms for card in files.cards.values() for review in card.reviews]
    assert len(set(log)) == 4


def test_html_keeps_what_anki_can_show_and_names_media() -> None:
    source = (
        '<p>a <a class="wikilink" href="/library/v/notes/N.md">n</a> <a href="https://x.y/">l</a>'
        '<span class="math">x &lt; y</span><button>big</button></p>'
        '<div class="math">z</div><img src="/f/d.png" width="9" data-x="1" onerror="x()">'
        '<audio src="/f/s.mp3"></audio><img src="" alt="gone">'
    )
    assert dress(source, lambda address: address.rpartition("/")[2], {"9"}) == (
        '<p>a n <a href="https://x.y/">l</a>\\(x &lt; y\\)</p>\\[z\\]'
        '<img src="d.png" width="9">[sound:s.mp3]gone'
    )


# --- Anki -----------------------------------------------------------------------------------


def test_anki_takes_every_kind_with_its_media_and_schedule(tmp_path: Path) -> None:
    picture = outgoing(BASIC, 20, card=CARDS[0])
    html_of = {"prompt": '<p><img src="/f/dot.png"></p>', "answer": "<p>dot</p>"}
    file = package(
        tmp_path / "x.apkg",
        *([outgoing(content, at)] for at, content in enumerate(ALONE, 1)),
        [outgoing(content, at) for at, content in enumerate(BOTH, 30)],
        [outgoing(content, at) for at, content in enumerate(GAPS, 40)],
        [replace(picture, html=html_of)],
        media={"dot.png": PIXEL},
    )
    with collection(tmp_path / "anki") as col:
        log = take_in(col, file)
        assert len(log.new) == len(ALONE) + 3
        assert not log.conflicting
        assert (Path(col.media.dir()) / "dot.png").read_bytes() == PIXEL
        assert col.decks.id_for_name("Cloud::STS") is not None
        assert len(col.find_cards("")) == len(ALONE) + 2 + 2 + 1
        assert len(col.find_notes("tag:a::b")) == len(ALONE) + 3
        (note,) = col.find_notes("dot.png")
        (card,) = col.get_note(note).cards()
        assert (card.type, card.queue, card.ivl, card.reps, card.lapses) == (2, 2, 12, 2, 1)
        assert card.memory_state is not None
        assert card.memory_state.stability == pytest.approx(11.5)
        assert card.memory_state.difficulty == pytest.approx(5.25)
        log = col.card_stats_data(card.id).revlog
        assert [entry.button_chosen for entry in log] == [3, 1]
        for key in col.find_cards(""):
            output = col.get_card(key).render_output()
            assert "{{" not in output.question_text + output.answer_text
        assert col.fix_integrity()[1]


def test_a_second_export_updates_in_anki_and_makes_nothing_twice(tmp_path: Path) -> None:
    first = package(tmp_path / "a.apkg", [outgoing(BASIC)], [outgoing(CHOICE, 2)])
    later = [outgoing(replace(BASIC, answer="AWS STS"))]
    newer = package(tmp_path / "b.apkg", later, [outgoing(CHOICE, 2)], now_ms=NOW_MS + 60_000)
    with collection(tmp_path / "anki") as col:
        take_in(col, first)
        take_in(col, newer)
        assert len(col.find_notes("")) == 2
        assert len(col.find_notes("AWS")) == 1
