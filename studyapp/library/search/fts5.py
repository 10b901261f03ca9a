# ruff: noqa: S608 - the SQL is put together from this file's own words; what is typed is a parameter
"""The index in SQLite: FTS5 over the columns of ``SearchEntry``, kept by triggers (see the
migration that makes it). It suits one person or a few: the index knows no owners, and what it
finds is narrowed to the learner's own.

Everything typed reaches FTS5 inside quotes, so nothing typed can be its syntax.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from studyapp.library.search.folding import framed, squash
from studyapp.library.search.marking import CLOSE, OPEN
from studyapp.library.search.parsing import Filter, FilterName, Query, Term

WEIGHTS = {"title": 4, "headings": 2, "body": 1, "context": 1, "whole": 4}
"""How much a match counts, in the order of the index's columns."""

OF_NOTES = ("title headings body", "title headings", "title")
OF_QUESTIONS = ("headings body context", "headings")
"""The columns a word may stand in, and again those where it says more."""

SHORT = 2
"""Letters up to which an unfinished word stands for longer ones only in titles (of questions: in
what they ask); elsewhere almost everything would begin so."""

NEAR_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that matches; ``title``, ``headings`` and ``body`` carry marks."""

    version: int
    kind: str
    status: str
    line: int
    last_line: int
    title: str
    headings: str
    body: str


def matches(learner: int, query: Query, *, limit: int) -> list[Match]:
    """What ``learner`` is served that matches ``query``, best first; one database query.

    A search without words lists notes (or questions) in reading order.
    """
    conditions, values = _conditions(query)
    columns = "e.version_id, e.kind, e.status, e.line, e.last_line"
    if query.terms:
        marked = ", ".join(f"highlight(library_search, {column}, %s, %s)" for column in range(3))
        sql = (
            f"SELECT {columns}, {marked} FROM library_search"
            f" JOIN library_searchentry e ON e.id = library_search.rowid {_SERVED}"
            f" WHERE library_search MATCH %s AND library_search.rank MATCH '{_RANK}'"
            f" AND {_IS_SERVED} {conditions} ORDER BY library_search.rank LIMIT %s"
        )
        values = [*(OPEN, CLOSE) * 3, _expression(query), learner, *values, limit]
    else:
        of_kind = "" if query.wants_questions else "AND e.kind = ''"
        # Chosen first, so that the sort does not carry the texts.
        sql = (
            f"SELECT {columns}, e.title, e.headings, e.body FROM ("
            f"SELECT e.id, n.vault_id, library_note.position FROM library_searchentry e {_SERVED}"
            " JOIN library_note ON library_note.id = n.note_id"
            f" WHERE {_IS_SERVED} {of_kind} {conditions} ORDER BY 2, 3, 1 LIMIT %s"
            ") chosen JOIN library_searchentry e ON e.id = chosen.id"
            " ORDER BY chosen.vault_id, chosen.position, e.id"
        )
        values = [learner, *values, limit]
    return [Match(*row) for row in _rows(sql, values)]


def near_titles(learner: int, query: Query) -> list[tuple[int, str]]:
    """``(version, squashed title)`` of notes whose titles share letters with the words of
    ``query``, under its filters; one database query, none for fewer than three letters."""
    letters = squash(query.words)
    if len(letters) < 3:
        return []
    whole = framed(letters)
    trigrams = dict.fromkeys(whole[at : at + 3] for at in range(len(whole) - 2))
    conditions, values = _conditions(query)
    sql = (
        "SELECT e.version_id, trim(e.whole) FROM library_search_titles"
        f" JOIN library_searchentry e ON e.id = library_search_titles.rowid {_SERVED}"
        f" WHERE library_search_titles MATCH %s AND {_IS_SERVED} {conditions}"
        " ORDER BY library_search_titles.rank LIMIT %s"
    )
    return _rows(sql, [" OR ".join(map(_quoted, trigrams)), learner, *values, NEAR_CANDIDATES])


def rebuild_index() -> None:
    """Read the whole index anew from the entries."""
    with connection.cursor() as cursor:
        for table in ("library_search", "library_search_titles"):
            cursor.execute(f"INSERT INTO {table}({table}) VALUES ('rebuild')")


_RANK = f"bm25({', '.join(map(str, WEIGHTS.values()))})"
_SERVED = (
    "JOIN library_noteversion n ON n.id = e.version_id JOIN library_vault v ON v.id = n.vault_id"
)
_IS_SERVED = "v.owner_id = %s AND n.since <= v.revision AND n.until > v.revision"


def _rows(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
    return rows


# --- words ----------------------------------------------------------------------------------


def _expression(query: Query) -> str:
    """``query`` as FTS5 reads it. Notes are found by their own words, questions also by the titles
    and headings they stand under."""
    places = OF_QUESTIONS if query.wants_questions else OF_NOTES
    found = " AND ".join(_term(term, places) for term in query.terms)
    if query.hoped:
        hoped = " OR ".join(_term(term, places) for term in query.hoped)
        found = f"(({found}) AND ({hoped})) OR ({found})"
    whole = squash(query.words)
    if whole and not query.wants_questions:
        # A note called exactly so, and then one whose title begins so, before all others.
        found = f"({found}) OR whole : {_quoted(whole)} OR whole : {_quoted(whole)} *"
    return found


def _term(term: Term, places: Sequence[str]) -> str:
    """``term`` in any of ``places``, which lie within one another: found in an inner one, it counts
    again. (Weights alone would not do: bm25 flattens out after a few matches.)"""
    words = _quoted(term.text)
    ways = [f"{{{place}}} : {words}" for place in places]
    if term.is_open and len(squash(term.text)) > SHORT:
        ways = [f"{way} *" for way in ways]
    elif term.is_open:
        ways.append(f"{{{places[-1]}}} : {words} *")
    return f"({' OR '.join(ways)})"


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


# --- conditions -----------------------------------------------------------------------------


def _conditions(query: Query) -> tuple[str, list[Any]]:
    """What else must hold, as SQL that begins with AND, and its values."""
    parts = list(_filter_conditions(query.filters))
    if query.wants_questions:
        parts.append(("e.kind <> ''", []))
    if query.without:
        unwanted = " OR ".join(_quoted(term.text) for term in query.without)
        # A note that says the word anywhere is out as a whole, with its questions.
        key = "e.id" if query.wants_questions else "e.version_id"
        of = key.replace("e.", "x.")
        parts.append(
            (
                f"{key} NOT IN (SELECT {of} FROM library_search"
                " JOIN library_searchentry x ON x.id = library_search.rowid"
                " WHERE library_search MATCH %s)",
                [f"{{title headings body}} : ({unwanted})"],
            )
        )
    sql = "".join(f" AND {condition}" for condition, _ in parts)
    return sql, [value for _, values in parts for value in values]


def _filter_conditions(filters: Sequence[Filter]) -> Iterator[tuple[str, list[Any]]]:
    for wanted in filters:
        values: list[Any] = list(wanted.values)
        match wanted.name:
            case FilterName.TAG:
                condition = "instr(e.tags, %s) > 0"
                values = [f"\n{values[0]}" if wanted.is_open else f"\n{values[0]}\n"]
            case FilterName.TOPIC:
                condition = "instr(e.topic, %s) > 0"
            case FilterName.PATH:
                condition = "instr(e.path, %s) > 0"
            case FilterName.KIND:
                condition = f"e.kind IN ({', '.join(['%s'] * len(values))})"
            case FilterName.IS:
                condition = f"e.status IN ({', '.join(['%s'] * len(values))})"
        yield (f"NOT ({condition})" if wanted.negated else condition), values
