"""What a learner does with a vault's items: cards, the review log, study sessions.

Every table carries its learner and is only ever queried by it, so that the rows of one learner
can live together wherever they live.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from studyapp.library.models import Item, ItemVersion, Topic, Vault
from studyapp.scheduling.values import CardMemory, CardState, Preset, Rating

_STATES = [(state.value, state.name) for state in CardState]
IN_STEPS = (CardState.LEARNING, CardState.RELEARNING)
"""States in which a card comes back after minutes, not days."""


class StudyPreset(models.Model):
    """One version of the rules a learner is scheduled by. Never changed: a review points at the
    version in force when it was made, so that replaying the log gives the same memory. The
    learner's highest version is the current one; version 1 is the one nobody has chosen yet."""

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presets", db_index=False
    )
    version = models.PositiveIntegerField()
    data = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "version"], name="preset_version")
        ]

    def __str__(self) -> str:
        return f"preset {self.version} of {self.learner}"

    @cached_property
    def preset(self) -> Preset:
        """The rules as scheduling knows them."""
        return Preset.from_json(self.data)


class Card(models.Model):
    """A learner's memory of one item, made when the learner first does something with it.

    ``due`` and ``last_review`` are moments; a card in days is due when its study day begins.
    ``buried_until`` is the study day from which it may be asked again. ``moves`` counts every
    change, undoing included, and never goes back: a page drawn at another count is stale.
    ``made_for`` is the item that its chance follows from, where that is not ``item`` any more:
    the log would not give the same memory with another's.
    """

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cards", db_index=False
    )
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="cards")
    state = models.CharField(max_length=10, choices=_STATES, default=CardState.NEW)
    step = models.PositiveSmallIntegerField(null=True)
    stability = models.FloatField(null=True)
    difficulty = models.FloatField(null=True)
    due = models.DateTimeField(null=True)
    last_review = models.DateTimeField(null=True)
    reps = models.PositiveIntegerField(default=0)
    lapses = models.PositiveIntegerField(default=0)
    suspended_at = models.DateTimeField(null=True)
    buried_until = models.DateField(null=True)
    moves = models.PositiveIntegerField(default=0)
    made_for = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "item"], name="card_once_an_item"),
            models.CheckConstraint(
                condition=Q(state=CardState.NEW) | Q(due__isnull=False), name="card_has_due"
            ),
        ]
        indexes = [
            # What is due, oldest first, in each state.
            models.Index(fields=["learner", "state", "due"], name="card_due"),
        ]

    def __str__(self) -> str:
        return f"{self.learner}'s card of {self.item_id}"

    @property
    def seed(self) -> int:
        """What this card's chance follows from: its fuzz and the order of its options. Known
        before the card has a row, so that the first preview is already the truth."""
        return self.learner_id << 40 | (self.made_for or self.item_id)

    @property
    def memory(self) -> CardMemory:
        """The memory as scheduling knows it."""
        return CardMemory(
            CardState(self.state),
            self.step,
            self.stability,
            self.difficulty,
            self.due,
            self.last_review,
            self.reps,
            self.lapses,
        )

    @memory.setter
    def memory(self, memory: CardMemory) -> None:
        for name in CardMemory.__dataclass_fields__:
            setattr(self, name, getattr(memory, name))

    def is_askable(self, day: date) -> bool:
        """Neither suspended nor buried on the study day ``day``."""
        return self.suspended_at is None and (self.buried_until is None or self.buried_until <= day)

    def snapshot(self) -> dict[str, Any]:
        """Everything but ``moves`` as plain JSON values; ``restore`` undoes it exactly."""
        return {
            "memory": self.memory.to_json(),
            "suspended_at": self.suspended_at and self.suspended_at.isoformat(),
            "buried_until": self.buried_until and self.buried_until.isoformat(),
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Take back what ``snapshot`` kept; the caller saves."""
        self.memory = CardMemory.from_json(snapshot["memory"])
        suspended, buried = snapshot["suspended_at"], snapshot["buried_until"]
        self.suspended_at = suspended and datetime.fromisoformat(suspended)
        self.buried_until = buried and date.fromisoformat(buried)


class StudySession(models.Model):
    """One sitting: what was planned when it began, and how far it is. It keeps to the rules that
    were in force then; a change of them holds from the next session on.

    ``plan`` is written once: ``[item id, "new" | "review"]`` in the order to ask, bounded by the
    day's limits. ``position`` points at the first entry not yet dealt with. ``learning`` holds
    the cards in steps, ``[due as a POSIX timestamp, item id]``, sorted. ``current`` is what the
    page shows (see ``study.services.sessions``); None when the session is finished.
    ``done`` counts the acts that stand: ratings, and cards set aside. So the next question costs
    the same whatever number of cards the learner has.
    """

    class Scope(models.TextChoices):
        EVERYTHING = "everything"
        VAULT = "vault"
        TOPIC = "topic"

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="study_sessions",
        db_index=False,
    )
    scope = models.CharField(max_length=10, choices=Scope)
    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, null=True, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, null=True, related_name="+")
    rules = models.ForeignKey(
        StudyPreset, on_delete=models.RESTRICT, related_name="+", db_index=False
    )
    day = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    plan = models.JSONField(default=list)
    position = models.PositiveIntegerField(default=0)
    learning = models.JSONField(default=list)
    current = models.JSONField(null=True)
    done = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="everything", vault=None, topic=None)
                | Q(scope="vault", vault__isnull=False, topic=None)
                | Q(scope="topic", vault=None, topic__isnull=False),
                name="session_scope",
            )
        ]
        indexes = [
            # The unfinished session of today, to go on with.
            models.Index(fields=["learner", "day"], name="session_of_day"),
        ]

    def __str__(self) -> str:
        return f"{self.learner}'s study session of {self.day}"

    def get_absolute_url(self) -> str:
        return reverse("study:session", args=[self.pk])

    @property
    def preset(self) -> Preset:
        """The rules it keeps to."""
        return self.rules.preset

    def snapshot(self) -> dict[str, Any]:
        """How far the session is; ``restore`` undoes it exactly."""
        return {
            "position": self.position,
            "learning": self.learning,
            "current": self.current,
            "done": self.done,
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go back to where ``snapshot`` was taken; the caller saves."""
        for name, value in snapshot.items():
            setattr(self, name, value)
        self.finished_at = None


class ReviewQuerySet(models.QuerySet["Review"]):
    """A learner's review log."""

    def counted(self) -> Self:
        """Ratings that stand: not undone."""
        return self.filter(action=Review.Action.RATED, undone_at=None)

    def here(self) -> Self:
        """What was done in this app."""
        return self.filter(origin=Review.Origin.HERE)

    def rebuilding(self) -> Self:
        """Everything that a card's memory follows from."""
        return self.filter(
            action__in=[Review.Action.RATED, Review.Action.RELEARNED, Review.Action.IMPORTED],
            undone_at=None,
        )


class Review(models.Model):
    """One line of the log: a learner rated a card, set it aside, or had it begin anew. Lines are
    never deleted; an undone one says when it was undone. The ratings that stand since the card
    last began anew, in the order of their ids and each under its preset, rebuild its memory.

    What was learnt in another program (``origin``) has a line for each rating given there, and one
    that is ``IMPORTED``, whose ``memory`` the card has from then on.

    ``before`` holds the card's and the session's snapshots, for undoing. ``correct`` is the
    program's verdict, None where the learner judged. ``state_before`` says what kind of card
    was asked; ``interval_seconds``, ``stability`` and ``difficulty`` what came of it.
    """

    class Action(models.TextChoices):
        RATED = "rated"
        BURIED = "buried"
        SUSPENDED = "suspended"
        RELEARNED = "relearned"
        IMPORTED = "imported"

    class Origin(models.TextChoices):
        HERE = ""
        ELSEWHERE = "elsewhere"

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews", db_index=False
    )
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="reviews")
    session = models.ForeignKey(
        StudySession, on_delete=models.SET_NULL, null=True, related_name="reviews"
    )
    request_id = models.UUIDField()
    action = models.CharField(max_length=10, choices=Action, default=Action.RATED)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.HERE, blank=True)
    rating = models.PositiveSmallIntegerField(
        null=True, choices=[(rating.value, rating.name.title()) for rating in Rating]
    )
    reviewed_at = models.DateTimeField()
    day = models.DateField()
    duration_ms = models.PositiveIntegerField(default=0)
    response = models.JSONField(null=True)
    correct = models.BooleanField(null=True)
    preset = models.ForeignKey(
        StudyPreset, on_delete=models.RESTRICT, related_name="+", db_index=False
    )
    version = models.ForeignKey(
        ItemVersion, on_delete=models.RESTRICT, related_name="+", db_index=False
    )
    memory = models.JSONField(null=True)
    before = models.JSONField()
    state_before = models.CharField(max_length=10, choices=_STATES)
    stability = models.FloatField(null=True)
    difficulty = models.FloatField(null=True)
    interval_seconds = models.PositiveBigIntegerField(null=True)
    moves = models.PositiveIntegerField()
    undone_at = models.DateTimeField(null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "request_id"], name="review_once_a_request"),
            models.CheckConstraint(
                condition=Q(action="rated", rating__isnull=False)
                | (~Q(action="rated") & Q(rating=None)),
                name="review_rated_has_rating",
            ),
        ]
        indexes = [
            # What was done on a day: the limits, the summary.
            models.Index(fields=["learner", "day"], name="review_of_day"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.card_id} at {self.reviewed_at}"


def exports_folder() -> Path:
    """Where files of cards lie until they are downloaded."""
    return Path(settings.DATA_DIR).resolve() / "exports"


class CardExport(models.Model):
    """A file of questions that a learner asked for: which (see ``services.card_exports``), how far
    that is, and what the format could not hold."""

    class Format(models.TextChoices):
        APKG = "apkg", "A deck for Anki"
        CSV = "csv", "CSV"
        GIFT = "gift", "GIFT"
        MOODLE = "xml", "Moodle XML"
        QTI = "zip", "QTI 2.1"

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="card_exports"
    )
    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, null=True, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, null=True, related_name="+")
    tag = models.TextField(blank=True)
    search = models.TextField(blank=True)
    items = models.JSONField(default=list, blank=True)
    name = models.CharField(max_length=200)
    format = models.CharField(max_length=4, choices=Format)
    with_schedule = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    step = models.CharField(max_length=60, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    cards = models.PositiveIntegerField(default=0)
    losses = models.JSONField(default=dict)

    class Meta:
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.name} as {self.format} ({self.state})"

    def get_absolute_url(self) -> str:
        return reverse("study:export", args=[self.pk])

    @property
    def home(self) -> Path:
        """The folder that holds the file."""
        return exports_folder() / str(self.pk)

    @property
    def file(self) -> Path:
        """The file."""
        return self.home / f"cards.{self.format}"
