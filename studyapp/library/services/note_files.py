"""Making a vault of a single note."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from studyapp.interchange.values import InterchangeError, Remark, VaultFiles
from studyapp.interchange.vault import file_name
from studyapp.library.services.packages import write_vault
from studyapp.obsidian.encoding import decode_note
from studyapp.obsidian.scan import MAX_NOTE_BYTES


def is_note_file(name: str) -> bool:
    """Whether a file called ``name`` is a note."""
    return name.lower().endswith((".md", ".markdown"))


def make_note_vault(file: BinaryIO, name: str, into: Path) -> None:
    """Make the vault folder ``into`` of the note in ``file``. Raises InterchangeError."""
    data = file.read(MAX_NOTE_BYTES + 1)
    if len(data) > MAX_NOTE_BYTES:
        raise InterchangeError(f"“{name}” has more than {MAX_NOTE_BYTES:,} bytes. Split it.")
    decoded = decode_note(data)
    path = f"{file_name(Path(name).stem)}.md"
    remarks: tuple[Remark, ...] = ()
    if decoded.read_as:
        message = f"It is no UTF-8, and was read as {decoded.read_as}."
        remarks = (Remark(path, decoded.bad_line, message),)
    files = VaultFiles("", {path: decoded.text}, remarks=remarks)
    write_vault(files, into, program="a single note")
