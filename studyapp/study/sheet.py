"""The sheet of a study session: a question and what each rating of it would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from studyapp.items.responses import Response
from studyapp.library.asking.layout import sheet_fields
from studyapp.library.asking.values import Sheet
from studyapp.scheduling.values import Rating
from studyapp.study.sitting import Turn


@dataclass(frozen=True, slots=True)
class RatingButton:
    """A rating and what it does."""

    value: int
    name: str
    interval: timedelta
    is_allowed: bool
    is_proposed: bool

    @property
    def keys(self) -> str:
        """Its number, and the space bar for the one that the program proposes."""
        return f"{self.value} space" if self.is_proposed else str(self.value)


@dataclass(frozen=True, slots=True)
class StudySheet(Sheet):
    """A question as a study session shows it."""

    ratings: Sequence[RatingButton] = ()


def lay_out(turn: Turn, *, reveal: bool = False, draft: Response | None = None) -> StudySheet:
    """The sheet of ``turn``. ``reveal`` shows the answer of a question that the learner judges;
    ``draft`` is an answer that was posted but not taken, and is kept in the form."""
    content = turn.content
    given = turn.response or draft
    fields = sheet_fields(
        turn.version,
        trail=turn.placement.topic.trail[-2:],
        seed=turn.shuffle_seed,
        mask=None,
        given=given,
        outcome=turn.outcome,
        is_revealed=content.is_recalled and (reveal or given is not None),
    )
    return StudySheet(**fields, ratings=_ratings(turn) if fields["is_revealed"] else ())


def _ratings(turn: Turn) -> list[RatingButton]:
    proposed = Rating.GOOD if Rating.GOOD in turn.allowed else Rating.AGAIN
    return [
        RatingButton(
            value=rating.value,
            name=rating.name.title(),
            interval=answered.interval,
            is_allowed=rating in turn.allowed,
            is_proposed=rating is proposed,
        )
        for rating, answered in turn.ratings.items()
    ]
