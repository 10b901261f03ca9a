"""Making a vault of a quiz file of another program's: GIFT, Aiken, Moodle XML or QTI."""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from studyapp.interchange.aiken import is_aiken, read_aiken
from studyapp.interchange.gift import is_gift, read_gift
from studyapp.interchange.moodle_xml import read_moodle_xml
from studyapp.interchange.qti import MANIFEST, item_paths, read_item
from studyapp.interchange.quiz_file import QuizFile, Reading, vault_of
from studyapp.interchange.values import InterchangeError, Remark
from studyapp.interchange.xml_tree import MAX_BYTES
from studyapp.library.services.packages import write_vault
from studyapp.library.services.reading import Progress
from studyapp.library.services.unpacking import ArchiveError, Contents, Entry, damage_refused
from studyapp.obsidian.encoding import decode_note

QUIZ_FILES = (".gift", ".xml", ".txt")
"""How the names of files end that may be such."""


def is_quiz_file(file: BinaryIO, name: str) -> bool:
    """Whether ``file``, called ``name``, is a quiz: a text may be cards instead."""
    ending = Path(name.lower()).suffix
    if ending != ".txt":
        return ending in QUIZ_FILES
    text = decode_note(file.read(MAX_BYTES + 1)).text
    file.seek(0)
    return is_aiken(text) or is_gift(text)


def make_quiz_vault(file: BinaryIO, name: str, into: Path) -> None:
    """Make the vault folder ``into`` of the quiz in ``file``. Raises InterchangeError."""
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InterchangeError(f"“{name}” is larger than {MAX_BYTES // 1024**2} MB. Split it.")
    program, quiz = _read(data, name)
    _write(quiz, name, into, program)


def is_qti_package(contents: Contents) -> bool:
    """Whether an archive has the manifest that a package of QTI has."""
    return any(entry.path == MANIFEST for entry in contents.entries)


def unpack_qti(
    file: BinaryIO, contents: Contents, name: str, into: Path, *, progress: Progress
) -> None:
    """Make the vault folder ``into`` of the items of a package. Raises ArchiveError and
    InterchangeError."""
    entries = {entry.path: entry for entry in contents.entries}
    reading = Reading(name)
    with damage_refused(), zipfile.ZipFile(file) as archive:
        found = item_paths(_member(archive, entries[MANIFEST]), MANIFEST)
        files = {
            path: _member(archive, entry)
            for path, entry in entries.items()
            if not path.endswith(".xml")
        }
        for done, said in enumerate(found, 1):
            path = posixpath.normpath(said)
            reading.name = path
            if path in entries:
                read_item(_member(archive, entries[path]), reading, path, files)
            else:
                reading.remark(0, "The manifest names it, and it is not in the package.")
            progress("Reading the quiz", done, len(found))
    _write(reading.done(), name, into, "QTI")


def _member(archive: zipfile.ZipFile, entry: Entry) -> bytes:
    with archive.open(entry.info) as source:
        data = source.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ArchiveError(f"is larger than {MAX_BYTES // 1024**2} MB.", entry.path)
    return data


def _write(quiz: QuizFile, name: str, into: Path, program: str) -> None:
    write_vault(vault_of(quiz, name), into, program=program)
    for path, medium in quiz.media.items():
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(medium)


def _read(data: bytes, name: str) -> tuple[str, QuizFile]:
    if name.lower().endswith(".xml"):
        if b"<assessmentItem" in data[:4000]:
            reading = Reading(name)
            read_item(data, reading, name, {})
            return "QTI", reading.done()
        return "Moodle", read_moodle_xml(data, name)
    decoded = decode_note(data)
    if is_aiken(decoded.text) and not name.lower().endswith(".gift"):
        program, quiz = "Aiken", read_aiken(decoded.text, name)
    else:
        program, quiz = "GIFT", read_gift(decoded.text, name)
    if decoded.read_as:
        message = f"It is no UTF-8, and was read as {decoded.read_as}."
        quiz = replace(quiz, remarks=(Remark(name, decoded.bad_line, message), *quiz.remarks))
    return program, quiz
