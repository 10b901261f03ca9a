"""``{% load sandbox %}``: JSON and code in colour, and the places of a pool."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from studyapp.sandbox import showing
from studyapp.sandbox.console import PLACES

register = template.Library()


@register.filter
def as_json(value: Any) -> SafeString:
    """JSON values, a member a line."""
    return showing.coloured_json(value)


@register.filter
def as_code(text: str, language: str) -> SafeString:
    return showing.coloured(text, language)


@register.filter
def as_letter(body: str) -> SafeString:
    """An e-mail as a mail program shows it."""
    return showing.letter(body)


@register.filter
def as_moment(seconds: float) -> datetime:
    """A moment as AWS's JSON has it: seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


@register.simple_tag
def places(pool_id: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Where one can go in a pool: each group's title with its places' names, labels and
    addresses."""
    return [
        (
            title,
            [
                (name, label, reverse(f"sandbox:{name}", args=[pool_id]))
                for name, label in group.items()
            ],
        )
        for title, group in PLACES.items()
    ]
