"""Notes as they were read, kept in a temporary file: however many there are, they take no memory
but for where each begins."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from studyapp.library.packing import unpack
from studyapp.obsidian.values import ParsedNote

RECENT = 128
"""Notes kept at hand: one is asked for several times in a row."""


class Spool(Mapping[str, ParsedNote]):
    """Notes by path, in the order in which they came."""

    def __init__(self) -> None:
        file = tempfile.TemporaryFile(prefix="studyapp-notes-", buffering=0)  # noqa: SIM115
        weakref.finalize(self, file.close)
        self._descriptor = file.fileno()
        self._places: dict[str, tuple[int, int]] = {}
        self._end = 0
        self._load = _loader(self._descriptor)

    def __getitem__(self, path: str) -> ParsedNote:
        return self._load(*self._places[path])

    def __contains__(self, path: object) -> bool:
        return path in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def keep(self, path: str, part: bytes) -> None:
        """Put in a note, as ``packing`` packs it, in place of one that was there before."""
        rest, start = memoryview(part), self._end
        while rest:
            written = os.pwrite(self._descriptor, rest, self._end)
            self._end += written
            rest = rest[written:]
        self._places[path] = start, len(part)

    def packed(self, path: str) -> bytes:
        """The note at ``path`` as it was put in."""
        start, length = self._places[path]
        return os.pread(self._descriptor, length, start)

    def drop(self, path: str) -> None:
        """Forget the note at ``path``, if it is there."""
        self._places.pop(path, None)

    def sort(self) -> None:
        """Order the notes by path."""
        self._places = dict(sorted(self._places.items()))


def _loader(descriptor: int) -> Callable[[int, int], ParsedNote]:
    @lru_cache(maxsize=RECENT)
    def load(start: int, length: int) -> ParsedNote:
        return unpack(os.pread(descriptor, length, start))

    return load
