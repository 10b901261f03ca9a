"""Answering a card: what a rating makes of its memory, and when it is due again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from studyapp.scheduling.days import day_start_at
from studyapp.scheduling.draws import unit_draw
from studyapp.scheduling.fsrs6 import Question, Reviewed
from studyapp.scheduling.fuzz import fuzzed
from studyapp.scheduling.values import DAY, CardMemory, CardState, Preset, Rating, as_utc

_ALL = tuple(Rating)
_PASSING = (Rating.HARD, Rating.GOOD, Rating.EASY)


@dataclass(frozen=True, slots=True)
class Answered:
    """A card after a rating.

    ``interval`` is what a button shows: the length of a step, or whole study days; a card in
    days is due when that study day begins, whatever the hour of the review. ``is_lapse``: a
    review card was forgotten. ``is_leech``: that lapse reached the preset's threshold, or half
    of it again since.
    """

    rating: Rating
    memory: CardMemory
    interval: timedelta
    is_lapse: bool = False
    is_leech: bool = False


def preview(memory: CardMemory, preset: Preset, now: datetime, seed: int) -> dict[Rating, Answered]:
    """What each rating would do now: exactly what ``answer`` does with the same arguments."""
    return {a.rating: a for a in _answers(_ALL, memory, preset, now, seed)}


def answer(
    memory: CardMemory, rating: Rating, preset: Preset, now: datetime, seed: int
) -> Answered:
    """The card after ``rating`` at ``now`` (aware). ``seed`` is the card's own, for its fuzz.

    Undoing is going back to the ``memory`` that was handed in. Raises SchedulingError for a
    ``now`` without a time zone.
    """
    needed = (rating,) if rating is Rating.AGAIN else _PASSING[: rating - 1]
    *_, last = _answers(needed, memory, preset, now, seed)
    return last


def retrievability(memory: CardMemory, now: datetime, preset: Preset) -> float | None:
    """The chance in 0..1 that the learner recalls the card on ``now``'s study day; None if new."""
    if memory.stability is None:
        return None
    return Question(memory, preset, as_utc("now", now)).retrievability


def _answers(
    ratings: Sequence[Rating], memory: CardMemory, preset: Preset, now: datetime, seed: int
) -> Iterator[Answered]:
    """The answers to ``ratings``, ascending. Each passing one is longer than the one before by
    a day at least, so the passing ratings below the one wanted must be among them."""
    now = as_utc("now", now)
    question = Question(memory, preset, now)
    shortest = 1
    for rating in ratings:
        reviewed = question.rate(rating)
        if reviewed.state is CardState.REVIEW:
            days = _days(reviewed.wait.days, shortest, memory, preset, seed)
            interval = timedelta(days=days)
            due = day_start_at(question.today + interval, preset.zone, preset.day_start)
            if rating is not Rating.AGAIN:
                shortest = days + 1
        else:
            # Hard lengthens a lone step by half: not past a day, which is what Good may give.
            interval = min(reviewed.wait, DAY)
            due = now + interval
        yield _answered(rating, memory, reviewed, interval, due, now, preset)


def _days(days: int, shortest: int, memory: CardMemory, preset: Preset, seed: int) -> int:
    longest = preset.maximum_interval
    if not preset.fuzz:
        return min(max(days, shortest), longest)
    return fuzzed(days, shortest, longest, unit_draw(seed, "fuzz", memory.reps))


def _answered(
    rating: Rating,
    memory: CardMemory,
    reviewed: Reviewed,
    interval: timedelta,
    due: datetime,
    now: datetime,
    preset: Preset,
) -> Answered:
    is_lapse = rating is Rating.AGAIN and memory.state is CardState.REVIEW
    lapses = memory.lapses + is_lapse
    return Answered(
        rating=rating,
        memory=CardMemory(
            state=reviewed.state,
            step=reviewed.step,
            stability=reviewed.stability,
            difficulty=reviewed.difficulty,
            due=due,
            last_review=now,
            reps=memory.reps + 1,
            lapses=lapses,
        ),
        interval=interval,
        is_lapse=is_lapse,
        is_leech=is_lapse and _is_leech(lapses, preset.leech_threshold),
    )


def _is_leech(lapses: int, threshold: int) -> bool:
    """At the threshold, and then at every further half of it, rounded up (as Anki)."""
    if threshold == 0 or lapses < threshold:
        return False
    return (lapses - threshold) % ((threshold + 1) // 2) == 0
