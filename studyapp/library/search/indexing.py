"""Keeping the index as the vaults are.

Entries hang on a note's version, so they are found exactly while it is served: written with the
version before the flip, unseen until then, unseen again when another version is served, and swept
away by the next import.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F

from studyapp.library.models import NoteVersion, Placement, SearchEntry, Vault
from studyapp.library.rows import insert_rows
from studyapp.library.search.documents import Entry, entries_of

BATCH = 200
"""Rows a transaction: some tens of milliseconds."""


def index_notes(versions: Sequence[NoteVersion], placements: Iterable[Placement]) -> None:
    """Write the entries of ``versions``, which have none yet, and of the questions in them."""
    questions: dict[int, list[Placement]] = defaultdict(list)
    for placement in placements:
        questions[placement.note_id].append(placement)
    entries = (
        entry for version in versions for entry in entries_of(version, questions[version.note_id])
    )
    insert_rows(SearchEntry, Entry._fields, entries)


def sweep(vault: Vault) -> None:
    """Delete the entries of versions that the served revision of ``vault`` has replaced."""
    unserved = SearchEntry.objects.filter(
        version__vault=vault, version__until__lte=F("version__vault__revision")
    ).values_list("pk", flat=True)
    while stale := list(unserved[:BATCH]):
        with transaction.atomic():
            SearchEntry.objects.filter(pk__in=stale).delete()


def rebuild(vault: Vault) -> int:
    """Write every entry of the served revision anew; returns how many there are."""
    versions = (
        NoteVersion.objects.live()
        .filter(vault=vault)
        .select_related("note", "topic")
        .order_by("pk")
    )
    keys = list(versions.values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        batch = list(versions.filter(pk__in=keys[start : start + BATCH]))
        placements = (
            Placement.objects.live()
            .filter(note__in=[version.note_id for version in batch])
            .select_related("version", "topic")
            .order_by("position")
        )
        with transaction.atomic():
            SearchEntry.objects.filter(version__in=batch).delete()
            index_notes(batch, placements)
    sweep(vault)
    return SearchEntry.objects.filter(version__in=keys).count()
