"""A vault as a zip that opens in Obsidian: every file with the bytes that it was imported with, but
for the lines that were edited here."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from studyapp.library.live_workers import live_workers
from studyapp.library.models import Attachment, Blob, NoteVersion, SettingsFile, Vault
from studyapp.library.services.served import stored_bytes
from studyapp.library.workers import Failure
from studyapp.obsidian.encoding import encode_note

if TYPE_CHECKING:
    from typing_extensions import Buffer

CHUNK = 256 * 1024
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


def archive_name(vault: Vault) -> str:
    """What the vault's folder is called in the archive, and the archive without ``.zip``."""
    name = " ".join(_UNFIT.sub(" ", vault.title).split())
    return name.strip(" .") or vault.slug


def export_vault(vault: Vault) -> Iterator[bytes]:
    """The archive, piece by piece: the revision that is served now, even if another is served
    before the end."""
    sink = _Sink()
    folder = archive_name(vault)
    at = vault.imported_at or _EARLIEST
    with zipfile.ZipFile(sink, "w", allowZip64=True) as archive:
        for path, blob in _rows(SettingsFile, vault).values_list("path", "blob"):
            archive.writestr(_entry(f"{folder}/{path}", at), stored_bytes(blob))
            yield sink.take()
        notes = _rows(NoteVersion, vault).select_related("note").defer("html", "parsed")
        for version in notes.order_by("note__path").iterator(chunk_size=50):
            archive.writestr(_entry(f"{folder}/{version.note.path}", at), note_bytes(version))
            yield sink.take()
        for path, blob, mtime_ns in _rows(Attachment, vault).values_list(
            "path", "blob", "mtime_ns"
        ):
            changed = datetime.fromtimestamp(mtime_ns / 1e9, UTC)
            entry = _entry(f"{folder}/{path}", changed, zipfile.ZIP_STORED)
            with (
                default_storage.open(Blob(sha256=blob).storage_name) as source,
                archive.open(entry, "w", force_zip64=True) as target,
            ):
                while data := source.read(CHUNK):
                    target.write(data)
                    yield sink.take()
    yield sink.take()


def note_bytes(version: NoteVersion) -> bytes:
    """The note's file: as it was imported, but for the lines that were edited since."""
    if version.file_id is None:
        return encode_note(version.text, version.form)
    data = stored_bytes(version.file_id)
    if not version.is_edited:
        return data
    (found,) = live_workers().map("rewrite", [(data, version.text)])
    if isinstance(found, Failure):
        return version.text.encode()
    rewritten: bytes = found
    return rewritten


def _rows(model: Any, vault: Vault) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(
        vault=vault, since__lte=vault.revision, until__gt=vault.revision
    ).order_by("path" if model is not NoteVersion else "pk")
    return rows


def _entry(
    name: str, changed: datetime, compression: int = zipfile.ZIP_DEFLATED
) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, max(changed, _EARLIEST).timetuple()[:6])
    entry.compress_type = compression
    entry.external_attr = 0o644 << 16
    return entry


class _Sink(io.RawIOBase):
    """What ``zipfile`` writes to: it keeps what was written until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()

    def writable(self) -> bool:
        """As a file says."""
        return True

    def write(self, data: Buffer, /) -> int:
        """As a file does."""
        self._written += data
        return len(memoryview(data))

    def take(self) -> bytes:
        """What was written since."""
        taken = bytes(self._written)
        self._written.clear()
        return taken
