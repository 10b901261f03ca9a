# ruff: noqa: S608 - the SQL is put together from this file's own words; what is typed is a parameter
"""The index in SQLite: FTS5 over the columns of ``SearchEntry``, kept by triggers (see the
migration that makes it). It suits one person or a few: the index knows no owners, and what it
finds is narrowed to the learner's own.

Everything typed reaches FTS5 inside quotes, so nothing typed can be its syntax.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from studyapp.library.search import entries
from studyapp.library.search.entries import COLUMNS, IS_SERVED, SERVED, Match, rows
from studyapp.library.search.folding import framed, squash
from studyapp.library.search.marking import CLOSE, OPEN
from studyapp.library.search.parsing import Query, Term

WEIGHTS = {"title": 4, "headings": 2, "body": 1, "context": 1, "whole": 4}
"""How much a match counts, in the order of the index's columns."""

OF_NOTES = ("title headings body", "title headings", "title")
OF_QUESTIONS = ("headings body context", "headings")
"""The columns a word may stand in, and again those where it says more."""

SHORT = 2
"""Letters up to which an unfinished word stands for longer ones only in titles (of questions: in
what they ask); elsewhere almost everything would begin so."""

NEAR_CANDIDATES = 50


def matches(learner: int, query: Query, *, limit: int) -> list[Match]:
    """What ``learner`` is served that matches ``query``, best first; one database query.

    A search without words lists notes (or questions) in reading order.
    """
    conditions, values = _conditions(query)
    if not query.terms:
        found = entries.listed(learner, query, conditions, values, limit)
    else:
        marked = ", ".join(f"highlight(library_search, {column}, %s, %s)" for column in range(3))
        sql = (
            f"SELECT {COLUMNS}, {marked} FROM library_search"
            f" JOIN library_searchentry e ON e.id = library_search.rowid {SERVED}"
            f" WHERE library_search MATCH %s AND library_search.rank MATCH '{_RANK}'"
            f" AND {IS_SERVED} {conditions} ORDER BY library_search.rank LIMIT %s"
        )
        found = rows(sql, [*(OPEN, CLOSE) * 3, _expression(query), learner, *values, limit])
    return [Match(*row) for row in found]


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
        f" JOIN library_searchentry e ON e.id = library_search_titles.rowid {SERVED}"
        f" WHERE library_search_titles MATCH %s AND {IS_SERVED} {conditions}"
        " ORDER BY library_search_titles.rank LIMIT %s"
    )
    return rows(sql, [" OR ".join(map(_quoted, trigrams)), learner, *values, NEAR_CANDIDATES])


def rebuild_index() -> None:
    """Read the whole index anew from the entries."""
    with connection.cursor() as cursor:
        for table in ("library_search", "library_search_titles"):
            cursor.execute(f"INSERT INTO {table}({table}) VALUES ('rebuild')")


_RANK = f"bm25({', '.join(map(str, WEIGHTS.values()))})"


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


def _conditions(query: Query) -> tuple[str, list[Any]]:
    unwanted = " OR ".join(_quoted(term.text) for term in query.without)
    return entries.conditions(
        query,
        place="instr",
        without="FROM library_search JOIN library_searchentry x ON x.id = library_search.rowid"
        " WHERE library_search MATCH %s",
        unwanted=[f"{{title headings body}} : ({unwanted})"],
    )
