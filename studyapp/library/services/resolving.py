"""Deciding about a note that was edited here and changed, or deleted, in its folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from studyapp.library.models import FolderState, NoteVersion, Vault
from studyapp.library.services.comparing import merge
from studyapp.library.services.editing import (
    EditError,
    NoteGoneError,
    StaleEditError,
    say,
    serve_edited,
)
from studyapp.library.services.locking import only_change_to
from studyapp.library.services.reading import NoteFile
from studyapp.library.services.served import served_reading, stored_bytes
from studyapp.obsidian.encoding import UTF8, decode_note, tidy
from studyapp.obsidian.merging import Merge


class DecidedError(EditError):
    """There is nothing to decide any more."""

    def __init__(self) -> None:
        super().__init__("This was decided already, or the folder has changed since.")


@dataclass(frozen=True, slots=True)
class Apart:
    """The two texts of a note in conflict, merged as far as they can be."""

    merge: Merge
    incoming: str
    """Names the folder's bytes."""


def texts_apart(version: NoteVersion) -> Apart:
    """What ``version`` and its folder say, hunk by hunk."""
    assert version.file_id is not None
    assert version.incoming_id is not None
    base, theirs = (
        decode_note(stored_bytes(at)).text for at in (version.file_id, version.incoming_id)
    )
    return Apart(merge(base, version.text, theirs), version.incoming_id)


def settle_conflict(*, vault: Vault, path: str, text: str, seen: str, incoming: str) -> None:
    """Serve ``text`` in place of the two; from now on the folder's text is what it was made from.

    ``seen`` and ``incoming`` name the two that the page was drawn from. Raises as ``edit_note``.
    """
    text = tidy(text)
    with only_change_to(vault):
        served = _served(vault, path, FolderState.CONFLICT)
        if served.sha256 != seen:
            raise StaleEditError(served, text)
        if served.incoming_id != incoming:
            raise DecidedError
        data = stored_bytes(incoming)
        decoded = decode_note(data)
        if text == decoded.text:
            file = NoteFile(incoming, decoded.form or UTF8, kept="" if decoded.form else incoming)
        else:
            digest = hashlib.sha256(text.encode()).hexdigest()
            file = NoteFile(digest, decoded.form or UTF8, kept=incoming)
        reading = served_reading(vault)
        say(reading, path, text, file)
        serve_edited(vault, reading)


def settle_deleted(*, vault: Vault, path: str, keep: bool) -> None:
    """Keep a note that is not in the folder (any more), or let it go here too: its questions are
    archived with their history. Raises an ``EditError``, or ``VaultBusyError``."""
    with only_change_to(vault):
        served = _served(vault, path, FolderState.DELETED, FolderState.KEPT)
        reading = served_reading(vault)
        if keep:
            file = replace(reading.files[path], state=FolderState.KEPT)
            say(reading, path, served.text, file)
        serve_edited(vault, reading, gone=() if keep else [path])


def _served(vault: Vault, path: str, *states: FolderState) -> NoteVersion:
    served = NoteVersion.objects.live().filter(vault=vault, note__path=path).first()
    if served is None:
        raise NoteGoneError(path)
    if served.folder_state not in states:
        raise DecidedError
    found: NoteVersion = served
    return found
