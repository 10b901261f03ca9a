"""What travels between another program's file and a vault.

Moments are in seconds since 1970 (UTC), intervals in days; a ``due_day`` is the other program's own
study day, which no time zone moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class InterchangeError(Exception):
    """A file that cannot be read at all. ``message`` says to a person what it is and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was not carried over whole. ``path`` is the vault's note it belongs to,
    ``line`` a line of the file that was read (0: none in particular)."""

    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class ForeignReview:
    """A rating (1 Again to 4 Easy) given elsewhere. ``state`` is that of the card when it was
    asked: "new" (also where it had begun anew), "learning", "review" or "relearning".
    ``interval_s`` (seconds) and ``ease`` are what came of it."""

    at_ms: int
    rating: int
    state: str
    duration_ms: int = 0
    interval_s: int = 0
    ease: float = 0.0


@dataclass(frozen=True, slots=True)
class ForeignCard:
    """What another program knows of a learner's memory of one question.

    ``stability`` and ``difficulty`` are FSRS's own where that program has them; else ``ease`` (2.5:
    each interval 2.5 times the last) and ``interval`` say what SM-2 made of it. ``due_at`` is for
    cards in steps, of which ``steps_left`` are left, ``due_day`` for the others.
    """

    state: str
    due_day: str = ""
    due_at: int = 0
    interval: float = 0.0
    ease: float = 0.0
    stability: float | None = None
    difficulty: float | None = None
    last_review: int | None = None
    reps: int = 0
    lapses: int = 0
    steps_left: int = 0
    suspended: bool = False
    reviews: tuple[ForeignReview, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, what is as it usually is left out; ``from_json`` undoes it."""
        data: dict[str, Any] = {
            name: value
            for name in self.__dataclass_fields__
            if (value := getattr(self, name)) != self.__dataclass_fields__[name].default
        }
        if self.reviews:
            data["reviews"] = [
                [r.at_ms, r.rating, r.state, r.duration_ms, r.interval_s, r.ease]
                for r in self.reviews
            ]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ForeignCard:
        """Undo ``to_json``. Raises TypeError or ValueError for what it cannot have made."""
        reviews = tuple(ForeignReview(*row) for row in data.get("reviews", ()))
        return cls(**{**data, "reviews": reviews})


@dataclass(frozen=True, slots=True)
class VaultFiles:
    """A vault made of another program's file.

    ``notes``: path -> Markdown. ``media``: the name in that file -> path in the vault, for what the
    notes show. ``cards``: explicit id of a question -> what that program knows of it. ``title`` is
    what a person would call the whole.
    """

    title: str
    notes: Mapping[str, str]
    media: Mapping[str, str] = field(default_factory=dict)
    cards: Mapping[str, ForeignCard] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()
