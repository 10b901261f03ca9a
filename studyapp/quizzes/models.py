"""What a learner does with quiz sets: attempts, and in each the slots of its form.

A quiz set itself is a note (see ``obsidian.quiz_set``) and has no row. Every table carries its
learner and is only ever queried by it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from studyapp.accounts.models import StudyClass
from studyapp.items.responses import Response, response_from_json
from studyapp.library.models import Item, ItemVersion, Note
from studyapp.obsidian.quiz_set import Mode

GRACE = timedelta(seconds=30)
"""How long after the end an answer may still arrive: it was given in time and travelled."""


class Assignment(models.Model):
    """A quiz set that a class is to sit: between when, how often, and when it is told how it went.

    The set is drawn for each member when they begin. Whoever may begin until ``due_at`` has to end
    by it, too. One that was withdrawn is begun by nobody any more, and is in no gradebook; what was
    begun goes on.
    """

    class Release(models.TextChoices):
        AT_ONCE = "at once", "as soon as an attempt is handed in"
        AFTER_DUE = "after due", "to all, once it is due"
        BY_HAND = "by hand", "when I say so"

    class Counts(models.TextChoices):
        BEST = "best", "the best attempt"
        LAST = "last", "the last attempt"
        FIRST = "first", "the first attempt"

    study_class = models.ForeignKey(
        StudyClass, on_delete=models.CASCADE, related_name="assignments"
    )
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="assignments")
    title = models.TextField()
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts_allowed = models.PositiveIntegerField(default=1)
    release = models.CharField(max_length=10, choices=Release, default=Release.AFTER_DUE)
    released_at = models.DateTimeField(null=True)
    counts = models.CharField(max_length=5, choices=Counts, default=Counts.BEST)
    withdrawn_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["due_at", "id"]

    def __str__(self) -> str:
        return f"{self.title} for {self.study_class}"

    def get_absolute_url(self) -> str:
        return reverse("quizzes:assignment", args=[self.pk])

    def tells(self, now: datetime) -> bool:
        """Whether candidates may know how it went: keys, explanations and marks."""
        return (
            self.release == self.Release.AT_ONCE
            or self.released_at is not None
            or (self.release == self.Release.AFTER_DUE and now >= self.due_at + GRACE)
        )


class Attempt(models.Model):
    """A learner's sitting of a quiz set, or of their own mistakes (then ``note`` is None); with
    ``assignment``, because a class was set it.

    It keeps the rules it began under (``mode`` to ``scale``), whatever becomes of the note.
    ``seed`` orders the form and its options and is a secret: what belongs together in a match is
    masked with it. ``touched_at`` is when the learner last sent something; the time since then
    counts for the question that comes next. ``right``, ``scored``, ``points`` and ``most_points``
    are the result of what counts, written when it is over and the learner may know it.
    """

    class Mode(models.TextChoices):
        EXAM = Mode.EXAM.value
        PRACTICE = Mode.PRACTICE.value

    class End(models.TextChoices):
        HANDED_IN = "handed in"
        TIME = "time"

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attempts", db_index=False
    )
    request_id = models.UUIDField()
    note = models.ForeignKey(Note, on_delete=models.CASCADE, null=True, related_name="attempts")
    assignment = models.ForeignKey(
        Assignment, on_delete=models.RESTRICT, null=True, related_name="attempts"
    )
    title = models.TextField()
    mode = models.CharField(max_length=10, choices=Mode)
    pass_percent = models.FloatField(null=True)
    partial_credit = models.BooleanField(default=False)
    scale = models.JSONField(null=True)
    seed = models.PositiveBigIntegerField()
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=10, choices=End, blank=True)
    right = models.PositiveIntegerField(null=True)
    scored = models.PositiveIntegerField(null=True)
    points = models.FloatField(null=True)
    most_points = models.FloatField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "request_id"], name="attempt_once_a_request"
            ),
        ]
        indexes = [
            # What is open, and what came before.
            models.Index(fields=["learner", "finished_at"], name="attempt_of_learner"),
        ]

    def __str__(self) -> str:
        return f"{self.learner}'s attempt at {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("quizzes:attempt", args=[self.pk])

    @property
    def is_exam(self) -> bool:
        """Whether nothing is told before the end."""
        return self.mode == self.Mode.EXAM

    def is_over(self, now: datetime) -> bool:
        """Finished, or the time for it and the grace are past."""
        return self.finished_at is not None or (
            self.ends_at is not None and now >= self.ends_at + GRACE
        )

    @property
    def is_withheld(self) -> bool:
        """Whether it is over, and its learner may not know yet how it went."""
        return self.finished_at is not None and self.points is None

    @property
    def share(self) -> float | None:
        """The share of the points that count, in 0..1; None before the end."""
        if self.points is None:
            return None
        return self.points / self.most_points if self.most_points else 0.0

    @property
    def percent(self) -> int | None:
        """That share in whole percent."""
        return None if self.share is None else round(self.share * 100)


class Slot(models.Model):
    """A place of an attempt's form: the item version it asks, and what the learner gave.

    ``version`` to ``points`` are fixed when the form is drawn. ``response`` is the one of the
    highest ``sequence`` that arrived, None for a blank; ``is_complete`` says that nothing is
    missing from it. ``struck`` are ids of options the learner has ruled out, ``remark`` what they
    noted. ``correct`` and ``credit`` are the outcome: None until the learner may know it.
    """

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="slots", db_index=False
    )
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="slots")
    position = models.PositiveIntegerField()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="slots")
    version = models.ForeignKey(
        ItemVersion, on_delete=models.RESTRICT, related_name="+", db_index=False
    )
    domain = models.TextField(blank=True)
    is_scored = models.BooleanField(default=True)
    points = models.FloatField(default=1)
    response = models.JSONField(null=True)
    is_complete = models.BooleanField(default=False)
    is_flagged = models.BooleanField(default=False)
    struck = models.JSONField(default=list)
    remark = models.TextField(blank=True)
    sequence = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    correct = models.BooleanField(null=True)
    credit = models.FloatField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="slot_place"),
        ]
        indexes = [
            # How often a learner was asked an item, and how it went last.
            models.Index(fields=["learner", "item"], name="slot_of_item"),
        ]

    def __str__(self) -> str:
        return f"question {self.position} of {self.attempt}"

    @property
    def seed(self) -> int:
        """Orders the options of this question and masks its pairs."""
        return self.attempt.seed * 1000 + self.position

    @property
    def given(self) -> Response | None:
        """The response, None for a blank."""
        data: dict[str, Any] | None = self.response
        return None if data is None else response_from_json(data)


class Mark(models.Model):
    """What a finished attempt at an assignment came to, for those who teach the class. No page of
    the candidate's reads it: theirs show the attempt, on which it is written at the release."""

    attempt = models.OneToOneField(
        Attempt, on_delete=models.CASCADE, primary_key=True, related_name="mark"
    )
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="marks")
    right = models.PositiveIntegerField()
    scored = models.PositiveIntegerField()
    points = models.FloatField()
    most_points = models.FloatField()

    def __str__(self) -> str:
        return f"{self.percent} % for {self.attempt}"

    @property
    def percent(self) -> int:
        """The share of the points in whole percent."""
        return round(100 * self.points / self.most_points) if self.most_points else 0


class Ruling(models.Model):
    """What the author of a question says of a wording that was asked, and of how answers to it are
    graded. Of a wording the latest holds; nothing is ever changed in one, so that each grading of
    an attempt can be told.

    ``graded_by`` is the mended wording, where there is one to show and grade by; ``reason`` is told
    to the candidates whose marks it changes.
    """

    class Kind(models.TextChoices):
        MENDED = "mended", "By the mended question"
        EITHER = "either", "By the question as asked or as mended, whichever is better for each"
        POINT = "point", "Everybody gets the point"
        DROPPED = "dropped", "It counts no more, for nobody"
        AS_ASKED = "as asked", "As it was asked"

    version = models.ForeignKey(ItemVersion, on_delete=models.CASCADE, related_name="rulings")
    request_id = models.UUIDField()
    kind = models.CharField(max_length=8, choices=Kind)
    graded_by = models.ForeignKey(
        ItemVersion, on_delete=models.CASCADE, null=True, related_name="+"
    )
    reason = models.TextField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "request_id"], name="ruling_once_a_request")
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.kind}"


class Regrading(models.Model):
    """What a ruling changed of a learner's graded question, and of the result of its attempt: each
    of ``before`` and ``after`` holds ``correct``, ``credit`` and ``counts`` of the question, and of
    the whole ``right``, ``scored``, ``points`` and ``most_points`` where there is a result."""

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="regradings",
        db_index=False,
    )
    ruling = models.ForeignKey(Ruling, on_delete=models.CASCADE, related_name="regradings")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="regradings")
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="regradings")
    before = models.JSONField()
    after = models.JSONField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["slot", "ruling"], name="regraded_once_a_ruling")
        ]
        indexes = [
            # What a learner has not been told yet.
            models.Index(fields=["learner", "seen_at"], name="regrading_of_learner"),
        ]

    def __str__(self) -> str:
        return f"{self.slot} by {self.ruling}"


class Report(models.Model):
    """What a learner finds amiss in a question that they were asked, for whoever it belongs to, and
    what came of it: ``answer`` is what its author says, ``ruling`` how it is graded since."""

    class Reason(models.TextChoices):
        KEY = "key", "What is called right is wrong"
        SEVERAL = "several", "Another answer is right as well"
        UNCLEAR = "unclear", "It is not clear what is asked"
        OUTDATED = "outdated", "It was right once, and is not any more"
        WORDING = "wording", "A mistake in the text or a picture"
        OTHER = "other", "Something else"

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reports", db_index=False
    )
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="reports")
    version = models.ForeignKey(ItemVersion, on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(max_length=8, choices=Reason)
    words = models.TextField(blank=True)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    ruling = models.ForeignKey(Ruling, on_delete=models.SET_NULL, null=True, related_name="reports")
    heard_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["learner", "slot"], name="reported_once"),
        ]

    def __str__(self) -> str:
        return f"{self.slot}: {self.reason}"
