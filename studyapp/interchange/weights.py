"""Marks that quiz files give for single answers, in percent, and what they come to here: an option
is right or wrong, and an answer is accepted or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

FULL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Weighted:
    """An answer with its ``weight`` and what is said to whoever gives it."""

    text: str
    weight: Decimal
    why: str = ""


def option_rows(
    answers: Sequence[Weighted], *, single: bool
) -> tuple[tuple[tuple[str, bool, str], ...], str]:
    """The options of a choice (text, right, why), and what of their weights is not kept."""
    if single:
        most = max((answer.weight for answer in answers), default=Decimal(0))
        rights = [answer.weight == most > 0 for answer in answers]
        lost = "part of the mark for some options" if _has_parts(answers, most) else ""
    else:
        rights = [answer.weight > 0 for answer in answers]
        right = {answer.weight for answer in answers if answer.weight > 0}
        wrong = {-answer.weight for answer in answers if answer.weight <= 0} - right
        lost = (
            "" if len(right) < 2 and wrong <= {Decimal(0), FULL} else "the weights of its options"
        )
    rows = ((a.text, is_right, a.why) for a, is_right in zip(answers, rights, strict=True))
    return tuple(rows), lost


def _has_parts(answers: Sequence[Weighted], most: Decimal) -> bool:
    return any(answer.weight not in (0, most) for answer in answers)


def accepted(answers: Sequence[Weighted]) -> tuple[list[Weighted], str]:
    """The answers that are wholly right, and what of the others is not kept."""
    most = max((answer.weight for answer in answers), default=Decimal(0))
    right = [answer for answer in answers if answer.weight == most > 0]
    if any(0 < answer.weight < most for answer in answers):
        return right, "answers that get part of the mark"
    lost = any(answer.why for answer in answers if answer not in right)
    return right, "what is said to wrong answers" if lost else ""
