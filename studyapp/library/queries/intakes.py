"""What the page of a vault on its way in shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from studyapp.items.values import Status
from studyapp.library.dialect_words import Proposed
from studyapp.library.models import Intake
from studyapp.library.queries.naming import Asked
from studyapp.library.queries.report import (
    CHANGES,
    FINDINGS,
    MERGED,
    SAID_ABOVE,
    Choice,
    Finding,
    Report,
    Section,
    Similar,
    Wording,
    report_on_vault,
    what_is_apart,
)
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


def _import_rows(intake: Intake) -> Report:
    """What the vault's notes leave to do now, with what this import changed (a later one may have
    changed more)."""
    vault = intake.vault
    assert vault is not None
    report = report_on_vault(vault, intake.run)
    report.tell_histories(intake.report.get("histories"), vault)
    if not intake.report["changed"]:
        report.changes, report.similar, report.perhaps = [], [], []
    return report


SHOWN = 200
"""Rows of a section of what was only checked: it has no pages."""


def check_rows(report: dict[str, Any]) -> Report:
    """The doctor's findings, and what an import would change, as a report on a vault; there are no
    pages of the notes to link to yet, and nothing can be decided."""
    readings = {
        (path, line): (reason, Choice(tuple(Asked(*each) for each in asked)) if asked else None)
        for path, line, reason, asked in report.get("readings", ())
    }
    found = {
        "conflicts": [
            Finding(path, 0, "", what_is_apart(state))
            for path, state in report.get("apart", {}).items()
        ],
        "needs-answer": [
            Finding(path, line, "", prompt)
            for path, line, status, prompt in report["not_ready"]
            if status == Status.NEEDS_ANSWER
        ],
        "ambiguous": [
            Finding(path, line, "", prompt, detail=reason, choice=choice)
            for path, line, status, prompt in report["not_ready"]
            if status == Status.AMBIGUOUS
            for reason, choice in [readings.get((path, line), ("", None))]
        ],
        "missing": [Finding(p, n, "", target) for p, n, target in report["attachments_missing"]],
        "broken": [Finding(p, n, "", target) for p, n, target in report["links_broken"]],
        "trouble": [
            Finding(path, line, "", message, code, severity)
            for path, line, code, severity, message in report["diagnostics"]
            if code not in SAID_ABOVE
        ],
        "merged": [Finding(path, 0, "", "") for path in report.get("merged", ())],
    }
    changes = report.get("changes", {})
    for section in CHANGES:
        rows = changes.get(section.name, ())
        found[section.name] = [
            Finding(path, line, "", prompt, detail=before) for path, line, prompt, before in rows
        ]
    checked = Report(
        notes=report["notes"],
        items=report["items"],
        attachments=report["attachments_found"],
        changes=_sections((*CHANGES, MERGED), found),
        similar=[
            Similar(_said(*was), _said(*now), score)
            for was, now, score in changes.get("similar", ())
        ],
        perhaps=[
            Similar(_said(*was), _said(*now), score)
            for was, now, score in changes.get("perhaps", ())
        ],
        findings=_sections(FINDINGS, found),
        proposals=[Proposed.of(row) for row in report.get("proposals", ())],
    )
    checked.tell_histories(report.get("histories"), None)
    return checked


def _said(path: str, line: int, prompt: str, answer: str) -> Wording:
    return Wording(path, line, "", prompt, answer)


def _sections(sections: Iterable[Section], found: Mapping[str, Sequence[Finding]]) -> list[Section]:
    return [
        replace(section, rows=rows[:SHOWN], count=len(rows))
        for section in sections
        if (rows := found.get(section.name))  # some can only be of a vault that is there
    ]
