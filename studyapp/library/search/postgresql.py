# ruff: noqa: S608 - the SQL is put together from this file's own words; what is typed is a parameter
"""The index in PostgreSQL: text search vectors that the database derives from each entry's row (see
the migration that makes them), with GIN indexes over them.

No extension is needed: the words are folded by a function of ours, so that the same texts match as
in SQLite whatever dictionaries a server has, and the trigrams of titles are words of a vector too.

Limits of PostgreSQL's own: of a word, the first 256 places in a note can be part of a phrase, and
of a note, about the first megabyte of different words is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from studyapp.library.search import entries
from studyapp.library.search.entries import COLUMNS, Match, is_served, rows
from studyapp.library.search.folding import framed, squash
from studyapp.library.search.parsing import Query, Term
from studyapp.library.search.spotting import words_of

RANKED = 500
"""Of entries that say the words, but not where they are called something, so many are compared:
where there are more, no order says much, and each costs a long text's vector to be read."""

LONGEST_TITLE = 200
"""Letters of a title that count when it is looked for as a whole."""

NEAR_CANDIDATES = 50

_IS_SERVED = "(e.version_id IN (SELECT id FROM served)) IS TRUE"
"""Said so that it is looked up for what was found. As a join, the planner begins with it and looks
for the words in everything that is served. (What was found is looked up by an array of ids for the
same reason: joined, the planner reads the whole table.)"""

_WORDS_SAY = "library_words_say(to_tsquery('simple', %s))"


def matches(vaults: Sequence[int], query: Query, *, limit: int) -> list[Match]:
    """What these vaults serve that matches ``query``, best first; one database query.

    A search without words lists notes (or questions) in reading order.
    """
    if not query.terms:
        found = entries.listed(vaults, query, *_conditions(query), limit)
        return [Match(*row) for row in found]
    served, owned = _served(vaults, query)
    conditions, values = _filters(query)
    naming, namings = _naming(query)
    saying, sayings = _saying(query)
    weighed, whole = _weighed(query), _whole(query)
    # A note called exactly so, and then one whose title begins so, before all others.
    called = "e.whole = %s DESC, %s <> '' AND starts_with(e.whole, %s) DESC"
    named = "ts_rank('{0, 0, 0.5, 1}', e.heads, to_tsquery('simple', %s)) DESC"
    column = "placed" if query.wants_questions else "words"
    said = f"ts_rank('{{0.25, 1, 0, 0}}', e.{column}, to_tsquery('simple', %s), 1) DESC"
    by_name: list[Any] = [framed(whole), whole, framed(whole).rstrip(), weighed]
    sql = (
        f"WITH {served}, named AS MATERIALIZED ("
        f"SELECT e.id FROM {naming} AND {_IS_SERVED} {conditions}"
        f" ORDER BY {called}, {named}, e.id LIMIT %s),"
        " said AS MATERIALIZED ("
        f"SELECT e.id FROM {saying} AND {_IS_SERVED} {conditions}"
        " AND (SELECT count(*) FROM named) < %s LIMIT %s)"
        f" SELECT {COLUMNS}, e.title, e.headings, e.body FROM library_searchentry e"
        " WHERE e.id = ANY(ARRAY(SELECT id FROM named UNION SELECT id FROM said))"
        f" ORDER BY e.id IN (SELECT id FROM named) DESC, {called}, {named}, {said}, e.id LIMIT %s"
    )
    found = rows(
        sql,
        [
            *(*owned, *namings, *values, *by_name, limit),
            *(*sayings, *values, limit, max(limit, RANKED)),
            *(*by_name, weighed, limit),
        ],
    )
    return [Match(*row) for row in found]


def are_found(vaults: Sequence[int], queries: Sequence[Query]) -> list[bool]:
    """For each of ``queries`` whether these vaults serve anything that matches; one query."""
    return entries.are_found([_any(vaults, query) for query in queries])


def _any(vaults: Sequence[int], query: Query) -> tuple[str, list[Any]]:
    if not query.terms:
        return entries.unworded(vaults, query, *_conditions(query))
    served, owned = _served(vaults, query)
    conditions, values = _filters(query)
    naming, namings = _naming(query)
    saying, sayings = _saying(query)
    sql = (
        f"WITH {served} SELECT 1 FROM {naming} AND {_IS_SERVED} {conditions}"
        f" UNION ALL SELECT 1 FROM {saying} AND {_IS_SERVED} {conditions}"
    )
    return sql, [*owned, *namings, *values, *sayings, *values]


def near_titles(vaults: Sequence[int], query: Query) -> list[tuple[int, str]]:
    """``(version, squashed title)`` of notes whose titles share letters with the words of
    ``query``, under its filters; one database query, none for fewer than three letters."""
    letters = squash(query.words)
    if len(letters) < 3:
        return []
    whole = framed(letters)
    trigrams = dict.fromkeys(whole[at : at + 3] for at in range(len(whole) - 2))
    alike = " | ".join(f"'{trigram}'" for trigram in trigrams)
    served, owned = _served(vaults, query)
    conditions, values = _filters(query)
    sql = (
        f"WITH {served} SELECT e.version_id, trim(e.whole) FROM library_searchentry e"
        f" WHERE e.letters @@ %s::tsquery AND {_IS_SERVED} {conditions}"
        " ORDER BY ts_rank(e.letters, %s::tsquery, 1) DESC, e.id LIMIT %s"
    )
    return rows(sql, [*owned, alike, *values, alike, NEAR_CANDIDATES])


def rebuild_index() -> None:
    """Nothing to do: the vectors are columns of the entries' own rows."""


# --- words ----------------------------------------------------------------------------------


def _naming(query: Query) -> tuple[str, list[str]]:
    """What finds the entries that are called so, as far as a condition, and its values. Only
    letters and digits of what was typed get into it, so nothing typed can be its syntax. What is
    merely hoped for counts in the order alone."""
    found = "library_searchentry e WHERE e.heads @@ (to_tsquery('simple', %s) || %s::tsquery)"
    whole = _whole(query)
    alone = f"'={whole}':*" if whole else ""
    return found, [" & ".join(_ways(query.terms, _first(query))), alone]


def _whole(query: Query) -> str:
    """What a note may be called as a whole."""
    return "" if query.wants_questions else squash(query.words)[:LONGEST_TITLE]


def _saying(query: Query) -> tuple[str, list[str]]:
    """What finds the entries that say the words of ``query``, as far as a condition, its values.

    They are looked up by an array of ids for as long as they are wanted: joined, the planner reads
    the whole table. A word that is hardly begun counts at the beginning of those alone that are
    looked at first. Their vector, ``heads``, is at hand; the index over the long ones can't tell
    places apart, and each of these would have to be read for it.
    """
    column = "placed" if query.wants_questions else "words"
    say = f"library_{column}_say(to_tsquery('simple', %s))"
    exactly = " & ".join(_ways(query.terms, None))
    begun = [term for term in query.terms if term.is_open and not term.goes_on and _phrase(term)]
    others = _ways((term for term in query.terms if term not in begun), None)
    by_id = f"library_searchentry e WHERE e.id = ANY(ARRAY(SELECT id FROM {say}))"
    if not begun or not others:  # alone, it is found in ``heads`` already
        return (by_id if query.filters else f"{say} e WHERE TRUE"), [exactly]
    begins = " & ".join(f"{way}:*{_first(query)}" for way in map(_phrase, begun))
    found = f"{by_id} AND (e.heads @@ to_tsquery('simple', %s) OR e.id IN (SELECT id FROM {say}))"
    return found, [" & ".join(others), begins, exactly]


def _first(query: Query) -> str:
    """The weight of what is looked at first by somebody who has only begun a word."""
    return "B" if query.wants_questions else "A"


def _ways(terms: Iterable[Term], first: str | None) -> list[str]:
    """Each of ``terms`` as ``to_tsquery`` reads it. A word that is hardly begun may begin longer
    ones of the weight ``first`` ("": of any; None: it may not)."""
    ways = []
    for term in terms:
        phrase = _phrase(term)
        if phrase and term.goes_on:
            phrase = f"{phrase}:*"
        elif phrase and term.is_open and first is not None:
            phrase = f"{phrase} | {phrase}:*{first}"
        if phrase:
            ways.append(f"({phrase})")
    return ways


def _phrase(term: Term) -> str:
    """The words of ``term``, one after the other; "" where it has none."""
    return " <-> ".join(f"'{word}'" for word in words_of(term.text))


def _weighed(query: Query) -> str:
    """The words that count when matches are put in order, each by itself: asked about words that
    must all be there, ``ts_rank`` compares all their places and takes long with frequent ones."""
    weighed = []
    for term in (*query.terms, *query.hoped):
        words = [f"'{word}'" for word in words_of(term.text)]
        if words and term.goes_on:
            words[-1] += ":*"
        weighed += words
    return " | ".join(dict.fromkeys(weighed))


def _served(vaults: Sequence[int], query: Query) -> tuple[str, list[Any]]:
    """What these vaults serve, as a part of a query called ``served``, and its values. A note that
    says an unwanted word anywhere is out as a whole, with its questions."""
    sql = is_served(vaults)
    values: list[Any] = []
    if query.without and not query.wants_questions:
        sql += f" AND n.id NOT IN (SELECT version_id FROM {_WORDS_SAY})"
        values.append(_unwanted(query))
    return (
        "served AS MATERIALIZED (SELECT n.id FROM library_noteversion n"
        f" JOIN library_vault v ON v.id = n.vault_id WHERE {sql})"
    ), values


def _unwanted(query: Query) -> str:
    return " | ".join(_ways(query.without, ""))


def _filters(query: Query) -> tuple[str, list[Any]]:
    """What must hold of an entry beside what ``_served`` says."""
    return _conditions(query if query.wants_questions else replace(query, without=()))


def _conditions(query: Query) -> tuple[str, list[Any]]:
    key = "id" if query.wants_questions else "version_id"
    return entries.conditions(
        query,
        place="strpos",
        without=f"e.{key} NOT IN (SELECT {key} FROM {_WORDS_SAY})",
        unwanted=_unwanted(query),
    )
