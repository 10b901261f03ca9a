"""The report of an import, as one JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from studyapp.items.values import Status
from studyapp.library.models import NoteVersion, Placement, Vault
from studyapp.library.queries.quiz_sets import quiz_set_problems
from studyapp.library.services.checking import report_on
from studyapp.library.services.importing import ImportResult
from studyapp.library.services.reading import resolve_links
from studyapp.library.services.served import served_reading
from studyapp.library.services.stored import diagnostics_from_json
from studyapp.obsidian import doctor
from studyapp.obsidian.links import LinkReport
from studyapp.obsidian.values import Diagnostic, ItemDraft, Severity


def import_report(result: ImportResult, *, whole: bool = False) -> dict[str, Any]:
    """The doctor's report of what was just imported, with the vault and what changed in it; the
    ``whole`` one has all that its questions say.

    It is taken from the database, since an import reads only what has changed.
    """
    vault = result.vault
    told = vault.served_report()
    notes = NoteVersion.objects.live().filter(vault=vault)
    report = report_on(
        notes=notes.count(),
        links=result.links or _links(vault),
        items=_asked(vault),
        offers=told.get("offers", {}),
        samples=told.get("samples", {}),
        diagnostics=[
            *(
                Diagnostic(path, line, code, Severity(severity), message)
                for path, line, code, severity, message in told["scan"]
            ),
            *(
                diagnostic
                for path, rows in notes.exclude(diagnostics=[]).values_list(
                    "note__path", "diagnostics"
                )
                for diagnostic in diagnostics_from_json(path, rows)
            ),
            *quiz_set_problems(vault),
        ],
    )
    if whole:
        report["items"] = doctor.items_to_json(_drafts(vault))
    return report | {
        "vault": {
            "title": vault.title,
            "owner": vault.owner.username,
            "revision": vault.revision,
            "branch": vault.branch,
            "commit": vault.commit,
        },
        "changes": result.changes.to_json(),
        "histories": result.histories,
    }


def _links(vault: Vault) -> LinkReport:
    """The links of all that is served, followed again: the import looked at a part of them."""
    reading = served_reading(vault)
    reading.fetch()
    resolve_links(reading)
    return reading.links


def _asked(vault: Vault) -> Iterator[doctor.Asked]:
    rows = (
        Placement.objects.live()
        .filter(vault=vault)
        .order_by("note__path", "position")
        .values_list(
            "note__path", "first_line", "last_line", "kind", "status", "version__data__prompt"
        )
    )
    for path, first, last, kind, status, prompt in rows.iterator():
        yield doctor.Asked(path, (first, last), kind, status, prompt)


def _drafts(vault: Vault) -> Iterator[ItemDraft]:
    """The questions being served, as they were when they were read."""
    placements = (
        Placement.objects.live()
        .filter(vault=vault)
        .select_related("version", "note")
        .order_by("note__path", "position")
    )
    for placement in placements.iterator():
        yield ItemDraft(
            content=placement.version.content,
            status=Status(placement.status),
            shape=placement.shape,
            path=placement.note.path,
            lines=(placement.first_line, placement.last_line),
            explicit_id=placement.explicit_id,
            reason=placement.reason,
            schedule=placement.foreign_schedule,
        )
