"""A missed response becomes a due card."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from studyapp.accounts.models import User
from studyapp.quizzes.grading import without_dropped
from studyapp.quizzes.models import Attempt, Slot
from studyapp.study.services.failing import Miss, fail_cards

MISSED = UUID("6f0d2c0e-4c5b-4d0a-9a57-0d1c6c1f6a11")
"""The space of request ids in which each slot has its own, so that a second press is the same."""


def make_missed_due(*, learner: User, attempt: Attempt, now: datetime) -> int:
    """Make the questions that the finished attempt missed due cards; returns how many."""
    missed = without_dropped(Slot.objects.filter(learner=learner, attempt=attempt, correct=False))
    misses = [
        Miss(slot.item_id, slot.version_id, slot.response, uuid5(MISSED, str(slot.pk)))
        for slot in missed
    ]
    return fail_cards(learner=learner, misses=misses, now=now)
