"""The rows of a CSV file: fields, some in quotes, which may hold separators and line ends.

RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180), with any separator. Python's own reader is kept
out because it knows no lines: with one stray quote it would swallow the rest of a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_CELL = 200_000
"""Characters of a field: what is longer is a quote that nobody closed."""

STRAY_QUOTE = "a quote is opened here and not closed at the end of its field"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class Record:
    """A row: the ``line`` it begins on and its fields; or ``problem``, why it has none."""

    line: int
    fields: tuple[str, ...] = ()
    problem: str = ""


def read_records(text: str, separator: str, first_line: int = 1) -> Iterator[Record]:
    """The rows of ``text``, whose lines end in ``\\n``. Empty lines, and those that begin with
    ``#``, are none. A row that cannot be read costs its first line only."""
    ending = re.escape(separator)
    field = re.compile(
        rf'[ ]*"((?:[^"]|""){{0,{MAX_CELL}}}+)"[ \t]*(?={ending}|\n|\Z)|([^{ending}\n]*+)'
    )
    at, line = 0, first_line
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if text[at] == "#" or not text[at:end].strip():
            at, line = end + 1, line + 1
            continue
        found, stop = _fields(text, at, separator, field)
        if found is None:
            yield Record(line, problem=STRAY_QUOTE)
            stop = end
        else:
            yield Record(line, tuple(found))
        line += text.count("\n", at, stop) + 1
        at = stop + 1


def _fields(
    text: str, at: int, separator: str, field: re.Pattern[str]
) -> tuple[list[str] | None, int]:
    fields = []
    while True:
        match = field.match(text, at)
        assert match is not None
        if match[1] is not None:
            fields.append(match[1].replace('""', '"'))
        elif match[2].lstrip(" ").startswith('"'):
            return None, at
        else:
            fields.append(match[2].strip(" "))
        at = match.end()
        if at >= len(text) or text[at] != separator:
            return fields, at
        at += 1


def write_record(fields: Iterable[str]) -> str:
    """A row, every field in quotes: none is then taken for a comment, or for a number."""
    return ",".join('"' + harmless(field).replace('"', '""') + '"' for field in fields) + "\n"


def harmless(field: str) -> str:
    """``field`` with an apostrophe before what a spreadsheet would run as a formula
    (https://owasp.org/www-community/attacks/CSV_Injection). ``meant`` undoes it."""
    return f"'{field}" if _FORMULA.match(field) else field


def meant(field: str) -> str:
    """What ``harmless`` was given."""
    return field[1:] if _ESCAPED.match(field) else field
