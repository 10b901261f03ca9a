"""What came of an attempt, and of all of them."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.quizzes import queries
from studyapp.quizzes.access import exam_closing
from studyapp.quizzes.forms import StartForm
from studyapp.quizzes.report_queries import graded_again
from studyapp.quizzes.services.finishing import look_at_attempt
from studyapp.quizzes.services.starting import CannotStartError, start_practice

AT_ONCE = 20
"""Mistakes that one practice takes."""


@never_cache
@require_safe
def result(request: LearnerRequest, pk: int) -> HttpResponse:
    """How it went; an attempt that is not over leads back to its questions."""
    attempt = look_at_attempt(learner=request.user, attempt_id=pk, now=timezone.now())
    if attempt.finished_at is None:
        return redirect(attempt)
    if attempt.is_withheld:
        return render(request, "quizzes/withheld.html", {"attempt": attempt})
    if exam_closing(attempt):
        return redirect(attempt)
    earlier = [
        other
        for other in queries.earlier_attempts(request.user, attempt.note_id)
        if other.pk != attempt.pk and other.note_id == attempt.note_id
    ]
    context = {
        "attempt": attempt,
        "is_late": "late" in request.GET,
        "result": queries.result_of(attempt),
        "regraded": graded_again(attempt),
        "earlier": earlier,
        "compared": queries.compare(attempt, earlier),
    }
    return render(request, "quizzes/result.html", context)


@never_cache
@require_safe
def mistakes(request: LearnerRequest) -> HttpResponse:
    """The questions that went wrong when last asked, over all attempts."""
    rows = queries.mistake_rows(request.user)
    context = {"rows": rows, "at_once": min(AT_ONCE, len(rows)), "request_id": uuid4()}
    return render(request, "quizzes/mistakes.html", context)


@require_POST
def practise_mistakes(request: LearnerRequest) -> HttpResponse:
    """Practise the latest of them."""
    form = StartForm(request.POST)
    if not form.is_valid():
        return redirect("quizzes:mistakes")
    try:
        attempt = start_practice(
            learner=request.user,
            title="My mistakes",
            questions=[missed.question for missed in queries.mistakes(request.user)[:AT_ONCE]],
            request_id=form.cleaned_data["request_id"],
            now=timezone.now(),
        )
    except CannotStartError:
        return redirect("quizzes:mistakes")
    return redirect(attempt)
