# ruff: noqa: S608 - the SQL is put together from this file's own words; what is typed is a parameter
"""What every engine asks of the entries' rows: who is served them, and what the filters say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from studyapp.library.search.parsing import Filter, FilterName, Query

SERVED = (
    "JOIN library_noteversion n ON n.id = e.version_id JOIN library_vault v ON v.id = n.vault_id"
)
COLUMNS = "e.version_id, e.kind, e.status, e.line, e.last_line"
"""The fields of ``Match`` before its texts."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that matches."""

    version: int
    kind: str
    status: str
    line: int
    last_line: int
    title: str
    headings: str
    body: str


def is_served(vaults: Iterable[int]) -> str:
    """Of what ``SERVED`` joins, what these vaults serve, as SQL."""
    keys = ", ".join(str(int(vault)) for vault in vaults) or "NULL"
    return f"v.id IN ({keys}) AND n.since <= v.revision AND n.until > v.revision"


def rows(sql: str, values: Sequence[Any]) -> list[Any]:
    """What ``sql`` finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[Any] = cursor.fetchall()
    return found


def are_found(selects: Sequence[tuple[str, Sequence[Any]]]) -> list[bool]:
    """Whether each of ``selects``, SQL and its values, finds any row: one query, of none."""
    if not selects:
        return []
    asked = ", ".join(f"EXISTS ({sql})" for sql, _ in selects)
    return [
        bool(is_found)
        for is_found in rows(
            f"SELECT {asked}", [value for _, values in selects for value in values]
        )[0]
    ]


def unworded(
    vaults: Sequence[int], query: Query, conditions: str, values: Sequence[Any]
) -> tuple[str, list[Any]]:
    """The SELECT of ids that a search without words finds, and its values."""
    of_kind = "" if query.wants_questions else "AND e.kind = ''"
    sql = (
        f"SELECT e.id FROM library_searchentry e {SERVED}"
        f" WHERE {is_served(vaults)} {of_kind} {conditions}"
    )
    return sql, [*values]


def listed(
    vaults: Iterable[int], query: Query, conditions: str, values: Sequence[Any], limit: int
) -> Any:
    """The rows of a search without words: notes (or questions) in reading order."""
    of_kind = "" if query.wants_questions else "AND e.kind = ''"
    # Chosen first, so that the sort does not carry the texts.
    sql = (
        f"SELECT {COLUMNS}, e.title, e.headings, e.body FROM ("
        f"SELECT e.id, n.vault_id, library_note.position FROM library_searchentry e {SERVED}"
        " JOIN library_note ON library_note.id = n.note_id"
        f" WHERE {is_served(vaults)} {of_kind} {conditions} ORDER BY 2, 3, 1 LIMIT %s"
        ") chosen JOIN library_searchentry e ON e.id = chosen.id"
        " ORDER BY chosen.vault_id, chosen.position, e.id"
    )
    return rows(sql, [*values, limit])


def conditions(query: Query, *, place: str, without: str, unwanted: str) -> tuple[str, list[Any]]:
    """What else must hold of an entry, as SQL that begins with AND, and its values.

    ``place`` is the engine's function of a text and a part of it that gives where that is, 0 for
    nowhere. ``without`` is the condition that nothing unwanted is said, ``unwanted`` its value.
    """
    parts = list(_filters(query.filters, place))
    if query.wants_questions:
        parts.append(("e.kind <> ''", []))
    if query.without:
        parts.append((without, [unwanted]))
    sql = "".join(f" AND {condition}" for condition, _ in parts)
    return sql, [value for _, values in parts for value in values]


def _filters(filters: Sequence[Filter], place: str) -> Iterator[tuple[str, list[Any]]]:
    for wanted in filters:
        values: list[Any] = list(wanted.values)
        match wanted.name:
            case FilterName.TAG:
                condition = f"{place}(e.tags, %s) > 0"
                values = [f"\n{values[0]}" if wanted.is_open else f"\n{values[0]}\n"]
            case FilterName.TOPIC:
                condition = f"{place}(e.topic, %s) > 0"
            case FilterName.PATH:
                condition = f"{place}(e.path, %s) > 0"
            case FilterName.KIND:
                condition = f"e.kind IN ({', '.join(['%s'] * len(values))})"
            case FilterName.IS:
                condition = f"e.status IN ({', '.join(['%s'] * len(values))})"
        yield (f"NOT ({condition})" if wanted.negated else condition), values
