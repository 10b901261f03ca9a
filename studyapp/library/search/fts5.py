# ruff: noqa: S608 - the SQL is put together from this file's own words; what is typed is a parameter
"""The index in SQLite: FTS5 over the columns of ``SearchEntry``, kept by triggers (see the
migration that makes it). It suits one person or a few: the index knows no owners, and what it
finds is narrowed to some vaults.

Everything typed reaches FTS5 inside quotes, so nothing typed can be its syntax.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from studyapp.library.search import entries
from studyapp.library.search.entries import COLUMNS, SERVED, Match, is_served, rows
from studyapp.library.search.folding import framed, squash
from studyapp.library.search.parsing import Query, Term

WEIGHTS = {"title": 4, "headings": 2, "body": 1, "context": 1, "whole": 4}
"""How much a match counts, in the order of the index's columns."""

OF_NOTES = ("title headings body", "title headings", "title")
OF_QUESTIONS = ("headings body context", "headings")
"""The columns a word may stand in, and again those where it says more. In all but the first,
something is called so."""

RANKED = 2_000
"""Of entries that say the words, but not where they are called something, so many are compared."""

NEAR_CANDIDATES = 50


def matches(vaults: Sequence[int], query: Query, *, limit: int) -> list[Match]:
    """What these vaults serve that matches ``query``, best first; one database query.

    A search without words lists notes (or questions) in reading order.
    """
    conditions, values = _conditions(query)
    if not query.terms:
        found = entries.listed(vaults, query, conditions, values, limit)
    else:
        matching = (
            f"{_MATCHING} AND library_search.rank MATCH '{_RANK}'"
            f" AND {is_served(vaults)} {conditions}"
        )
        # What is called so stands before what only says it, and may be enough. (The cross join is
        # what then keeps the index closed.)
        sql = (
            "WITH named AS (SELECT e.id, library_search.rank AS rank"
            f" FROM {matching} ORDER BY library_search.rank LIMIT %s),"
            " said AS (SELECT e.id, library_search.rank AS rank"
            " FROM (SELECT 1 WHERE (SELECT count(*) FROM named) < %s)"
            f" CROSS JOIN {matching} LIMIT %s)"
            f" SELECT {COLUMNS}, e.title, e.headings, e.body FROM ("
            "SELECT id, 0 AS place, rank FROM named"
            " UNION ALL SELECT id, 1, rank FROM said WHERE id NOT IN (SELECT id FROM named)"
            " ORDER BY 2, 3, 1 LIMIT %s"
            ") found JOIN library_searchentry e ON e.id = found.id"
            " ORDER BY found.place, found.rank, e.id"
        )
        found = rows(
            sql,
            [
                *(_named(query), *values, limit),
                *(limit, _said(query), *values, max(limit, RANKED)),
                limit,
            ],
        )
    return [Match(*row) for row in found]


def are_found(vaults: Sequence[int], queries: Sequence[Query]) -> list[bool]:
    """For each of ``queries`` whether these vaults serve anything that matches; one query."""
    return entries.are_found([_select(vaults, query) for query in queries])


def _select(vaults: Sequence[int], query: Query) -> tuple[str, list[Any]]:
    conditions, values = _conditions(query)
    if not query.terms:
        return entries.unworded(vaults, query, conditions, values)
    sql = f"SELECT 1 FROM {_MATCHING} AND {is_served(vaults)} {conditions}"
    return sql, [f"({_named(query)}) OR ({_said(query)})", *values]


def near_titles(vaults: Sequence[int], query: Query) -> list[tuple[int, str]]:
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
        f" JOIN library_searchentry e ON e.id = library_search_titles.rowid {SERVED}"
        f" WHERE library_search_titles MATCH %s AND {is_served(vaults)} {conditions}"
        " ORDER BY library_search_titles.rank LIMIT %s"
    )
    return rows(sql, [" OR ".join(map(_quoted, trigrams)), *values, NEAR_CANDIDATES])


def rebuild_index() -> None:
    """Read the whole index anew from the entries."""
    with connection.cursor() as cursor:
        for table in ("library_search", "library_search_titles"):
            cursor.execute(f"INSERT INTO {table}({table}) VALUES ('rebuild')")


_MATCHING = (
    f"library_search JOIN library_searchentry e ON e.id = library_search.rowid {SERVED}"
    " WHERE library_search MATCH %s"
)
_RANK = f"bm25({', '.join(map(str, WEIGHTS.values()))})"


# --- words ----------------------------------------------------------------------------------


def _said(query: Query) -> str:
    """``query`` as FTS5 reads it. Notes are found by their own words, questions also by the titles
    and headings they stand under."""
    return _expression(query, _places(query))


def _named(query: Query) -> str:
    """The same of what is called so: titles and headings, and of a question what it asks."""
    found = _expression(query, _places(query)[1:])
    whole = squash(query.words)
    if whole and not query.wants_questions:
        # A note called exactly so, and then one whose title begins so, before all others.
        found = f"({found}) OR whole : {_quoted(whole)} OR whole : {_quoted(whole)} *"
    return found


def _expression(query: Query, places: Sequence[str]) -> str:
    found = " AND ".join(_term(term, places) for term in query.terms)
    if query.hoped:
        hoped = " OR ".join(_term(term, _places(query)) for term in query.hoped)
        found = f"(({found}) AND ({hoped})) OR ({found})"
    if query.without:
        found = f"({found}) NOT ({_unwanted(query)})"
    return found


def _places(query: Query) -> Sequence[str]:
    return OF_QUESTIONS if query.wants_questions else OF_NOTES


def _term(term: Term, places: Sequence[str]) -> str:
    """``term`` in any of ``places``, which lie within one another: found in an inner one, it counts
    again. (Weights alone would not do: bm25 flattens out after a few matches.)"""
    words = _quoted(term.text)
    ways = [f"{{{place}}} : {words}" for place in places]
    if term.goes_on:
        ways = [f"{way} *" for way in ways]
    elif term.is_open:
        ways.append(f"{{{places[-1]}}} : {words} *")
    return f"({' OR '.join(ways)})"


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _unwanted(query: Query) -> str:
    unwanted = " OR ".join(_quoted(term.text) for term in query.without)
    return f"{{title headings body}} : ({unwanted})"


def _conditions(query: Query) -> tuple[str, list[Any]]:
    says = "IN (SELECT rowid FROM library_search WHERE library_search MATCH %s)"
    without = f"NOT e.id {says}"
    if not query.wants_questions:
        # A note that says the word anywhere is out as a whole, with its questions.
        without = (
            "NOT EXISTS (SELECT 1 FROM library_searchentry x"
            f" WHERE x.version_id = e.version_id AND +x.id {says})"
        )
    return entries.conditions(query, place="instr", without=without, unwanted=_unwanted(query))
