"""What the page of a vault on its way in shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from studyapp.items.values import Status
from studyapp.library.models import Intake
from studyapp.library.queries.report import Finding, report_rows, similar_rows
from studyapp.library.services.intake import STALLED_AFTER

PATIENCE = timedelta(seconds=4)
"""A worker that runs looks for work every second; none after this long is most likely not there."""


def intake_context(intake: Intake) -> dict[str, Any]:
    """Everything the page says of ``intake``, in a fixed number of queries."""
    state = Intake.State(intake.state)
    now = timezone.now()
    context: dict[str, Any] = {
        "intake": intake,
        "is_waiting": state is Intake.State.WAITING,
        "is_in_flight": state in (Intake.State.WAITING, Intake.State.RUNNING),
        "is_failed": state is Intake.State.FAILED,
        "is_stalled": state is Intake.State.RUNNING and now - intake.moved_at > STALLED_AFTER,
    }
    if state is Intake.State.WAITING:
        context["is_behind_another"] = _somebody_is_read()
        context["worker_is_missing"] = (
            now - intake.asked_at > PATIENCE and not context["is_behind_another"]
        )
    if state is Intake.State.DONE:
        context["report"] = check_rows(intake.report) if intake.check_only else _import_rows(intake)
    return context


def _somebody_is_read() -> bool:
    return Intake.objects.filter(
        state=Intake.State.RUNNING, moved_at__gte=timezone.now() - STALLED_AFTER
    ).exists()


def _import_rows(intake: Intake) -> dict[str, Any]:
    """What the vault's notes leave to do now, with what this import changed (a later one may have
    changed more)."""
    assert intake.vault is not None
    rows = {**report_rows(intake.vault), "changes": {}, "similar": []}
    if intake.run is not None and intake.report["changed"]:
        rows["changes"] = changes = intake.run.report["changes"]
        rows["similar"] = similar_rows(intake.vault, changes["similar"], intake.run.revision)
    return rows


def check_rows(report: dict[str, Any]) -> dict[str, Any]:
    """The doctor's findings, in the shape of ``queries.report_rows``; there is no page of the
    notes to link to yet."""
    not_ready = {
        status: [
            Finding(path, line, "", prompt)
            for path, line, found, prompt in report["not_ready"]
            if found == status
        ]
        for status in (Status.NEEDS_ANSWER, Status.AMBIGUOUS)
    }
    return {
        "notes": report["notes"],
        "items": report["items"],
        "attachments": report["attachments_found"],
        "needs_answer": not_ready[Status.NEEDS_ANSWER],
        "ambiguous": not_ready[Status.AMBIGUOUS],
        "missing": [Finding(p, n, "", target) for p, n, target in report["attachments_missing"]],
        "broken": [Finding(p, n, "", target) for p, n, target in report["links_broken"]],
        "diagnostics": [
            Finding(path, line, "", message, code, severity)
            for path, line, code, severity, message in report["diagnostics"]
        ],
    }
