"""A vault as it is served: what an import or an edit starts from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.core.files.storage import default_storage

from studyapp.library.models import Attachment, Blob, FolderState, NoteVersion, SettingsFile, Vault
from studyapp.library.services.reading import NoteFile, Reading, Stored
from studyapp.library.services.stored import parsed_from_json
from studyapp.obsidian.values import Listing, SourceFile

FILE_COLUMNS = ("sha256", "form", "file_id", "incoming_id", "folder_state")


def stored_notes(vault: Vault, *, derivation: str = "") -> dict[str, Stored]:
    """The notes being served, without their texts: all of them, or those that were derived by the
    code that ``derivation`` names."""
    rows = NoteVersion.objects.live().filter(vault=vault)
    if derivation:
        rows = rows.filter(parsed__derivation=derivation)
    values = rows.values_list("note__path", "title", "tags", "parsed", "diagnostics", *FILE_COLUMNS)
    return {
        path: Stored(
            note_file(*file),
            parsed_from_json(parsed, path=path, title=title, tags=tags, diagnostics=diagnostics),
            parsed["derivation"],
        )
        for path, title, tags, parsed, diagnostics, *file in values.iterator()
    }


def note_file(
    sha256: str, form: str, kept: str | None, incoming: str | None, state: str
) -> NoteFile:
    """What stands behind a note, from the columns of its version."""
    return NoteFile(sha256, form, kept or "", incoming or "", FolderState(state))


def standing_files(vault: Vault) -> dict[str, tuple[str, NoteFile]]:
    """For each note being served its render key and what stands behind it."""
    rows = NoteVersion.objects.live().filter(vault=vault)
    values = rows.values_list("note__path", "render_key", *FILE_COLUMNS)
    return {path: (key, note_file(*file)) for path, key, *file in values.iterator()}


def served_settings(vault: Vault) -> dict[str, bytes]:
    """The settings files that the served revision was read with."""
    files = SettingsFile.objects.live().filter(vault=vault).values_list("path", "blob")
    return {path: stored_bytes(blob) for path, blob in files}


def served_reading(vault: Vault) -> Reading:
    """The vault as it is served, without a look at its folder; links are not resolved yet."""
    stored = stored_notes(vault)
    attachments = Attachment.objects.live().filter(vault=vault).order_by("path")
    return Reading(
        Listing(
            tuple(SourceFile(path, 0, 0) for path in sorted(stored)),
            tuple(SourceFile(*row) for row in attachments.values_list("path", "size", "mtime_ns")),
        ),
        served_settings(vault),
        texts=ServedTexts(vault),
        notes={path: known.parsed for path, known in stored.items()},
        files={path: known.file for path, known in stored.items()},
        derivations={path: known.derivation for path, known in stored.items()},
    )


class ServedTexts(Mapping[str, str]):
    """The texts of the notes being served, each fetched when it is asked for; ``edited`` ones say
    something else from now on."""

    def __init__(self, vault: Vault) -> None:
        self.edited: dict[str, str] = {}
        self._rows = NoteVersion.objects.live().filter(vault=vault)

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
