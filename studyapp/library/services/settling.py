"""Settling how an ambiguous question is meant: an edit of its lines, as any other edit."""

from __future__ import annotations

from studyapp.library.models import ImportRun, NoteVersion, Vault
from studyapp.library.services.editing import (
    Edited,
    EditError,
    NoteGoneError,
    StaleEditError,
    edit_lines,
    edit_note,
)
from studyapp.obsidian.readings import readings
from studyapp.obsidian.spans import lines_of
from studyapp.obsidian.values import Span


def settle_question(*, vault: Vault, path: str, lines: Span, number: int, seen: str) -> Edited:
    """Write the reading ``number`` (from 0) of the question on ``lines`` into its note. ``seen`` is
    the ``sha256`` of the version that the readings were shown from. Raises as ``edit_lines``."""
    served = _served(vault, path)
    if served.sha256 != seen:
        raise StaleEditError(served, served.text)
    choices = readings(lines_of(served.text, lines).split("\n"))
    if number >= len(choices):
        raise EditError("That question is not ambiguous any more. Nothing was changed.")
    text = "\n".join(choices[number].lines)
    return edit_lines(vault=vault, path=path, lines=lines, text=text, seen=seen)


def undoable_edit(vault: Vault, path: str) -> NoteVersion | None:
    """The note as it is served, if what it says was written here last: three queries."""
    served = NoteVersion.objects.live().filter(vault=vault, note__path=path).first()
    if served is None:
        return None
    edits = vault.runs.filter(revision=served.since, kind=ImportRun.Kind.EDIT)
    return served if edits.exists() and _before(served) is not None else None


def undo_edit(*, vault: Vault, path: str, seen: str) -> Edited:
    """Make the note say what it said before its last edit here. Raises as ``edit_note``."""
    served = undoable_edit(vault, path)
    before = _before(served) if served else None
    if before is None:
        raise EditError("There is nothing left to undo in that note.")
    return edit_note(vault=vault, path=path, text=before.text, seen=seen)


def _served(vault: Vault, path: str) -> NoteVersion:
    served: NoteVersion | None = (
        NoteVersion.objects.live().filter(vault=vault, note__path=path).first()
    )
    if served is None:
        raise NoteGoneError(path)
    return served


def _before(served: NoteVersion) -> NoteVersion | None:
    return served.note.versions.filter(until=served.since).first()
