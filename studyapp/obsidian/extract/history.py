"""The spaced-repetition plugin's memory of its cards: ``<!--SR:!date,interval,ease!…-->``.

It stands at the end of a card, or on the line after it, with an entry for every sibling in the
order that the plugin makes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, repeat

from studyapp.obsidian.blocks import Line
from studyapp.obsidian.values import ForeignSchedule, ItemDraft, Span

_COMMENT = re.compile(r"(?<![ \t])[ \t]*+<!--SR:((?:[^<>-]|-(?!->))*+)-->")
_ENTRY = re.compile(r"(\d{4}-\d\d-\d\d),(\d{1,6})(?:\.\d*)?,(\d{1,6})(?:\.\d*)?")

NEVER_ASKED = date(2000, 1, 1)
"""The day that the plugin writes for a sibling it has not asked yet."""

Schedules = tuple[ForeignSchedule | None, ...]


def read_histories(lines: Iterable[Line]) -> dict[int, Schedules]:
    """What the comments among ``lines`` say, by the line that each belongs to."""
    histories: dict[int, Schedules] = {}
    last = 0
    for line in lines:
        match = _COMMENT.search(line.text)
        if without_history(line.text).strip():
            last = line.number
        if match:
            entries = match[1].strip().removeprefix("!").split("!")
            histories.setdefault(last, tuple(map(_schedule, entries)))
    return histories


def scheduled(
    items: Sequence[ItemDraft], histories: Mapping[int, Schedules], lines: Span
) -> list[ItemDraft]:
    """``items``, the siblings of the card on ``lines``, each with its entry."""
    numbers = range(lines[1], lines[0] - 1, -1)
    entries = next((histories[number] for number in numbers if number in histories), ())
    return [
        replace(item, schedule=entry) if entry else item
        for item, entry in zip(items, chain(entries, repeat(None)), strict=False)
    ]


def without_history(text: str) -> str:
    """``text`` without such comments."""
    return _COMMENT.sub("", text)


def _schedule(entry: str) -> ForeignSchedule | None:
    """None for a sibling that was never asked, and for what cannot be read."""
    match = _ENTRY.fullmatch(entry.strip())
    if not match:
        return None
    try:
        due = date.fromisoformat(match[1])
    except ValueError:
        return None
    return None if due == NEVER_ASKED else ForeignSchedule(due, int(match[2]), int(match[3]))
