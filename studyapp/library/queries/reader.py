"""A note with all that stands around it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import Truncator

from studyapp.library.models import NoteLink, NoteVersion, Placement
from studyapp.library.queries.naming import KIND_LABELS, edit_url, line_url, tag_url
from studyapp.library.queries.parts import WHOLE, Shown, anchor_url
from studyapp.library.queries.properties import property_rows
from studyapp.library.queries.topics import topic_trail
from studyapp.library.search.documents import line_words

CONTEXT = 300
"""Characters shown of a line that links to a note."""


ITEMS = 60
"""Questions that the reader lists at once: a note may hold thousands."""


OUTLINE = 500
"""Headings that the outline lists at most, those of the part that is shown first."""


def start_of(request: HttpRequest) -> int | None:
    """Which question the list begins with: ``?questions=60``; None for anything else."""
    asked = request.GET.get("questions", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else None


def reader_items(version: NoteVersion, start: int | None, shown: Shown = WHOLE) -> dict[str, Any]:
    """What a note asks, as the reader lists it: ``ITEMS`` from the one at ``start`` on (by default
    the first in the part that is ``shown``), and how many there are. Two queries, or three."""
    placements = Placement.objects.live().filter(note=version.note)
    count = placements.count()
    if start is None:
        start = placements.filter(first_line__lt=shown.first).count() if shown.previous else 0
    page = placements.select_related("version").order_by("position")[start : start + ITEMS]
    following = start + ITEMS
    return {
        "items": [_item(version, placement, shown) for placement in page],
        "item_count": count,
        "items_start": start,
        "items_next": following if following < count else None,
        "items_left": max(0, count - following),
    }


def _item(version: NoteVersion, placement: Placement, shown: Shown) -> dict[str, Any]:
    return {
        "id": placement.item_id,
        "kind": KIND_LABELS[placement.kind],
        "prompt": placement.version.words,
        "line": placement.first_line,
        "url": anchor_url(shown, f"L{placement.first_line}", placement.first_line),
        "edit_url": edit_url(
            version.vault, version.note.path, (placement.first_line, placement.last_line)
        ),
        "status": placement.status,
        "reason": placement.reason,
    }


def reader_context(version: NoteVersion, start: int | None, shown: Shown) -> dict[str, Any]:
    """The reader's page for what is ``shown`` of a note, its questions listed from ``start`` on:
    eight queries."""
    vault, note = version.vault, version.note
    neighbours = {
        "previous": Q(note__position__lt=note.position),
        "next": Q(note__position__gt=note.position),
    }
    around = {}
    for name, condition in neighbours.items():
        ordering = F("note__position")
        around[name] = (
            NoteVersion.objects.live()
            .filter(condition, vault=vault)
            .select_related("note")
            .only("title", "note__path", "vault_id")
            .order_by(ordering.desc() if name == "previous" else ordering.asc())
            .first()
        )
    linked = _linked(version)
    links = [{"title": title, "url": line_url(vault, path, 0)} for path, title in linked]
    broken = _broken(shown.html)
    return {
        "vault": vault,
        "note": version,
        "trail": topic_trail(version.topic)[:-1],
        "tags": [(tag, tag_url(vault, tag)) for tag in version.tags],
        "shown": shown,
        "outline": _outline(version, shown),
        "properties": property_rows(version, linked),
        **reader_items(version, start, shown),
        "links": links,
        "broken": broken,
        "link_count": len(links) + len(broken),
        "backlinks": _backlinks(version),
        **{
            name: found
            and {
                "title": found.title,
                "url": reverse("library:note", args=[vault.slug, found.note.path]),
            }
            for name, found in around.items()
        },
    }


def _outline(version: NoteVersion, shown: Shown) -> list[dict[str, Any]]:
    """The note's headings; of very many, those from the part that is shown on."""
    headings = version.parsed.get("headings", ())
    first = 0
    if len(headings) > OUTLINE:
        before = sum(line < shown.first for _, _, line, _ in headings)
        first = min(before, len(headings) - OUTLINE)
    return [
        {"level": level, "text": text, "url": anchor_url(shown, anchor, line)}
        for level, text, line, anchor in headings[first : first + OUTLINE]
    ]


def _backlinks(version: NoteVersion) -> list[dict[str, Any]]:
    """Notes that link here, each once, with the line the first link stands on."""
    links = NoteLink.objects.filter(target=version.note)
    first = links.filter(source=OuterRef("pk")).order_by("line").values("line")[:1]
    sources = (
        NoteVersion.objects.live()
        .filter(pk__in=links.values("source"))
        .exclude(note=version.note)
        .annotate(line=Subquery(first))
        .select_related("note")
        .only("title", "text", "note__path")
        .order_by("note__position")
    )
    return [
        {
            "title": source.title,
            "url": line_url(version.vault, source.note.path, source.line),
            "line": source.line,
            "context": Truncator(line_words(_line(source.text, source.line))).chars(CONTEXT),
        }
        for source in sources
    ]


def _linked(version: NoteVersion) -> list[tuple[str, str]]:
    """Path and title of the notes that this one links to, each once, in the order of their first
    links."""
    links = NoteLink.objects.filter(source=version, target=OuterRef("note"))
    first = links.order_by("id").values("id")[:1]
    targets = (
        NoteVersion.objects.live()
        .filter(note__in=NoteLink.objects.filter(source=version).values("target"))
        .exclude(note=version.note)
        .annotate(first=Subquery(first))
        .order_by("first")
    )
    return list(targets.values_list("note__path", "title"))


_PLACE = re.compile(r'\bdata-line="(\d+)"|\btitle="Not in this vault: ([^"]*)"')


def _broken(html: str) -> list[dict[str, Any]]:
    """What the note as shown (``html``) links to without its being there, each once, with the line
    of the block that it stands in."""
    line = 0
    found: dict[str, int] = {}
    for match in _PLACE.finditer(html):
        if match[1]:
            line = int(match[1])
        else:
            found.setdefault(unescape(match[2]), line)
    return [{"target": target, "line": line} for target, line in found.items()]


def _line(text: str, number: int) -> str:
    """The line of the note's text that has this number."""
    lines = text.split("\n", number)
    return lines[number - 1].strip() if number <= len(lines) else ""
