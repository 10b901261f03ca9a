"""The cards that a vault's notes could have, one after the other."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from studyapp.items.values import Content
from studyapp.library.models import NoteVersion, Placement, Vault, Verdict
from studyapp.library.queries.naming import Asked, line_url
from studyapp.obsidian.note import parse_note, suggestions_of
from studyapp.obsidian.spans import lines_of
from studyapp.obsidian.suggestions import Suggestion
from studyapp.obsidian.values import VaultSettings


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggested card as its page shows it: the lines it came from, and what it would ask."""

    suggestion: Suggestion
    path: str
    url: str
    source: str
    asked: tuple[Asked, ...]
    topic: tuple[str, ...]

    @property
    def text(self) -> str:
        """The callout."""
        return "\n".join(self.suggestion.lines)


@dataclass(frozen=True, slots=True)
class Triage:
    """How far somebody is: the next suggestion (None when all are decided), how many are left, how
    many of these its note has, and the last verdict, to take back with those that were ``together``
    with it. ``after`` is the suggestion put off last."""

    proposal: Proposal | None
    left: int
    in_note: int
    decided: int
    last: Verdict | None
    together: int
    after: str

    @property
    def total(self) -> int:
        """How many there were."""
        return self.left + self.decided


def open_suggestions(vault: Vault) -> list[tuple[str, str]]:
    """(path, key) of every suggestion that nobody has decided about, in reading order: two
    queries."""
    decided = set(vault.verdicts.values_list("key", flat=True))
    rows = (
        NoteVersion.objects.live()
        .filter(vault=vault)
        .order_by("note__position", "note__path")
        .values_list("note__path", "parsed__suggestions")
    )
    found: dict[str, str] = {}  # the same sentence in two notes is one card
    for path, keys in rows:
        for key in keys or ():
            if key not in decided:
                found.setdefault(key, path)
    return [(path, key) for key, path in found.items()]


def triage(vault: Vault, after: str = "") -> Triage:
    """Where somebody is in deciding about the vault's suggestions, of which they put off those up
    to the one called ``after``; behind the last the first comes again. Seven queries."""
    waiting = open_suggestions(vault)
    keys = [key for _, key in waiting]
    at = keys.index(after) + 1 if after in keys else 0
    path, key = waiting[at % len(waiting)] if waiting else ("", "")
    last = vault.verdicts.first()
    return Triage(
        find_proposal(vault, path, key) if key else None,
        len(waiting),
        sum(path == other for other, _ in waiting),
        vault.verdicts.count(),
        last,
        together_with(last).count() if last else 0,
        after,
    )


def together_with(verdict: Verdict) -> QuerySet[Verdict]:
    """The ``verdict``, and those that were said by the same press."""
    rows: QuerySet[Verdict] = verdict.vault.verdicts.filter(
        kind=verdict.kind, path=verdict.path, decided_at=verdict.decided_at
    )
    return rows


def find_proposal(vault: Vault, path: str, key: str) -> Proposal | None:
    """The suggestion ``key`` of the note at ``path``, as that is served: two queries."""
    version = NoteVersion.objects.live().filter(vault=vault, note__path=path).first()
    if version is None:
        return None
    placements = Placement.objects.live().filter(note=version.note_id)
    asked = {
        line
        for first, last in placements.values_list("first_line", "last_line")
        for line in range(first, last + 1)
    }
    for suggestion in suggestions_of(version.text, version.title, asked=asked):
        if suggestion.key == key:
            return Proposal(
                suggestion,
                path,
                line_url(vault, path, suggestion.found[0]),
                lines_of(version.text, suggestion.found),
                tuple(map(Asked.of, contents_of("\n".join(suggestion.lines)))),
                tuple(dict.fromkeys((version.title, *suggestion.topic))),
            )
    return None


def contents_of(callout: str) -> tuple[Content, ...]:
    """What a callout asks."""
    items = parse_note("a.md", callout.encode(), VaultSettings()).items
    return tuple(item.content for item in items)
