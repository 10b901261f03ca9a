"""Taking over a card that was learnt in another program: its FSRS memory, and when it is due.

What that program knows best is believed: its own FSRS memory; else its review log, answered once
more in our model; else what SM-2 made of the card, converted (all as Anki does when it switches
to FSRS). When the card is due stays as it was planned there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import exp, expm1, isfinite

from studyapp.scheduling.days import day_start_at, study_day
from studyapp.scheduling.fsrs6 import Question
from studyapp.scheduling.values import DAY, MAXIMUM_INTERVAL, CardMemory, CardState, Preset, Rating

USUAL_EASE = 2.5
"""SM-2's ease of a card that says none: where all begin."""

FSRS_EASE = 1.1
"""Up to this an ease is none: Anki writes FSRS's difficulty there, 1..10 as 0.1..1.1."""

SM2_RETENTION = 0.9
"""How much is recalled when SM-2's intervals end (as Anki), by which FSRS's stability is defined,
too."""

_STABILITY_MIN, _STABILITY_MAX = 0.001, float(MAXIMUM_INTERVAL)
_CENTURY = MAXIMUM_INTERVAL * DAY


@dataclass(frozen=True, slots=True)
class EarlierReview:
    """A rating given elsewhere. ``began``: the card was new then. ``interval`` (days) and ``ease``
    are what SM-2 made of it."""

    rating: Rating
    reviewed_at: datetime
    began: bool = False
    interval: float = 0.0
    ease: float = 0.0


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where a card stands in another program. ``due`` is a study day, or a moment for a card in
    steps, of which ``steps_left`` are left; ``interval`` is in days. What is not known is None, an
    ``ease`` 0. ``log`` is oldest first, and may begin in the middle."""

    state: CardState
    due: date | datetime | None = None
    interval: float = 0.0
    ease: float = 0.0
    stability: float | None = None
    difficulty: float | None = None
    last_review: datetime | None = None
    reps: int = 0
    lapses: int = 0
    steps_left: int = 0
    log: tuple[EarlierReview, ...] = ()


def memory_taken_over(card: Elsewhere, preset: Preset, now: datetime) -> CardMemory:
    """The memory with which ``card`` goes on here at ``now`` (aware).

    A card in its first steps of which nothing is known but that, begins as new.
    """
    known = _stored(card) or _replayed(card.log, preset)
    if known is None and card.state in (CardState.REVIEW, CardState.RELEARNING):
        known = memory_from_sm2(card.ease, max(card.interval, 1.0), preset)
    if card.state is CardState.NEW or known is None:
        return CardMemory()
    stability, difficulty = known
    due = _due(card, preset, now)
    last = card.last_review or due - timedelta(days=_bounded(card.interval))
    return CardMemory(
        state=card.state,
        step=_step(card, preset),
        stability=stability,
        difficulty=difficulty,
        due=due,
        last_review=min(last, now),
        reps=card.reps,
        lapses=card.lapses,
    )


def memory_from_sm2(ease: float, interval: float, preset: Preset) -> tuple[float, float]:
    """Stability and difficulty of a card that SM-2 gave ``ease`` and ``interval`` (days).

    The inverse of FSRS-6 (fsrs-rs, ``memory_state_from_sm2``): nine tenths are recalled when the
    interval ends, which is what stability says, and the difficulty is that at which a Good then
    multiplies it by the ease.
    """
    parameters = preset.parameters
    stability = _stability(_bounded(interval))
    if 0 < ease <= FSRS_EASE:
        return stability, _difficulty((ease - 0.1) * 9 + 1)
    growth = exp(parameters[8]) * stability ** -parameters[9]
    growth *= expm1((1 - SM2_RETENTION) * parameters[10])
    gain = (ease or USUAL_EASE) - 1
    return stability, _difficulty(11 - gain / growth if growth else 1.0)


def _stability(days: float) -> float:
    return min(max(days, _STABILITY_MIN), _STABILITY_MAX)


def _difficulty(value: float) -> float:
    return min(max(value, 1.0), 10.0)


def _stored(card: Elsewhere) -> tuple[float, float] | None:
    if card.stability is None or card.difficulty is None:
        return None
    return _stability(card.stability), _difficulty(card.difficulty)


def _replayed(log: Sequence[EarlierReview], preset: Preset) -> tuple[float, float] | None:
    """What the ratings since the card last began come to. A log that begins in the middle goes on
    from what SM-2 had made of its first rating, and is nothing where that is not said."""
    start = next((at for at in reversed(range(len(log))) if log[at].began), None)
    memory = CardMemory()
    if start is None:
        first = next(iter(log), None)
        if first is None or not first.ease:
            return None
        stability, difficulty = memory_from_sm2(first.ease, max(first.interval, 1.0), preset)
        memory = CardMemory(
            CardState.REVIEW,
            stability=stability,
            difficulty=difficulty,
            last_review=first.reviewed_at,
        )
        start = 1
    for review in log[start:]:
        reviewed = Question(memory, preset, review.reviewed_at).rate(review.rating)
        memory = CardMemory(
            reviewed.state,
            reviewed.step,
            reviewed.stability,
            reviewed.difficulty,
            last_review=review.reviewed_at,
        )
    if memory.stability is None or memory.difficulty is None:
        return None
    return memory.stability, memory.difficulty


def _due(card: Elsewhere, preset: Preset, now: datetime) -> datetime:
    """When it is due, within a century; now, where nobody knows."""
    due = card.due
    if isinstance(due, datetime):
        return min(max(due, now - _CENTURY), now + DAY)
    if due is None and card.last_review is not None:
        due = card.last_review.date() + timedelta(days=_bounded(card.interval))
    if due is None:
        return now
    today = study_day(now, preset.zone, preset.day_start)
    due = min(max(due, today - _CENTURY), today + _CENTURY)
    return day_start_at(due, preset.zone, preset.day_start)


def _step(card: Elsewhere, preset: Preset) -> int | None:
    """The step that as many come after as did there."""
    if card.state is CardState.REVIEW:
        return None
    is_first_time = card.state is CardState.LEARNING
    steps = preset.learning_steps if is_first_time else preset.relearning_steps
    return max(0, len(steps) - max(1, card.steps_left))


def _bounded(days: float) -> float:
    return min(max(days, 0.0), float(MAXIMUM_INTERVAL)) if isfinite(days) else 0.0
