"""What the pages of reports and of regradings show, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from studyapp.accounts.models import Membership, User
from studyapp.accounts.services import name_of
from studyapp.items.grading import grade
from studyapp.items.values import Status
from studyapp.library.asking.layout import lay_out
from studyapp.library.asking.values import Sheet
from studyapp.library.models import ItemVersion, NoteVersion, Placement
from studyapp.quizzes.access import vaults_under_exam
from studyapp.quizzes.grading import blank
from studyapp.quizzes.models import Assignment, Attempt, Regrading, Report, Ruling, Slot
from studyapp.quizzes.services.regrading import Change

SHOWN = 50
"""Reports, and marks that changed, in their lists."""

MOST_SHOWN = 300
"""Rows of a dry run; the sentence above counts them all."""


@dataclass(frozen=True, slots=True)
class ReportedRow:
    """A wording that somebody reported, in the list of its author."""

    words: str
    url: str
    reports: int
    latest: datetime


def reported_rows(author: User, versions: Sequence[int] | None = None) -> list[ReportedRow]:
    """What is open about the author's questions (about those wordings, if they are named), the
    latest first: one query."""
    asked = ItemVersion.objects.filter(item__vault__owner=author)
    if versions is not None:
        asked = asked.filter(pk__in=versions)
    found = asked.annotate(
        n=Count("reports", Q(reports__closed_at=None)), latest=Max("reports__made_at")
    )
    return [
        ReportedRow(version.words, wording_url(version.pk), version.n, version.latest)
        for version in found.filter(n__gt=0).order_by("-latest")
    ]


def wording_url(version: int) -> str:
    """The page of a wording, for its author."""
    return reverse("quizzes:wording", args=[version])


def reports_on(note: NoteVersion) -> dict[int, int]:
    """How many reports are open about each wording that the quiz set asked: one query."""
    found = (
        Report.objects.filter(closed_at=None, slot__attempt__note=note.note_id)
        .order_by()
        .values("version")
        .annotate(n=Count("pk"))
    )
    return dict(found.values_list("version", "n"))


def own_reports(learner: User) -> list[Report]:
    """What the learner reported, the latest first, each with what became of it: one query. While
    an exam asks about the same notes, an answer is not told."""
    found = Report.objects.filter(learner=learner).select_related("version", "ruling", "slot")
    return list(_told(found, learner).order_by("-made_at")[:SHOWN])


def own_regradings(learner: User) -> list[tuple[Regrading, str, str]]:
    """The learner's questions that were graded again, the latest first, with before and after in
    words: one query. Nothing of those that they may not know the result of."""
    found = Regrading.objects.filter(learner=learner).select_related(
        "ruling", "attempt", "slot__version"
    )
    known = found.filter(slot__correct__isnull=False)
    return [_in_words(row) for row in _told(known, learner).order_by("-pk")[:SHOWN]]


def news_for(learner: User) -> tuple[int, int]:
    """How many marks changed, and how many reports were answered, that the learner has not been
    told of: two queries."""
    changed = Regrading.objects.filter(learner=learner, seen_at=None, slot__correct__isnull=False)
    heard = Report.objects.filter(learner=learner, heard_at=None, closed_at__isnull=False)
    return _told(changed, learner).count(), _told(heard, learner).count()


def open_reports(author: User) -> int:
    """How many reports of the author's questions are open: one query."""
    return Report.objects.filter(closed_at=None, slot__item__vault__owner=author).count()


def graded_again(attempt: Attempt) -> list[tuple[Regrading, str, str]]:
    """What was graded again of an attempt whose result is known, in order, with before and after
    in words: one query."""
    found = Regrading.objects.filter(learner=attempt.learner_id, attempt=attempt)
    return [_in_words(row) for row in found.select_related("ruling", "slot__version")]


def _in_words(row: Regrading) -> tuple[Regrading, str, str]:
    return row, in_words(row.before), in_words(row.after)


def _told(found: QuerySet[Any], learner: User) -> QuerySet[Any]:
    """Those of ``found`` (which have ``slot``) that give no key of an exam away."""
    closed = ~Q(slot__item__vault__in=vaults_under_exam(learner))
    return found.filter(Q(slot__item__vault__owner=learner) | closed)


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording for its author: as it was asked, and as the question reads now."""

    version: ItemVersion
    sheet: Sheet
    mended: ItemVersion | None
    mended_sheet: Sheet | None
    edit_url: str
    note_url: str
    asked: int


def read_wording(version: ItemVersion) -> Wording:
    """The wording with what stands in its place: two queries."""
    place = (
        Placement.objects.live()
        .filter(item=version.item_id)
        .select_related("version", "note__vault")
        .first()
    )
    now = place.version if place and place.status == Status.READY else None
    mended = now if now and now.pk != version.pk else None
    edit = ""
    if place:
        address = reverse("library:question", args=[place.note.vault.slug, place.note.path])
        lines = f"{place.first_line}-{place.last_line}"
        edit = f"{address}?{urlencode({'lines': lines, 'next': wording_url(version.pk)})}"
    return Wording(
        version,
        _sheet(version),
        mended,
        _sheet(mended) if mended else None,
        edit,
        place.get_absolute_url() if place else "",
        Slot.objects.filter(item=version.item_id, version=version).count(),
    )


def _sheet(version: ItemVersion) -> Sheet:
    """The question with its key."""
    outcome = grade(version.content, blank(version.content))
    return lay_out(version, trail=(), seed=0, outcome=outcome)


def reports_of(version: ItemVersion) -> list[tuple[str, Report]]:
    """What was said of the wording and by whom, the open first: one query."""
    found = Report.objects.filter(version=version).select_related("learner", "ruling")
    ordered = found.order_by(F("closed_at").desc(nulls_first=True), "-made_at")
    return [(name_of(report.learner), report) for report in ordered]


def rulings_of(version: ItemVersion) -> list[Ruling]:
    """How it was ruled, the latest first, each with ``changed``, the marks that changed: one
    query."""
    found = Ruling.objects.filter(version=version).annotate(changed=Count("regradings"))
    return list(found.order_by("-pk"))


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A candidate's attempt in a dry run."""

    name: str
    url: str
    title: str
    started_at: datetime
    change: Change

    @property
    def question(self) -> tuple[str, str]:
        """How the question is graded, and would be."""
        return in_words(self.change.before), in_words(self.change.after)


@dataclass(frozen=True, slots=True)
class DryRun:
    """Whose marks a ruling would change: those whom its author teaches by name, of others how many.
    ``up`` and ``down`` count questions that gain and lose."""

    rows: Sequence[ChangeRow]
    changed: int
    unnamed: int
    unlisted: int
    up: int
    down: int


def dry_run(author: User, changes: Sequence[Change]) -> DryRun:
    """``changes`` as their author may see them: one query."""
    taught = set(
        Assignment.objects.filter(
            study_class__memberships__person=author,
            study_class__memberships__role=Membership.Role.INSTRUCTOR,
        ).values_list("pk", flat=True)
    )
    rows = []
    for change in changes:
        attempt = change.slot.attempt
        if attempt.learner_id == author.pk:
            rows.append(_row("You", attempt.get_absolute_url(), change))
        elif attempt.assignment_id in taught:
            url = reverse("quizzes:seen", args=[attempt.assignment_id, attempt.pk])
            rows.append(_row(name_of(attempt.learner), url, change))
    rows.sort(key=lambda row: (row.name.casefold(), row.started_at))
    worth = [(_worth(change.before), _worth(change.after)) for change in changes]
    return DryRun(
        rows[:MOST_SHOWN],
        len(changes),
        len(changes) - len(rows),
        max(0, len(rows) - MOST_SHOWN),
        sum(new > old for old, new in worth),
        sum(new < old for old, new in worth),
    )


def _row(name: str, url: str, change: Change) -> ChangeRow:
    attempt = change.slot.attempt
    return ChangeRow(name, url, attempt.title, attempt.started_at, change)


def _worth(grade: dict[str, Any]) -> tuple[bool, float]:
    return grade["counts"] and bool(grade["correct"]), grade["credit"] if grade["counts"] else 0.0


def in_words(grade: dict[str, Any]) -> str:
    """How a question is graded, and what the whole comes to where it has a result."""
    said = "right" if grade["correct"] else "wrong"
    if not grade["counts"]:
        said = "not counted"
    if "points" not in grade:
        return said
    most = grade["most_points"]
    percent = round(100 * grade["points"] / most) if most else 0
    return f"{said}; {grade['right']} of {grade['scored']}, {percent}\N{NO-BREAK SPACE}%"
