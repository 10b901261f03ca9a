"""A vault as it is served: what an import or an edit starts from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Self

from django.core.files.storage import default_storage
from django.db.models import F, Q, QuerySet

from studyapp.library.models import Attachment, Blob, FolderState, NoteVersion, SettingsFile, Vault
from studyapp.library.packing import pack
from studyapp.library.services.reading import NoteFile, Reading, Stored
from studyapp.library.services.spool import Spool
from studyapp.library.services.stored import parsed_from_json
from studyapp.obsidian.values import Listing, ParsedNote, SourceFile

EDITED = ~Q(folder_state=FolderState.AGREES) | (Q(file__isnull=False) & ~Q(file=F("sha256")))
"""Condition on versions of notes: they do not say what the folder did."""

FILE_COLUMNS = ("sha256", "form", "file_id", "incoming_id", "folder_state")


def stored_notes(
    vault: Vault, *, derivation: str = "", paths: Collection[str] | None = None
) -> Iterator[tuple[str, Stored]]:
    """The notes being served, by path, without their texts: all of them, or those at ``paths``, or
    those that were derived by the code that ``derivation`` names."""
    rows = NoteVersion.objects.live().filter(vault=vault)
    if paths is not None:
        rows = rows.filter(note__path__in=paths)
    if derivation:
        rows = rows.filter(parsed__derivation=derivation)
    values = rows.values_list("note__path", "title", "tags", "parsed", "diagnostics", *FILE_COLUMNS)
    for path, title, tags, parsed, diagnostics, *file in values.iterator(chunk_size=200):
        head = parsed_from_json(parsed, path=path, title=title, tags=tags, diagnostics=diagnostics)
        yield path, Stored(note_file(*file), head, parsed["derivation"])


def note_file(
    sha256: str, form: str, kept: str | None, incoming: str | None, state: str
) -> NoteFile:
    """What stands behind a note, from the columns of its version."""
    return NoteFile(sha256, form, kept or "", incoming or "", FolderState(state))


def standing_files(
    vault: Vault, paths: Collection[str] | None = None
) -> dict[str, tuple[str, NoteFile]]:
    """For each note being served, or those of them at ``paths``, its render key and what stands
    behind it."""
    rows = NoteVersion.objects.live().filter(vault=vault)
    if paths is not None:
        rows = rows.filter(note__path__in=paths)
    values = rows.values_list("note__path", "render_key", *FILE_COLUMNS)
    return {path: (key, note_file(*file)) for path, key, *file in values.iterator()}


def served_settings(vault: Vault) -> dict[str, bytes]:
    """The settings files that the served revision was read with."""
    files = SettingsFile.objects.live().filter(vault=vault).values_list("path", "blob")
    return {path: stored_bytes(blob) for path, blob in files}


def on_demand(vault: Vault, reading: Reading) -> Reading:
    """``reading`` with the notes being served in it, each fetched when it is first asked for."""

    def fetch(*paths: str) -> None:
        """Bring in the notes at ``paths``, or all. What was put in before stays."""
        for path, known in stored_notes(vault, paths=paths or None):
            if path not in reading.notes:
                reading.notes.keep(path, pack(known.head).head)
            reading.files.setdefault(path, known.file)
            reading.derivations.setdefault(path, known.derivation)

    reading.fetch = fetch
    reading.notes, reading.files = _HeadsOnDemand(fetch), _OnDemand(fetch)
    reading.derivations = _OnDemand(fetch)
    return reading


class _HeadsOnDemand(Spool):
    def __init__(self, fetch: Callable[[str], None]) -> None:
        super().__init__()
        self._fetch = fetch

    def __getitem__(self, path: str) -> ParsedNote:
        if path not in self:
            self._fetch(path)
        return super().__getitem__(path)


class _OnDemand(dict[str, Any]):
    def __init__(self, fetch: Callable[[str], None]) -> None:
        super().__init__()
        self._fetch = fetch

    def __missing__(self, path: str) -> Any:
        self._fetch(path)
        if path not in self:
            raise KeyError(path)
        return self[path]


def served_reading(vault: Vault) -> Reading:
    """The vault as it is served, without a look at its folder; links are not resolved yet."""
    paths = NoteVersion.objects.live().filter(vault=vault).values_list("note__path", flat=True)
    attachments = Attachment.objects.live().filter(vault=vault).order_by("path")
    reading = Reading(
        Listing(
            tuple(SourceFile(path, 0, 0) for path in sorted(paths)),
            tuple(SourceFile(*row) for row in attachments.values_list("path", "size", "mtime_ns")),
        ),
        served_settings(vault),
        vault.switched_on,
        texts=ServedTexts.of(vault),
    )
    return on_demand(vault, reading)


class ServedTexts(Mapping[str, str]):
    """The texts of notes being served, each fetched when it is asked for; ``edited`` ones say
    something else from now on."""

    def __init__(self, rows: QuerySet[NoteVersion]) -> None:
        self.edited: dict[str, str] = {}
        self._rows = rows

    @classmethod
    def of(cls, vault: Vault) -> Self:
        """Those of all notes of ``vault``."""
        return cls(NoteVersion.objects.live().filter(vault=vault))

    def __getitem__(self, path: str) -> str:
        if path in self.edited:
            return self.edited[path]
        text: str | None = self._rows.filter(note__path=path).values_list("text", flat=True).first()
        if text is None:
            raise KeyError(path)
        return text

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows.values_list("note__path", flat=True))

    def __len__(self) -> int:
        return self._rows.count()


def stored_bytes(sha256: str) -> bytes:
    """What the blob of this name holds."""
    with default_storage.open(Blob(sha256=sha256).storage_name) as file:
        data: bytes = file.read()
    return data
