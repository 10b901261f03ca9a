# ruff: noqa: S608 - the SQL is put together from this file's own words; what is typed is a parameter
"""The index in PostgreSQL: text search vectors that the database derives from each entry's row (see
the migration that makes them), with GIN indexes over them.

No extension is needed: the words are folded by a function of ours, so that the same texts match as
in SQLite whatever dictionaries a server has, and the trigrams of titles are words of a vector too.

Limits of PostgreSQL's own: of a word, the first 256 places in a note can be part of a phrase, and
of a note, about the first megabyte of different words is found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from studyapp.library.search import entries
from studyapp.library.search.entries import COLUMNS, IS_SERVED, Match, rows
from studyapp.library.search.folding import framed, squash
from studyapp.library.search.parsing import Query, Term
from studyapp.library.search.spotting import Spotter, words_of

RANKED = 500
"""Of entries that say the words, but not where they are called something, so many are compared:
where there are more, no order says much, and each costs a long text's vector to be read."""

SHORT = 2
"""As with FTS5: letters up to which an unfinished word stands for longer ones only in titles (of
questions: in what they ask)."""

LONGEST_TITLE = 200
"""Letters of a title that count when it is looked for as a whole."""

NEAR_CANDIDATES = 50

_SERVED = (
    "served AS MATERIALIZED (SELECT n.id FROM library_noteversion n"
    f" JOIN library_vault v ON v.id = n.vault_id WHERE {IS_SERVED})"
)
_IS_SERVED = "(e.version_id IN (SELECT id FROM served)) IS TRUE"
"""Said so that it is looked up for what was found. As a join, the planner begins with it and looks
for the words in everything that is served. (What was found is looked up by an array of ids for the
same reason: joined, the planner reads the whole table.)"""


def matches(learner: int, query: Query, *, limit: int) -> list[Match]:
    """What ``learner`` is served that matches ``query``, best first; one database query.

    A search without words lists notes (or questions) in reading order.
    """
    conditions, values = _conditions(query)
    if not query.terms:
        found = entries.listed(learner, query, conditions, values, limit)
        return [Match(*row) for row in found]
    said_in = "placed" if query.wants_questions else "words"
    saying, sayings = _saying(query, said_in)
    saying += " x JOIN library_searchentry e USING (id)" if conditions else " e"
    weighed = _weighed(query)
    whole = "" if query.wants_questions else squash(query.words)[:LONGEST_TITLE]
    # A note called exactly so, and then one whose title begins so, before all others.
    called = "e.whole = %s DESC, %s <> '' AND starts_with(e.whole, %s) DESC"
    named = "ts_rank('{0, 0, 0.5, 1}', e.heads, to_tsquery('simple', %s)) DESC"
    said = f"ts_rank('{{0.25, 1, 0, 0}}', e.{said_in}, to_tsquery('simple', %s), 1) DESC"
    by_name: list[Any] = [framed(whole), whole, framed(whole).rstrip(), weighed]
    sql = (
        f"WITH {_SERVED}, named AS MATERIALIZED (SELECT e.id FROM library_searchentry e"
        f" WHERE e.heads @@ (to_tsquery('simple', %s) || %s::tsquery) AND {_IS_SERVED} {conditions}"
        f" ORDER BY {called}, {named}, e.id LIMIT %s),"
        " said AS MATERIALIZED ("
        f"SELECT e.id FROM {saying} WHERE {_IS_SERVED} {conditions}"
        " AND (SELECT count(*) FROM named) < %s LIMIT %s)"
        f" SELECT {COLUMNS}, e.title, e.headings, e.body FROM library_searchentry e"
        " WHERE e.id = ANY(ARRAY(SELECT id FROM named UNION SELECT id FROM said))"
        f" ORDER BY e.id IN (SELECT id FROM named) DESC, {called}, {named}, {said}, e.id LIMIT %s"
    )
    alone = f"'={whole}':*" if whole else ""
    expression = _expression(query)
    found = rows(
        sql,
        [
            *(learner, expression, alone, *values, *by_name, limit),
            *(*sayings, *values, limit, max(limit, RANKED)),
            *(*by_name, weighed, limit),
        ],
    )
    return _marked(query, [Match(*row) for row in found])


def near_titles(learner: int, query: Query) -> list[tuple[int, str]]:
    """``(version, squashed title)`` of notes whose titles share letters with the words of
    ``query``, under its filters; one database query, none for fewer than three letters."""
    letters = squash(query.words)
    if len(letters) < 3:
        return []
    whole = framed(letters)
    trigrams = dict.fromkeys(whole[at : at + 3] for at in range(len(whole) - 2))
    alike = " | ".join(f"'{trigram}'" for trigram in trigrams)
    conditions, values = _conditions(query)
    sql = (
        f"WITH {_SERVED} SELECT e.version_id, trim(e.whole) FROM library_searchentry e"
        f" WHERE e.letters @@ %s::tsquery AND {_IS_SERVED} {conditions}"
        " ORDER BY ts_rank(e.letters, %s::tsquery, 1) DESC, e.id LIMIT %s"
    )
    return rows(sql, [learner, alike, *values, alike, NEAR_CANDIDATES])


def rebuild_index() -> None:
    """Nothing to do: the vectors are columns of the entries' own rows."""


# --- words ----------------------------------------------------------------------------------


def _expression(query: Query) -> str:
    """``query`` as ``to_tsquery`` reads it. Only letters and digits of what was typed get into it,
    so nothing typed can be its syntax. What is merely hoped for counts in the order alone."""
    return " & ".join(_ways(query.terms, _first(query)))


def _saying(query: Query, column: str) -> tuple[str, list[str]]:
    """What finds the entries that say the words of ``query`` in ``column``, and its values.

    A word that is hardly begun counts at the beginning of those alone that are looked at first.
    Their vector, ``heads``, is at hand; the index over the column can't tell places apart, and each
    long vector would have to be read for it.
    """
    say = f"library_{column}_say(to_tsquery('simple', %s))"
    exactly = " & ".join(_ways(query.terms, None))
    begun = [term for term in query.terms if term.is_open and not _goes_on(term) and _phrase(term)]
    others = _ways((term for term in query.terms if term not in begun), None)
    if not begun or not others:  # alone, it is found in ``heads`` already
        return say, [exactly]
    begins = " & ".join(f"{way}:*{_first(query)}" for way in map(_phrase, begun))
    found = (
        f"(SELECT id, version_id FROM {say} UNION SELECT e.id, e.version_id"
        " FROM library_searchentry e WHERE e.heads @@ to_tsquery('simple', %s)"
        f" AND e.id IN (SELECT id FROM {say}))"
    )
    return found, [exactly, begins, " & ".join(others)]


def _first(query: Query) -> str:
    """The weight of what is looked at first by somebody who has only begun a word."""
    return "B" if query.wants_questions else "A"


def _ways(terms: Iterable[Term], first: str | None) -> list[str]:
    """Each of ``terms`` as ``to_tsquery`` reads it. A word that is hardly begun may begin longer
    ones of the weight ``first`` ("": of any; None: it may not)."""
    ways = []
    for term in terms:
        phrase = _phrase(term)
        if phrase and _goes_on(term):
            phrase = f"{phrase}:*"
        elif phrase and term.is_open and first is not None:
            phrase = f"{phrase} | {phrase}:*{first}"
        if phrase:
            ways.append(f"({phrase})")
    return ways


def _phrase(term: Term) -> str:
    """The words of ``term``, one after the other; "" where it has none."""
    return " <-> ".join(f"'{word}'" for word in words_of(term.text))


def _goes_on(term: Term) -> bool:
    return term.is_open and len(squash(term.text)) > SHORT


def _weighed(query: Query) -> str:
    """The words that count when matches are put in order, each by itself: asked about words that
    must all be there, ``ts_rank`` compares all their places and takes long with frequent ones."""
    weighed = []
    for term in (*query.terms, *query.hoped):
        words = [f"'{word}'" for word in words_of(term.text)]
        if words and _goes_on(term):
            words[-1] += ":*"
        weighed += words
    return " | ".join(dict.fromkeys(weighed))


def _conditions(query: Query) -> tuple[str, list[Any]]:
    return entries.conditions(
        query,
        place="strpos",
        without="FROM library_words_say(to_tsquery('simple', %s)) x",
        unwanted=[" | ".join(_ways(query.without, ""))],
    )


def _marked(query: Query, found: list[Match]) -> list[Match]:
    terms = (*query.terms, *query.hoped)
    everywhere = Spotter.of(replace(term, is_open=_goes_on(term)) for term in terms)
    first = Spotter.of(terms)
    return [
        replace(
            match,
            title=first.mark(match.title),
            headings=(first if match.kind else everywhere).mark(match.headings),
            body=everywhere.mark(match.body),
        )
        for match in found
    ]
