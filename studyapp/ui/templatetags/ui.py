"""``{% load ui %}``: icons, amounts, and graphics the size of a word."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from studyapp.ui import icons, wording

register = template.Library()

STATES = ("mature", "young", "learning", "new")
"""Best known first, so that the dark end of every bar starts at the same edge."""

BAR_WIDTH = 200
BAR_GAP = 2


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon by its file's name. With ``label`` it says something by itself; without, it only
    accompanies words and is hidden from a screen reader."""
    shapes = mark_safe(icons.shapes(name))  # noqa: S308 - our own files
    role = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" {}>{}</svg>',
        mark_safe(role),  # noqa: S308
        shapes,
    )


@register.simple_tag
def interval(length: timedelta | float) -> str:
    """A length of time, short: "10 min", "4 d", "2.1 mo"."""
    return wording.interval(length)


@register.simple_tag
def spent(seconds: float) -> str:
    """The time that something took: "40 s", "2 min 5 s"."""
    return wording.spent(seconds)


@register.simple_tag
def reltime(moment: datetime | None) -> SafeString | str:
    """A moment as seen from now, in a ``<time>`` that also carries the exact one."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="minutes"),
        date_format(local, "j F Y, H:i"),
        wording.relative(moment, timezone.now()),
    )


@register.filter
def plural(count: int | None, forms: str) -> str:
    """``{{ 3|plural:"note,notes" }}`` is "3 notes"."""
    return wording.plural(count or 0, forms)


@register.simple_tag
def topic_bar(counts: Any) -> SafeString:
    """A topic's cards by state as one bar, and in words for those who don't see it.

    ``counts`` is a mapping or an object with new, learning, young, mature and due.
    """
    amounts = {name: _count(counts, name) for name in STATES}
    total = sum(amounts.values())
    said = ", ".join(f"{amounts[name]} {name}" for name in reversed(STATES) if amounts[name])
    parts = []
    shown = [name for name in STATES if amounts[name]]
    room = BAR_WIDTH - BAR_GAP * (len(shown) - 1)
    x = 0.0
    for name in shown:
        width = room * amounts[name] / total
        parts.append((name, f"{x:.1f}", f"{width:.1f}"))
        x += width + BAR_GAP
    return format_html(
        '<svg class="topic-bar" viewBox="0 0 {} 10" preserveAspectRatio="none" role="img"'
        ' aria-label="{}">{}</svg>',
        BAR_WIDTH,
        said or "no cards",
        format_html_join(
            "", '<rect class="topic-bar__{}" x="{}" y="0" width="{}" height="10"/>', parts
        ),
    )


@register.simple_tag
def sparkline(values: Iterable[float], label: str) -> SafeString:
    """A line the size of a word. ``label`` must say what it shows, with its last value."""
    points = list(values)
    low, high = min(points, default=0), max(points, default=0)
    step = 100 / max(len(points) - 1, 1)
    placed = [
        (index * step, 18 - 16 * (value - low) / ((high - low) or 1))
        for index, value in enumerate(points)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    last = "{:.1f},{:.1f}".format(*placed[-1]) if placed else "0,0"
    return format_html(
        '<svg class="sparkline" viewBox="0 0 100 20" preserveAspectRatio="none" role="img"'
        ' aria-label="{}"><polyline class="sparkline__line" points="{}"/>'
        '<path class="sparkline__last" d="M{} h0"/></svg>',
        label,
        line,
        last,
    )


def _count(counts: Any, name: str) -> int:
    if isinstance(counts, Mapping):
        return int(counts.get(name, 0))
    return int(getattr(counts, name, 0))
