"""Where a note belongs: under its index note, or else in its folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from studyapp.obsidian.links import Resolver
from studyapp.obsidian.values import Link, LinkKind, ParsedNote, TargetKind


def topic_trails(notes: Mapping[str, ParsedNote], resolver: Resolver) -> dict[str, tuple[str, ...]]:
    """For every path the topics it stands under, outermost first, its own title last.

    A note with an index link stands under its index (and that under its own); the index need not
    exist. A note that is an index itself stands by itself; any other stands in its folders.
    """
    parents = _parents(notes, resolver)
    indexes = set(parents.values())
    trails: dict[str, tuple[str, ...]] = {}
    for path, note in notes.items():
        climb = [path]
        while (above := parents.get(climb[-1])) is not None and above not in climb:
            climb.append(above)
        top = notes[climb[-1]]
        if top.parent and _index_of(top, resolver) is None:
            head: tuple[str, ...] = (_name(top.parent),)
        elif top.path in indexes:
            head = ()
        else:
            head = tuple(note.path.split("/")[:-1])
        titles = tuple(notes[step].title for step in reversed(climb))
        trails[path] = head + titles
    return trails


def reading_order(notes: Mapping[str, ParsedNote], resolver: Resolver) -> list[str]:
    """The paths in the order in which to read them: each index, then its notes in the order in
    which it links to them; notes without an index by path."""
    parents = _parents(notes, resolver)
    children: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(notes):
        if path in parents:
            children[parents[path]].append(path)
    order: dict[str, None] = {}
    for root in [path for path in sorted(notes) if path not in parents] + sorted(notes):
        stack = [root]
        while stack:
            path = stack.pop()
            if path in order:
                continue
            order[path] = None
            linked = _linked(notes[path], resolver)
            below = sorted(
                children[path], key=lambda child: (linked.get(child, len(linked)), child)
            )
            stack += reversed(below)
    return list(order)


def _parents(notes: Mapping[str, ParsedNote], resolver: Resolver) -> dict[str, str]:
    """The path of each note's index note, where it has one in the vault."""
    indexes = {path: _index_of(note, resolver) for path, note in notes.items()}
    return {path: index for path, index in indexes.items() if index is not None and index != path}


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
