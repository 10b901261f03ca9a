"""Where a note stands among the topics, and in which order notes are read.

A note's first link line (``**Links**: [[Index]]``) names its index, which is its topic; a note
without one stands under its folders. An index lists its notes in the order they should be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from studyapp.obsidian.links import Resolver
from studyapp.obsidian.values import Link, LinkKind, ParsedNote, TargetKind


def topic_trails(
    notes: Mapping[str, ParsedNote], resolver: Resolver
) -> dict[str, tuple[str, ...]]:
    """For each note the names from the outermost topic down to the note's own title.

    ``notes`` is keyed by path. An index that is not in the vault still names a topic. Indexes may
    have an index themselves; a circle of them ends where it closes.
    """
    parents = {path: _parent(note, resolver) for path, note in notes.items()}

    def trail(path: str, below: frozenset[str]) -> tuple[str, ...]:
        note, parent = notes[path], parents[path]
        if parent is None or parent in below:
            folders = PurePosixPath(path).parent.parts
            return (*(folders if not note.parent else (note.parent,)), note.title)
        return (*trail(parent, below | {path}), note.title)

    return {path: trail(path, frozenset([path])) for path in notes}


def reading_order(notes: Mapping[str, ParsedNote], resolver: Resolver) -> list[str]:
    """The paths of ``notes`` in reading order: each index, then its notes as it links to them,
    then those it forgot by path; notes without an index come in the order of their paths."""
    children: dict[str, list[str]] = {}
    for path in sorted(notes):
        parent = _parent(notes[path], resolver)
        if parent is not None and parent != path:
            children.setdefault(parent, []).append(path)
    listed: dict[str, None] = {}

    def visit(path: str) -> None:
        if path in listed:
            return
        listed[path] = None
        mine = children.get(path, [])
        linked = [
            target.path
            for link in (notes[path].links if mine else ())
            if (target := resolver.resolve(link, path)) and target.path in mine
        ]
        for child in [*linked, *mine]:
            visit(child)

    below = {child for rows in children.values() for child in rows}
    for path in sorted(notes):
        if path not in below:
            visit(path)
    for path in sorted(notes):  # what only stands in a circle of indexes
        visit(path)
    return list(listed)


def _parent(note: ParsedNote, resolver: Resolver) -> str | None:
    if not note.parent:
        return None
    target = resolver.resolve(Link(LinkKind.WIKILINK, note.parent, "", "", 0), note.path)
    return target.path if target and target.kind is TargetKind.NOTE else None
