"""A note's properties as its page shows them: dates as dates, links as links, lists as lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format

from studyapp.library.models import NoteVersion
from studyapp.obsidian.links import Resolver
from studyapp.obsidian.values import Link, LinkKind

ELSEWHERE = frozenset({"tags", "tag"})
"""Properties that the page shows in places of their own."""

_ADDRESS_AT_END = re.compile(r"(?:(.*?)[:,]?\s+)?<?(https?://[^\s<>]+)>?$")
_WIKILINK = re.compile(r"\[\[([^\[\]\n]+)\]\]")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?")


Value = list[tuple[str, str]]
"""One value of a property: texts, each with the address that it leads to ("" for none)."""


def property_rows(
    version: NoteVersion, linked: Iterable[tuple[str, str]]
) -> list[tuple[str, list[Value]]]:
    """Each property that says something, with its values. ``linked`` are the paths and titles of
    the notes that the note links to; what else a link may name stays text."""
    reads = _Reader(version, dict(linked))
    rows = []
    for key, value in version.frontmatter.items():
        if key.lower() in ELSEWHERE or value in (None, "", [], {}):
            continue
        values = value if isinstance(value, list) else [value]
        rows.append((key, [reads.value(each) for each in values if each not in (None, "")]))
    return rows


class _Reader:
    """Reads the values of one note's properties."""

    def __init__(self, version: NoteVersion, linked: Mapping[str, str]) -> None:
        self.slug = version.vault.slug
        self.path = version.note.path
        self.resolver = Resolver(linked, (), {})

    def value(self, value: Any) -> Value:
        if isinstance(value, bool):
            return [("Yes" if value else "No", "")]
        text = _said(value).strip()
        if _DATE.fullmatch(text) and (moment := _moment(text)):
            style = "j F Y, H:i" if isinstance(moment, datetime) else "j F Y"
            return [(date_format(moment, style), "")]
        if "[[" in text:
            return list(self.parts(text))
        if match := _ADDRESS_AT_END.fullmatch(text):
            return [(match[1] or match[2], match[2])]
        return [(text, "")]

    def parts(self, text: str) -> Iterator[tuple[str, str]]:
        at = 0
        for match in _WIKILINK.finditer(text):
            if match.start() > at:
                yield text[at : match.start()], ""
            yield self.link(match[1])
            at = match.end()
        if at < len(text):
            yield text[at:], ""

    def link(self, inner: str) -> tuple[str, str]:
        place, _, alias = inner.partition("|")
        name, _, fragment = (part.strip() for part in place.partition("#"))
        words = alias.strip() or " > ".join(part for part in (name, fragment) if part)
        target = self.resolver.resolve(Link(LinkKind.WIKILINK, name, fragment, "", 0), self.path)
        if target is None:
            return words, ""
        url = reverse("library:note", args=[self.slug, target.path])
        return words, f"{url}#{target.anchor}" if target.anchor else url


def _moment(text: str) -> date | datetime | None:
    try:
        if len(text) == len("2024-05-06"):
            return date.fromisoformat(text)
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _said(value: Any) -> str:
    """``value`` in words: what is nested as ``key: value``, one after the other."""
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_said(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(map(_said, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
