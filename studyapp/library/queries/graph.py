"""The notes around a note, at one link and at two."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.db.models import Q
from django.urls import reverse

from studyapp.library.graph_layout import LARGE, SMALL, Sheet, lay_out
from studyapp.library.models import NoteLink, NoteVersion

NEAR = 14
"""Notes drawn at one link: those with the most links; of as many, the first in reading order."""

FAR = 24
"""Notes drawn at two links: those with the most ways there."""

LOOKED_AT = 5_000
"""Links looked at for the second ring, however many an index holds."""

Pairs = Counter[tuple[int, int]]


def graph_context(version: NoteVersion) -> dict[str, Any]:
    """The drawing of what is around a note, small and large, and the same as lists: three
    queries."""
    centre = version.note_id
    first = _links(version, [centre])
    near, all_near = _near(first, centre)
    second = _links(version, near)
    far, all_far = _far(second, near, {centre, *all_near})
    known = _notes(version, [*near, *far])
    near = sorted((note for note in near if note in known), key=lambda n: known[n]["position"])
    far = {note: parent for note, parent in far.items() if note in known and parent in known}
    pairs = {tuple(sorted(pair)) for pair in [*first, *second]}
    drawings = [
        _drawing(version, near, far, known, pairs, sheet, name)
        for sheet, name in ((SMALL, "small"), (LARGE, "large"))
    ]
    return {
        "vault": version.vault,
        "note": version,
        "drawings": drawings,
        "small": drawings[0],
        "near": [known[note] for note in near],
        "far": sorted((known[note] for note in far), key=lambda note: note["position"]),
        "more_near": len(all_near) - len(near),
        "more_far": len(all_far) - len(far),
    }


def _links(version: NoteVersion, notes: list[int]) -> Pairs:
    """How many links there are from and to ``notes``, a pair of notes each."""
    live = NoteVersion.objects.live().filter(vault=version.vault_id)
    rows = (
        NoteLink.objects.filter(Q(target__in=notes) | Q(source__note__in=notes), source__in=live)
        .order_by()
        .values_list("source__note", "target")[:LOOKED_AT]
    )
    return Counter((source, target) for source, target in rows if source != target)


def _near(pairs: Pairs, centre: int) -> tuple[list[int], set[int]]:
    """The notes on the other side of ``pairs``: those with the most, and all."""
    counts: Counter[int] = Counter()
    for (source, target), count in pairs.items():
        counts[target if source == centre else source] += count
    chosen = sorted(counts, key=lambda note: (-counts[note], note))[:NEAR]
    return chosen, set(counts)


def _far(pairs: Pairs, near: list[int], taken: set[int]) -> tuple[dict[int, int], set[int]]:
    """Notes behind ``near`` that are not ``taken``, each with the near note that it is drawn behind
    (the one with the fewest so far); and all of them."""
    ways: defaultdict[int, set[int]] = defaultdict(set)
    for source, target in pairs:
        for one, other in ((source, target), (target, source)):
            if one in near and other not in taken:
                ways[other].add(one)
    chosen = sorted(ways, key=lambda note: (-len(ways[note]), note))[:FAR]
    behind = dict.fromkeys(near, 0)
    found = {}
    for note in chosen:
        parent = min(sorted(ways[note]), key=lambda each: behind[each])
        behind[parent] += 1
        found[note] = parent
    return found, set(ways)


def _notes(version: NoteVersion, notes: list[int]) -> dict[int, dict[str, Any]]:
    """Title and address of ``notes``, by id."""
    return {
        found.note_id: {
            "title": found.title,
            "url": reverse("library:note", args=[version.vault.slug, found.note.path]),
            "position": found.note.position,
        }
        for found in NoteVersion.objects.live()
        .filter(vault=version.vault_id, note__in=notes)
        .select_related("note")
        .only("title", "note__path", "note__position", "vault_id")
    }


def _drawing(
    version: NoteVersion,
    near: list[int],
    far: dict[int, int],
    known: dict[int, dict[str, Any]],
    pairs: set[tuple[int, ...]],
    sheet: Sheet,
    name: str,
) -> dict[str, Any]:
    places = lay_out(near, far, sheet)
    middle = (sheet.width / 2, sheet.height / 2)
    points = {note: (place.x, place.y) for note, place in places.items()}
    points[version.note_id] = middle
    return {
        "name": name,
        "width": sheet.width,
        "height": sheet.height,
        "x": middle[0],
        "y": middle[1],
        "label_y": middle[1] + 22,
        "letters": sheet.letters[0] * 2,
        "lines": [
            {"from": points[one], "to": points[other], "is_far": one in far or other in far}
            for one, other in sorted(pairs)
            if one in points and other in points
        ],
        "notes": [
            {**known[note], "place": places[note], "ring": ring, "letters": sheet.letters[ring - 1]}
            for ring, notes in ((1, near), (2, list(far)))
            for note in notes
        ],
    }
