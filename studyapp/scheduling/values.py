"""The values scheduling works on: ratings, a card's memory, and a learner's preset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS

DAY = timedelta(days=1)
MAXIMUM_INTERVAL = 36_500
"""Days; the longest interval anybody may set (a century, as Anki)."""


class SchedulingError(ValueError):
    """A value that scheduling cannot work with. ``field`` names it, ``message`` is for a person."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class Rating(IntEnum):
    """How well the learner recalled. The numbers are those of Anki and of the review log."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class CardState(StrEnum):
    """Where a card is: never asked, in its first steps, in day intervals, or in steps again."""

    NEW = "new"
    LEARNING = "learning"
    REVIEW = "review"
    RELEARNING = "relearning"


@dataclass(frozen=True, slots=True)
class CardMemory:
    """A learner's memory of one item; ``CardMemory()`` is a card never asked.

    ``stability`` is in days, ``difficulty`` in 1..10, both None until the first review. ``step``
    is the index of the current (re)learning step and None in day intervals. ``due`` and
    ``last_review`` are in UTC. ``reps`` counts reviews, ``lapses`` the Agains on a review card.
    """

    state: CardState = CardState.NEW
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    due: datetime | None = None
    last_review: datetime | None = None
    reps: int = 0
    lapses: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, moments in ISO 8601. ``from_json`` undoes it exactly."""
        return {
            "state": self.state.value,
            "step": self.step,
            "stability": self.stability,
            "difficulty": self.difficulty,
            "due": None if self.due is None else self.due.isoformat(),
            "last_review": None if self.last_review is None else self.last_review.isoformat(),
            "reps": self.reps,
            "lapses": self.lapses,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CardMemory:
        """Undo ``to_json``. Raises SchedulingError naming the first field that is wrong."""
        _refuse_unknown(cls, data)
        memory = cls(
            state=_state(data.get("state", CardState.NEW)),
            step=None if data.get("step") is None else _whole("step", data["step"], 0),
            stability=_float_or_none("stability", data.get("stability")),
            difficulty=_float_or_none("difficulty", data.get("difficulty")),
            due=_moment_or_none("due", data.get("due")),
            last_review=_moment_or_none("last_review", data.get("last_review")),
            reps=_whole("reps", data.get("reps", 0), 0),
            lapses=_whole("lapses", data.get("lapses", 0), 0),
        )
        if memory.state is not CardState.NEW:
            for name in ("stability", "difficulty", "due", "last_review"):
                if getattr(memory, name) is None:
                    raise SchedulingError(name, f"a card in {memory.state} has one")
        if memory.state in (CardState.LEARNING, CardState.RELEARNING) and memory.step is None:
            raise SchedulingError("step", f"a card in {memory.state} has one")
        return memory


@dataclass(frozen=True, slots=True)
class Preset:
    """A learner's settings. Making one checks it: SchedulingError names the field that is wrong.

    ``parameters`` are the 21 of FSRS-6. Steps are shorter than a day and never shrink, so that a
    better rating never comes back sooner. ``maximum_interval`` is in days. ``timezone`` is an
    IANA name and ``day_start`` the local hour at which the learner's day begins.
    ``leech_threshold`` is the number of lapses that makes a leech; 0 turns that off.
    """

    parameters: tuple[float, ...] = DEFAULT_PARAMETERS
    desired_retention: float = 0.9
    learning_steps: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=10))
    relearning_steps: tuple[timedelta, ...] = (timedelta(minutes=10),)
    maximum_interval: int = MAXIMUM_INTERVAL
    fuzz: bool = True
    leech_threshold: int = 8
    timezone: str = "UTC"
    day_start: int = 4
    new_per_day: int = 20
    reviews_per_day: int = 200

    def __post_init__(self) -> None:
        if not 0.7 <= self.desired_retention <= 0.99:
            raise SchedulingError("desired_retention", "must be from 0.70 to 0.99")
        for name in ("learning_steps", "relearning_steps"):
            _check_steps(name, getattr(self, name))
        for name, low, high in (
            ("maximum_interval", 1, MAXIMUM_INTERVAL),
            ("leech_threshold", 0, 9_999),
            ("day_start", 0, 23),
            ("new_per_day", 0, 9_999),
            ("reviews_per_day", 0, 9_999),
        ):
            _whole(name, getattr(self, name), low, high)
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError) as error:
            raise SchedulingError("timezone", f"no such time zone: {self.timezone}") from error
        try:
            fsrs.Scheduler(parameters=self.parameters)
        except ValueError as error:
            raise SchedulingError("parameters", str(error)) from error

    @property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.timezone)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, steps in seconds. ``from_json`` undoes it exactly."""
        data = {f.name: getattr(self, f.name) for f in fields(self)}
        data["parameters"] = list(self.parameters)
        for name in ("learning_steps", "relearning_steps"):
            data[name] = [step.total_seconds() for step in data[name]]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Preset:
        """Undo ``to_json``; a missing field has its default.

        Raises SchedulingError naming the first field that is wrong or unknown.
        """
        _refuse_unknown(cls, data)
        values = dict(data)
        for name in ("parameters", "learning_steps", "relearning_steps"):
            if name in values:
                values[name] = _numbers(name, values[name])
        for name in ("learning_steps", "relearning_steps"):
            if name in values:
                try:
                    values[name] = tuple(timedelta(seconds=step) for step in values[name])
                except (OverflowError, ValueError) as error:
                    raise SchedulingError(name, "must be seconds") from error
        if "desired_retention" in values:
            (values["desired_retention"],) = _numbers(
                "desired_retention", [values["desired_retention"]]
            )
        if not isinstance(values.get("fuzz", True), bool):
            raise SchedulingError("fuzz", "must be true or false")
        if not isinstance(values.get("timezone", ""), str):
            raise SchedulingError("timezone", "must be a name, such as Europe/Berlin")
        return cls(**values)


def as_utc(name: str, moment: datetime) -> datetime:
    """``moment`` in UTC. Raises SchedulingError for one without a time zone."""
    if moment.tzinfo is None:
        raise SchedulingError(name, "needs a time zone")
    return moment.astimezone(UTC)


def _check_steps(name: str, steps: tuple[timedelta, ...]) -> None:
    for step in steps:
        if not timedelta(0) < step < DAY:
            raise SchedulingError(name, "every step must be longer than nothing, under a day")
    if list(steps) != sorted(steps):
        raise SchedulingError(name, "a step must not be shorter than the one before")


def _refuse_unknown(cls: type[Preset] | type[CardMemory], data: Mapping[str, Any]) -> None:
    known = {f.name for f in fields(cls)}
    for name in data:
        if name not in known:
            raise SchedulingError(str(name), "is not a known field")


def _state(value: Any) -> CardState:
    try:
        return CardState(value)
    except ValueError as error:
        raise SchedulingError("state", f"is not a card's state: {value!r}") from error


def _whole(name: str, value: Any, low: int, high: int | None = None) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise SchedulingError(name, "must be a whole number")
    if value < low or (high is not None and value > high):
        limit = f"at least {low}" if high is None else f"from {low} to {high}"
        raise SchedulingError(name, f"must be {limit}")
    return value


def _numbers(name: str, values: Any) -> tuple[float, ...]:
    if not isinstance(values, list | tuple) or any(
        not isinstance(value, int | float) or isinstance(value, bool) for value in values
    ):
        raise SchedulingError(name, "must be made of numbers")
    return tuple(float(value) for value in values)


def _float_or_none(name: str, value: Any) -> float | None:
    return None if value is None else _numbers(name, [value])[0]


def _moment_or_none(name: str, value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise SchedulingError(name, "must be a moment in ISO 8601") from error
    return as_utc(name, moment)
