"""Unpacking an uploaded zip archive that anybody may have made.

Nothing in an archive is believed: names, sizes and offsets are checked before a byte is written,
and what comes out is counted while it streams. Whatever is wrong with an archive, it is refused as
a whole, naming the entry and why; only what a vault never needs (hidden and system files) is left
out quietly.
"""

from __future__ import annotations

import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from studyapp.library.services.reading import Progress
from studyapp.obsidian.scan import IGNORED_NAMES
from studyapp.obsidian.settings import FILES as SETTINGS_FILES

MAX_ARCHIVE_BYTES = 100 * 1024**2
MAX_ENTRIES = 20_000
MAX_UNPACKED_BYTES = 500 * 1024**2
MAX_RATIO = 100
RATIO_FROM = 1024**2
"""Bytes from which an entry's ratio counts: a short note of one letter packs better than 100:1 and
harms nobody."""

MAX_DIRECTORY_BYTES = 16 * 1024**2
"""800 bytes for each of the most entries: far more than names need."""

MAX_PATH_BYTES = 1000
CHUNK = 256 * 1024

_END, _END_BYTES = b"PK\x05\x06", 22
_END64, _LOCATOR64, _END64_BYTES = b"PK\x06\x06", b"PK\x06\x07", 56 + 20
_CENTRAL, _CENTRAL_BYTES = b"PK\x01\x02", 46
_LOCAL, _LOCAL_BYTES = b"PK\x03\x04", 30
_ENCRYPTED, _UTF8 = 0x1 | 0x40 | 0x2000, 0x800
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What ``zipfile`` raises for bytes that are not as they should be."""

_DRIVE = re.compile(r"[A-Za-z]:")


class ArchiveError(Exception):
    """An archive that is not unpacked: why, and which ``entry`` is to blame ("" for the whole)."""

    def __init__(self, why: str, entry: str = "") -> None:
        shown = "".join(c if c.isprintable() else "�" for c in entry[:200])
        super().__init__(f"“{shown}” in the archive {why}" if entry else why)
        self.entry = entry


@dataclass(frozen=True, slots=True)
class Entry:
    """A file to unpack: where it goes in the vault (``/``, NFC), and where it is in the archive."""

    path: str
    info: zipfile.ZipInfo


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive holds. ``folder`` is the one folder that everything in it stands in, taken
    as the vault's own ("" where there is none)."""

    folder: str
    entries: tuple[Entry, ...]


def inspect_archive(file: BinaryIO) -> Contents:
    """What would be unpacked, judged by the archive's directory alone. Raises ArchiveError."""
    with damage_refused():
        directory = _check_directory(file)
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
        _check_layout(file, infos, directory)
    contents = _contents(infos)
    _check_sizes(contents.entries)
    return contents


def unpack_archive(
    file: BinaryIO, into: Path, *, progress: Progress = lambda step, done, total: None
) -> Contents:
    """Unpack ``file`` into the new folder ``into``. Raises ArchiveError, leaving what was
    written so far for the caller to clear away."""
    contents = inspect_archive(file)
    unpack_entries(file, contents.entries, into, progress=progress)
    return contents


def unpack_entries(
    file: BinaryIO, entries: Sequence[Entry], into: Path, *, progress: Progress
) -> None:
    """Unpack ``entries`` of an inspected archive into the new folder ``into``. Raises as
    ``unpack_archive``."""
    into.mkdir(parents=True)
    written = 0
    with damage_refused(), zipfile.ZipFile(file) as archive:
        for done, entry in enumerate(entries, 1):
            target = into / entry.path
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry.info) as source, target.open("xb") as out:
                size = 0
                while chunk := source.read(CHUNK):
                    size += len(chunk)
                    written += len(chunk)
                    _check_ratio(entry, size)
                    _check_total(written)
                    out.write(chunk)
            progress("Unpacking", done, len(entries))


@contextmanager
def damage_refused() -> Iterator[None]:
    """Whatever ``zipfile`` makes of bytes that are not as they should be is an ArchiveError."""
    try:
        yield
    except _DAMAGED as error:
        raise ArchiveError(
            "The archive is damaged. Make it again, or look whether the upload was cut off."
        ) from error


# --- the archive's directory ----------------------------------------------------------------


def _check_directory(file: BinaryIO) -> int:
    """Count the entries before ``zipfile`` makes an object of each; return where the directory
    begins. Finds it exactly as ``zipfile`` does."""
    size = file.seek(0, os.SEEK_END)
    if size > MAX_ARCHIVE_BYTES:
        raise ArchiveError(
            f"The archive has {size / 1024**2:.0f} MB; at most {MAX_ARCHIVE_BYTES // 1024**2} MB "
            "are taken. Leave out large attachments, or split it."
        )
    file.seek(0)
    begins_as_zip = file.read(4) == _LOCAL
    tail_at = max(0, size - _END_BYTES - 0xFFFF - _END64_BYTES)
    file.seek(tail_at)
    tail = file.read()
    at = len(tail) - _END_BYTES
    if at < 0 or tail[at : at + 4] != _END or tail[-2:] != b"\0\0":
        at = tail.rfind(_END)
    if at < 0:
        if begins_as_zip:
            raise ArchiveError("The zip archive is cut off: its end is missing. Upload it again.")
        raise ArchiveError("This is no zip archive. Zip the vault's folder and upload that.")
    (length,) = struct.unpack_from("<L", tail, at + 12)
    at64 = at - _END64_BYTES
    if at64 >= 0 and tail[at - 20 : at - 16] == _LOCATOR64 and tail[at64 : at64 + 4] == _END64:
        (length,) = struct.unpack_from("<Q", tail, at64 + 40)
        at = at64
    begin: int = tail_at + at - length
    if begin < 0 or length > MAX_DIRECTORY_BYTES:
        raise zipfile.BadZipFile("the directory is longer than the archive can hold")
    file.seek(begin)
    _count_entries(file.read(length))
    return begin


def _count_entries(directory: bytes) -> None:
    at = count = 0
    while at < len(directory):
        if directory[at : at + 4] != _CENTRAL:
            raise zipfile.BadZipFile("no entry where the directory should have one")
        at += _CENTRAL_BYTES + sum(struct.unpack_from("<3H", directory, at + 28))
        count += 1
        if count > MAX_ENTRIES:
            raise ArchiveError(
                f"The archive holds more than {MAX_ENTRIES:,} files. Leave out what is no note "
                "and no attachment."
            )


def _check_layout(file: BinaryIO, infos: Iterable[zipfile.ZipInfo], directory: int) -> None:
    """Refuse entries that share bytes with each other or with the directory: the trick of a bomb
    that unpacks the same bytes a thousand times (Fifield, "A better zip bomb", 2019)."""
    end, before = 0, ""
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < 0:
            raise zipfile.BadZipFile("an entry before the beginning")
        file.seek(info.header_offset)
        header = file.read(_LOCAL_BYTES)
        if header[:4] != _LOCAL:
            raise zipfile.BadZipFile("no entry where the directory says there is one")
        if info.header_offset < end:
            raise ArchiveError(f"shares bytes with “{before}”.", info.orig_filename)
        end = info.header_offset + _LOCAL_BYTES + sum(struct.unpack_from("<2H", header, 26))
        end += info.compress_size
        before = info.orig_filename
        if end > directory:
            raise ArchiveError("shares bytes with the archive's directory.", info.orig_filename)


# --- names ----------------------------------------------------------------------------------


def _contents(infos: Iterable[zipfile.ZipInfo]) -> Contents:
    named = [(_parts(info), info) for info in infos]
    files = [(parts, info) for parts, info in named if parts and not info.is_dir()]
    folder = _folder_of_all([parts for parts, _ in files])
    entries: dict[str, Entry] = {}
    folders: set[str] = set()
    for parts, info in files:
        if folder and parts[0] == folder:
            parts = parts[1:]
        path = "/".join(parts)
        if _is_left_out(path, parts):
            continue
        _check_kind(info)
        if path in entries:
            raise ArchiveError("is there twice.", path)
        entries[path] = Entry(path, info)
        folders.update("/".join(parts[:depth]) for depth in range(1, len(parts)))
    for path in entries.keys() & folders:
        raise ArchiveError("is a file and a folder.", path)
    if not entries:
        raise ArchiveError("The archive holds no files that a vault could have.")
    return Contents(folder, tuple(entries.values()))


def _folder_of_all(files: Iterable[tuple[str, ...]]) -> str:
    """The one folder that every file stands in, but for what systems strew about; or ""."""
    tops = {
        (parts[0], len(parts) > 1)
        for parts in files
        if parts[0].lower() not in IGNORED_NAMES and (len(parts) > 1 or parts[0][0] != ".")
    }
    if len(tops) != 1:
        return ""
    ((name, is_folder),) = tops
    return name if is_folder and not name.startswith(".") else ""


def _parts(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """The entry's name, checked, as the names of its folders and its own, in NFC."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8:
        # macOS writes UTF-8 without saying so; what isn't valid UTF-8 is what it was meant to be.
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    name = unicodedata.normalize("NFC", name)
    if "\\" in name:
        raise ArchiveError("has a backslash in its name. Zip it with another program.", name)
    if any(ord(c) < 0x20 for c in name):
        raise ArchiveError("has a control character in its name. Rename it.", name)
    if name.startswith("/") or _DRIVE.match(name):
        raise ArchiveError("has an absolute path. Zip the folder itself.", name)
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if ".." in parts:
        raise ArchiveError("points outside the vault's folder.", name)
    if len(name.encode()) > MAX_PATH_BYTES or any(len(part.encode()) > 255 for part in parts):
        raise ArchiveError("has a name too long to be stored. Shorten it.", name)
    return parts


def _is_left_out(path: str, parts: tuple[str, ...]) -> bool:
    if path in SETTINGS_FILES:
        return False
    return any(part.startswith(".") or part.lower() in IGNORED_NAMES for part in parts)


def _check_kind(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise ArchiveError("is a symbolic link. Zip the file that it leads to.", name)
    if kind not in (0, stat.S_IFREG):
        raise ArchiveError("is neither a file nor a folder.", name)
    if info.flag_bits & _ENCRYPTED:
        raise ArchiveError("is encrypted. Zip the vault without a password.", name)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ArchiveError("is packed in a way that is not read. Use the usual zip.", name)


# --- sizes ----------------------------------------------------------------------------------


def _check_sizes(entries: Iterable[Entry]) -> None:
    total = 0
    for entry in entries:
        _check_ratio(entry, entry.info.file_size)
        total += entry.info.file_size
    _check_total(total)


def _check_ratio(entry: Entry, size: int) -> None:
    if size > max(RATIO_FROM, MAX_RATIO * entry.info.compress_size):
        raise ArchiveError(
            f"unpacks to more than {MAX_RATIO} times its size, as no honest file does.", entry.path
        )


def _check_total(size: int) -> None:
    if size > MAX_UNPACKED_BYTES:
        raise ArchiveError(
            f"The archive unpacks to more than {MAX_UNPACKED_BYTES // 1024**2} MB. Leave out large "
            "attachments, or split it."
        )
