"""The HTML of a long note in parts, so that a page has a size however long its note is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from studyapp.obsidian.markdown.sanitise import VOID_TAGS, names
from studyapp.obsidian.values import Part

PART = 300_000
"""Characters after which a part ends with the block that has begun; where that is long itself, a
tenth later with the item or row in it."""

_OPENED_AGAIN = names("blockquote div ol section table tbody ul")
"""What a part may then end in the middle of: the next one opens it again."""

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^<>"]|"[^"]*")*+)>')
_LINE = re.compile(r'\sdata-line="(\d+)"')
_PLACE = re.compile(r'\s(?:id|data-line|start)="[^"]*"')
_START = re.compile(r'\sstart="(\d+)"')


@dataclass(slots=True)
class _Open:
    """An element that is open, and how many items it has so far."""

    name: str
    attributes: str
    items: int = 0

    def again(self) -> str:
        """The tag that goes on with it."""
        kept = _PLACE.sub("", self.attributes)
        if self.name == "ol":
            first = _START.search(self.attributes)
            kept += f' start="{int(first[1] if first else 1) + self.items}"'
        return f"<{self.name}{kept}>"


@dataclass(slots=True)
class _Cut:
    """Where the HTML is cut, the line that follows, and what opens and closes around."""

    at: int
    line: int = 0
    before: str = ""
    closes: str = ""


def split_parts(html: str) -> tuple[Part, ...]:
    """The parts of ``html``, which the sanitiser has made; none where it is short enough to be
    shown whole."""
    if len(html) <= PART:
        return ()
    cuts = [_Cut(0)]
    opened: list[_Open] = []
    last = 0
    for tag in _TAG.finditer(html):
        closes, name, attributes = tag.groups()
        if not closes:
            if name in VOID_TAGS:
                continue
            if name == "li" and opened:
                opened[-1].items += 1
            opened.append(_Open(name, attributes))
            if line := _LINE.search(attributes):
                last = int(line[1])
                cuts[-1].line = cuts[-1].line or last
            continue
        if opened:
            opened.pop()
        over = tag.end() - cuts[-1].at - PART
        if over < 0 or (opened and over < PART // 10) or len(html) - tag.end() <= PART // 10:
            continue
        if all(around.name in _OPENED_AGAIN for around in opened):
            cuts[-1].line = cuts[-1].line or last + 1
            cuts[-1].closes = "".join(f"</{around.name}>" for around in reversed(opened))
            cuts.append(_Cut(tag.end(), before="".join(around.again() for around in opened)))
    cuts[-1].line = cuts[-1].line or last + 1
    return tuple(Part(cut.at, cut.line, cut.before, cut.closes) for cut in cuts)


def part_html(html: str, parts: Sequence[Part], number: int) -> str:
    """The part of ``html`` that has this ``number``, from 0."""
    part = parts[number]
    end = parts[number + 1].start if number + 1 < len(parts) else len(html)
    return f"{part.before}{html[part.start : end]}{part.after}"
