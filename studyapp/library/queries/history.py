"""What a note said before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from studyapp.library.models import ImportRun, NoteVersion

SHOWN = 200
"""Versions listed; the latest ones."""


@dataclass(frozen=True, slots=True)
class PastVersion:
    """A text that the note had from ``at`` on; ``number`` is the revision that brought it."""

    number: int
    at: datetime | None
    by_edit: bool
    is_served: bool


def past_versions(served: NoteVersion) -> list[PastVersion]:
    """The texts of the note, latest first, each once where several revisions had it on end: two
    queries."""
    rows = list(
        served.note.versions.filter(since__lte=served.vault.revision)
        .order_by("-since")
        .values_list("since", "sha256")[:SHOWN]
    )
    runs = {
        run.revision: run
        for run in ImportRun.objects.filter(
            vault=served.vault,
            state=ImportRun.State.DONE,
            revision__in=[since for since, _ in rows],
        ).only("revision", "kind", "finished_at", "vault_id")
    }
    found = []
    for at, (since, sha256) in enumerate(rows):
        if at + 1 < len(rows) and rows[at + 1][1] == sha256:
            continue
        run = runs.get(since)
        found.append(
            PastVersion(
                since,
                run.finished_at if run else None,
                run is not None and run.kind == ImportRun.Kind.EDIT,
                sha256 == served.sha256,
            )
        )
    return found
