"""What every page knows of who is asking."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def people(request: HttpRequest) -> dict[str, bool]:
    """``one_person``: whether the site is one learner's alone, and accounts are no matter."""
    return {"one_person": settings.ONE_PERSON}
