"""People, and the classes they learn and teach in."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.urls import reverse


class User(AbstractUser):
    """A person who studies or teaches. Everything they produce points here and is only ever
    queried through them.

    A guest has no account yet (see ``guests``). Who began as one reads the sample vault.
    """

    class Role(models.TextChoices):
        LEARNER = "learner"
        INSTRUCTOR = "instructor"
        ADMIN = "admin"

    role = models.CharField(max_length=10, choices=Role, default=Role.LEARNER)
    invite = models.CharField(max_length=20, blank=True)
    """The code of the class whose invite link led here to make an account, until that page is
    seen."""
    is_guest = models.BooleanField(default=False)
    tries_sample = models.BooleanField(default=False)

    class Meta(AbstractUser.Meta):
        indexes = [
            models.Index(
                # Those whose time is over, and how many there are.
                fields=["date_joined"],
                condition=models.Q(is_guest=True),
                name="guests_by_age",
            )
        ]

    @property
    def may_teach(self) -> bool:
        """Whether they may make classes. Whoever has the site to themselves may do anything."""
        return settings.ONE_PERSON or self.role != self.Role.LEARNER


class StudyClass(models.Model):
    """People who learn together, and those who teach them.

    ``join_code`` lets anybody in who gives it before ``code_expires_at``; it is kept as it is
    spoken, since its instructors read it out. An archived class can be looked at, and nothing
    more is done in it: it shares nothing and lets nobody in. ``timezone`` is where its dates are
    meant, for whoever reads them.
    """

    title = models.CharField(max_length=120)
    join_code = models.CharField(max_length=20, unique=True)
    code_expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    timezone = models.CharField(max_length=64, default="UTC")

    class Meta:
        ordering = ["title", "id"]
        verbose_name_plural = "study classes"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("classes:class", args=[self.pk])

    @property
    def zone(self) -> ZoneInfo:
        """Where its dates are meant."""
        return ZoneInfo(self.timezone)

    def lets_in(self, now: datetime) -> bool:
        """Whether its code is good."""
        return self.archived_at is None and now < self.code_expires_at


class Membership(models.Model):
    """That a person belongs to a class: as one who learns in it, or as one who teaches it.
    ``time_factor`` is how much longer they may sit an exam than others."""

    class Role(models.TextChoices):
        LEARNER = "learner"
        INSTRUCTOR = "instructor"

    class TimeFactor(models.TextChoices):
        NONE = "1", "the time as it is"
        QUARTER = "1.25", "a quarter more"
        HALF = "1.5", "half as much again"
        DOUBLE = "2", "twice the time"

    study_class = models.ForeignKey(
        StudyClass, on_delete=models.CASCADE, related_name="memberships"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role, default=Role.LEARNER)
    time_factor = models.CharField(max_length=4, choices=TimeFactor, default=TimeFactor.NONE)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["study_class", "person"], name="member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.study_class}"

    @property
    def teaches(self) -> bool:
        """Whether they run the class."""
        return self.role == self.Role.INSTRUCTOR
