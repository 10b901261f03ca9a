"""What the first page shows from several rooms at once, each in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db.models import F

from studyapp.accounts.models import User
from studyapp.items.values import Status
from studyapp.library.access import readable_by, readable_vaults
from studyapp.library.models import Note, NoteVersion, Placement, Vault
from studyapp.library.queries.changes import last_import
from studyapp.obsidian.identity import answer_changed_much
from studyapp.study.models import Card, Review
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
    every = topic_states(user, readable_vaults(user), now)
    urgent = sorted(every, key=lambda state: (not state.due, not state.new))[:SHOWN_TOPICS]
    shown = {state.note_id for state in urgent}
    states = [state for state in every if state.note_id in shown]
    notes = {
        note.pk: note
        for note in Note.objects.filter(
            readable_by(user), pk__in=[s.note_id for s in states]
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
        .filter(readable_by(user))
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


@dataclass(frozen=True, slots=True)
class Relearnable:
    """A question that the learner has studied, and whose answer an import changed much since."""

    item: int
    url: str
    words: str
    before: str
    now: str
    request_id: UUID = field(default_factory=uuid4)


def changed_answers(user: User, vault: Vault) -> list[Relearnable]:
    """The learner's cards whose answers the last import changed much, unless they were studied
    since: three queries."""
    run = last_import(vault)
    if run is None:
        return []
    opened = Placement.objects.live().filter(vault=vault, since=run.revision)
    known = Card.objects.filter(
        learner=user,
        item__in=opened.values("item"),
        reps__gt=0,
        last_review__lt=run.finished_at,
    )
    stood = Placement.objects.filter(vault=vault, until=run.revision, item__in=known.values("item"))
    before = {p.item_id: p.version.content for p in stood.select_related("version")}
    rows = []
    for placement in (
        opened.filter(item__in=list(before))
        .select_related("version", "note__vault")
        .order_by("note__position", "position")
    ):
        was, now = before[placement.item_id], placement.version.content
        if answer_changed_much(was, now):
            rows.append(
                Relearnable(
                    placement.item_id,
                    placement.get_absolute_url(),
                    placement.version.words,
                    was.answer,
                    now.answer,
                )
            )
    return rows


@dataclass(frozen=True, slots=True)
class Begun:
    """A card that was made to begin anew and has not been asked since."""

    review: int
    url: str
    words: str


def begun_anew(user: User, vault: Vault) -> list[Begun]:
    """The learner's cards of the vault that begin anew: two queries."""
    reviews = dict(
        Review.objects.filter(
            learner=user,
            action=Review.Action.RELEARNED,
            undone_at=None,
            card__moves=F("moves"),
            card__item__vault=vault,
        ).values_list("card__item", "pk")
    )
    placements = (
        Placement.objects.live()
        .filter(item__in=list(reviews))
        .select_related("version", "note__vault")
        .order_by("note__position", "position")
    )
    return [Begun(reviews[p.item_id], p.get_absolute_url(), p.version.words) for p in placements]
