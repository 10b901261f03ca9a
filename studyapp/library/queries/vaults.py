"""The list of vaults, and a vault's table of contents."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse

from studyapp.accounts.models import User
from studyapp.items.values import Status
from studyapp.library.models import NoteVersion, Placement, Vault

LARGE = 300
"""Notes of a vault from which on its page lists only the first of each topic."""

FIRST = 20
"""How many those are."""


@dataclass(frozen=True, slots=True)
class VaultRow:
    """A vault in a list."""

    title: str
    url: str
    note_count: int
    item_count: int
    needs_answer: int
    imported_at: Any


def vault_rows(user: User) -> list[VaultRow]:
    """The user's vaults with how much is in them: three queries."""
    vaults = list(user.vaults.all())
    notes = Counter(
        dict(
            _live(NoteVersion, vaults)
            .values_list("vault")
            .annotate(n=Count("id"))
            .values_list("vault", "n")
        )
    )
    items: dict[int, Counter[str]] = defaultdict(Counter)
    for vault, status, count in (
        _live(Placement, vaults)
        .values("vault", "status")
        .annotate(n=Count("id"))
        .values_list("vault", "status", "n")
    ):
        items[vault][status] = count
    return [
        VaultRow(
            title=vault.title,
            url=vault.get_absolute_url(),
            note_count=notes[vault.pk],
            item_count=items[vault.pk].total(),
            needs_answer=items[vault.pk][Status.NEEDS_ANSWER],
            imported_at=vault.imported_at,
        )
        for vault in vaults
    ]


def _live(model: Any, vaults: Sequence[Vault]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.live().filter(vault__in=vaults)
    return rows


@dataclass(slots=True)
class NoteRow:
    """A note in a list."""

    id: int
    topic_id: int
    title: str
    url: str
    item_count: int
    needs_answer: int


def note_rows(vault: Vault, versions: QuerySet[Any]) -> list[NoteRow]:
    """``versions`` of ``vault`` as rows, in reading order: two queries."""
    rows = list(
        versions.select_related("note")
        .only("title", "topic_id", "note__path", "note__position", "vault_id")
        .order_by("note__position")
    )
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    placements = Placement.objects.live().filter(vault=vault, note__in=versions.values("note"))
    for note, status, count in (
        placements.values("note", "status")
        .annotate(n=Count("id"))
        .values_list("note", "status", "n")
    ):
        counts[note][status] = count
    return [
        NoteRow(
            id=version.note_id,
            topic_id=version.topic_id,
            title=version.title,
            url=reverse("library:note", args=[vault.slug, version.note.path]),
            item_count=counts[version.note_id].total(),
            needs_answer=counts[version.note_id][Status.NEEDS_ANSWER]
            + counts[version.note_id][Status.AMBIGUOUS],
        )
        for version in rows
    ]


@dataclass(slots=True)
class TopicNode:
    """A topic with the notes that stand right under it, in reading order. ``url`` is the page of
    the index note that the topic is named after ("" where there is none). Where it ``is_long``, the
    vault's page shows its first notes only."""

    id: int
    name: str
    depth: int
    url: str = ""
    notes: list[NoteRow] = field(default_factory=list)
    is_long: bool = False

    @property
    def item_count(self) -> int:
        """How many items its notes hold."""
        return sum(note.item_count for note in self.notes)

    @property
    def shown(self) -> list[NoteRow]:
        """The notes that the vault's page lists."""
        return self.notes[:FIRST] if self.is_long else self.notes


def vault_tree(vault: Vault) -> list[TopicNode]:
    """The vault's topics that hold notes, in reading order: three queries.

    A note is a topic of its own (its headings are below it), so it is listed under its parent.
    """
    topics = {topic.pk: topic for topic in vault.topics.all()}
    nodes: dict[int | None, TopicNode] = {}
    indexes: dict[int, NoteRow] = {}
    for row in note_rows(vault, NoteVersion.objects.live().filter(vault=vault)):
        indexes[row.topic_id] = row
        parent = topics[row.topic_id].parent_id
        topic = topics.get(parent) if parent else None
        node = nodes.setdefault(
            parent,
            TopicNode(
                id=topic.pk if topic else 0,
                name=topic.name if topic else "",
                depth=topic.depth if topic else 0,
            ),
        )
        node.notes.append(row)
    _name_after_indexes(nodes, indexes)
    tree = [node for node in nodes.values() if node.notes]
    is_large = sum(len(node.notes) for node in tree) > LARGE
    for node in tree:
        node.is_long = is_large and len(node.notes) > FIRST
    return tree


def _name_after_indexes(nodes: dict[int | None, TopicNode], indexes: dict[int, NoteRow]) -> None:
    """Where notes stand under an index note, their heading leads to it; it is not listed again
    unless it asks something itself."""
    for node in list(nodes.values()):
        index = indexes.get(node.id)
        if index is None:
            continue
        node.url = index.url
        for other in nodes.values():
            if index in other.notes and not index.item_count:
                other.notes.remove(index)
