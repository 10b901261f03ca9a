"""Topics: the way down to one, and what stands under it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.urls import reverse

from studyapp.library.models import NoteVersion, Placement, Topic, Vault
from studyapp.library.queries.naming import line_url
from studyapp.library.queries.vaults import NoteRow, note_rows

NOTES = 50
"""Notes on a page of a topic or a tag."""

QUESTIONS = 20
"""Questions shown of each of them."""


def topic_url(topic: Topic, vault: Vault) -> str:
    """The page of what stands under ``topic``."""
    return reverse("library:topic", args=[vault.slug, topic.pk])


def topic_trail(topic: Topic) -> list[dict[str, Any]]:
    """The topics from the root to ``topic``, each with its page: one query."""
    names = topic.trail
    paths = [Topic.SEPARATOR.join(names[:depth]) for depth in range(1, len(names) + 1)]
    found = Topic.objects.filter(vault=topic.vault_id, path__in=paths).order_by("depth")
    return [{"name": each.name, "url": topic_url(each, topic.vault)} for each in found]


def topic_context(vault: Vault, topic: Topic | None, page: str | None) -> dict[str, Any]:
    """A topic's page: what it holds right below it, note by note, in a fixed number of queries;
    for None the notes that stand under no topic.

    A note is a topic of its own, and so its own page shows its questions; the topics of headings
    have none.
    """
    notes = NoteVersion.objects.live().filter(Q(topic__parent=topic) | Q(topic=topic), vault=vault)
    return {
        "vault": vault,
        "topic": topic,
        "heading": topic.name if topic else "Notes under no topic",
        "trail": topic_trail(topic)[:-1] if topic else [],
        "below": _below(topic) if topic else [],
        **collection(vault, notes.order_by("note__position").values_list("pk", flat=True), page),
    }


def _below(topic: Topic) -> list[dict[str, Any]]:
    """The topics right below that hold further notes."""
    holding = NoteVersion.objects.live().filter(vault=topic.vault_id).values("topic__parent")
    return [
        {"name": each.name, "url": topic_url(each, topic.vault)}
        for each in topic.children.filter(pk__in=holding)
    ]


def collection(vault: Vault, versions: Any, page: str | None) -> dict[str, Any]:
    """One page of ``versions`` (ids, in reading order) with what each note asks."""
    shown: Page[Any] = Paginator(versions, NOTES).get_page(page)
    rows = note_rows(vault, NoteVersion.objects.filter(pk__in=list(shown)))
    return {"notes": _with_questions(vault, rows), "page": shown}


def _with_questions(vault: Vault, rows: list[NoteRow]) -> list[dict[str, Any]]:
    notes: dict[int, dict[str, Any]] = {
        row.id: {"title": row.title, "url": row.url, "row": row, "questions": []} for row in rows
    }
    for placement in (
        Placement.objects.live()
        .filter(vault=vault, note__in=notes, position__lt=QUESTIONS)
        .select_related("version", "note")
        .order_by("note__position", "position")
    ):
        notes[placement.note_id]["questions"].append(
            {
                "words": placement.version.words,
                "url": line_url(vault, placement.note.path, placement.first_line),
            }
        )
    for note in notes.values():
        note["more"] = note["row"].item_count - len(note["questions"])
    return list(notes.values())
