"""What a study session came to, and when to come back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.db.models import Q

from studyapp.scheduling.queue import LEARN_AHEAD
from studyapp.scheduling.values import CardState, Rating
from studyapp.study.models import IN_STEPS, Card, Review, StudySession
from studyapp.study.plan import ONE_DAY, Scope, day_at, day_on, plan_day
from studyapp.study.services.presets import current_preset


@dataclass(frozen=True, slots=True)
class RatingShare:
    """How often a rating was given."""

    name: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class SessionReport:
    """The session in figures. ``right_percent`` is the share of ratings that were not Again, None
    without any. ``ready`` cards could be studied at once. ``waiting`` ones are in steps and come
    later today, from ``waiting_from`` on; they may be asked in ``ready_in`` seconds. ``tomorrow``
    counts the next study day, and ``next_due`` is when the first card after today comes, None
    where there is none."""

    cards: int
    reviews: int
    minutes: int
    right_percent: int | None
    shares: tuple[RatingShare, ...]
    ready: int
    waiting: int
    waiting_from: datetime | None
    ready_in: int | None
    tomorrow: int
    next_due: datetime | None


def report_on(session: StudySession, now: datetime) -> SessionReport:
    """The report of a finished session: a fixed number of queries, all of them by learner."""
    learner, scope = session.learner, Scope.of(session)
    preset = current_preset(learner).preset  # what the next session will keep to
    rows = list(
        Review.objects.counted()
        .filter(learner=learner, session=session)
        .values_list("card_id", "rating", "duration_ms")
    )
    given = Counter(rating for _, rating, _ in rows)
    day = day_at(now, preset)
    queue = plan_day(learner, scope, preset, now)
    steps = [entry.due for entry in queue.learning if entry.due]
    waiting = [due for due in steps if due > now + LEARN_AHEAD]
    later = Card.objects.filter(
        learner=learner,
        item__in=scope.placements(learner).values("item"),
        state__in=(CardState.REVIEW, *IN_STEPS),
        suspended_at=None,
    ).filter(Q(due__gte=day.end) | Q(buried_until__gt=day.date))
    next_day = day_on(day.date + ONE_DAY, preset)
    return SessionReport(
        cards=len({card for card, _, _ in rows}),
        reviews=len(rows),
        minutes=round(sum(duration for _, _, duration in rows) / 60_000),
        right_percent=round(100 * (1 - given[Rating.AGAIN] / len(rows))) if rows else None,
        shares=tuple(
            RatingShare(rating.name.title(), given[rating], round(100 * given[rating] / len(rows)))
            for rating in Rating
            if rows
        ),
        ready=len(queue.main) + len(steps) - len(waiting),
        waiting=len(waiting),
        waiting_from=min(waiting, default=None),
        ready_in=ceil((min(waiting) - LEARN_AHEAD - now).total_seconds()) if waiting else None,
        tomorrow=later.filter(due__lt=next_day.end).count(),
        next_due=later.filter(due__gte=day.end)
        .order_by("due")
        .values_list("due", flat=True)
        .first(),
    )
