"""Making a vault of a file of another program's: Anki's package, or cards in a CSV file.

What comes out is an ordinary vault folder, which is then imported like any other. What the file
knows besides, a learner's history above all, is written beside the vault into ``package.json``.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from studyapp.interchange.apkg import collection as apkg
from studyapp.interchange.apkg.media import read_media_map
from studyapp.interchange.apkg.reading import make_vault
from studyapp.interchange.apkg.zstd import MAGIC, unpacked
from studyapp.interchange.csv_ import reading as csv_reading
from studyapp.interchange.values import ForeignCard, InterchangeError, Remark, VaultFiles
from studyapp.library.services.reading import Progress
from studyapp.library.services.unpacking import (
    CHUNK,
    MAX_RATIO,
    MAX_UNPACKED_BYTES,
    RATIO_FROM,
    ArchiveError,
    Contents,
    Entry,
    damage_refused,
    unpack_entries,
)
from studyapp.obsidian.encoding import decode_note

RECORD = "package.json"
"""Beside the folder of a vault that was made of a package."""

CARD_FILES = (".csv", ".tsv", ".txt")
"""How the names of files end that hold cards, a row each."""

MAX_CARD_BYTES = 32 * 1024**2

_MEDIA = "media"


@dataclass(frozen=True, slots=True)
class Package:
    """What a file knew besides the notes. ``cards``: explicit id of a question -> its history;
    ``program`` is whose file it was."""

    title: str
    remarks: tuple[Remark, ...]
    cards: dict[str, ForeignCard]
    program: str = "Anki"


def is_package(contents: Contents) -> bool:
    """Whether an archive is one of Anki's."""
    return any(entry.path in apkg.NAMES for entry in contents.entries)


def unpack_package(file: BinaryIO, contents: Contents, into: Path, *, progress: Progress) -> None:
    """Make the vault folder ``into`` of the package ``file`` and write its record beside it.
    Raises ArchiveError and InterchangeError, leaving what was written for the caller to clear."""
    entries = {entry.path: entry for entry in contents.entries}
    name = next(name for name in apkg.NAMES if name in entries)
    with damage_refused(), zipfile.ZipFile(file) as archive:
        progress("Reading Anki’s collection", 0, 0)
        data = _read(archive, entries[name], apkg.MAX_COLLECTION_BYTES)
        if name.endswith("b"):
            data = apkg.decompress(data, apkg.MAX_COLLECTION_BYTES)
        collection = apkg.read_collection(data)
        del data
        listed = _read(archive, entries[_MEDIA], CHUNK * 64) if _MEDIA in entries else b""
        media = {
            name: number for name, number in read_media_map(listed).items() if number in entries
        }
        files = make_vault(collection, media)
        if not files.notes:
            raise ArchiveError("The package holds no notes. Export the deck with its cards.")
        write_vault(files, into)
        total = 0
        for done, (medium, path) in enumerate(files.media.items(), 1):
            target = into / path
            target.parent.mkdir(parents=True, exist_ok=True)
            total += _write(archive, entries[media[medium]], target)
            if total > MAX_UNPACKED_BYTES:
                raise ArchiveError(
                    f"The package's media come to more than {MAX_UNPACKED_BYTES // 1024**2} MB. "
                    "Export fewer decks."
                )
            progress("Unpacking media", done, len(files.media))


def is_card_file(name: str, begins: bytes) -> bool:
    """Whether a file called ``name`` that ``begins`` so holds cards as rows of text."""
    return name.lower().endswith(CARD_FILES) and not begins.startswith(b"PK\3\4")


def holds_cards(contents: Contents) -> bool:
    """Whether an archive has CSV files, with what they show, and no notes."""
    names = [entry.path.lower() for entry in contents.entries]
    return not any(name.endswith(".md") for name in names) and any(map(_is_rows, names))


def _is_rows(name: str) -> bool:
    return name.lower().endswith((".csv", ".tsv"))


def make_card_vault(file: BinaryIO, name: str, into: Path) -> None:
    """Make the vault folder ``into`` of the cards in ``file``. Raises InterchangeError."""
    write_vault(_cards_of(file.read(MAX_CARD_BYTES + 1), name), into, program="CSV")


def unpack_cards(file: BinaryIO, contents: Contents, into: Path, *, progress: Progress) -> None:
    """Make the vault folder ``into`` of an archive's CSV files; its other files are attachments.
    Raises ArchiveError and InterchangeError."""
    rows = [entry for entry in contents.entries if _is_rows(entry.path)]
    notes: dict[str, str] = {}
    remarks: list[Remark] = []
    unpack_entries(file, [e for e in contents.entries if e not in rows], into, progress=progress)
    with damage_refused(), zipfile.ZipFile(file) as archive:
        for entry in rows:
            made = _cards_of(_read(archive, entry, MAX_CARD_BYTES), entry.path)
            folder = "" if len(rows) == 1 else f"{PurePosixPath(entry.path).with_suffix('')}/"
            notes |= {f"{folder}{path}": text for path, text in made.notes.items()}
            remarks += made.remarks
    write_vault(VaultFiles(contents.folder, notes, remarks=tuple(remarks)), into, program="CSV")


def _cards_of(data: bytes, name: str) -> VaultFiles:
    if len(data) > MAX_CARD_BYTES:
        raise InterchangeError(f"“{name}” is larger than {MAX_CARD_BYTES // 1024**2} MB. Split it.")
    decoded = decode_note(data)
    made = csv_reading.make_vault(decoded.text, name)
    if not decoded.read_as:
        return made
    message = f"It is no UTF-8, and was read as {decoded.read_as}."
    return replace(made, remarks=(Remark(name, decoded.bad_line, message), *made.remarks))


def write_vault(files: VaultFiles, into: Path, *, program: str = "Anki") -> None:
    """Write the notes below the folder ``into``, and the record beside it."""
    into.mkdir(parents=True, exist_ok=True)
    for path, text in files.notes.items():
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    record = {
        "title": files.title,
        "program": program,
        "remarks": [[r.path, r.line, r.message] for r in files.remarks],
        "cards": {key: card.to_json() for key, card in files.cards.items()},
    }
    part = into.parent / f"{RECORD}.part"
    part.write_text(json.dumps(record, ensure_ascii=False, separators=(",", ":")))
    part.replace(into.parent / RECORD)


def read_record(vault_folder: Path) -> Package | None:
    """What was written beside the vault folder; None where it was made of no package."""
    try:
        data: dict[str, Any] = json.loads((vault_folder.parent / RECORD).read_text())
    except FileNotFoundError:
        return None
    return Package(
        data["title"],
        tuple(Remark(*row) for row in data["remarks"]),
        {key: ForeignCard.from_json(card) for key, card in data["cards"].items()},
        data.get("program", "Anki"),
    )


def _read(archive: zipfile.ZipFile, entry: Entry, limit: int) -> bytes:
    with archive.open(entry.info) as source:
        data = source.read(limit + 1)
    if len(data) > limit:
        raise ArchiveError(f"is larger than {limit // 1024**2} MB.", entry.path)
    return data


def _write(archive: zipfile.ZipFile, entry: Entry, target: Path) -> int:
    """Write a medium, unpacking it a second time where the package is of the new format."""
    with archive.open(entry.info) as source:
        is_packed = source.read(len(MAGIC)) == MAGIC
    limit = max(RATIO_FROM, MAX_RATIO * entry.info.compress_size)
    written = 0
    with archive.open(entry.info) as source, target.open("xb") as out:
        pieces = (
            unpacked(source.read, limit) if is_packed else iter(lambda: source.read(CHUNK), b"")
        )
        for piece in pieces:
            written += out.write(piece)
    return written
