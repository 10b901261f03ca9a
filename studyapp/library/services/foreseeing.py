"""What an import of a reading would change in a vault, without importing.

A vault may hold a hundred thousand questions: they go by one after the other, and of each is kept
what it is recognised by and where it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import QuerySet

from studyapp.items.values import content_hash, from_json, question_and_key
from studyapp.library.models import Placement, Vault
from studyapp.library.services.placing import archived_placements
from studyapp.library.services.reading import Reading
from studyapp.obsidian.identity import COMPARED, PAIRED, Known, match, resembling
from studyapp.obsidian.values import ItemDraft

Row = tuple[str, int, str, str]
"""Where a question stands (path, line), its words, and what was before."""


Said = tuple[str, int, str, str]
"""Where a question stands (path, line), what it asks and its answer."""

BATCH = 500


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an import would change: the questions that would be ``new``, ``changed``, ``moved``,
    ``archived`` and ``revived``; those that would be recognised by likeness alone, ``similar``:
    what they said (``Said``), what they say now, and how alike that is; and those that would go
    and come and may be the same, ``perhaps``, likewise. ``items`` says which
    questions of the reading (by number) are in the vault, as which item."""

    changes: dict[str, Any]
    items: dict[int, int]


class _Stood(NamedTuple):
    """Where a known item stands, or stood last."""

    placement: int
    path: str
    line: int
    content: bytes
    """Its hash."""
    archived: bool


def foresee(vault: Vault, reading: Reading) -> Foreseen:
    """What an import of ``reading`` would change in ``vault``."""
    stood: dict[int, _Stood] = {}
    matching = match(_known(vault, stood), _drafts(reading))
    rows: dict[str, list[Row]] = {
        name: [] for name in ("new", "changed", "moved", "archived", "revived")
    }
    reworded: list[tuple[Row, int]] = []
    alike: list[tuple[int, Said, float]] = []
    new: list[ItemDraft] = []
    for number, draft in enumerate(_drafts(reading)):
        place = (draft.path, draft.lines[0])
        found = matching.matched.get(number)
        if found is None:
            rows["new"].append((*place, draft.content.prompt, ""))
            if len(new) < COMPARED:
                new.append(draft)
            continue
        before = stood[int(found.key)]
        if found.by_similarity:
            now = (*place, *question_and_key(draft.content))
            alike.append((before.placement, now, round(found.score, 2)))
        if before.archived:
            rows["revived"].append((*place, draft.content.prompt, ""))
            continue
        if before.content != bytes.fromhex(content_hash(draft.content)):
            reworded.append(((*place, draft.content.prompt, ""), before.placement))
        if before.path != draft.path:
            rows["moved"].append((*place, draft.content.prompt, f"From {before.path}"))
    gone = [stood[int(key)] for key in matching.vanished]
    words = _words({pk for _, pk in reworded} | {each.placement for each in gone})
    rows["changed"] = [(*row[:3], f"Before: {words[pk]}") for row, pk in reworded]
    rows["archived"] = [(each.path, each.line, words[each.placement], "") for each in gone]
    likely = _perhaps([each.placement for each in gone[:COMPARED]], new)
    said = _said({pk for pk, _, _ in alike} | {pk for pk, _, _ in likely})
    similar = [(said[pk], now, score) for pk, now, score in alike]
    perhaps = [(said[pk], now, score) for pk, now, score in likely]
    items = {number: int(found.key) for number, found in matching.matched.items()}
    return Foreseen({**rows, "similar": similar, "perhaps": perhaps}, items)


def _perhaps(gone: Sequence[int], new: Sequence[ItemDraft]) -> list[tuple[int, Said, float]]:
    """Which of the vanished (by their placements) the ``new`` ones may be, the likest first."""
    if not gone or not new:
        return []
    contents = {found.pk: found.version.content for found in _in_batches(gone)}
    pairs = resembling([contents[pk] for pk in gone], [draft.content for draft in new])
    return [
        (
            gone[one],
            (new[two].path, new[two].lines[0], *question_and_key(new[two].content)),
            round(score, 2),
        )
        for one, two, score in islice(pairs, PAIRED)
    ]


def _drafts(reading: Reading) -> Iterator[ItemDraft]:
    return (draft for path in reading.notes for draft in reading.fresh[path].items)


def _known(vault: Vault, stood: dict[int, _Stood]) -> Iterator[Known]:
    """The items of the vault as matching knows them, those that stand in it first; where each
    stands is put into ``stood``."""
    paths: dict[str, str] = {}
    live = Placement.objects.live().filter(vault=vault)
    for placements, archived in ((live, False), (archived_placements(vault), True)):
        columns = ("first_line", "version__content_hash", "version__data", "explicit_id", "group")
        for pk, item, path, line, name, data, explicit_id, group in placements.values_list(
            "pk", "item", "note__path", *columns
        ).iterator(chunk_size=BATCH):
            path = paths.setdefault(path, path)
            stood[item] = _Stood(pk, path, line, bytes.fromhex(name), archived)
            content = from_json(data)
            yield Known(str(item), path, content, explicit_id, group, archived=archived)


def _words(placements: Iterable[int]) -> dict[int, str]:
    """What questions are called, by the placement."""
    return {found.pk: found.version.words for found in _in_batches(placements)}


def _said(placements: Iterable[int]) -> dict[int, Said]:
    return {
        found.pk: (found.note.path, found.first_line, *question_and_key(found.version.content))
        for found in _in_batches(placements)
    }


def _in_batches(placements: Iterable[int]) -> Iterator[Placement]:
    keys = sorted(placements)
    for start in range(0, len(keys), BATCH):
        some: QuerySet[Placement] = Placement.objects.filter(pk__in=keys[start : start + BATCH])
        yield from some.select_related("version", "note")
