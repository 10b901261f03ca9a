"""Questions as GIFT and as Moodle XML and back: the same, but for what is named as lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyapp.interchange.gift import read_gift
from studyapp.interchange.gift_writing import HINT, UNIT, lost_in_gift, write_gift
from studyapp.interchange.moodle_xml import read_moodle_xml
from studyapp.interchange.moodle_xml_writing import lost_in_moodle, write_moodle_xml
from studyapp.interchange.outgoing import stand_together, whole_question
from studyapp.interchange.qti import read_item
from studyapp.interchange.qti_writing import ItemWriter, lost_in_qti
from studyapp.interchange.questions import Question
from studyapp.interchange.quiz_file import Entry, QuizFile, Reading
from studyapp.items.values import Kind
from tests.interchange.test_csv_writing import CONTENTS, outgoing

MARKS = st.text(st.sampled_from("ab ~=#{}:\\%[]->*<&\"'|html$n"), min_size=1, max_size=20).map(
    lambda text: f"a{' '.join(text.split())}z"
)


def awkward(question: Question, marks: list[str]) -> Question:
    """``question`` with texts that look like a format's own marks."""
    one, other = marks
    return replace(
        question,
        prompt=f"{question.prompt} {one}",
        rows=tuple((f"{text} {other}", right, why and one) for text, right, why in question.rows),
        pairs=tuple((left, f"{right} {other}") for left, right in question.pairs),
    )


QUESTIONS = st.builds(
    awkward,
    CONTENTS.map(lambda content: whole_question(stand_together([outgoing(content)])[0])),
    st.lists(MARKS, min_size=2, max_size=2),
)


def entry(question: Question) -> Entry:
    return Entry(0, question, name="a: {name}", key="q-1", category=("A/B", "c"), tags=("x/y",))


def through_gift(entries: Iterable[Entry]) -> QuizFile:
    return read_gift("".join(write_gift(entries)), "x.gift")


def through_moodle(entries: Iterable[Entry]) -> QuizFile:
    text = "".join(write_moodle_xml(entries, lambda target: None))
    return read_moodle_xml(text.encode(), "x.xml")


def through_qti(entries: Iterable[Entry]) -> QuizFile:
    reading = Reading("x.xml")
    for each in entries:
        assert each.question is not None
        text = ItemWriter(lambda target: None).written(each, each.question)
        read_item(text.encode(), reading, "items/1.xml", {})
    return reading.done()


def carried(question: Question, lost: set[str]) -> Question:
    """``question`` without what is said to be lost, and with nothing else less."""
    found = replace(
        question,
        hint="" if HINT in lost else question.hint,
        details={k: v for k, v in question.details.items() if f"its {k}" not in lost},
    )
    if question.kind is Kind.NUMBER and question.number:
        unit = "" if UNIT in lost else f" {question.number.unit}"
        tolerance = question.number.tolerance
        found = replace(found, answer=f"{question.number.value} ± {tolerance}{unit}".rstrip())
    if question.kind is Kind.TRUE_FALSE:
        found = replace(found, answer=question.answer.lower())
    if question.kind is Kind.TEXT:
        texts = [text.replace("|", "\\|") for text in question.accepted]
        found = replace(found, answer=" | ".join(texts))
    return found


Ways = tuple[Callable[[Iterable[Entry]], QuizFile], Callable[[Question], Iterator[str]]]


@pytest.mark.parametrize(
    "way",
    [(through_gift, lost_in_gift), (through_moodle, lost_in_moodle), (through_qti, lost_in_qti)],
    ids=["gift", "moodle", "qti"],
)
@given(question=QUESTIONS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_not_named_as_lost_comes_back_as_it_was(way: Ways, question: Question) -> None:
    through, lost = way
    losses = set(lost(question))
    quiz = through([entry(question)])
    (found,) = quiz.entries
    is_another_kind = {loss for loss in losses if loss.startswith(("an open", "an order"))}
    assert not quiz.remarks or question.kind is Kind.BASIC
    assert found.question is not None
    assert (found.name, found.key) == ("a: {name}", "q-1")
    if through is not through_qti:
        assert (found.category, found.tags) == (("A/B", "c"), ("x/y",))
    expected = carried(question, losses)
    if is_another_kind:
        assert found.question.prompt == expected.prompt
    else:
        assert found.question == expected


def test_an_order_is_pairs_in_gift_and_says_so() -> None:
    order = Question(Kind.ORDER, "Flow", rows=(("GetId", True, ""), ("GetToken", True, "")))
    (found,) = through_gift([Entry(0, order)]).entries
    assert found.question == Question(Kind.MATCH, "Flow", pairs=(("1", "GetId"), ("2", "GetToken")))
    assert list(lost_in_gift(order)) == ["an order: its steps are matched with their places there"]


def test_gaps_are_typed_in_moodle_and_read_aloud_in_gift() -> None:
    gaps = Question(Kind.CLOZE, "The {{c1::ID}} and the {{c2::a~b}c::not ID}} token")
    (found,) = through_moodle([Entry(0, gaps)]).entries
    assert found.question == replace(gaps, prompt="The {{c1::ID}} and the {{c2::a~b}c}} token")
    assert list(lost_in_moodle(gaps)) == ["what a gap hints at"]
    (found,) = through_gift([Entry(0, gaps)]).entries
    assert found.question == Question(
        Kind.BASIC, "The […] and the […] token", "The ID and the a~b}c token"
    )


def test_several_right_options_share_the_mark() -> None:
    rows = tuple((text, text != "d", "") for text in "abcd")
    text = "".join(write_gift([Entry(0, Question(Kind.CHOICE, "Q", rows=rows))]))
    assert [line.strip() for line in text.split("\n")[1:5]] == [
        *("~%33.33333%a", "~%33.33333%b", "~%33.33333%c", "~%-33.33333%d"),
    ]


def test_files_travel_in_moodle_s_xml() -> None:
    question = Question(Kind.TRUE_FALSE, "Is ![[img/a b.png|300]] it, ![[gone.png]]?", "true")
    files = {"img/a b.png": ("a b.png", b"PNG")}
    text = "".join(write_moodle_xml([Entry(0, question)], files.get))
    quiz = read_moodle_xml(text.encode(), "x.xml")
    assert quiz.media == {"attachments/a b.png": b"PNG"}
    (found,) = quiz.entries
    assert found.question is not None
    assert found.question.prompt == "Is ![[attachments/a b.png]] it, ![[gone.png]]?"
