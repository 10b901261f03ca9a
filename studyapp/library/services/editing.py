"""Editing a note in the browser: its text is changed and everything is derived from it again.

The learner's own folder is never written to. The edited text lives in the database; the file it was
made from is remembered, so that a later import can merge what was changed there since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass

from studyapp.library.live_workers import live_workers
from studyapp.library.models import FolderState, ImportRun, NoteVersion, Vault
from studyapp.library.search.indexing import sweep
from studyapp.library.services.comparing import merge
from studyapp.library.services.locking import only_change_to
from studyapp.library.services.placing import Changes, EditedLines
from studyapp.library.services.reading import NoteFile, Reading, parse_notes, resolve
from studyapp.library.services.revising import write_revision
from studyapp.library.services.served import ServedTexts, served_reading, stored_bytes
from studyapp.library.services.touching import touch
from studyapp.obsidian.encoding import UTF8, decode_note, encode_note, tidy
from studyapp.obsidian.scan import MAX_NOTE_BYTES
from studyapp.obsidian.spans import replace_lines
from studyapp.obsidian.values import Span


class EditError(Exception):
    """An edit was not made; ``message`` says why and what to do. Nothing was changed."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NoteGoneError(EditError):
    """The vault has no such note any more."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"The note {path} is not in the vault any more. Keep your text, and find where it went."
        )


class NoteTooLongError(EditError):
    """The text is longer than a note may be."""

    def __init__(self) -> None:
        super().__init__(f"A note may have {MAX_NOTE_BYTES:,} bytes, and this has more. Split it.")


class StaleEditError(EditError):
    """The note was changed since the page was drawn. ``served`` is what it says now (named by
    ``sha256``), ``text`` what the edit made of what it said then, ``base`` (None where nobody knows
    that any more)."""

    def __init__(self, served: NoteVersion, text: str, base: str | None = None) -> None:
        super().__init__("The note was changed since you opened it. Nothing was saved yet.")
        self.sha256 = served.sha256
        self.served, self.text, self.base = served.text, text, base

    def merged(self) -> str | None:
        """The note with both changes, where they are of different lines."""
        if self.base is None:
            return None
        found = merge(self.base, self.text, self.served)
        return None if found.conflicts else found.text()


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit came to. ``lines`` is where the edited lines stand now; ``changes`` is None
    where the text was as before."""

    vault: Vault
    text: str
    lines: Span
    changes: Changes | None


def edit_note(*, vault: Vault, path: str, text: str, seen: str) -> Edited:
    """Make the note at ``path`` say ``text``. ``seen`` is the ``sha256`` of the version that the
    page was drawn from. Raises ``StaleEditError``, another ``EditError``, or ``VaultBusyError``."""
    text = tidy(text)
    return _edit(vault, path, seen, lambda before: (text, None))


def edit_lines(*, vault: Vault, path: str, lines: Span, text: str, seen: str) -> Edited:
    """Replace ``lines`` (from, to, both included, from 1) of the note at ``path`` by those of
    ``text``; "" takes them away. A question that alone stood there stays the same one. Raises as
    ``edit_note``.
    """

    def replaced(before: str) -> tuple[str, EditedLines]:
        whole, now = replace_lines(before, lines, text)
        return whole, EditedLines(path, lines, now)

    return _edit(vault, path, seen, replaced)


def text_seen(served: NoteVersion, seen: str) -> str:
    """What the note said in the version that ``seen`` names; what it says now, if none did."""
    then = _text_then(served, seen)
    return served.text if then is None else then


def _text_then(served: NoteVersion, seen: str) -> str | None:
    if served.sha256 == seen:
        return served.text
    then: NoteVersion | None = served.note.versions.filter(sha256=seen).last()
    return then.text if then else None


_Change = Callable[[str], tuple[str, EditedLines | None]]


def _edit(vault: Vault, path: str, seen: str, change: _Change) -> Edited:
    with only_change_to(vault):
        served = NoteVersion.objects.live().filter(vault=vault, note__path=path).first()
        if served is None:
            raise NoteGoneError(path)
        if served.sha256 != seen:
            then = _text_then(served, seen)
            text, _ = change(served.text if then is None else then)
            raise StaleEditError(served, text, then)
        text, edited = change(served.text)
        if len(text.encode("utf-8", "replace")) > MAX_NOTE_BYTES:
            raise NoteTooLongError
        changes = None
        if text != served.text:
            reading = served_reading(vault)
            say(reading, path, text, file_behind(reading, served, text))
            changes = serve_edited(vault, reading, edited)
        lines = edited.after if edited else (1, text.count("\n") + 1)
        return Edited(vault, text, lines, changes)


def file_behind(reading: Reading, served: NoteVersion, text: str) -> NoteFile:
    """What stands behind the note that is ``served`` when it says ``text``: the same file."""
    if served.file_id is not None:
        data = stored_bytes(served.file_id)
    else:
        data = encode_note(served.text, served.form)
    kept = hashlib.sha256(data).hexdigest()
    reading.bytes[kept] = data
    state = FolderState(served.folder_state)
    decoded = decode_note(data)
    if text == decoded.text and state is FolderState.AGREES:
        return NoteFile(kept, decoded.form or UTF8, kept="" if decoded.form else kept)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return NoteFile(sha256, served.form, kept, served.incoming_id or "", state)


def say(reading: Reading, path: str, text: str, file: NoteFile) -> None:
    """Make the note at ``path`` say ``text`` in a reading of what is served."""
    assert isinstance(reading.texts, ServedTexts)
    reading.texts.edited[path] = text
    reading.files[path] = file


def serve_edited(
    vault: Vault, reading: Reading, edited: EditedLines | None = None, gone: Collection[str] = ()
) -> Changes | None:
    """Serve a reading in which some notes say something else than before, or are ``gone``."""
    assert isinstance(reading.texts, ServedTexts)
    workers = live_workers()
    changed = list(reading.texts.edited)
    parse_notes(reading, workers, changed)
    if gone or not touch(vault, reading, changed):
        reading.fetch()
        for path in gone:
            reading.notes.drop(path)
            del reading.files[path]
        resolve(reading)
    found = vault.served_report()
    changes = write_revision(
        vault,
        reading,
        workers,
        kind=ImportRun.Kind.EDIT,
        attachments=[],
        source=vault.source,
        found={name: found[name] for name in ("scan", "merged", "changes") if name in found},
        edited=edited,
    )
    sweep(vault)
    return changes
