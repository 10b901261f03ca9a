"""The FSRS-6 memory model: the ``fsrs`` package, with its traps taken out.

The package counts elapsed days in blocks of 24 hours UTC. It is therefore given midnights (UTC)
that stand for the learner's own study days, so that its days are the learner's. Its own fuzz,
which is not seeded, stays off (see ``fuzz``), and it never asks the clock: a card always gets an
id (without one, making it sleeps for a millisecond) and a due date.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import fsrs

from studyapp.scheduling.days import study_day
from studyapp.scheduling.values import CardMemory, CardState, Preset, Rating

_TO_FSRS_STATE = {
    CardState.NEW: fsrs.State.Learning,
    CardState.LEARNING: fsrs.State.Learning,
    CardState.REVIEW: fsrs.State.Review,
    CardState.RELEARNING: fsrs.State.Relearning,
}
_FROM_FSRS_STATE = {
    fsrs.State.Learning: CardState.LEARNING,
    fsrs.State.Review: CardState.REVIEW,
    fsrs.State.Relearning: CardState.RELEARNING,
}
_TO_FSRS_RATING = {rating: fsrs.Rating(rating) for rating in Rating}


class Reviewed(NamedTuple):
    """What the model says about a card after a rating.

    ``wait`` is a step's length while in (re)learning, and in review the model's interval: whole
    days, at least one, not fuzzed.
    """

    state: CardState
    step: int | None
    stability: float
    difficulty: float
    wait: timedelta


class Question:
    """A card as it is asked at one moment; ``rate`` says what each rating would make of it."""

    __slots__ = ("_card", "_midnight", "_scheduler", "today")

    def __init__(self, memory: CardMemory, preset: Preset, now: datetime) -> None:
        zone = preset.zone
        self.today = study_day(now, zone, preset.day_start)
        last: datetime | None = None
        if memory.last_review is not None:
            day = study_day(memory.last_review, zone, preset.day_start)
            # A clock set back, or a move west, must not make elapsed days negative.
            last = _midnight(min(day, self.today))
        self._midnight = _midnight(self.today)
        self._scheduler = _scheduler(
            preset.parameters,
            preset.desired_retention,
            preset.learning_steps,
            preset.relearning_steps,
            preset.maximum_interval,
        )
        self._card = fsrs.Card(
            card_id=0,
            state=_TO_FSRS_STATE[memory.state],
            step=memory.step,
            stability=memory.stability,
            difficulty=memory.difficulty,
            due=self._midnight,
            last_review=last,
        )

    def rate(self, rating: Rating) -> Reviewed:
        """The memory after ``rating``."""
        card, _ = self._scheduler.review_card(self._card, _TO_FSRS_RATING[rating], self._midnight)
        # A reviewed card has both; the package's types cannot say so.
        assert card.stability is not None
        assert card.difficulty is not None
        return Reviewed(
            _FROM_FSRS_STATE[card.state],
            card.step,
            card.stability,
            card.difficulty,
            card.due - self._midnight,
        )

    @property
    def retrievability(self) -> float:
        """The chance in 0..1 that the learner recalls the card; 0 for a new one."""
        return self._scheduler.get_card_retrievability(self._card, self._midnight)


@lru_cache(maxsize=1024)
def _scheduler(
    parameters: tuple[float, ...],
    desired_retention: float,
    learning_steps: tuple[timedelta, ...],
    relearning_steps: tuple[timedelta, ...],
    maximum_interval: int,
) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        parameters=parameters,
        desired_retention=desired_retention,
        learning_steps=learning_steps,
        relearning_steps=relearning_steps,
        maximum_interval=maximum_interval,
        enable_fuzzing=False,
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
