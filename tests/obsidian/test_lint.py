"""What is remarked about questions that can be asked, and ask badly."""

from __future__ import annotations

from datetime import date

import pytest

from studyapp.items.values import Kind
from studyapp.obsidian.frontmatter import read_frontmatter
from studyapp.obsidian.lint import lint_quiz_sets
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.settings import parse_settings

SETTINGS, _ = parse_settings({})
GOOD = """> [!question] Which service issues temporary credentials?
> - [ ] Cognito user pools
>   > They return tokens.
> - [x] AWS STS
> - [ ] Amazon SQS
"""


def remarks(text: str) -> list[tuple[int, str]]:
    found = parse_note("Quiz.md", text.encode(), SETTINGS).diagnostics
    return [(problem.line, problem.code) for problem in found]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("[ ]", "[x]", [(2, "every-option-right")]),
        ("Amazon SQS", "All of the above", [(5, "option-names-place")]),
        ("Amazon SQS", "Both A and B", [(5, "option-names-place")]),
        ("Amazon SQS", "All of the above\n> pin:: last", []),
        ("Amazon SQS", "All of the above\n> shuffle:: false", []),
        ("They return tokens.", "See option B.", [(3, "explanation-names-letter")]),
        ("Which service", "Which AWS STS service", [(1, "answer-in-stem")]),
        ("Which service", "Which of AWS STS and Amazon SQS", []),
    ],
)
def test_a_remark_stands_at_its_line(old: str, new: str, expected: list[tuple[int, str]]) -> None:
    assert remarks(GOOD.replace(old, new)) == expected


def test_a_typed_answer_may_not_stand_in_the_stem() -> None:
    text = "> [!question|text] STS is short for Security Token what?\n> answer:: Service | STS\n"
    assert remarks(text) == [(1, "answer-in-stem")]


def test_an_exam_explains_its_questions_and_a_practice_need_not() -> None:
    bare = GOOD.replace(">   > They return tokens.\n", "")
    assert remarks(f"---\nquiz: practice\n---\n{bare}") == []
    assert remarks(f"---\nquiz: exam\n---\n{bare}") == [(4, "no-explanation")]
    assert remarks(f"---\nquiz: exam\n---\n{GOOD}") == []


def test_the_longest_option_may_not_always_be_right() -> None:
    telling = (
        "> [!question] Which of these, number {}?\n> - [x] the longest\n> - [ ] b\n> - [ ] c\n"
    )
    fair = telling.replace("- [ ] c", "- [ ] a longer wrong one")
    note = "\n".join(telling.format(number) for number in range(6))
    assert remarks(note) == [(1, "longest-is-right")]
    balanced = "\n".join((fair if n % 2 else telling).format(n) for n in range(6))
    assert remarks(balanced) == []


def quiz_remarks(properties: str) -> list[tuple[int, str]]:
    text = f"---\n{properties}\n---\n"
    notes = [("Quiz.md", read_frontmatter(text).properties, text)]
    bank = [("A.md", Kind.CHOICE, "Security"), ("A.md", Kind.BASIC, "Deployment")]
    found = lint_quiz_sets(notes, bank, date(2026, 3, 2))
    return [(problem.line, problem.code) for problem in found]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ("quiz: exam\ncloses: 2026-03-02", []),
        ("quiz: exam\ncloses: 2026-03-01", [(3, "quiz-closes")]),
        ("quiz: exam\nquestions: 1\nblueprint:\n  security: 100", []),
        ("quiz: exam\nquestions: 2\nblueprint:\n  security: 100", [(4, "quiz-blueprint")]),
        (
            "quiz: exam\nquestions: 2\nblueprint:\n  Security: 50\n  Deployment: 50",
            [(4, "quiz-blueprint")],
        ),
        ("title: no set\ncloses: 2020-01-01", []),
    ],
)
def test_what_a_set_cannot_keep(properties: str, expected: list[tuple[int, str]]) -> None:
    assert quiz_remarks(properties) == expected
