"""What a learner has to do on a study day, in the order to do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from studyapp.accounts.models import User
from studyapp.library.models import PlacementQuerySet, Topic, Vault
from studyapp.scheduling.days import day_start_at, study_day
from studyapp.scheduling.queue import Entry, Limits, Queue, build_queue, limits_left
from studyapp.scheduling.values import CardState, Preset
from studyapp.study.access import studiable
from studyapp.study.models import IN_STEPS, Card, Review, StudySession

ONE_DAY = timedelta(days=1)

LONGEST = 500
"""Entries of each sort in one plan. A session is a sitting, and its row is written at every
rating; whoever allows themselves more a day goes on with a second session."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is studied: a vault, a topic with everything below it, or (both None) everything."""

    vault: Vault | None = None
    topic: Topic | None = None

    @classmethod
    def of(cls, session: StudySession) -> Scope:
        """The scope that ``session`` was begun with."""
        return cls(vault=session.vault, topic=session.topic)

    @property
    def kind(self) -> StudySession.Scope:
        """Its name."""
        if self.topic is not None:
            return StudySession.Scope.TOPIC
        if self.vault is not None:
            return StudySession.Scope.VAULT
        return StudySession.Scope.EVERYTHING

    def placements(self, learner: User) -> PlacementQuerySet:
        """What the learner can be asked within the scope."""
        placements = studiable(learner)
        if self.topic is not None:
            return placements.filter(vault=self.topic.vault_id).in_topic(self.topic)
        if self.vault is not None:
            return placements.filter(vault=self.vault)
        return placements


@dataclass(frozen=True, slots=True)
class Day:
    """A study day of the learner's: its date and its first and last moment (excluded)."""

    date: date
    start: datetime
    end: datetime


def day_at(now: datetime, preset: Preset) -> Day:
    """The study day that ``now`` falls in."""
    return day_on(study_day(now, preset.zone, preset.day_start), preset)


def day_on(day: date, preset: Preset) -> Day:
    """The study day called ``day``."""
    start, end = (
        day_start_at(each, preset.zone, preset.day_start) for each in (day, day + ONE_DAY)
    )
    return Day(day, start, end)


def plan_day(learner: User, scope: Scope, preset: Preset, now: datetime) -> Queue:
    """What is left to do in ``scope`` on the study day of ``now``, after what was done already
    on that day in whatever scope. Takes six queries. Entry keys are item ids."""
    day = day_at(now, preset)
    placements = scope.placements(learner)
    limits = _limits(learner, preset, day)
    groups_done = _groups_done(learner, day)
    in_steps = list(_due(placements, learner, day, IN_STEPS))
    taken = groups_done | {entry.group for entry in in_steps}
    return build_queue(
        in_steps,
        _enough(_due(placements, learner, day, (CardState.REVIEW,)), limits.reviews, taken),
        _enough(_never_asked(placements, learner, day), limits.new, taken),
        limits=limits,
        seed=learner.pk * 1_000_000 + day.date.toordinal(),
        groups_done=groups_done,
    )


def due_cards(
    placements: PlacementQuerySet, learner: User, day: Day, states: Iterable[CardState]
) -> PlacementQuerySet:
    """Placements of the learner's cards in ``states`` that are due by the end of ``day``."""
    return placements.filter(
        Q(item__cards__buried_until=None) | Q(item__cards__buried_until__lte=day.date),
        item__cards__learner=learner,
        item__cards__state__in=states,
        item__cards__due__lt=day.end,
        item__cards__suspended_at=None,
    )


def never_asked(placements: PlacementQuerySet, learner: User, day: Day) -> PlacementQuerySet:
    """Placements of items that are new to the learner and may be asked on ``day``."""
    other = Card.objects.filter(learner=learner, item=OuterRef("item")).exclude(
        Q(state=CardState.NEW, suspended_at=None)
        & (Q(buried_until=None) | Q(buried_until__lte=day.date))
    )
    return placements.filter(~Exists(other))


def _group(note_id: int, group: str) -> str:
    """What siblings share, in all vaults; "" for an item without any."""
    return f"{note_id}:{group}" if group else ""


def _limits(learner: User, preset: Preset, day: Day) -> Limits:
    asked = Counter(
        Review.objects.counted()
        .here()
        .filter(learner=learner, day=day.date)
        .values_list("state_before", flat=True)
    )
    left = limits_left(preset, new_done=asked[CardState.NEW], reviews_done=asked[CardState.REVIEW])
    return Limits(new=min(left.new, LONGEST), reviews=min(left.reviews, LONGEST))


def _groups_done(learner: User, day: Day) -> frozenset[str]:
    reviewed = Review.objects.counted().filter(learner=learner, day=day.date)
    rows = (
        studiable(learner)
        .filter(item__in=reviewed.values("card__item"))
        .exclude(group="")
        .values_list("note_id", "group")
    )
    return frozenset(_group(*row) for row in rows)


def _due(
    placements: PlacementQuerySet, learner: User, day: Day, states: Iterable[CardState]
) -> Iterator[Entry]:
    rows = (
        due_cards(placements, learner, day, states)
        .order_by("item__cards__due", "item_id")
        .values_list("item_id", "note_id", "group", "item__cards__due")
    )
    for item_id, note_id, group, due in rows.iterator():
        yield Entry(item_id, _group(note_id, group), due)


def _never_asked(placements: PlacementQuerySet, learner: User, day: Day) -> Iterator[Entry]:
    """Those that the learner has met before, which are to be learnt again or were set aside, then
    the others; each in reading order."""
    met = Card.objects.filter(learner=learner, state=CardState.NEW)
    new = never_asked(placements, learner, day).order_by(
        "vault_id", "note__position", "note_id", "position"
    )
    again = new.filter(item__in=met.values("item"))
    known = set()
    for rows in (again, new):
        for item_id, note_id, group in rows.values_list("item_id", "note_id", "group").iterator():
            if item_id not in known:
                yield Entry(item_id, _group(note_id, group))
            if rows is again:
                known.add(item_id)


def _enough(entries: Iterator[Entry], limit: int, taken: frozenset[str]) -> Iterator[Entry]:
    """As many of ``entries`` as it takes to find ``limit`` that are not siblings of another, so
    that nobody reads a hundred thousand rows to find twenty."""
    seen = set(taken)
    for entry in entries:
        if limit <= 0:
            return
        if not entry.group or entry.group not in seen:
            limit -= 1
            seen.add(entry.group)
        yield entry
