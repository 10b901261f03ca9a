"""From what somebody typed to what is shown: notes, each with the places in it that match."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress

from rapidfuzz import fuzz

from studyapp.accounts.models import User
from studyapp.library.access import readable_vaults
from studyapp.library.models import NoteVersion
from studyapp.library.queries import KIND_LABELS, line_url
from studyapp.library.search.engines import engine
from studyapp.library.search.entries import Match
from studyapp.library.search.folding import squash
from studyapp.library.search.marking import Marked
from studyapp.library.search.parsing import KINDS, Filter, FilterName, Query, asking_less, parse
from studyapp.library.search.spotting import Spots
from studyapp.obsidian.anchors import line_anchor

PASSAGES = 3
"""Places shown of a note."""

ENTRIES_A_NOTE = 2
"""How many entries are looked at for each note wanted: it and a question in it."""

EVERYTHING = 200_000
"""Questions that a selection may have."""

FEW = 3
"""With fewer notes than this, titles spelt nearly so are looked for."""

WAYS_ON = 4
"""Searches that ask for less, tried where nothing is found."""

SHOWN = NoteVersion.objects.select_related("note", "vault", "topic").only(
    *("title", "parsed", "note__path", "topic__path"),
    *("vault__title", "vault__slug", "vault__long_notes"),
)
"""What is read of a note that is shown: its texts are in what was found."""

NEAR = 70.0
"""How alike (0 to 100) a title must be to be offered."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in a note. ``where`` is the heading it stands under or the kind of question."""

    url: str
    text: Marked
    where: str = ""
    line: int = 0
    is_question: bool = False
    status: str = ""


@dataclass(frozen=True, slots=True)
class FoundTitle:
    """A note whose title is spelt nearly as what was looked for."""

    title: str
    url: str
    trail: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundNote:
    """A note that matches, or holds questions that do. ``trail`` leads to it, the vault first."""

    title: Marked
    url: str
    trail: tuple[str, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What was found, best first. ``more`` says that there are notes beyond ``limit``; ``near`` are
    titles to offer where little was found, ``ways_on`` searches to offer where nothing was;
    ``notices`` name what was not understood."""

    notes: tuple[FoundNote, ...] = ()
    more: bool = False
    near: tuple[FoundTitle, ...] = ()
    ways_on: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    is_blank: bool = False


def search(user: User, text: str, *, limit: int = 20) -> SearchResults:
    """Search what is served of the vaults that ``user`` may read, for any ``text`` whatever.

    At most four database queries, and where nothing is found one more. See ``parsing`` for what
    ``text`` may say.
    """
    query = parse(text)
    if query.is_blank:
        return SearchResults(notices=query.notices, is_blank=True)
    vaults = list(readable_vaults(user).values_list("pk", flat=True))
    groups = _by_note(engine().matches(vaults, query, limit=ENTRIES_A_NOTE * (limit + 1)))
    found = dict(list(groups.items())[:limit])
    near = _near(vaults, query, groups) if len(groups) < FEW and not query.wants_questions else []
    versions = SHOWN.in_bulk([*found, *near])
    spots = Spots.of(query)
    return SearchResults(
        notes=tuple(
            _found_note(versions[key], entries, spots)
            for key, entries in found.items()
            if key in versions
        ),
        more=len(groups) > limit,
        near=tuple(
            FoundTitle(version.title, _url(version), _trail(version))
            for version in (versions.get(key) for key in near)
            if version is not None
        ),
        ways_on=() if groups else _ways_on(vaults, text),
        notices=query.notices,
    )


def _ways_on(vaults: Sequence[int], text: str) -> tuple[str, ...]:
    """Searches that ask for less and find something: one query, none for a single word."""
    less = {asked: parse(asked) for asked in asking_less(text)[:WAYS_ON]}
    less = {asked: query for asked, query in less.items() if not query.is_blank}
    return tuple(compress(less, engine().are_found(vaults, [*less.values()])))


def found_questions(user: User, text: str) -> set[tuple[int, int]]:
    """Every question of the user's own vaults that ``search`` would find: its note (an id) and the
    line it begins on."""
    query = parse(text)
    if query.is_blank:
        return set()
    any_kind = Filter(FilterName.KIND, tuple(KINDS.values()))
    query = replace(query, filters=(*query.filters, any_kind))
    own = list(user.vaults.values_list("pk", flat=True))
    matches = engine().matches(own, query, limit=EVERYTHING)
    notes = dict(NoteVersion.objects.live().filter(vault__owner=user).values_list("pk", "note"))
    return {(notes[match.version], match.line) for match in matches if match.version in notes}


def _by_note(matches: Iterable[Match]) -> dict[int, list[Match]]:
    groups: dict[int, list[Match]] = {}
    for match in matches:
        groups.setdefault(match.version, []).append(match)
    return groups


def _near(vaults: Sequence[int], query: Query, found: Iterable[int]) -> list[int]:
    """The versions whose titles are most like the words of ``query``, without those found."""
    letters = squash(query.words)
    scores = {
        version: max(fuzz.ratio(letters, title), 0.85 * fuzz.partial_ratio(letters, title))
        for version, title in engine().near_titles(vaults, query)
        if version not in found
    }
    alike = [version for version, score in scores.items() if score >= NEAR]
    return sorted(alike, key=lambda version: -scores[version])[:5]


def _url(version: NoteVersion) -> str:
    return line_url(version.vault, version.note.path, 0)


def _at(version: NoteVersion, url: str, line: int) -> str:
    """``line`` of the note whose page is ``url``, which is looked up once for all its lines."""
    return version.vault.anchored(url, version.note.path, line_anchor(line))


def _trail(version: NoteVersion) -> tuple[str, ...]:
    return (version.vault.title, *version.topic.trail[:-1])


# --- a note ---------------------------------------------------------------------------------


def _found_note(version: NoteVersion, entries: Sequence[Match], spots: Spots) -> FoundNote:
    # The gaps of one sentence are questions of their own, but one place.
    places = {(entry.line, entry.last_line): entry for entry in reversed(entries) if entry.kind}
    questions = list(reversed(places.values()))[:PASSAGES]
    note = next((entry for entry in entries if not entry.kind), None)
    url = _url(version)
    passages = [_question(version, url, entry, spots) for entry in questions]
    if note is not None:
        lines = spots.elsewhere.lines(note.body)
        said = (
            (number, line.clipped())
            for number, line in enumerate(lines, note.line)
            if line.spans and not any(first <= number <= last for first, last in places)
            if line.text != version.title  # which stands above them all
        )
        # A common word stands on many lines, of which few are shown.
        passages += _lines(version, url, heapq.nsmallest(PASSAGES, said, key=_most_words))
    passages.sort(key=lambda passage: _most_words((passage.line, passage.text)))
    if not passages and note is not None:
        passages = list(_opening(version, url, note))
    return FoundNote(
        title=_title(version, note, spots),
        url=url,
        trail=_trail(version),
        passages=tuple(passages[:PASSAGES]),
    )


def _most_words(place: tuple[int, Marked]) -> tuple[int, int]:
    """Orders lines and what they say: those that have most of the words; of these, the first."""
    line, text = place
    return -len(text.found), line


def _title(version: NoteVersion, note: Match | None, spots: Spots) -> Marked:
    """The title; an alias beside it if the alias is what matches."""
    if note is None:
        return Marked(version.title)
    title, *aliases = spots.first.lines(note.title)
    if not title.spans:
        alias = next((alias for alias in aliases if alias.spans), None)
        if alias is not None:
            before = f"{title.text} · "
            return Marked(
                before + alias.text,
                tuple((start + len(before), end + len(before)) for start, end in alias.spans),
            )
    return title


def _question(version: NoteVersion, url: str, entry: Match, spots: Spots) -> Passage:
    """A question, and of its answer the line that has what the question has not."""
    text = spots.first.line(entry.headings)
    line = max(spots.elsewhere.lines(entry.body), key=lambda line: len(line.found - text.found))
    if line.found - text.found:
        text = text.clipped(110).followed_by(" — ", line.clipped(110))
    return Passage(
        url=_at(version, url, entry.line),
        text=text.clipped(240),
        where=KIND_LABELS[entry.kind],
        line=entry.line,
        is_question=True,
        status=entry.status,
    )


def _lines(
    version: NoteVersion, url: str, lines: Iterable[tuple[int, Marked]]
) -> Iterator[Passage]:
    """Lines of the note, each under its heading."""
    headings = [(line, text) for _, text, line, _ in version.parsed.get("headings", ())]
    own = {line for line, _ in headings}
    for number, text in lines:
        above = [heading for at, heading in headings if at < number]
        yield Passage(
            url=_at(version, url, number),
            text=text,
            where=above[-1] if above and number not in own and above[-1] != version.title else "",
            line=number,
        )


def _opening(version: NoteVersion, url: str, note: Match) -> Iterator[Passage]:
    """How the note begins: its first line of some length, for a note found by its title."""
    for number, line in enumerate(note.body.split("\n"), note.line):
        if len(line) > 40:
            text = Marked(line).clipped()
            yield Passage(url=_at(version, url, number), text=text, line=number)
            return
