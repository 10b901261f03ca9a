"""Where a note belongs: under its index note, or else in its folder."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studyapp.obsidian.links import Resolver
from studyapp.obsidian.values import Link, LinkKind, ParsedNote, TargetKind

_NUMBER = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class Indexing:
    """The ``titles`` of a vault's notes, by path, and the ``parents`` of those whose index note is
    in the vault; ``absent`` names the index of those where it is not."""

    titles: Mapping[str, str]
    parents: Mapping[str, str]
    absent: Mapping[str, str]


def find_indexes(notes: Mapping[str, ParsedNote], resolver: Resolver) -> Indexing:
    """Which note is the index of which, by one look at each of ``notes``."""
    titles, parents, absent = {}, {}, {}
    for path, note in notes.items():
        titles[path] = note.title
        if (index := _index_of(note, resolver)) is None:
            if note.parent:
                absent[path] = _name(note.parent)
        elif index != path:
            parents[path] = index
    return Indexing(titles, parents, absent)


def topic_trails(found: Indexing) -> dict[str, tuple[str, ...]]:
    """For every path the topics it stands under, outermost first, its own title last.

    A note with an index link stands under its index (and that under its own); the index need not
    exist. A note that is an index itself stands by itself; any other stands in its folders.
    """
    indexes = set(found.parents.values())
    trails: dict[str, tuple[str, ...]] = {}
    for path in found.titles:
        climb = [path]
        while (above := found.parents.get(climb[-1])) is not None and above not in climb:
            climb.append(above)
        top = climb[-1]
        if top in found.absent:
            head: tuple[str, ...] = (found.absent[top],)
        elif top in indexes:
            head = ()
        else:
            head = tuple(path.split("/")[:-1])
        trails[path] = head + tuple(found.titles[step] for step in reversed(climb))
    return trails


def reading_order(
    found: Indexing, notes: Mapping[str, ParsedNote], resolver: Resolver
) -> list[str]:
    """The paths in the order in which to read them: each index, then its notes in the order in
    which it links to them; notes without an index by path, as Obsidian lists them."""
    paths = sorted(found.titles, key=_in_order)
    children: defaultdict[str, list[str]] = defaultdict(list)
    for path in paths:
        if path in found.parents:
            children[found.parents[path]].append(path)
    order: dict[str, None] = {}
    for root in [path for path in paths if path not in found.parents] + paths:
        stack = [root]
        while stack:
            path = stack.pop()
            if path in order:
                continue
            order[path] = None
            if path not in children:
                continue
            linked = _linked(notes[path], resolver)
            below = sorted(
                children[path], key=lambda child: (linked.get(child, len(linked)), _in_order(child))
            )
            stack += reversed(below)
    return list(order)


def _in_order(path: str) -> tuple[Any, ...]:
    """What to sort paths by: "Lesson 2" before "Lesson 10", and capitals like small letters."""
    parts = _NUMBER.split(path.casefold())  # words at even places, numbers at odd ones
    key: list[Any] = list(parts)
    key[1::2] = [(len(number), number) for number in (each.lstrip("0") for each in parts[1::2])]
    return (key, path)


def _index_of(note: ParsedNote, resolver: Resolver) -> str | None:
    """The path of the note that the index link of ``note`` leads to; None where there is none."""
    if not note.parent:
        return None
    target = resolver.resolve(Link(LinkKind.WIKILINK, note.parent, "", "", 0), note.path)
    return target.path if target and target.kind is TargetKind.NOTE else None


def _linked(note: ParsedNote, resolver: Resolver) -> dict[str, int]:
    """The notes that ``note`` links to, each with the place of its first link."""
    places: dict[str, int] = {}
    for place, link in enumerate(note.links):
        if (target := resolver.resolve(link, note.path)) is not None:
            places.setdefault(target.path, place)
    return places


def _name(target: str) -> str:
    return target.rpartition("/")[2].removesuffix(".md")
