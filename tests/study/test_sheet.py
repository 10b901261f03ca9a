"""What a question's page lays out, before and after the answer."""

from __future__ import annotations

from decimal import Decimal

import pytest

from studyapp.accounts.models import User
from studyapp.items.responses import Chosen, Matched, Ordered, Typed
from studyapp.items.values import RECALLED_KINDS, Content, Kind, NumberKey, make_options
from studyapp.library.asking.source import find_source
from studyapp.library.models import Vault
from studyapp.scheduling.values import Rating
from studyapp.study.sheet import StudySheet, lay_out
from tests.library.factories import make_item, make_note, remove_item
from tests.study.conftest import NOON
from tests.study.sittings import begin, rate, respond, right_response


def asked(learner: User) -> StudySheet:
    return lay_out(begin(learner, NOON).turn)


def answered(learner: User, response) -> StudySheet:
    return lay_out(respond(begin(learner, NOON), response, NOON).turn)


def content_of(vault: Vault, kind: Kind, **fields) -> Content:
    return make_item(vault, kind=kind, **fields).version.content


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_before_the_answer_gives_it_away(learner: User, vault: Vault, kind: Kind) -> None:
    content_of(vault, kind, explanation="Because.")
    sheet = asked(learner)
    assert not sheet.is_revealed
    assert (sheet.answer, sheet.explanation, sheet.verdict, sheet.citation) == ("", "", "", None)
    assert all(not option.mark and not option.why for option in sheet.options)
    assert all(not row.right for row in sheet.rows)
    assert sheet.ratings == ()


@pytest.mark.parametrize("kind", [Kind.BASIC, Kind.CLOZE, Kind.CHOICE, Kind.TEXT])
def test_a_topic_that_answers_is_named_with_the_answer(
    learner: User, vault: Vault, kind: Kind
) -> None:
    content = make_item(vault, kind=kind, note="STS and more.md", answer="STS").version.content
    assert asked(learner).trail == []
    page = begin(learner, NOON)
    if content.is_recalled:
        assert lay_out(page.turn, reveal=True).trail == ["STS and more"]
    else:
        assert answered(learner, right_response(content)).trail == ["STS and more"]


@pytest.mark.parametrize("kind", sorted(RECALLED_KINDS))
def test_revealing_shows_the_answer_and_proposes_good(
    learner: User, vault: Vault, kind: Kind
) -> None:
    content = content_of(vault, kind)
    sheet = lay_out(begin(learner, NOON).turn, reveal=True)
    assert sheet.answer == content.answer
    assert sheet.question == (content.revealed or content.prompt)
    assert [button.keys for button in sheet.ratings] == ["1", "2", "3 space", "4"]


def test_options_stay_in_their_order_until_the_card_is_reviewed(
    learner: User, vault: Vault
) -> None:
    options = make_options([(f"Option {number}", number == 3, "") for number in range(8)])
    content_of(vault, Kind.CHOICE, options=options)
    page = begin(learner, NOON)
    first = [option.id for option in lay_out(page.turn).options]
    assert [option.id for option in asked(learner).options] == first
    revealed = respond(page, right_response(page.turn.content), NOON)
    assert [option.id for option in lay_out(revealed.turn).options] == first
    again = rate(revealed, Rating.GOOD, NOON)
    assert [option.id for option in lay_out(again.turn).options] != first


def test_each_option_says_what_it_was_and_why(learner: User, vault: Vault) -> None:
    content = content_of(
        vault,
        Kind.CHOICE,
        options=make_options(
            [("a", True, "A why."), ("b", True, ""), ("c", False, "C why."), ("d", False, "")]
        ),
    )
    ids = {option.text: option.id for option in content.options}
    sheet = answered(learner, Chosen(frozenset({ids["a"], ids["c"]})))
    marks = {str(option.text): option.mark for option in sheet.options}
    assert marks == {"a": "right", "b": "missed", "c": "wrong", "d": ""}
    assert {str(option.why) for option in sheet.options} == {"A why.", "C why.", ""}
    assert sheet.instruction == "Choose two"
    assert sheet.ratings[0].keys == "1 space"


def test_a_wrong_order_shows_the_right_one_and_where_each_step_was_put(
    learner: User, vault: Vault
) -> None:
    stop, install, start = (option.id for option in content_of(vault, Kind.ORDER).options)
    sheet = answered(learner, Ordered((stop, start, install)))
    assert [(step.words, step.put_at, step.is_right) for step in sheet.steps] == [
        ("Stop", 1, True),
        ("Install", 3, False),
        ("Start", 2, False),
    ]
    assert (sheet.verdict, sheet.verdict_detail) == ("partial", "1 of 3 in place")


def test_an_order_left_blank_shows_the_right_one(learner: User, vault: Vault) -> None:
    content_of(vault, Kind.ORDER)
    sheet = answered(learner, Ordered(()))
    assert [step.words for step in sheet.steps] == ["Stop", "Install", "Start"]
    assert [step.put_at for step in sheet.steps] == [0, 0, 0]
    assert (sheet.verdict, sheet.verdict_detail) == ("wrong", "No answer given.")


def test_a_match_shows_what_was_given_beside_what_belongs(learner: User, vault: Vault) -> None:
    who, _, distractor = content_of(vault, Kind.MATCH).pairs
    sheet = answered(learner, Matched({who.id: distractor.id}))
    assert [(row.given, row.right, row.is_right) for row in sheet.rows] == [
        ("API key", "ID token", False),
        ("", "Access token", False),
    ]
    assert sorted(words for _, words in sheet.choices) == ["API key", "Access token", "ID token"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (NumberKey(Decimal(30), Decimal(0), "s"), "30 s"),
        (NumberKey(Decimal("2.5"), Decimal("0.5"), ""), "2.5 ± 0.5"),
    ],
)
def test_a_number_is_told_as_a_person_would(
    learner: User, vault: Vault, number: NumberKey, words: str
) -> None:
    content_of(vault, Kind.NUMBER, number=number, answer="as written")
    assert answered(learner, Typed("7")).answer == words


def test_a_text_tells_the_other_right_answers_too(learner: User, vault: Vault) -> None:
    content_of(vault, Kind.TEXT, answer="STS | Security", accept=("`STS`", "Security"))
    sheet = answered(learner, Typed("IAM"))
    assert (sheet.answer, tuple(sheet.also_right), sheet.typed) == ("STS", ("Security",), "IAM")


@pytest.mark.parametrize(
    ("source", "words", "url"),
    [
        ("[The guide](https://a.test/b_(c).html)", "The guide", "https://a.test/b_(c).html"),
        ("https://a.test/b", "https://a.test/b", "https://a.test/b"),
        ("RFC 6749, section 4", "RFC 6749, section 4", ""),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))", ""),
    ],
)
def test_the_author_s_source_is_cited(
    learner: User, vault: Vault, source: str, words: str, url: str
) -> None:
    make_item(vault, metadata={"source": source})
    citation = lay_out(begin(learner, NOON).turn, reveal=True).citation
    assert citation
    assert (citation.words, citation.url) == (words, url)


def test_what_the_import_did_not_render_is_shown_escaped(learner: User, vault: Vault) -> None:
    make_item(vault, prompt="<script>alert(1)</script>")
    assert asked(learner).question == "&lt;script&gt;alert(1)&lt;/script&gt;"


def test_the_margin_shows_the_item_s_own_lines(learner: User, vault: Vault) -> None:
    make_note(vault, text="\n".join(f"line {number}" for number in range(1, 40)))
    placement = make_item(vault)
    placement.first_line, placement.last_line = 3, 5
    source = find_source(placement)
    assert source
    assert source.lines == [(3, "line 3"), (4, "line 4"), (5, "line 5")]
    assert source.omitted == 0
    assert source.url.endswith("Cognito.md#L3")
    placement.last_line = 39
    assert find_source(placement).omitted == 37 - 12


def test_a_session_goes_on_when_its_only_question_vanished(learner: User, vault: Vault) -> None:
    gone = make_item(vault)
    begin(learner, NOON)
    remove_item(gone)
    assert begin(learner, NOON).turn is None
