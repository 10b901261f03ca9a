"""Aiken: lettered options and an answer line."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyapp.interchange.aiken import is_aiken, read_aiken
from tests.interchange.quizzing import contents, said

SAMPLE = """Who issues *temporary*
credentials?
A. A user pool
B) The Security
   Token Service
ANSWER: B

Pick two
a. ID token
b. Refresh token
c. Access token
Answer: A, C
"""


def test_questions_are_read() -> None:
    assert is_aiken(SAMPLE)
    quiz = read_aiken(SAMPLE, "x.txt")
    assert said(quiz) == []
    first, second = contents(quiz)
    assert first.prompt == "Who issues \\*temporary\\*\ncredentials?"
    assert [(o.text, o.correct) for o in first.options] == [
        ("A user pool", False),
        ("The Security\nToken Service", True),
    ]
    assert [o.correct for o in second.options] == [True, False, True]


@pytest.mark.parametrize(
    ("source", "line", "why"),
    [
        ("Q\nA. a\nB. b\nANSWER: C\n", 4, "there is no option C"),
        ("Q\nA. a\nANSWER: A\n", 3, "it needs two options or more, like “A. text”"),
        ("Q\nA. a\nA. b\nANSWER: A\n", 4, "line 3 is a second option A"),
        ("A. a\nB. b\nANSWER: A\n", 3, "it asks nothing"),
        ("Q\nA. a\nB. b\nANSWER: none\n", 4, "there is no option E"),
        ("Q\nA. a\nB. b\nANSWER: 1\n", 4, "the letter of the right option belongs after ANSWER:"),
    ],
)
def test_what_is_no_question_is_named_with_its_line(source: str, line: int, why: str) -> None:
    quiz = read_aiken(f"{source}\n{SAMPLE}", "x.txt")
    assert said(quiz) == [(line, f"This is no question: {why}.")]
    assert len(contents(quiz)) == 2


def test_a_question_that_nothing_ends_is_named() -> None:
    assert said(read_aiken(f"{SAMPLE}\nQ\nA. a\n", "x.txt")) == [
        (14, "This is no question: no ANSWER: line follows.")
    ]


@given(st.text(st.sampled_from("aAB. )\nNSWER:,"), max_size=100))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_breaks_it(text: str) -> None:
    read_aiken(text, "x.txt")
