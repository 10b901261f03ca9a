"""Answers to type: ``[!question|text]`` with ``answer:: a | b``, ``[!question|num]`` with
``answer:: 30 ± 2 s``."""

from __future__ import annotations

import re
from decimal import Decimal

from studyapp.items.numbers import Quantity, read_quantity, same_unit
from studyapp.items.values import Content, Kind, NumberKey, Status
from studyapp.obsidian.blocks import Rule
from studyapp.obsidian.extract.question import Found, Problem, Question, join, markdown, one

TEXT_KINDS = frozenset({"text"})
NUMBER_KINDS = frozenset({"num", "number"})
_TOLERANCE = re.compile(r"±|\+/-|\+-|\+−")
_BAR = re.compile(r"(?<!\\)\|")


def extract_text(question: Question) -> Found | None:
    """A text item; several accepted answers are parted by ``|`` (a bar itself is ``\\|``)."""
    if question.kind not in TEXT_KINDS:
        return None
    given, prompt, explanation = _parts(question)
    accept = tuple(text for part in _BAR.split(given) if (text := part.replace("\\|", "|").strip()))
    content = Content(Kind.TEXT, prompt, given, explanation, accept=accept)
    return one(
        question, "text", content, None if accept else _missing("STS | Security Token Service")
    )


def extract_number(question: Question) -> Found | None:
    """A number item; its key is a value, a tolerance perhaps, and a unit perhaps."""
    if question.kind not in NUMBER_KINDS:
        return None
    given, prompt, explanation = _parts(question)
    key = read_key(given) if given else None
    problem = None
    if not given:
        problem = _missing("30 ± 2 s")
    elif key is None:
        problem = Problem(
            Status.AMBIGUOUS,
            "not-a-number",
            f"“{given[:60]}” is not a number. Write it like 30, 2.5 or 30 ± 2 s.",
        )
    content = Content(Kind.NUMBER, prompt, given, explanation, number=key)
    return one(question, "number", content, problem)


def read_key(text: str) -> NumberKey | None:
    """``30``, ``30 s``, ``30 ± 2 s``, ``1,5 +- 0,1``: None when it is not a number.

    A unit may follow the value or the tolerance; where it follows both, they must agree.
    """
    parts = [part.strip() for part in _TOLERANCE.split(text)]
    if len(parts) > 2:
        return None
    value = read_quantity(parts[0])
    tolerance = read_quantity(parts[1]) if len(parts) == 2 else Quantity((Decimal(0),), "")
    if value is None or tolerance is None or tolerance.readings[0] < 0:
        return None
    if value.unit and tolerance.unit and not same_unit(value.unit, tolerance.unit):
        return None
    return NumberKey(value.readings[0], tolerance.readings[0], tolerance.unit or value.unit)


def _parts(question: Question) -> tuple[str, str, str]:
    """The key as written, the prompt, and what explains."""
    given = question.fields.get("answer", "")
    answer = question.answer or ""
    if not given:
        given, _, answer = answer.strip().partition("\n")
    at = next((n for n, b in enumerate(question.blocks) if isinstance(b, Rule)), None)
    after = question.blocks[at + 1 :] if at is not None else ()
    remarks = markdown(block for block in after if not isinstance(block, Rule))
    return given.strip(), question.prompt(question.blocks[:at]), join(answer.strip(), remarks)


def _missing(example: str) -> Problem:
    return Problem(Status.NEEDS_ANSWER, "no-answer", f"Write the answer, like answer:: {example}")
