"""Comparing two texts where it can be stopped: hostile ones take for ever."""

from __future__ import annotations

from studyapp.library.live_workers import live_workers
from studyapp.library.workers import Failure
from studyapp.obsidian.diffing import DiffLine
from studyapp.obsidian.merging import Conflict, Merge

SECONDS = 2.0


def compare(before: str, after: str) -> list[DiffLine]:
    """The lines that differ; [] where none does, or where it takes too long to say which."""
    (found,) = live_workers().within(SECONDS).map("diff", [(before, after)])
    return [] if isinstance(found, Failure) else found


def merge(base: str, ours: str, theirs: str) -> Merge:
    """The two merged; one conflict of everything where that takes too long."""
    (found,) = live_workers().within(SECONDS).map("merge", [(base, ours, theirs)])
    if isinstance(found, Failure):
        sides = (tuple(text.split("\n")) for text in (base, ours, theirs))
        return Merge((Conflict(*sides),))
    merged: Merge = found
    return merged
