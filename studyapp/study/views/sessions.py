"""A study session in the browser.

Every act posts to an address of its own and answers with the session's page: the whole one by
way of a redirect, or its part for htmx, which swaps it in place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.items.responses import ResponseError
from studyapp.library.asking.reading import draft_response, read_response
from studyapp.library.asking.source import find_source
from studyapp.scheduling.queue import Counts
from studyapp.study.forms import ActForm, DrawnForm, RatingForm, StartForm, UndoForm
from studyapp.study.report import report_on
from studyapp.study.services.answering import (
    RefusedError,
    answer_question,
    bury_card,
    rate_card,
    suspend_card,
)
from studyapp.study.services.presets import UNCHOSEN
from studyapp.study.services.sessions import Sitting, look_at_session, start_session
from studyapp.study.services.undoing import undo_review
from studyapp.study.sheet import lay_out
from studyapp.study.sitting import Turn, counts_left
from studyapp.ui.htmx import render_page_or_partial, wants_partial

INCOMPLETE = "That request was not complete, so nothing was recorded. Here is the question again."


@require_POST
def start(request: LearnerRequest) -> HttpResponse:
    """Begin, or go on with, the session of a scope."""
    form = StartForm(request.user, request.POST)
    if not form.is_valid():
        raise Http404("no such vault or topic")
    return redirect(start_session(learner=request.user, scope=form.scope, now=timezone.now()))


@never_cache  # the browser's back button must not bring a question back that is answered
@require_safe
def session(request: LearnerRequest, pk: int) -> HttpResponse:
    """The question on the page (``?reveal`` with its answer), or what the session came to."""
    return _show(request, _look(request, pk), reveal="reveal" in request.GET)


@require_POST
def answer(request: LearnerRequest, pk: int) -> HttpResponse:
    """Grade a response. One that cannot be graded comes back with what to mend; a step that is
    moved without JavaScript comes back moved."""
    if "move" in request.POST:
        return _show(request, _look(request, pk), draft=request.POST)
    service = partial(answer_question, read=lambda content: read_response(content, request.POST))
    try:
        return _act(request, pk, DrawnForm, service)
    except ResponseError as error:
        return _show(
            request, _look(request, pk), draft=request.POST, error=error.message, status=422
        )


@require_POST
def rate(request: LearnerRequest, pk: int) -> HttpResponse:
    """Rate the card and go on."""
    return _act(request, pk, RatingForm, rate_card)


@require_POST
def bury(request: LearnerRequest, pk: int) -> HttpResponse:
    """Set the card aside until tomorrow."""
    return _act(request, pk, ActForm, bury_card)


@require_POST
def suspend(request: LearnerRequest, pk: int) -> HttpResponse:
    """Set the card aside until the learner brings it back."""
    return _act(request, pk, ActForm, suspend_card)


@require_POST
def undo(request: LearnerRequest, pk: int) -> HttpResponse:
    """Take the last act back."""
    return _act(request, pk, UndoForm, undo_review)


def _look(request: LearnerRequest, pk: int) -> Sitting:
    return look_at_session(learner=request.user, session_id=pk, now=timezone.now())


def _act(
    request: LearnerRequest,
    pk: int,
    form_class: type[Form],
    service: Callable[..., Sitting],
) -> HttpResponse:
    """Hand the form's fields to ``service`` and show where the session is then. An act that is
    refused answers 409 and shows the session as it is, with a line saying why."""
    form = form_class(request.POST)
    try:
        if not form.is_valid():
            raise RefusedError(INCOMPLETE)
        sitting = service(
            learner=request.user, session_id=pk, now=timezone.now(), **form.cleaned_data
        )
    except RefusedError as refused:
        return _show(request, _look(request, pk), notice=refused.message, status=409)
    if wants_partial(request):
        return _show(request, sitting)
    if sitting.notice:
        messages.info(request, sitting.notice)
    return redirect(sitting.session)


def _show(
    request: LearnerRequest,
    sitting: Sitting,
    *,
    reveal: bool = False,
    draft: QueryDict | None = None,
    notice: str = "",
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """The session's page or its part. ``draft``: a posted answer to keep in the form, with the
    ``error`` that it has."""
    turn, counts = sitting.turn, counts_left(sitting.session)
    context: dict[str, Any] = {
        "session": sitting.session,
        "turn": turn,
        "counts": _counts(counts, turn),
        "progress": {
            "done": sitting.session.done,
            "left": counts.total,
            "total": sitting.session.done + (counts.total if turn else 0),
        },
        "is_partial": wants_partial(request),
        "notice": notice or sitting.notice,
        "error": error,
        "ask_timezone": sitting.session.rules.version == UNCHOSEN,
    }
    if turn is None:
        context["report"] = report_on(sitting.session, timezone.now())
    else:
        kept = draft_response(turn.content, draft) if draft and turn.current["graded"] else None
        sheet = lay_out(turn, reveal=reveal, draft=kept)
        context |= {
            "sheet": sheet,
            "source": find_source(turn.placement) if sheet.is_revealed else None,
            "is_own": turn.placement.note.vault.owner_id == request.user.pk,
            "request_id": uuid4(),
            "set_aside": [
                (
                    "Bury",
                    reverse("study:bury", args=[sitting.session.pk]),
                    "-",
                    "Set aside until tomorrow",
                ),
                (
                    "Suspend",
                    reverse("study:suspend", args=[sitting.session.pk]),
                    "@",
                    "Set aside for good",
                ),
            ],
        }
    return render_page_or_partial(request, "study/session.html", "sitting", context, status)


def _counts(counts: Counts, turn: Turn | None) -> list[tuple[str, str, int, bool]]:
    """Name, label and amount of each sort that is left, and whether the question is of it."""
    sort = turn.current["sort"] if turn else ""
    return [
        ("new", "new", counts.new, sort == "new"),
        ("learning", "learning", counts.learning, sort == "learning"),
        ("due", "due", counts.reviews, sort == "review"),
    ]
