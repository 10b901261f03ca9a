"""The list of vaults, and a vault's table of contents."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse

from studyapp.accounts.models import User
from studyapp.items.values import Status
from studyapp.library.access import readable_vaults
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
    """The vaults that the user may read, with how much is in them: three queries."""
    vaults = list(readable_vaults(user))
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


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note in a list. ``topic_id`` is the topic that it is, ``parent_id`` the one it is under."""

    id: int
    topic_id: int
    parent_id: int | None
    title: str
    vault_slug: str
    path: str
    item_count: int
    needs_answer: int

    @property
    def url(self) -> str:
        """The reader at the note."""
        return reverse("library:note", args=[self.vault_slug, self.path])


_COLUMNS = ("note", "topic", "topic__parent", "title", "note__path")


def note_rows(vault: Vault, versions: QuerySet[Any]) -> list[NoteRow]:
    """``versions`` of ``vault`` as rows, in reading order: two queries."""
    rows = list(versions.order_by("note__position").values_list(*_COLUMNS))
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    placements = Placement.objects.live().filter(vault=vault)
    if len(rows) < LARGE:
        placements = placements.filter(note__in=[note for note, *_ in rows])
    for note, status, count in (
        placements.values("note", "status")
        .annotate(n=Count("id"))
        .values_list("note", "status", "n")
    ):
        counts[note][status] = count
    return [
        NoteRow(
            id=note,
            topic_id=topic,
            parent_id=parent,
            title=title,
            vault_slug=vault.slug,
            path=path,
            item_count=counts[note].total(),
            needs_answer=counts[note][Status.NEEDS_ANSWER] + counts[note][Status.AMBIGUOUS],
        )
        for note, topic, parent, title, path in rows
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
    Where notes stand under an index note, their heading leads to it; it is not listed again unless
    it asks something itself.
    """
    rows = note_rows(vault, NoteVersion.objects.live().filter(vault=vault))
    above = {row.parent_id for row in rows}
    topics = vault.topics.filter(pk__in=[pk for pk in above if pk is not None])
    named = {pk: (name, depth) for pk, name, depth in topics.values_list("pk", "name", "depth")}
    indexes = {row.topic_id: row for row in rows if row.topic_id in above}
    nodes: dict[int | None, TopicNode] = {}
    for row in rows:
        if row.parent_id not in nodes:
            name, depth = named.get(row.parent_id or 0, ("", 0))
            index = indexes.get(row.parent_id or 0)
            url = index.url if index else ""
            nodes[row.parent_id] = TopicNode(row.parent_id or 0, name, depth, url)
        if row.topic_id not in above or row.item_count:
            nodes[row.parent_id].notes.append(row)
    tree = [node for node in nodes.values() if node.notes]
    is_large = sum(len(node.notes) for node in tree) > LARGE
    for node in tree:
        node.is_long = is_large and len(node.notes) > FIRST
    return tree


def note_folders(vault: Vault) -> list[str]:
    """The folders of the vault that hold notes, and those that hold these; not its top."""
    paths = NoteVersion.objects.live().filter(vault=vault).values_list("note__path", flat=True)
    folders = {str(above) for path in paths for above in PurePosixPath(path).parents}
    return sorted(folders - {"."}, key=str.casefold)
