"""Which part of a long note a page shows. Other notes are shown whole."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote

from django.urls import reverse

from studyapp.items.values import normalise
from studyapp.library.models import NoteVersion
from studyapp.library.services.stored import parts_from_json
from studyapp.obsidian.parts import part_html
from studyapp.obsidian.values import Part

_LINE = re.compile(r"L(\d{1,9})")
_FIRST_HEADING = re.compile(r"((?:<span[^>]*></span>)*)<h1([^>]*)>(.*?)</h1>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*+>")
_ID = re.compile(r'\sid="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a note is on the page: its HTML, which part of how many that is, and which lines of
    the note it may show (``last`` is None to the end)."""

    html: str
    number: int = 1
    count: int = 1
    first: int = 1
    last: int | None = None

    @property
    def previous(self) -> int | None:
        """The number of the part before."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The number of the part after."""
        return self.number + 1 if self.number < self.count else None

    def has_line(self, line: int) -> bool:
        """Whether the page shows what stands at ``line`` of the note."""
        return self.first <= line and (self.last is None or line <= self.last)


WHOLE = Shown("")
"""For lists of places in a note, where no part of it is at hand."""


def shown_part(version: NoteVersion, *, at: str = "", number: str = "") -> Shown:
    """What to show of ``version``: the part in which the anchor ``at`` stands, else the one with
    this ``number``, else the first."""
    parts = parts_from_json(version.parsed)
    if not parts:
        return Shown(_to_parts(_without_title_again(version.html, version.title), version))
    index = _part_at(version.html, parts, at)
    if index is None:
        asked = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
        index = min(max(asked, 1), len(parts)) - 1
    html = part_html(version.html, parts, index)
    if index == 0:
        html = _without_title_again(html, version.title)
    return Shown(
        _to_parts(_with_ways_out(html, version.note.get_absolute_url()), version),
        index + 1,
        len(parts),
        1 if index == 0 else parts[index].line,
        parts[index + 1].line - 1 if index + 1 < len(parts) else None,
    )


def anchor_url(shown: Shown, anchor: str, line: int) -> str:
    """Leads to ``anchor``, at ``line`` of the note, from the page of ``shown``."""
    return f"#{anchor}" if shown.has_line(line) else _elsewhere(anchor)


def _elsewhere(anchor: str) -> str:
    return f"?at={quote(anchor)}#{anchor}"


def _part_at(html: str, parts: Sequence[Part], anchor: str) -> int | None:
    """The number of the part in which ``anchor`` stands, from 0; None where it is nowhere."""
    if not anchor:
        return None
    if (place := html.find(f' id="{anchor}"')) >= 0:
        return bisect_right([part.start for part in parts], place) - 1
    if line := _LINE.fullmatch(anchor):
        return max(0, bisect_right([part.line for part in parts], int(line[1])) - 1)
    return None


def _without_title_again(html: str, title: str) -> str:
    """``html`` without a heading at its beginning that says the ``title`` which the page has above
    it already; the heading's place is kept."""
    first = _FIRST_HEADING.match(html)
    if first is None or normalise(unescape(_TAG.sub("", first[3]))) != normalise(title):
        return html
    return f"{first[1]}<div{first[2]}></div>{html[first.end() :]}"


def _to_parts(html: str, version: NoteVersion) -> str:
    """``html`` with its links to places in other notes that are long leading to the part where they
    are."""
    vault = version.vault
    paths = {
        reverse("library:note", args=[vault.slug, path]).replace("&", "&amp;"): path
        for path in vault.long_notes
        if path != version.note.path
    }
    if not paths:
        return html

    def lead(match: re.Match[str]) -> str:
        return f'href="{vault.anchored(match[1], paths[match[1]], unescape(match[2]))}"'

    return re.sub(rf'href="({"|".join(map(re.escape, paths))})#([^"]+)"', lead, html)


def _with_ways_out(html: str, url: str) -> str:
    """``html`` with its links to places of the same note that are not in it leading to the part
    where they are."""
    here = set(_ID.findall(html))

    def lead(match: re.Match[str]) -> str:
        anchor = unescape(match[1])
        return match[0] if anchor in here else f'href="{_elsewhere(anchor)}"'

    return re.sub(rf'href="(?:{re.escape(url)})?#([^"]+)"', lead, html)
