"""How a learner stands: what is left today, how well each topic is known. For pages of other
rooms; every function takes a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import Count, FilteredRelation, Q

from studyapp.accounts.models import User
from studyapp.library.models import NoteVersion, Placement, Vault
from studyapp.scheduling.values import CardState
from studyapp.study.access import studiable
from studyapp.study.models import IN_STEPS, Card, Review
from studyapp.study.plan import Day, Scope, day_at, plan_day
from studyapp.study.services.presets import UNCHOSEN, current_preset

MATURE = 21.0
"""Days of stability from which a card is mature (Anki's bound, there on the interval)."""

USUAL_SECONDS = 8.0
"""An answer's time before there are any of the learner's own."""

RECENT = 200
"""Answers whose median time is the learner's own."""


@dataclass(frozen=True, slots=True)
class Today:
    """What is left of a study day. ``due`` are reviews, ``learning`` cards in steps.
    ``next_due_at`` is when the next card comes, told only when nothing is left. ``asks_timezone``:
    the learner has chosen no settings yet, so the page should include study/timezone.html."""

    due: int
    new: int
    learning: int
    minutes: int
    next_due_at: datetime | None
    asks_timezone: bool

    @property
    def total(self) -> int:
        """All cards left."""
        return self.due + self.new + self.learning


@dataclass(frozen=True, slots=True)
class TopicState:
    """How well a note's items are known. ``topic_id`` starts a session of just this note. Every
    item is one of new, learning, young and mature, unless its card is suspended; the due ones are
    counted a second time."""

    vault_id: int
    note_id: int
    topic_id: int
    trail: tuple[str, ...]
    name: str
    new: int
    learning: int
    young: int
    mature: int
    due: int


@dataclass(frozen=True, slots=True)
class MemoryLabel:
    """What the learner knows of an item: new, learning, young, mature, due or suspended, and when
    it comes next (None for new and suspended ones)."""

    state: str
    due: datetime | None


def today_summary(learner: User, now: datetime) -> Today:
    """What a session of everything would hold at ``now``: nine queries at most."""
    rules = current_preset(learner)
    preset = rules.preset
    counts = plan_day(learner, Scope(), preset, now).counts
    answers = counts.reviews + counts.learning + counts.new * (len(preset.learning_steps) + 1)
    seconds = answers * _usual_seconds(learner)
    return Today(
        due=counts.reviews,
        new=counts.new,
        learning=counts.learning,
        minutes=max(1, round(seconds / 60)) if answers else 0,
        next_due_at=None if answers else _next_due(learner),
        asks_timezone=rules.version == UNCHOSEN,
    )


def topic_states(learner: User, vaults: Iterable[Vault], now: datetime) -> list[TopicState]:
    """The notes of ``vaults`` that have something to ask, in reading order: three queries."""
    vaults = list(vaults)
    day = day_at(now, current_preset(learner).preset)
    counts = {
        row.pop("note_id"): row
        for row in Placement.objects.ready()
        .filter(vault__in=vaults)
        .annotate(card=FilteredRelation("item__cards", condition=Q(item__cards__learner=learner)))
        .values("note_id")
        .annotate(
            new=Count("id", filter=_is_awake() & (Q(card=None) | Q(card__state=CardState.NEW))),
            learning=Count("id", filter=_is_awake() & Q(card__state__in=IN_STEPS)),
            young=Count("id", filter=_is_awake() & _in_days() & Q(card__stability__lt=MATURE)),
            mature=Count("id", filter=_is_awake() & _in_days() & Q(card__stability__gte=MATURE)),
            due=Count("id", filter=_is_awake() & _is_due(day)),
        )
    }
    notes = (
        NoteVersion.objects.live()
        .filter(vault__in=vaults, note__in=list(counts))
        .select_related("topic")
        .only("vault_id", "note_id", "title", "topic__path")
        .order_by("vault_id", "note__position", "note_id")
    )
    return [
        TopicState(
            vault_id=note.vault_id,
            note_id=note.note_id,
            topic_id=note.topic_id,
            trail=tuple(note.topic.trail),
            name=note.title,
            **counts[note.note_id],
        )
        for note in notes
    ]


def memory_labels(
    learner: User, item_ids: Collection[int], now: datetime
) -> dict[int, MemoryLabel]:
    """What the learner knows of each of the items: two queries."""
    day = day_at(now, current_preset(learner).preset)
    labels = dict.fromkeys(item_ids, MemoryLabel("new", None))
    for card in Card.objects.filter(learner=learner, item__in=item_ids):
        labels[card.item_id] = _label(card, day)
    return labels


def _label(card: Card, day: Day) -> MemoryLabel:
    if card.suspended_at is not None:
        return MemoryLabel("suspended", None)
    if card.state == CardState.NEW:
        return MemoryLabel("new", None)
    assert card.due is not None
    assert card.stability is not None
    if card.state in IN_STEPS:
        return MemoryLabel("learning", card.due)
    if card.due < day.end and card.is_askable(day.date):
        return MemoryLabel("due", card.due)
    return MemoryLabel("mature" if card.stability >= MATURE else "young", card.due)


def _is_awake() -> Q:
    return Q(card=None) | Q(card__suspended_at=None)


def _in_days() -> Q:
    return Q(card__state=CardState.REVIEW)


def _is_due(day: Day) -> Q:
    return (
        Q(card__due__lt=day.end)
        & ~Q(card__state=CardState.NEW)
        & (Q(card__buried_until=None) | Q(card__buried_until__lte=day.date))
    )


def _usual_seconds(learner: User) -> float:
    recent = (
        Review.objects.counted()
        .filter(learner=learner)
        .order_by("-day", "-id")
        .values_list("duration_ms", flat=True)[:RECENT]
    )
    return median(recent) / 1000 if recent else USUAL_SECONDS


def _next_due(learner: User) -> datetime | None:
    return (
        Card.objects.filter(
            learner=learner,
            state__in=(CardState.REVIEW, *IN_STEPS),
            suspended_at=None,
            item__in=studiable(learner).values("item"),
        )
        .order_by("due")
        .values_list("due", flat=True)
        .first()
    )
