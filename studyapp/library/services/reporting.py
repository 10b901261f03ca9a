"""The report of an import, as one JSON object."""

from __future__ import annotations

from typing import Any

from studyapp.items.values import Status
from studyapp.library.models import Placement
from studyapp.library.services.checking import report_on
from studyapp.library.services.importing import ImportResult
from studyapp.library.services.reading import resolve
from studyapp.library.services.served import served_reading
from studyapp.obsidian.values import Diagnostic, ItemDraft, Severity


def import_report(result: ImportResult) -> dict[str, Any]:
    """The doctor's report of what was just imported, with the vault and what changed in it.

    All of it is taken from the database, since an import reads only what has changed.
    """
    reading = served_reading(result.vault)
    reading.fetch()
    resolve(reading)
    reading.diagnostics = [
        Diagnostic(path, line, code, Severity(severity), message)
        for path, line, code, severity, message in result.vault.served_report()["scan"]
    ]
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
            schedule=placement.foreign_schedule,
        )
        for placement in placements
    ]
    return {
        **report_on(reading, drafts),
        "vault": {
            "title": result.vault.title,
            "owner": result.vault.owner.username,
            "revision": result.vault.revision,
            "branch": result.vault.branch,
            "commit": result.vault.commit,
        },
        "changes": result.changes.to_json(),
        "histories": result.histories,
    }
