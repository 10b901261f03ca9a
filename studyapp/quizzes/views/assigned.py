"""What a class was set: setting it, sitting it, and for its instructors how it goes."""

from __future__ import annotations

import csv
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studyapp.accounts.access import access_taught_class
from studyapp.accounts.http import LearnerRequest
from studyapp.accounts.services import name_of
from studyapp.quizzes.access import access_assignment, access_taught_assignment
from studyapp.quizzes.assigned_queries import (
    attempts_at,
    candidate_rows,
    changes_in_words,
    gradebook,
    seen_slots,
    state_in_words,
)
from studyapp.quizzes.forms import AssignmentForm, StartForm, TermsForm
from studyapp.quizzes.services.assigning import (
    assign_quiz,
    change_assignment,
    release_results,
    withdraw_assignment,
)
from studyapp.quizzes.services.starting import CannotStartError, start_assigned
from studyapp.ui.htmx import render_page_or_partial
from studyapp.ui.spreadsheets import safe_cell

TERMS = ("opens_at", "due_at", "attempts_allowed", "release", "counts")
"""What of an assignment can be changed."""


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: LearnerRequest, class_pk: int) -> HttpResponse:
    """Set a quiz for a class one teaches."""
    study_class = access_taught_class(request.user, class_pk)
    with timezone.override(study_class.zone):
        form = AssignmentForm(request.user, timezone.now(), request.POST or None)
        if form.is_valid():
            made = assign_quiz(study_class=study_class, **form.cleaned_data)
            return redirect(made)
        context = {"study_class": study_class, "form": form}
        return render(request, "quizzes/assign.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: LearnerRequest, pk: int) -> HttpResponse:
    """Set it by other terms, once one has seen what that changes for whom."""
    found = access_taught_assignment(request.user, pk)
    now = timezone.now()
    initial = {name: getattr(found, name) for name in TERMS}
    with timezone.override(found.study_class.zone):
        form = TermsForm(now, request.POST or None, initial=initial)
        context: dict[str, Any] = {"assignment": found, "form": form}
        if form.is_valid():
            rows = candidate_rows(found, now)
            changes = changes_in_words(found, rows, form.cleaned_data, now)
            if request.POST.get("do") == "save":
                change_assignment(assignment=found, **form.cleaned_data)
                messages.success(request, " ".join(["Saved.", *changes]))
                return redirect("quizzes:progress", pk)
            context["changes"] = changes
        return render(request, "quizzes/change.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: LearnerRequest, pk: int) -> HttpResponse:
    """Let nobody begin it any more, or let them again."""
    found = access_taught_assignment(request.user, pk)
    if request.POST.get("do") == "restore":
        withdraw_assignment(assignment=found, now=None)
        messages.success(request, "It can be begun again, by the terms that it has.")
    else:
        withdraw_assignment(assignment=found, now=timezone.now())
        messages.success(
            request, "Withdrawn: nobody begins it any more. Whoever sits it now can hand in."
        )
    return redirect("quizzes:progress", pk)


@never_cache
@require_safe
def assignment(request: LearnerRequest, pk: int) -> HttpResponse:
    """What was set, with its state; its instructors are led to how it goes."""
    found, membership = access_assignment(request.user, pk)
    if membership.teaches:
        return redirect("quizzes:progress", pk)
    now = timezone.now()
    sat = attempts_at(found, request.user)
    context = {
        "assignment": found,
        "attempts": sat,
        "state": state_in_words(found, sat, now),
        "is_coming": now < found.opens_at,
        "is_due": now >= found.due_at,
        "open": next((attempt for attempt in sat if not attempt.is_over(now)), None),
        "can_begin": len(sat) < found.attempts_allowed and found.withdrawn_at is None,
        "time": membership.get_time_factor_display() if membership.time_factor != "1" else "",
        "request_id": uuid4(),
    }
    with timezone.override(found.study_class.zone):
        return render(request, "quizzes/assignment.html", context)


@require_POST
def start(request: LearnerRequest, pk: int) -> HttpResponse:
    """Begin, or go on with what is begun."""
    found, membership = access_assignment(request.user, pk)
    form = StartForm(request.POST)
    if form.is_valid():
        try:
            return redirect(
                start_assigned(
                    assignment=found,
                    membership=membership,
                    request_id=form.cleaned_data["request_id"],
                    now=timezone.now(),
                )
            )
        except CannotStartError as error:
            messages.error(request, error.message)
    return redirect(found)


@never_cache
@require_safe
def progress(request: LearnerRequest, pk: int) -> HttpResponse:
    """How far each candidate is and what it came to, asked for again while it is open."""
    found = access_taught_assignment(request.user, pk)
    now = timezone.now()
    rows = candidate_rows(found, now)
    context = {
        "assignment": found,
        "rows": rows,
        "handed_in": sum(row.state == "handed in" for row in rows),
        "sitting": sum(row.state == "sitting it" for row in rows),
        "is_live": found.opens_at <= now < found.due_at,
        "tells": found.tells(now),
        "is_shared": found.note.vault.shares.filter(study_class=found.study_class_id).exists(),
    }
    with timezone.override(found.study_class.zone):
        return render_page_or_partial(request, "quizzes/progress.html", "candidates", context)


@never_cache
@require_safe
def marks_csv(request: LearnerRequest, pk: int) -> HttpResponse:
    """The marks that count, a row a candidate. No cell is taken for a formula."""
    found = access_taught_assignment(request.user, pk)
    response, table = _csv(found.title)
    table.writerow(["Name", "State", "Attempts", "Right", "Of", "Percent"])
    for row in candidate_rows(found, timezone.now()):
        mark = row.mark
        counted = [mark.right, mark.scored, mark.percent] if mark else ["", "", ""]
        table.writerow([safe_cell(row.name), row.state, len(row.attempts), *counted])
    return response


@never_cache
@require_safe
def grades(request: LearnerRequest, class_pk: int) -> HttpResponse:
    """The gradebook of a class: a row a learner, a column an assignment."""
    study_class = access_taught_class(request.user, class_pk)
    assignments, rows = gradebook(study_class, timezone.now())
    context = {"study_class": study_class, "assignments": assignments, "rows": rows}
    return render(request, "quizzes/grades.html", context)


@never_cache
@require_safe
def grades_csv(request: LearnerRequest, class_pk: int) -> HttpResponse:
    """The gradebook as CSV, in percent. No cell is taken for a formula."""
    study_class = access_taught_class(request.user, class_pk)
    assignments, rows = gradebook(study_class, timezone.now())
    response, table = _csv(study_class.title)
    table.writerow(["Name", *(safe_cell(each.title) for each in assignments)])
    for row in rows:
        percents = [mark.percent if mark else "" for mark in row.marks]
        table.writerow([safe_cell(row.name), *percents])
    return response


@require_POST
def release(request: LearnerRequest, pk: int) -> HttpResponse:
    """Tell the candidates how it went."""
    found = access_taught_assignment(request.user, pk)
    release_results(assignment=found, now=timezone.now())
    messages.success(request, "Every candidate can see their result now.")
    return redirect("quizzes:progress", pk)


@never_cache
@require_safe
def seen(request: LearnerRequest, pk: int, attempt_pk: int) -> HttpResponse:
    """A candidate's finished attempt, for those who teach the class."""
    found = access_taught_assignment(request.user, pk)
    finished = found.attempts.filter(finished_at__isnull=False)
    sat = get_object_or_404(finished.select_related("learner", "mark"), pk=attempt_pk)
    context = {
        "assignment": found,
        "attempt": sat,
        "name": name_of(sat.learner),
        "questions": seen_slots(sat),
        "is_own": found.note.vault.owner_id == request.user.pk,
    }
    return render(request, "quizzes/seen.html", context)


def _csv(title: str) -> tuple[HttpResponse, Any]:
    """A download of that name, and the writer of its rows."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{title}.csv") or ""
    return response, csv.writer(response)
