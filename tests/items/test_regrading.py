"""A response to one wording, judged by another."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.items.grading import grade
from studyapp.items.regrading import grade_by
from studyapp.items.responses import Chosen, Matched, Ordered, Response, Typed
from studyapp.items.values import Content, Kind, make_options, make_pairs


def choice(*rows: tuple[str, bool]) -> Content:
    return Content(Kind.CHOICE, "?", options=make_options([(t, r, "") for t, r in rows]))


def ids(content: Content, *texts: str) -> frozenset[str]:
    return frozenset(option.id for option in content.options if option.text in texts)


ASKED = choice(("STS", False), ("S3", True), ("SQS", False))


@pytest.mark.parametrize(
    ("mended", "chosen", "is_right"),
    [
        (choice(("STS", True), ("S3", False), ("SQS", False)), "STS", True),
        (choice(("STS", True), ("S3", False), ("SQS", False)), "S3", False),
        (choice(("SQS", False), ("AWS STS", True), ("S3", False)), "STS", True),
        (choice(("STS", True), ("S3", False), ("SQS", False), ("SNS", False)), "STS", True),
        (choice(("STS", True), ("SQS", False)), "STS", True),
        (choice(("STS", True), ("S3", True), ("SQS", False)), "S3", False),
    ],
)
def test_an_option_is_known_by_its_text_or_as_the_one_reworded(
    mended: Content, chosen: str, is_right: bool
) -> None:
    judged = grade_by(ASKED, mended, Chosen(ids(ASKED, chosen)))
    assert judged is not None
    assert judged[0].correct is is_right


@pytest.mark.parametrize(
    "mended",
    [
        choice(("STS", True), ("SQS", False)),
        Content(Kind.TEXT, "?", answer="STS"),
        choice(("STS", False), ("S3", False), ("SQS", False)),
    ],
)
def test_what_is_not_there_any_more_cannot_be_judged(mended: Content) -> None:
    assert grade_by(ASKED, mended, Chosen(ids(ASKED, "S3"))) is None


def test_pairs_are_known_by_their_sides() -> None:
    asked = Content(Kind.MATCH, "?", pairs=make_pairs([("Who", "Access"), ("What", "ID")]))
    mended = Content(Kind.MATCH, "?", pairs=make_pairs([("Who", "ID"), ("What", "Access")]))
    who, what = asked.pairs
    judged = grade_by(asked, mended, Matched({who.id: what.id, what.id: who.id}))
    assert judged is not None
    assert judged[0].correct
    half = grade_by(asked, mended, Matched({who.id: what.id}))
    assert half is not None
    assert half[0].credit == Fraction(1, 2)


def test_steps_are_known_by_their_texts() -> None:
    asked = Content(Kind.ORDER, "?", options=make_options([("a", True, ""), ("b", True, "")]))
    mended = replace(asked, options=asked.options[::-1])
    judged = grade_by(asked, mended, Ordered(tuple(o.id for o in mended.options)))
    assert judged is not None
    assert judged[0].correct


def test_a_text_is_held_against_the_new_key_and_a_number_must_be_one() -> None:
    asked = Content(Kind.TEXT, "?", answer="S3")
    judged = grade_by(asked, replace(asked, answer="STS"), Typed("sts"))
    assert judged is not None
    assert judged[0].correct


RESPONSES = st.sets(st.sampled_from([option.id for option in ASKED.options]))


@given(RESPONSES.map(frozenset).map(Chosen))
def test_the_same_wording_judges_the_same(response: Response) -> None:
    assert grade_by(ASKED, ASKED, response) == (grade(ASKED, response), response)
