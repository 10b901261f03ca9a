"""What every page knows of who is asking."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def people(request: HttpRequest) -> dict[str, bool]:
    """``one_person``: whether the site is one learner's alone, and accounts are no matter.
    ``takes_guests``: whether one can try it without an account."""
    return {
        "one_person": settings.ONE_PERSON,
        "takes_guests": not settings.ONE_PERSON and settings.GUESTS > 0,
    }
