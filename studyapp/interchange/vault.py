"""Names and notes of a vault that is made of another program's file."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

MAX_NOTE_CHARS = 200_000
MAX_NOTE_QUESTIONS = 300
"""A deck with more goes on in a further note: a note of this size is read in a second."""

_FORBIDDEN = re.compile(r'[\\/:*?"<>|#^\[\]\x00-\x1f\x7f]+')


class Names:
    """Gives out file names of a folder tree that differ whatever their case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, path: str, suffix: str = "") -> str:
        """``path + suffix``, or the first of ``path (2)``, ``path (3)``... that is free."""
        number, found = 1, path + suffix
        while found.casefold() in self._taken:
            number += 1
            found = f"{path} ({number}){suffix}"
        self._taken.add(found.casefold())
        return found


def file_name(text: str, default: str = "Untitled") -> str:
    """``text`` as the name of a file on any system, short enough for all."""
    name = " ".join(_FORBIDDEN.sub(" ", unicodedata.normalize("NFC", text)).split()).strip(". ")
    while len(name.encode()) > 120:
        name = name[:-1].rstrip()
    return name or default


def written_notes(
    path: str, properties: Mapping[str, str], questions: Iterable[str], names: Names
) -> Iterator[tuple[str, str]]:
    """``(path, text)`` of as many notes as hold ``questions``, the first called ``path``."""
    front = "".join(
        f"{key}: {json.dumps(text, ensure_ascii=False)}\n" for key, text in properties.items()
    )
    head = f"---\n{front}---\n" if front else ""
    parts: list[str] = []
    size = 0
    for question in questions:
        if parts and (size + len(question) > MAX_NOTE_CHARS or len(parts) >= MAX_NOTE_QUESTIONS):
            yield names.take(path, ".md"), head + "\n".join(parts)
            parts, size = [], 0
        parts.append(question)
        size += len(question)
    if parts:
        yield names.take(path, ".md"), head + "\n".join(parts)
