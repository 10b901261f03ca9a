"""Keeping what a learner gives to a question, as it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from studyapp.accounts.models import User
from studyapp.items.grading import grade
from studyapp.items.responses import (
    Chosen,
    Matched,
    Ordered,
    Response,
    Typed,
    response_to_json,
)
from studyapp.items.shuffling import shuffled_options
from studyapp.items.values import OPEN_KINDS, Content
from studyapp.quizzes.access import access_attempt, access_slot
from studyapp.quizzes.grading import rule_slot, rulings_on
from studyapp.quizzes.models import Attempt, Slot

LONGEST_PAUSE = timedelta(minutes=10)
"""Time on a question counts up to this between two acts: beyond it the learner was elsewhere."""


class OverError(Exception):
    """The attempt is over, so nothing is taken any more."""


class StaleError(Exception):
    """Something newer has arrived for the question, so this changed nothing."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a question's form holds beside the response."""

    sequence: int
    is_flagged: bool
    struck: Sequence[str]
    remark: str


@transaction.atomic
def save_slot(
    *,
    learner: User,
    attempt_id: int,
    position: int,
    given: Given,
    read: Callable[[Slot], Response | None],
    now: datetime,
) -> Slot:
    """Keep what was given to a question, if it is newer than what is kept.

    The same request twice changes nothing. Raises StaleError for another of a lower or the same
    sequence number, OverError when the attempt is over.
    """
    slot = _open(learner, attempt_id, position, now)
    # Once it is checked in a practice the answer stands, and only the marks may change.
    kept = _kept(slot, read(slot)) if slot.correct is None else slot.given
    fresh = {
        "response": kept and response_to_json(kept),
        "is_flagged": given.is_flagged,
        "struck": sorted(set(given.struck) & {o.id for o in slot.version.content.options}),
        "remark": given.remark,
    }
    changed = [name for name, value in fresh.items() if getattr(slot, name) != value]
    if given.sequence <= slot.sequence:
        if changed:
            raise StaleError
        return slot
    for name, value in fresh.items():
        setattr(slot, name, value)
    slot.is_complete = is_complete(slot.version.content, kept)
    slot.sequence = given.sequence
    _count_time(slot, now)
    slot.save(update_fields=[*fresh, "is_complete", "sequence", "seconds"])
    return slot


@transaction.atomic
def check_slot(
    *,
    learner: User,
    attempt_id: int,
    position: int,
    read: Callable[[Slot], Response],
    now: datetime,
) -> Slot:
    """Grade a question of a practice at once; the first check stands. Raises ResponseError where it
    cannot be graded, StaleError in an exam, OverError."""
    slot = _open(learner, attempt_id, position, now)
    if slot.attempt.is_exam:
        raise StaleError
    if slot.correct is not None:
        return slot
    response = read(slot)
    grade(slot.version.content, response)
    slot.response = response_to_json(response)
    held = rulings_on([slot.version_id]).get(slot.version_id)
    outcome = rule_slot(slot, held).outcome
    slot.is_complete = True
    slot.sequence += 1
    slot.correct, slot.credit = outcome.correct, float(outcome.credit)
    _count_time(slot, now)
    slot.save(update_fields=["response", "is_complete", "sequence", "seconds", "correct", "credit"])
    return slot


def is_complete(content: Content, response: Response | None) -> bool:
    """Whether nothing is missing from the response."""
    match response:
        case None:
            return False
        case Chosen(chosen):
            return len(chosen) == content.correct_count
        case Matched(choices):
            return len(choices) == sum(1 for pair in content.pairs if pair.left)
        case Typed():
            return content.kind not in OPEN_KINDS  # these are to be judged yet
    return True


def _open(learner: User, attempt_id: int, position: int, now: datetime) -> Slot:
    attempt = access_attempt(learner, attempt_id, lock=True)
    if attempt.is_over(now):
        raise OverError
    return access_slot(attempt, position)


def _kept(slot: Slot, response: Response | None) -> Response | None:
    """``response`` unless it says nothing. Steps that stand as they were put before the learner
    are no answer: they are never in the right order."""
    match response:
        case Chosen(chosen) if not chosen:
            return None
        case Typed(text) if not text.strip():
            return None
        case Matched(choices) if not choices:
            return None
        case Ordered(steps):
            shown = tuple(o.id for o in shuffled_options(slot.version.content, slot.seed))
            return None if steps in ((), shown) and slot.response is None else response
    return response


def _count_time(slot: Slot, now: datetime) -> None:
    """The time since the learner's last act was spent on this question."""
    attempt: Attempt = slot.attempt
    slot.seconds += min(max(now - attempt.touched_at, timedelta()), LONGEST_PAUSE).total_seconds()
    attempt.touched_at = now
    attempt.save(update_fields=["touched_at"])
