"""What an import of a reading would change in a vault, without importing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from studyapp.items.values import content_hash, question_and_key
from studyapp.library.models import Placement, Vault
from studyapp.library.services.placing import archived_placements
from studyapp.library.services.reading import Reading
from studyapp.obsidian.identity import Known, match

Row = tuple[str, int, str, str]
"""Where a question stands (path, line), its words, and what was before."""


Said = tuple[str, int, str, str]
"""Where a question stands (path, line), what it asks and its answer."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an import would change: the questions that would be ``new``, ``changed``, ``moved``,
    ``archived`` and ``revived``; and those that would be recognised by likeness alone, ``similar``:
    what they said (``Said``), what they say now, and how alike that is. ``items`` says which
    questions of the reading (by number) are in the vault, as which item."""

    changes: dict[str, Any]
    items: dict[int, int]


def foresee(vault: Vault, reading: Reading) -> Foreseen:
    """What an import of ``reading`` would change in ``vault``."""
    live = {
        placement.item_id: placement
        for placement in Placement.objects.live()
        .filter(vault=vault)
        .select_related("version", "note")
    }
    archived = {
        placement.item_id: placement
        for placement in archived_placements(vault).select_related("version", "note")
    }
    drafts = [draft for path in reading.notes for draft in reading.fresh[path].items]
    matching = match(
        [_known(placement, archived=False) for placement in live.values()]
        + [_known(placement, archived=True) for placement in archived.values()],
        drafts,
    )
    rows: dict[str, list[Row]] = {
        name: [] for name in ("new", "changed", "moved", "archived", "revived")
    }
    similar: list[tuple[Said, Said, float]] = []
    for number, draft in enumerate(drafts):
        row = (draft.path, draft.lines[0], draft.content.prompt)
        found = matching.matched.get(number)
        if found is not None and found.by_similarity:
            known = live.get(int(found.key)) or archived[int(found.key)]
            was = (known.note.path, known.first_line, *question_and_key(known.version.content))
            now = (draft.path, draft.lines[0], *question_and_key(draft.content))
            similar.append((was, now, round(found.score, 2)))
        if found is None:
            rows["new"].append((*row, ""))
        elif int(found.key) in archived:
            rows["revived"].append((*row, ""))
        else:
            before = live[int(found.key)]
            words, path = before.version.words, before.note.path
            if before.version.content_hash != content_hash(draft.content):
                rows["changed"].append((*row, f"Before: {words}"))
            if path != draft.path:
                rows["moved"].append((*row, f"From {path}"))
    for key in matching.vanished:
        gone = live[int(key)]
        rows["archived"].append((gone.note.path, gone.first_line, gone.version.words, ""))
    items = {number: int(found.key) for number, found in matching.matched.items()}
    return Foreseen({**rows, "similar": similar}, items)


def _known(placement: Placement, *, archived: bool) -> Known:
    """An item as matching knows it."""
    return Known(
        key=str(placement.item_id),
        path=placement.note.path,
        content=placement.version.content,
        explicit_id=placement.explicit_id,
        group=placement.group,
        archived=archived,
    )
