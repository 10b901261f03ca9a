"""What the notes of a vault show of each other in place, for laying them out and for telling
whether they must be laid out again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from studyapp.library.services.reading import LinkUrls, Reading
from studyapp.obsidian.images import Size
from studyapp.obsidian.links import find_anchor
from studyapp.obsidian.passages import passage_markdown
from studyapp.obsidian.render import (
    EMBED_COST,
    MAX_EMBED_DEPTH,
    MAX_EMBEDDED,
    Hrefs,
    passage_key,
)
from studyapp.obsidian.values import LinkKind, Passage, TargetKind

MAX_PASSAGES = MAX_EMBEDDED // EMBED_COST

_Part = tuple[str, str]
"""A note's path and the anchor of the part that is embedded."""


class Embedding:
    """The embeds of the notes of ``reading``; ``hrefs`` is where the links of each note lead,
    ``sizes`` are those of pictures, by URL, and the pages of tags are below ``tags``."""

    def __init__(
        self,
        reading: Reading,
        hrefs: Mapping[str, LinkUrls],
        sizes: Mapping[str, Size],
        tags: str = "",
    ) -> None:
        self._reading, self._hrefs, self._sizes, self._tags = reading, hrefs, sizes, tags
        self._known: dict[str, dict[tuple[str, str], _Part | None]] = {}
        self._states: dict[str, str] = {}

    def notes(self, path: str) -> list[str]:
        """The notes that are shown, whole or in part, in the one at ``path``."""
        return list(dict.fromkeys(embedded for embedded, _ in self._parts(path)))

    def links(self, path: str) -> list[tuple[tuple[str, str], str, Size | None]]:
        """Where each link of the note leads, and how large the picture there is, in order."""
        return [
            (place, url, self._sizes.get(url)) for place, url in sorted(self._hrefs[path].items())
        ]

    def digest(self, path: str) -> str:
        """Changes when what the note at ``path`` embeds does, or what links in there lead to; "" if
        it embeds nothing."""
        if not (notes := self.notes(path)):
            return ""
        return _hash([self._keys(path), *map(self._state, notes)])

    def hrefs(self, path: str) -> Hrefs:
        """All that laying out the note at ``path`` needs of others. Those that it embeds must have
        been parsed now (see ``Reading.fresh``)."""
        passages: dict[str, Passage] = {}
        left = MAX_EMBEDDED
        for note, anchor in self._parts(path):
            parsed = self._reading.fresh[note]
            markdown = passage_markdown(parsed, anchor)
            if (cost := len(markdown) + EMBED_COST) > left:
                continue
            left -= cost
            passages[passage_key(note, anchor)] = Passage(
                parsed.title, markdown, self._hrefs[note], dict(self._keys(note))
            )
        shown = [self._hrefs[path], *(passage.links for passage in passages.values())]
        sizes = {
            url: self._sizes[url] for links in shown for url in links.values() if url in self._sizes
        }
        return Hrefs(self._hrefs[path], dict(self._keys(path)), passages, sizes, self._tags)

    def _state(self, path: str) -> str:
        """Changes when the note's text does, or what its links lead to."""
        if path not in self._states:
            self._states[path] = _hash([path, self._reading.files[path].sha256, self.links(path)])
        return self._states[path]

    def _keys(self, path: str) -> list[tuple[tuple[str, str], str]]:
        return [
            (place, passage_key(*part) if part else "")
            for place, part in sorted(self._embeds(path).items())
        ]

    def _parts(self, path: str) -> Iterator[_Part]:
        """What the note at ``path`` embeds, then what that embeds, as deep and as much as can be
        shown."""
        seen: set[_Part] = set()
        level = [path]
        for _ in range(MAX_EMBED_DEPTH):
            deeper: dict[str, None] = {}
            for part in (part for note in level for part in self._embeds(note).values() if part):
                if part in seen:
                    continue
                if len(seen) == MAX_PASSAGES:
                    return
                seen.add(part)
                deeper[part[0]] = None
                yield part
            level = list(deeper)

    def _embeds(self, path: str) -> dict[tuple[str, str], _Part | None]:
        """Which part of which note each embed in the note at ``path`` means; None for a heading or
        block that is not there."""
        if path not in self._known:
            reading = self._reading
            embeds: dict[tuple[str, str], _Part | None] = {}
            for link in reading.notes[path].links:
                if link.kind is not LinkKind.EMBED:
                    continue
                target = reading.resolver.resolve(link, path)
                if target is None or target.kind is not TargetKind.NOTE:
                    continue
                note = reading.notes[target.path]
                anchor = find_anchor(note, link.fragment) if link.fragment else ""
                part = None if anchor is None else (target.path, anchor)
                embeds[link.target, link.fragment] = part
            self._known[path] = embeds
        return self._known[path]


def _hash(state: Any) -> str:
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()
