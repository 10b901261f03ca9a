"""What the last import of a vault could not use, and what it changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from studyapp.items.values import Status
from studyapp.library.models import ImportRun, NoteVersion, Placement, Vault
from studyapp.library.queries.naming import line_url
from studyapp.obsidian.values import Severity


def latest_report(vault: Vault) -> dict[str, Any]:
    """The stored report of the revision being served; empty before the first import."""
    run = vault.runs.filter(state=ImportRun.State.DONE, revision=vault.revision).first()
    return run.report if run else {}


def report_counts(vault: Vault) -> dict[str, int]:
    """How much the report page has to tell: two queries."""
    report = latest_report(vault)
    placements = Placement.objects.live().filter(vault=vault)
    counts = placements.aggregate(
        items=Count("id"),
        needs_answer=Count("id", filter=Q(status=Status.NEEDS_ANSWER)),
        ambiguous=Count("id", filter=Q(status=Status.AMBIGUOUS)),
    )
    return {
        **counts,
        "missing": len(report.get("attachments_missing", ())),
        "broken": len(report.get("links_broken", ())),
        "notes": report.get("notes", 0),
    }


@dataclass(frozen=True, slots=True)
class Finding:
    """A line of the report: where, and what about it."""

    path: str
    line: int
    url: str
    message: str
    code: str = ""
    severity: str = Severity.WARNING


def report_rows(vault: Vault) -> dict[str, Any]:
    """Everything that the last import could not use, by what it is: three queries."""
    report = latest_report(vault)
    asked = (
        Placement.objects.live()
        .filter(vault=vault)
        .exclude(status=Status.READY)
        .select_related("note", "version")
        .order_by("note__position", "position")
    )
    questions: dict[str, list[Finding]] = {Status.NEEDS_ANSWER: [], Status.AMBIGUOUS: []}
    for placement in asked:
        questions[placement.status].append(
            Finding(
                placement.note.path,
                placement.first_line,
                line_url(vault, placement.note.path, placement.first_line),
                placement.version.words,
                severity=placement.reason,
            )
        )
    diagnostics = [
        Finding(path, line, line_url(vault, path, line), message, code, severity)
        for path, line, code, severity, message in report.get("scan", ())
    ]
    for path, rows in (
        NoteVersion.objects.live()
        .filter(vault=vault)
        .exclude(diagnostics=[])
        .order_by("note__position")
        .values_list("note__path", "diagnostics")
    ):
        diagnostics += [
            Finding(path, line, line_url(vault, path, line), message, code, severity)
            for line, code, severity, message in rows
        ]
    return {
        "needs_answer": questions[Status.NEEDS_ANSWER],
        "ambiguous": questions[Status.AMBIGUOUS],
        "missing": _located(vault, report.get("attachments_missing", ())),
        "broken": _located(vault, report.get("links_broken", ())),
        "diagnostics": diagnostics,
        "notes": report.get("notes", 0),
        "changes": report.get("changes", {}),
        "similar": similar_rows(
            vault, report.get("changes", {}).get("similar", ()), vault.revision
        ),
    }


@dataclass(frozen=True, slots=True)
class Wording:
    """A question and its answer, as its note said them at some time."""

    path: str
    line: int
    url: str
    prompt: str
    answer: str


@dataclass(frozen=True, slots=True)
class Similar:
    """An item that the last import recognised by likeness alone (``score``, 0 to 1): what it said
    before, and what it says now."""

    before: Wording
    now: Wording
    score: float


def similar_rows(vault: Vault, matched: Sequence[Sequence[Any]], revision: int) -> list[Similar]:
    """The items of ``matched`` (id, how, score) as they were worded in ``revision`` and before:
    one query."""
    if not matched:
        return []
    placements: dict[int, list[Placement]] = defaultdict(list)
    for placement in (
        Placement.objects.filter(item__in=[item for item, _, _ in matched], since__lte=revision)
        .select_related("note", "version")
        .order_by("since")
    ):
        placements[placement.item_id].append(placement)
    return [
        Similar(_wording(vault, placements[item][-2]), _wording(vault, placements[item][-1]), score)
        for item, _, score in matched
        if len(placements[item]) > 1
    ]


def _wording(vault: Vault, placement: Placement) -> Wording:
    content = placement.version.content
    right = [option.text for option in content.options if option.correct]
    return Wording(
        placement.note.path,
        placement.first_line,
        line_url(vault, placement.note.path, placement.first_line),
        content.prompt,
        content.answer or ", ".join(right),
    )


def _located(vault: Vault, rows: Sequence[Sequence[Any]]) -> list[Finding]:
    return [Finding(path, line, line_url(vault, path, line), target) for path, line, target in rows]
