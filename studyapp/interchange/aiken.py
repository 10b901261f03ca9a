"""Aiken: questions with lettered options and an ``ANSWER:`` line, one after the other
(https://docs.moodle.org/en/Aiken_format)."""

from __future__ import annotations

import re

from studyapp.interchange.markup import Markup
from studyapp.interchange.questions import Question
from studyapp.interchange.quiz_file import Entry, QuestionError, QuizFile, Reading
from studyapp.items.values import Kind

_OPTION = re.compile(r"\s*([A-Za-z])[.)]\s+(\S.*)")
_ANSWER = re.compile(r"\s*ANSWERS?\s*:\s*(.*)", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Za-z](?:\s*[,;&]?\s*[A-Za-z])*")


def is_aiken(text: str) -> bool:
    """Whether ``text`` has an option and below it an answer, as the first two of these."""
    has_option = False
    for line in text.split("\n"):
        if has_option and _ANSWER.match(line):
            return True
        has_option = has_option or _OPTION.match(line) is not None
    return False


def read_aiken(text: str, name: str) -> QuizFile:
    """The questions in ``text``. What is none is named with its line."""
    reading = Reading(name)
    lines: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if match := _ANSWER.match(line):
            at = lines[0][0] if lines else number
            try:
                reading.entries.append(Entry(at, _question(lines, match[1])))
            except QuestionError as error:
                reading.remark(number, f"This is no question: {error}.")
            lines = []
        elif line.strip():
            lines.append((number, line))
    if lines:
        reading.remark(lines[0][0], "This is no question: no ANSWER: line follows.")
    return reading.done()


def _question(lines: list[tuple[int, str]], key: str) -> Question:
    stem: list[str] = []
    options: dict[str, str] = {}
    for number, line in lines:
        if match := _OPTION.fullmatch(line):
            letter = match[1].upper()
            if letter in options:
                raise QuestionError(f"line {number} is a second option {letter}")
            options[letter] = match[2].strip()
        elif options:
            last = next(reversed(options))
            options[last] += f"\n{line.strip()}"
        else:
            stem.append(line.strip())
    if not stem:
        raise QuestionError("it asks nothing")
    if len(options) < 2:
        raise QuestionError("it needs two options or more, like “A. text”")
    if not _LETTERS.fullmatch(key.strip()):
        raise QuestionError("the letter of the right option belongs after ANSWER:")
    right = {letter.upper() for letter in re.findall(r"[A-Za-z]", key)}
    if missing := sorted(right - options.keys()):
        raise QuestionError(f"there is no option {missing[0]}")
    plain = Markup()
    return Question(
        Kind.CHOICE,
        plain.markdown("\n".join(stem), "plain"),
        rows=tuple(
            (plain.markdown(text, "plain"), letter in right, "") for letter, text in options.items()
        ),
    )
