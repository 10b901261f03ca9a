"""The report of a check or an import, as one JSON object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studyapp.library.models import Placement
from studyapp.library.services.importing import ImportResult, not_rendered
from studyapp.library.services.reading import Reading, read_vault
from studyapp.library.workers import Failure, NoteWorkers
from studyapp.obsidian import doctor
from studyapp.items.values import Status
from studyapp.obsidian.values import Diagnostic, ItemDraft, Severity


def check_vault(root: Path, workers: NoteWorkers) -> dict[str, Any]:
    """Read the vault at ``root``, lay out every note as an import would, and store nothing."""
    reading = read_vault(root, workers)
    jobs = (
        (note, reading.hrefs(path, lambda target: target.path), reading.settings)
        for path, note in reading.notes.items()
    )
    for path, html in zip(reading.notes, workers.map("render", jobs), strict=True):
        if isinstance(html, Failure):
            reading.diagnostics.append(not_rendered(path, html))
        else:
            reading.diagnostics.extend(html.diagnostics)
    drafts = [draft for note in reading.notes.values() for draft in note.items]
    return _report(reading, drafts)


def import_report(result: ImportResult) -> dict[str, Any]:
    """The doctor's report of what was just imported, with the vault and what changed in it.

    Items of notes that had not changed are taken from the database, where they are the same.
    """
    placements = (
        Placement.objects.live()
        .filter(vault=result.vault)
        .select_related("version", "note")
        .order_by("note__path", "position")
    )
    drafts = [
        ItemDraft(
            content=placement.version.content,
            status=Status(placement.status),
            shape=placement.shape,
            path=placement.note.path,
            lines=(placement.first_line, placement.last_line),
            explicit_id=placement.explicit_id,
            reason=placement.reason,
        )
        for placement in placements
    ]
    return {
        **_report(result.reading, drafts),
        "vault": {
            "title": result.vault.title,
            "owner": result.vault.owner.username,
            "revision": result.vault.revision,
        },
        "changes": result.changes.to_json(),
    }
