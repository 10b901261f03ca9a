"""The end of an attempt: handed in, or the time for it is past."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from studyapp.accounts.models import User
from studyapp.quizzes.access import access_attempt
from studyapp.quizzes.models import Attempt, Slot
from studyapp.quizzes.services.answering import outcome_of


def look_at_attempt(*, learner: User, attempt_id: int, now: datetime) -> Attempt:
    """The attempt as it is. Ends it where its time is past, however long nobody looked."""
    attempt = access_attempt(learner, attempt_id)
    if attempt.finished_at is None and attempt.is_over(now):
        return finish_attempt(learner=learner, attempt_id=attempt_id, now=now)
    return attempt


@transaction.atomic
def finish_attempt(*, learner: User, attempt_id: int, now: datetime) -> Attempt:
    """Grade what was given and write the result. A finished attempt stays as it is."""
    attempt = access_attempt(learner, attempt_id, lock=True)
    if attempt.finished_at is not None:
        return attempt
    is_late = attempt.ends_at is not None and now >= attempt.ends_at
    attempt.finished_at = attempt.ends_at if is_late else now
    attempt.ended_by = Attempt.End.TIME if is_late else Attempt.End.HANDED_IN
    slots = list(
        Slot.objects.filter(learner=learner, attempt=attempt).select_related("version").order_by()
    )
    for slot in slots:
        slot.attempt = attempt
    ungraded = [slot for slot in slots if slot.correct is None]
    for slot in ungraded:
        outcome = outcome_of(slot)
        slot.correct, slot.credit = outcome.correct, float(outcome.credit)
    Slot.objects.bulk_update(ungraded, ["correct", "credit"])
    counted = [slot for slot in slots if slot.is_scored]
    attempt.scored = len(counted)
    attempt.right = sum(bool(slot.correct) for slot in counted)
    attempt.points = sum(mark_of(slot) for slot in counted)
    attempt.most_points = sum(slot.points for slot in counted)
    attempt.save()
    return attempt


def mark_of(slot: Slot) -> float:
    """The points that a graded question brings under the rules of its attempt."""
    credit = slot.credit if slot.attempt.partial_credit else float(bool(slot.correct))
    return slot.points * (credit or 0.0)
