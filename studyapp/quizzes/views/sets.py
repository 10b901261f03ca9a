"""The quiz sets there are, and the door of each."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from studyapp.accounts.access import live_classes
from studyapp.accounts.http import LearnerRequest
from studyapp.items.drawing import draw_form
from studyapp.library.access import access_note
from studyapp.library.services.editing import EditError, edit_note
from studyapp.library.services.locking import VaultBusyError
from studyapp.obsidian.quiz_set import with_property
from studyapp.quizzes.access import access_quiz_set
from studyapp.quizzes.assigned_queries import assigned_rows
from studyapp.quizzes.forms import PublishForm, StartForm
from studyapp.quizzes.queries import (
    domain_counts,
    earlier_attempts,
    mistakes,
    open_attempts,
    rules_in_words,
    set_rows,
)
from studyapp.quizzes.report_queries import news_for, open_reports
from studyapp.quizzes.selecting import select_questions, shortage_problems
from studyapp.quizzes.services.starting import (
    CannotStartError,
    begun,
    closed_because,
    start_attempt,
)


@never_cache
@require_safe
def index(request: LearnerRequest) -> HttpResponse:
    """What can be sat, what is open, and what came of the rest."""
    now = timezone.now()
    changed, answered = news_for(request.user)
    context = {
        "open": open_attempts(request.user, now),
        "changed": changed,
        "answered": answered,
        "reported": open_reports(request.user),
        "assigned": assigned_rows(request.user, live_classes(request.user), now),
        "sets": set_rows(request.user),
        "earlier": earlier_attempts(request.user),
        "mistakes": len(mistakes(request.user)),
    }
    return render(request, "quizzes/index.html", context)


@never_cache
@require_safe
def quiz_set(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """What the set asks, what is amiss in it, and the button that begins."""
    now = timezone.now()
    note, rules, problems = access_quiz_set(request.user, slug, path)
    selection = select_questions(note, rules)
    form = draw_form(
        selection.candidates(request.user), seed=0, count=rules.count, blueprint=rules.blueprint
    )
    drawn = set(form.keys)
    context = {
        "note": note,
        "is_own": note.vault.owner_id == request.user.pk,
        "rules": rules,
        "summary": rules_in_words(rules, len(drawn)),
        "count": len(drawn),
        "bank": len(selection.questions),
        "domains": domain_counts(q.domain for q in selection.questions if q.item in drawn),
        "problems": [
            *problems,
            *selection.problems,
            *shortage_problems(note, rules, form.shortages),
        ],
        "closed": closed_because(rules, now),
        "closed_line": rules.lines.get("closes" if rules.closes else "opens", 1),
        "open": [a for a in open_attempts(request.user, now) if a.note_id == note.note_id],
        "earlier": earlier_attempts(request.user, note.note_id),
        "request_id": uuid4(),
    }
    return render(request, "quizzes/set.html", context)


@require_POST
def start(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """Begin an attempt."""
    form = StartForm(request.POST)
    # The same press again, while the exam that it began closes the note.
    if form.is_valid() and (again := begun(request.user, form.cleaned_data["request_id"])):
        return redirect(again)
    note, rules, _ = access_quiz_set(request.user, slug, path)
    if form.is_valid():
        try:
            attempt = start_attempt(
                learner=request.user,
                note=note,
                quiz_set=rules,
                request_id=form.cleaned_data["request_id"],
                now=timezone.now(),
            )
            return redirect(attempt)
        except CannotStartError as error:
            messages.error(request, error.message)
    return redirect("quizzes:set", slug, path)


@require_POST
def publish(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """Publish the set, or make it a draft again: a line of its note."""
    note = access_note(request.user, slug, path)
    access_quiz_set(request.user, slug, path)
    form = PublishForm(request.POST)
    if form.is_valid():
        value = "true" if form.cleaned_data["is_published"] else "false"
        text = with_property(note.text, "publish", value)
        try:
            edit_note(vault=note.vault, path=path, text=text, seen=form.cleaned_data["seen"])
        except (EditError, VaultBusyError) as error:
            messages.error(request, error.message)
    return redirect("quizzes:set", slug, path)
