"""Merging a text that was changed in two places, line by line, as diff3 does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

Lines = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """Lines about which there is nothing to decide."""

    lines: Lines


@dataclass(frozen=True, slots=True)
class Conflict:
    """Lines of the base that both changed, each in its own way."""

    base: Lines
    ours: Lines
    theirs: Lines


Part = Agreed | Conflict


@dataclass(frozen=True, slots=True)
class Merge:
    """What two changed texts come to, from the first line to the last."""

    parts: tuple[Part, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What somebody has to decide, in order."""
        return tuple(part for part in self.parts if isinstance(part, Conflict))

    def text(self, decided: Sequence[Lines] = ()) -> str:
        """The merged text, with the lines ``decided`` in place of each conflict."""
        decisions = iter(decided)
        lines: list[str] = []
        for part in self.parts:
            lines += part.lines if isinstance(part, Agreed) else next(decisions)
        return "\n".join(lines)


def merge_texts(base: str, ours: str, theirs: str) -> Merge:
    """Merge ``ours`` and ``theirs``, both made from ``base``. Lines that only one of them changed
    are as that one has them; a conflict is where both did, differently, or side by side.

    Quadratic for hostile texts: run it where it can be stopped.
    """
    texts = [text.split("\n") for text in (base, ours, theirs)]
    runs: _Runs = []
    start = (0, 0, 0)
    for at, size in _in_all(*texts):
        between = (text[a:b] for text, a, b in zip(texts, start, at, strict=True))
        _settle(runs, *between)
        _agree(runs, texts[0][at[0] : at[0] + size])
        start = (at[0] + size, at[1] + size, at[2] + size)
    _settle(runs, *(text[a:] for text, a in zip(texts, start, strict=True)))
    return Merge(tuple(run if isinstance(run, Conflict) else Agreed(tuple(run)) for run in runs))


_Runs = list[list[str] | Conflict]


def _settle(runs: _Runs, base: list[str], ours: list[str], theirs: list[str]) -> None:
    if ours == theirs or theirs == base:
        _agree(runs, ours)
    elif ours == base:
        _agree(runs, theirs)
    else:
        runs.append(Conflict(tuple(base), tuple(ours), tuple(theirs)))


def _agree(runs: _Runs, lines: list[str]) -> None:
    if runs and isinstance(last := runs[-1], list):
        last += lines
    elif lines:
        runs.append([*lines])


def _in_all(
    base: list[str], ours: list[str], theirs: list[str]
) -> Iterator[tuple[tuple[int, int, int], int]]:
    """The runs of lines that all three have: where each begins in each, and how long it is."""
    ours_same = SequenceMatcher(None, base, ours).get_matching_blocks()
    theirs_same = SequenceMatcher(None, base, theirs).get_matching_blocks()
    i = j = 0
    while i < len(ours_same) and j < len(theirs_same):
        one, other = ours_same[i], theirs_same[j]
        start = max(one.a, other.a)
        end = min(one.a + one.size, other.a + other.size)
        if start < end:
            yield (start, one.b + start - one.a, other.b + start - other.a), end - start
        if one.a + one.size < other.a + other.size:
            i += 1
        else:
            j += 1
