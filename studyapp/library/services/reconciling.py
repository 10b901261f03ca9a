"""What an import does with notes that were edited in the browser since: nothing of either is lost.

A folder that has not changed leaves the edit. One that has is merged with it, line by line; where
both changed the same lines the edited text goes on being served, the folder's is kept beside it,
and somebody is asked. A note that was renamed in the folder takes its edit along, one that was
deleted there stays until somebody decides. One that was made here and that no folder had yet stays
as it is; where a folder has it now, it left in an export, and came back as it was or changed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Self

from studyapp.library.models import FolderState, NoteVersion, Vault
from studyapp.library.services.making import EMPTY_FILE
from studyapp.library.services.reading import NoteFile, Reading
from studyapp.library.services.served import EDITED, FILE_COLUMNS, note_file, stored_bytes
from studyapp.library.workers import Failure, NoteWorkers
from studyapp.obsidian.encoding import UTF8, decode_note
from studyapp.obsidian.scan import read_bytes

SAME_NOTE = 0.6
"""Which part of their lines two texts share from where on they are one note, renamed."""


class ServedEdits:
    """The notes being served that do not say what the folder did."""

    def __init__(self, vault: Vault) -> None:
        rows = NoteVersion.objects.live().filter(vault=vault)
        self._vault = vault
        self._served = set(rows.values_list("note__path", flat=True))
        self._files: dict[str, NoteFile] = {}
        self._texts: dict[str, str] = {}
        for path, text, *file in rows.filter(EDITED).values_list(
            "note__path", "text", *FILE_COLUMNS
        ):
            self._files[path], self._texts[path] = note_file(*file), text

    @classmethod
    def of(cls, vault: Vault) -> Self | None:
        """Those of ``vault``; None where there are none."""
        edits = cls(vault)
        return edits if edits._files else None

    def bring_into(
        self, reading: Reading, digests: Mapping[str, str], workers: NoteWorkers
    ) -> None:
        """As ``reading.Edits`` says."""
        texts: dict[str, str] = {}
        reading.texts = texts
        listed = {source.path for source in reading.listing.notes}
        new = {path for path in digests if path not in self._served}
        for path, file in self._files.items():
            if path in listed:
                home = path
            elif (found := self._renamed(path, reading, digests, new)) is None:
                state = FolderState.KEPT if file.state is FolderState.KEPT else FolderState.DELETED
                texts[path] = self._texts[path]
                reading.files[path] = replace(file, incoming="", state=state)
                continue
            else:
                home = found
                new.remove(home)
            here = file.state in (FolderState.AGREES, FolderState.CONFLICT)
            if home == path and here and digests.get(path, file.seen) == file.seen:
                texts[path] = self._texts[path]
                reading.files[path] = file
            elif path in digests or home != path:
                self._merge(reading, texts, path, home, workers)

    def _renamed(
        self, path: str, reading: Reading, digests: Mapping[str, str], new: Collection[str]
    ) -> str | None:
        """Which of the ``new`` notes is the one that was at ``path``."""
        file, text = self._files[path], self._texts[path]
        was_made_here = file.kept == EMPTY_FILE
        if not was_made_here and new:
            text = decode_note(stored_bytes(file.kept)).text
        best, likeness = None, SAME_NOTE
        for other in sorted(new):
            if digests[other] == (file.sha256 if was_made_here else file.kept):
                return other
            shared = _likeness(text, decode_note(_read(reading, other)).text)
            if shared >= likeness:
                best, likeness = other, shared
        return best

    def _merge(
        self, reading: Reading, texts: dict[str, str], path: str, home: str, workers: NoteWorkers
    ) -> None:
        """Merge the edited note at ``path`` with what the folder says at ``home``."""
        file, ours = self._files[path], self._texts[path]
        try:
            data = _read(reading, home)
        except OSError as error:
            reading.leave_out(home, error)
            return
        digest = hashlib.sha256(data).hexdigest()
        decoded = decode_note(data)
        if file.kept == EMPTY_FILE:
            base = self._left_with(path, decoded.text)
        else:
            base = decode_note(stored_bytes(file.kept)).text
        reading.notes.drop(home)
        (merge,) = workers.map("merge", [(base, ours, decoded.text)])
        if isinstance(merge, Failure) or merge.conflicts:
            texts[home] = ours
            reading.files[home] = replace(file, incoming=digest, state=FolderState.CONFLICT)
            reading.bytes[digest] = data
            return
        text = merge.text()
        if text == decoded.text:
            return  # what the folder says has all of it
        texts[home] = text
        reading.bytes[digest] = data
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        reading.files[home] = NoteFile(sha256, decoded.form or UTF8, kept=digest)
        if text != ours:
            reading.merged.append(home)

    def _left_with(self, path: str, theirs: str) -> str:
        """What the note at ``path``, made here, said when it was exported, if ``theirs`` is what
        became of it since: the version that is likest to it, of several the latest."""
        versions = NoteVersion.objects.filter(vault=self._vault, note__path=path).order_by("-since")
        texts = versions.values_list("text", flat=True)
        likest: str = max(texts, key=lambda text: _likeness(text, theirs))
        return likest if _likeness(likest, theirs) >= SAME_NOTE else ""


def _read(reading: Reading, path: str) -> bytes:
    assert reading.root is not None
    return read_bytes(reading.root, path)


def _likeness(one: str, other: str) -> float:
    """Which part of their lines two texts share."""
    ours, theirs = _lines(one), _lines(other)
    return 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())


def _lines(text: str) -> Counter[str]:
    return Counter(line for line in text.split("\n") if line.strip())
