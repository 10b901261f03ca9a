"""Rebuilding a card's memory from its review log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from studyapp.scheduling.answering import answer
from studyapp.scheduling.values import CardMemory, Preset, Rating

NEVER_ASKED = CardMemory()


@dataclass(frozen=True, slots=True)
class LoggedReview:
    """A review as it happened, with the preset that was in force then."""

    rating: Rating
    reviewed_at: datetime
    preset: Preset


def replay(log: Iterable[LoggedReview], seed: int, memory: CardMemory = NEVER_ASKED) -> CardMemory:
    """The memory that answering ``log`` in its order leaves, from ``memory`` on: the live state, to
    the last bit."""
    for review in log:
        memory = answer(memory, review.rating, review.preset, review.reviewed_at, seed).memory
    return memory
