"""The end of an attempt: handed in, or the time for it is past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from studyapp.accounts.models import User
from studyapp.quizzes.access import access_attempt
from studyapp.quizzes.grading import Ruled, rule_slot, rulings_on
from studyapp.quizzes.models import Attempt, Mark, Slot


def look_at_attempt(*, learner: User, attempt_id: int, now: datetime) -> Attempt:
    """The attempt as it is. Ends it where its time is past, however long nobody looked, and writes
    its result where that may be known since."""
    attempt = access_attempt(learner, attempt_id)
    if attempt.finished_at is None and attempt.is_over(now):
        return finish_attempt(learner=learner, attempt_id=attempt_id, now=now)
    if attempt.is_withheld and _may_be_told(attempt, now):
        return _tell(access_attempt(learner, attempt_id))
    return attempt


def finish_overdue(attempts: QuerySet[Attempt], now: datetime) -> None:
    """End those of ``attempts`` whose time is past, so that they have their marks."""
    for attempt in attempts.filter(finished_at=None).select_related("learner"):
        if attempt.is_over(now):
            finish_attempt(learner=attempt.learner, attempt_id=attempt.pk, now=now)


@transaction.atomic
def finish_attempt(*, learner: User, attempt_id: int, now: datetime) -> Attempt:
    """Grade what was given and write the result, unless the learner may not know it yet. A
    finished attempt stays as it is."""
    attempt = access_attempt(learner, attempt_id, lock=True)
    if attempt.finished_at is not None:
        return attempt
    is_late = attempt.ends_at is not None and now >= attempt.ends_at
    attempt.finished_at = attempt.ends_at if is_late else now
    attempt.ended_by = Attempt.End.TIME if is_late else Attempt.End.HANDED_IN
    attempt.save(update_fields=["finished_at", "ended_by"])
    if attempt.assignment is not None:
        Mark.objects.create(
            attempt=attempt,
            learner=learner,
            assignment=attempt.assignment,
            **_result(graded_slots(attempt)),
        )
        if not attempt.assignment.tells(now):
            return attempt
    return _tell(attempt)


def graded_slots(attempt: Attempt) -> list[tuple[Slot, Ruled]]:
    """The attempt's slots with their outcomes, of which nothing is written, each beside how it is
    ruled: two queries."""
    slots = list(
        Slot.objects.filter(learner=attempt.learner_id, attempt=attempt).select_related("version")
    )
    held = rulings_on(slot.version_id for slot in slots)
    graded = []
    for slot in slots:
        slot.attempt = attempt
        ruled = rule_slot(slot, held.get(slot.version_id))
        if slot.correct is None:
            slot.correct, slot.credit = ruled.outcome.correct, float(ruled.outcome.credit)
        graded.append((slot, ruled))
    return graded


@transaction.atomic
def _tell(attempt: Attempt) -> Attempt:
    """Write the outcome of each question and of the whole: from now on the learner knows them."""
    graded = graded_slots(attempt)
    Slot.objects.bulk_update([slot for slot, _ in graded], ["correct", "credit"])
    for name, value in _result(graded).items():
        setattr(attempt, name, value)
    attempt.save(update_fields=["right", "scored", "points", "most_points"])
    return attempt


def _may_be_told(attempt: Attempt, now: datetime) -> bool:
    return attempt.assignment is None or attempt.assignment.tells(now)


def _result(graded: Sequence[tuple[Slot, Ruled]]) -> dict[str, Any]:
    counted = [slot for slot, ruled in graded if ruled.counts]
    return {
        "scored": len(counted),
        "right": sum(bool(slot.correct) for slot in counted),
        "points": sum(mark_of(slot) for slot in counted),
        "most_points": sum(slot.points for slot in counted),
    }


def mark_of(slot: Slot) -> float:
    """The points that a graded question brings under the rules of its attempt."""
    credit = slot.credit if slot.attempt.partial_credit else float(bool(slot.correct))
    return slot.points * (credit or 0.0)
