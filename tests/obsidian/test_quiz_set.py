"""The properties of a quiz set."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from studyapp.items.values import Kind
from studyapp.obsidian.frontmatter import read_frontmatter
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.quiz_set import Mode, QuizSet, QuizSetRead, read_quiz_set
from studyapp.obsidian.values import VaultSettings


def read(properties: str) -> QuizSetRead:
    text = f"---\n{properties}\n---\nWords.\n"
    return read_quiz_set("Quiz.md", read_frontmatter(text).properties, text)


def quiz_set(properties: str) -> QuizSet:
    found = read(properties)
    assert found.quiz_set is not None
    assert found.diagnostics == ()
    return found.quiz_set


def test_everything_that_can_be_said() -> None:
    found = quiz_set(
        "quiz: exam\nquestions: 65\ntime: 130 min\npass: 72%\nunscored: 15\nscale: 100-1000\n"
        "partial: true\nkeep-order: true\nkinds: choice, true-false\nopens: 2027-01-01\n"
        "closes: 2027-02-01\nfrom-topics: [[Cognito]]\nfrom-tags: [aws/sqs, '#aws/sns']\n"
        'from-search: "token -refresh"\nfrom-list:\n  - "[[Queues#^sqs-hidden|this]]"\n  - ^dlq\n'
        "blueprint:\n  Security: 26\n  Deployment: 24.5"
    )
    assert found.mode is Mode.EXAM
    assert (found.count, found.minutes, found.unscored) == (65, 130, 15)
    assert found.pass_percent == 72
    assert found.scale == (100, 1000)
    assert found.partial_credit
    assert found.keep_order
    assert found.kinds == (Kind.CHOICE, Kind.TRUE_FALSE)
    assert (found.opens, found.closes) == (date(2027, 1, 1), date(2027, 2, 1))
    assert found.from_topics == ("Cognito",)
    assert found.from_tags == ("aws/sqs", "aws/sns")
    assert found.from_search == ("token -refresh",)
    assert found.from_list == ("Queues#^sqs-hidden", "^dlq")
    assert found.blueprint == {"Security": Decimal(26), "Deployment": Decimal("24.5")}
    assert found.lines["blueprint"] == 19


@pytest.mark.parametrize(
    ("said", "minutes"), [("45", 45), ("2 h", 120), ("1 h 30 min", 90), ("2:10", 130), ("7m", 7)]
)
def test_a_time_is_read_as_people_write_it(said: str, minutes: int) -> None:
    assert quiz_set(f"quiz: practice\ntime: {said}").minutes == minutes


@pytest.mark.parametrize("properties", ["title: x", "quiz: false", "quiz:"])
def test_other_notes_are_none(properties: str) -> None:
    assert read(properties) == QuizSetRead()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("questions: many", "quiz-questions"),
        ("questions: 0", "quiz-questions"),
        ("time: soon", "quiz-time"),
        ("time: 3 days", "quiz-time"),
        ("pass: 140%", "quiz-pass"),
        ("scale: 1000", "quiz-scale"),
        ("kinds: essay", "quiz-kinds"),
        ("blueprint: Security", "quiz-blueprint"),
        ("blueprint: {Security: much}", "quiz-blueprint"),
        ("closes: tomorrow", "quiz-closes"),
        ("partial: perhaps", "quiz-partial"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line_and_the_rest_kept(line: str, code: str) -> None:
    found = read(f"quiz: exam\n{line}\nunscored: 2")
    assert found.quiz_set is not None
    assert found.quiz_set.unscored == 2
    assert [(d.path, d.line, d.code) for d in found.diagnostics] == [("Quiz.md", 3, code)]


def test_dates_and_counts_that_contradict_each_other_are_named() -> None:
    found = read("quiz: exam\nopens: 2027-02-01\ncloses: 2027-01-01\nquestions: 3\nunscored: 3")
    assert [d.line for d in found.diagnostics] == [4, 6]


def test_a_mode_that_is_none_is_in_the_import_report() -> None:
    note = parse_note("Quiz.md", b"---\ntags: [x]\nquiz: exma\n---\n", VaultSettings())
    assert [(d.line, d.code) for d in note.diagnostics] == [(3, "quiz")]
