"""The note's own lines beside an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studyapp.library.models import NoteVersion, Placement
from studyapp.library.queries.naming import edit_url

LONGEST_SOURCE = 12
"""Lines of the note that the margin has room for."""


@dataclass(frozen=True, slots=True)
class Source:
    """The note's own lines that an item came from; ``omitted`` lines follow them."""

    title: str
    url: str
    edit_url: str
    lines: Sequence[tuple[int, str]]
    omitted: int


def find_source(placement: Placement) -> Source | None:
    """The lines of the note as it is served now: one query."""
    text = (
        NoteVersion.objects.live()
        .filter(note=placement.note_id)
        .values_list("text", flat=True)
        .first()
    )
    if text is None:
        return None
    lines = text.split("\n")[placement.first_line - 1 : placement.last_line]
    shown = lines[:LONGEST_SOURCE]
    return Source(
        title=placement.note.path,
        url=placement.get_absolute_url(),
        edit_url=edit_url(
            placement.note.vault, placement.note.path, (placement.first_line, placement.last_line)
        ),
        lines=[(placement.first_line + at, line) for at, line in enumerate(shown)],
        omitted=len(lines) - len(shown),
    )
