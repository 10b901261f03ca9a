"""What switching a dialect on would add, folder by folder, and when that is worth proposing.

Dialects are off by default: what is a question in one vault is prose in most others. What a note
would gain is counted as it is read (``ParsedNote.offers``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from studyapp.obsidian.values import Dialect, Sample, is_below

Tally = Mapping[str, Mapping[str, tuple[int, int]]]
"""Folder -> dialect -> the notes right in it that would gain items, and how many."""

SampleRow = tuple[str, int, str, str]
"""Path, line, question, answer."""

Samples = Mapping[str, Sequence[SampleRow]]
"""Dialect -> some of what it would ask."""

SAMPLES = 3

PROPOSED_FROM = {
    Dialect.HEADINGS: 5,
    Dialect.LABELS: 2,
    Dialect.CARDS: 3,
    Dialect.HIGHLIGHTS: 5,
    Dialect.BOLD: 20,
}
"""So many items make a pattern; fewer are an accident."""

EMPHASIS = frozenset({Dialect.HIGHLIGHTS, Dialect.BOLD})
"""Nearly every vault has these: proposed where a vault holds more of them than of questions."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A dialect that ``folder`` ("" is the vault) seems to be written in, and is not read by: it
    would make ``items`` in ``notes``, such as the ``samples``."""

    dialect: Dialect
    folder: str
    notes: int
    items: int
    samples: tuple[SampleRow, ...] = ()


def some_samples(
    notes: Iterable[tuple[str, Mapping[Dialect, Sample]]], *, before: Samples = MappingProxyType({})
) -> Samples:
    """The first samples that ``notes`` (by path) and those ``before`` have, as JSON values."""
    found: dict[str, list[SampleRow]] = {
        name: [(path, line, question, answer) for path, line, question, answer in rows]
        for name, rows in before.items()
    }
    for path, samples in notes:
        for dialect, sample in samples.items():
            rows = found.setdefault(dialect.value, [])
            rows.append((path, sample.line, sample.question, sample.answer))
            if len(rows) > 2 * SAMPLES:
                del rows[SAMPLES:]
    return {name: sorted(rows)[:SAMPLES] for name, rows in found.items() if rows}


Offers = Iterable[tuple[str, Mapping[Dialect, int]]]
"""What notes would gain, by path."""


def tally_offers(
    offers: Offers, *, before: Tally = MappingProxyType({}), gone: Offers = ()
) -> Tally:
    """``offers`` of notes as plain JSON values; added to those ``before``, from which those of the
    ``gone`` are taken."""
    tally = {folder: dict(row) for folder, row in before.items()}
    for sign, each in ((-1, gone), (1, offers)):
        for path, counts in each:
            row = tally.setdefault(path.rpartition("/")[0], {})
            for dialect, count in counts.items():
                notes, items = row.get(dialect.value, (0, 0))
                row[dialect.value] = notes + sign, items + sign * count
    rows = (
        (folder, {name: of for name, of in row.items() if of[0]}) for folder, row in tally.items()
    )
    return {folder: row for folder, row in rows if row}


def offered(tally: Tally, dialect: Dialect, folder: str = "") -> tuple[int, int]:
    """The notes in ``folder`` and below that ``dialect`` would add to, and how many items."""
    rows = [
        tuple(row[dialect.value])
        for place, row in tally.items()
        if dialect.value in row and is_below(f"{place}/", folder)
    ]
    return sum(notes for notes, _ in rows), sum(items for _, items in rows)


def propose(
    tally: Tally, own: int, samples: Samples = MappingProxyType({})
) -> tuple[Proposal, ...]:
    """What is worth proposing to somebody whose vault has ``own`` items already."""
    proposals = []
    for dialect in Dialect:
        notes, items = offered(tally, dialect)
        if items < PROPOSED_FROM[dialect] or (dialect in EMPHASIS and items <= own):
            continue
        folders = [place for place, row in tally.items() if dialect.value in row]
        some = tuple(samples.get(dialect.value, ()))
        proposals.append(Proposal(dialect, _common(folders), notes, items, some))
    return tuple(proposals)


def _common(folders: Iterable[str]) -> str:
    """The deepest folder that holds all of ``folders``."""
    trails = [folder.split("/") if folder else [] for folder in folders]
    common = []
    for names in zip(*trails, strict=False):
        if len(set(names)) > 1:
            break
        common.append(names[0])
    return "/".join(common)
