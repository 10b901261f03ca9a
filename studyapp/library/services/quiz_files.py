"""Making a vault of a quiz file of another program's: GIFT, Aiken or Moodle XML."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from studyapp.interchange.aiken import is_aiken, read_aiken
from studyapp.interchange.gift import is_gift, read_gift
from studyapp.interchange.moodle_xml import read_moodle_xml
from studyapp.interchange.quiz_file import QuizFile, vault_of
from studyapp.interchange.values import InterchangeError, Remark
from studyapp.interchange.xml_tree import MAX_BYTES
from studyapp.library.services.packages import write_vault
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
    write_vault(vault_of(quiz, name), into, program=program)
    for path, medium in quiz.media.items():
        target = into / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(medium)


def _read(data: bytes, name: str) -> tuple[str, QuizFile]:
    if name.lower().endswith(".xml"):
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
