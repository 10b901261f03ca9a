"""What the first page shows from several rooms at once, each in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from studyapp.accounts.models import User
from studyapp.items.values import Status
from studyapp.library.models import Note, NoteVersion, Placement
from studyapp.study.summary import TopicState, topic_states

SHOWN_TOPICS = 60
"""Topics on the first page; the library has them all."""

LISTED = 5
"""Rows of a short list; the report page has them all."""


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic with its state, the page of its note, and what to post to study it alone."""

    id: int
    name: str
    url: str
    counts: TopicState


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a short list."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class TopicList:
    """The topics that the first page shows, and how many it leaves to the library."""

    rows: list[TopicRow]
    more: int


def topic_list(user: User, now: datetime) -> TopicList:
    """The notes of all vaults that ask something, in reading order: five queries.

    Where there are more than a page should hold, those with something due come before those with
    something new, and these before the rest.
    """
    every = topic_states(user, user.vaults.all(), now)
    urgent = sorted(every, key=lambda state: (not state.due, not state.new))[:SHOWN_TOPICS]
    shown = {state.note_id for state in urgent}
    states = [state for state in every if state.note_id in shown]
    notes = {
        note.pk: note
        for note in Note.objects.filter(
            vault__owner=user, pk__in=[s.note_id for s in states]
        ).select_related("vault")
    }
    rows = [
        TopicRow(state.topic_id, state.name, notes[state.note_id].get_absolute_url(), state)
        for state in states
    ]
    return TopicList(rows, len(every) - len(rows))


def latest_notes(user: User) -> list[Row]:
    """The notes that changed last: one query."""
    versions = (
        NoteVersion.objects.live()
        .filter(vault__owner=user)
        .select_related("note__vault")
        .only("title", "note__path", "note__vault__slug", "vault_id")
        .order_by("-id")
    )
    return [Row(version.title, version.note.get_absolute_url()) for version in versions[:LISTED]]


def asking_for_an_answer(user: User) -> list[Row]:
    """Questions whose notes do not answer them yet, in reading order: one query."""
    placements = (
        Placement.objects.live()
        .filter(vault__owner=user, status=Status.NEEDS_ANSWER)
        .select_related("note__vault", "version")
        .order_by("vault", "note__position", "position")
    )
    return [
        Row(placement.version.words, placement.get_absolute_url())
        for placement in placements[:LISTED]
    ]
