"""``{% load sandbox %}``: JSON and code in colour."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString

from studyapp.sandbox import showing

register = template.Library()


@register.filter
def as_json(value: Any) -> SafeString:
    """JSON values, a member a line."""
    return showing.coloured_json(value)


@register.filter
def as_code(text: str, language: str) -> SafeString:
    return showing.coloured(text, language)


@register.filter
def as_moment(seconds: float) -> datetime:
    """A moment as AWS's JSON has it: seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)
