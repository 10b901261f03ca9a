"""Letting go of what earlier revisions kept and nobody can ask for any more.

Nothing that a note said is thrown away, and nothing of a learner's: items, their versions (which
exams and reviews hold on to) and where they stood stay. What goes is what was laid out of texts
that are not served any more, rows that say the same text again, files that are in no served
revision, and their bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from studyapp.library.models import (
    Attachment,
    Blob,
    ImportRun,
    NoteLink,
    NoteVersion,
    RevisionedQuerySet,
    SettingsFile,
    Vault,
)
from studyapp.library.services.locking import VaultBusyError, only_change_to

KEPT = timedelta(days=1)
"""What was served this long ago is left alone: somebody may still be downloading it."""

LONGEST = timedelta(hours=1)
"""An import that began before that has died."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many texts' pages, repeated rows and files of a vault went."""

    pages: int = 0
    rows: int = 0
    files: int = 0


def prune_vault(vault: Vault) -> Pruned:
    """Let go of what ``vault`` served until a day ago. Raises ``VaultBusyError``."""
    with only_change_to(vault):
        last = vault.runs.filter(
            state=ImportRun.State.DONE, finished_at__lt=timezone.now() - KEPT
        ).aggregate(last=Max("revision"))["last"]
        if last is None:
            return Pruned()
        gone = {"vault": vault, "until__lte": min(last, vault.revision)}
        return Pruned(
            rows=_join_rows(NoteVersion.objects.filter(**gone)),
            pages=_let_go_of_pages(NoteVersion.objects.filter(**gone)),
            files=sum(
                model.objects.filter(**gone).delete()[0] for model in (Attachment, SettingsFile)
            ),
        )


def prune_blobs() -> int:
    """Delete the bytes that no vault names any more; returns how many there were. Raises
    ``VaultBusyError`` during an import: bytes that it has just stored are named in a moment."""
    under_way = ImportRun.objects.filter(
        state=ImportRun.State.RUNNING, started_at__gt=timezone.now() - LONGEST
    ).select_related("vault")
    if run := under_way.first():
        raise VaultBusyError(
            run.vault.source, f"The vault “{run.vault.title}” is being imported; try again later."
        )
    named = Q(
        Exists(Attachment.objects.filter(blob=OuterRef("pk")))
        | Exists(SettingsFile.objects.filter(blob=OuterRef("pk")))
        | Exists(NoteVersion.objects.filter(file=OuterRef("pk")))
        | Exists(NoteVersion.objects.filter(incoming=OuterRef("pk")))
    )
    unnamed = list(Blob.objects.exclude(named))
    for blob in unnamed:
        name = blob.storage_name
        blob.delete()
        default_storage.delete(name)
    return len(unnamed)


def _let_go_of_pages(versions: RevisionedQuerySet) -> int:
    """Empty what was derived from the texts of ``versions``, and forget the files they came as."""
    full = versions.exclude(html="", parsed={}, file=None, incoming=None)
    NoteLink.objects.filter(source__in=full).delete()
    emptied: int = full.update(
        html="", parsed={}, frontmatter={}, tags=[], diagnostics=[], file=None, incoming=None
    )
    return emptied


def _join_rows(versions: RevisionedQuerySet) -> int:
    """Make one row of those in which a note said the same on end: links or code had changed."""
    joined = 0
    for first, repeated, until in _runs(versions):
        with transaction.atomic():
            NoteVersion.objects.filter(pk__in=repeated).delete()
            NoteVersion.objects.filter(pk=first).update(until=until)
        joined += len(repeated)
    return joined


def _runs(versions: RevisionedQuerySet) -> Iterator[tuple[int, list[int], int]]:
    """The first row of each run of the same text, those that repeat it, and until when."""
    rows = list(
        versions.order_by("note", "since").values_list("pk", "note", "since", "until", "sha256")
    )
    at = 0
    while at < len(rows):
        first, note, _, until, sha256 = rows[at]
        repeated = []
        while (
            (at := at + 1) < len(rows)
            and rows[at][1:3] == (note, until)
            and (rows[at][4] == sha256)
        ):
            repeated.append(rows[at][0])
            until = rows[at][3]
        if repeated:
            yield first, repeated, until
