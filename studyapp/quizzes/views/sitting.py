"""Sitting an attempt: one question a page, everything saved as it is given.

Moving to another question posts the form of the one that is left, so that without JavaScript
nothing is lost either; with it, ``quiz.js`` also saves each change at once.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.items.masking import PairMask
from studyapp.items.responses import Response, ResponseError
from studyapp.items.values import OPEN_KINDS
from studyapp.library.access import readable_by
from studyapp.library.asking.layout import lay_out
from studyapp.library.asking.reading import written_response
from studyapp.library.asking.source import find_source
from studyapp.library.models import Placement
from studyapp.quizzes.access import access_slot, exam_closing
from studyapp.quizzes.forms import SlotForm
from studyapp.quizzes.grading import rule_slot, rulings_on
from studyapp.quizzes.models import GRACE, Attempt, Slot
from studyapp.quizzes.queries import palette
from studyapp.quizzes.services.answering import (
    OverError,
    StaleError,
    check_slot,
    save_slot,
)
from studyapp.quizzes.services.finishing import finish_attempt, look_at_attempt
from studyapp.ui.htmx import render_page_or_partial, wants_partial

STALE = "This question was changed in another window since, so this page’s change was not kept."
JUDGEMENTS = (("wrong", "I did not know it"), ("right", "I knew it"))
LATE = "The time was over, so that change came too late. What you gave before it counts."


@never_cache
@require_safe
def attempt(request: LearnerRequest, pk: int) -> HttpResponse:
    """Where the attempt is: its first open question, or its result; or that it is closed while an
    exam is on whose keys it would give away."""
    sat = _look(request, pk)
    if exam := exam_closing(sat):
        return render(request, "quizzes/closed.html", {"attempt": sat, "exam": exam})
    if sat.finished_at:
        return redirect("quizzes:result", pk)
    entries = palette(sat)
    number = next((entry.number for entry in entries if entry.state == "open"), 1)
    return redirect("quizzes:slot", pk, number)


@never_cache  # the back button must not bring back what was not the last word
@require_http_methods(["GET", "HEAD", "POST"])
def slot(request: LearnerRequest, pk: int, position: int) -> HttpResponse:
    """A question: to answer, or when it may be known, with what came of it. A POST keeps what was
    given and goes where the button says."""
    if request.method != "POST":
        sat = _look(request, pk)
        return _show(request, access_slot(sat, position))
    form = SlotForm(request.POST)
    if not form.is_valid():
        return _show(request, access_slot(_look(request, pk), position), notice=STALE, status=409)
    try:
        kept = _save(request, pk, position, form)
    except OverError:
        messages.warning(request, LATE)
        return _go(request, reverse("quizzes:attempt", args=[pk]))
    except StaleError:
        return _show(request, access_slot(_look(request, pk), position), notice=STALE, status=409)
    if "move" in request.POST or "clear" in request.POST:
        return _show(request, kept)
    count = Slot.objects.filter(learner=request.user, attempt=pk).count()
    to = form.destination(position, count)
    if to is None:
        return _go(request, reverse("quizzes:review", args=[pk]))
    if not wants_partial(request):
        return redirect("quizzes:slot", pk, to)
    response = _show(request, access_slot(kept.attempt, to))
    response["HX-Push-Url"] = reverse("quizzes:slot", args=[pk, to])
    return response


@require_POST
def save(request: LearnerRequest, pk: int, position: int) -> HttpResponse:
    """Keep a change as it happens: 204; 409 where something newer is kept, 410 after the end."""
    form = SlotForm(request.POST)
    if not form.is_valid():
        return HttpResponse("That was not a question's form.", status=400)
    try:
        _save(request, pk, position, form)
    except StaleError:
        return HttpResponse(status=409)
    except OverError:
        return HttpResponse(status=410)
    return HttpResponse(status=204)


@require_POST
def check(request: LearnerRequest, pk: int, position: int) -> HttpResponse:
    """Grade a question of a practice at once."""
    read = partial(_read, request, strict=True)
    sat = partial(_look, request, pk)
    try:
        kept = check_slot(
            learner=request.user,
            attempt_id=pk,
            position=position,
            read=read,
            now=timezone.now(),
        )
    except ResponseError as error:
        shown = access_slot(sat(), position)
        draft = written_response(shown.version.content, request.POST, shown.seed)
        if shown.version.content.kind in OPEN_KINDS:  # the learner judges it, by the answer
            return _show(request, shown, draft=draft, is_revealed=True)
        return _show(request, shown, draft=draft, error=error.message, status=422)
    except StaleError:
        raise Http404("an exam is not checked before its end") from None
    except OverError:
        return _go(request, reverse("quizzes:attempt", args=[pk]))
    if wants_partial(request):
        return _show(request, kept)
    return redirect("quizzes:slot", pk, position)


@never_cache
@require_safe
def review(request: LearnerRequest, pk: int) -> HttpResponse:
    """Every question with how far it is, before handing in."""
    sat = _look(request, pk)
    if sat.finished_at:
        return redirect("quizzes:result", pk)
    if exam_closing(sat):
        return redirect(sat)
    entries = palette(sat)
    context = {
        "attempt": sat,
        "entries": entries,
        "open": [entry for entry in entries if entry.state in ("open", "incomplete")],
        "flagged": [entry for entry in entries if entry.is_flagged],
        "clock": _clock(sat),
    }
    return render_page_or_partial(request, "quizzes/review.html", "sitting", context)


@require_POST
def finish(request: LearnerRequest, pk: int) -> HttpResponse:
    """Hand in."""
    finish_attempt(learner=request.user, attempt_id=pk, now=timezone.now())
    return redirect("quizzes:result", pk)


def _look(request: LearnerRequest, pk: int) -> Attempt:
    return look_at_attempt(learner=request.user, attempt_id=pk, now=timezone.now())


def _save(request: LearnerRequest, pk: int, position: int, form: SlotForm) -> Slot:
    return save_slot(
        learner=request.user,
        attempt_id=pk,
        position=position,
        given=form.given(request.POST.getlist("struck")),
        read=partial(_read, request),
        now=timezone.now(),
    )


def _read(request: LearnerRequest, kept: Slot, *, strict: bool = False) -> Response:
    """The response in the posted form, whose pairs were masked with the slot's seed."""
    data = QueryDict() if "clear" in request.POST else request.POST
    return written_response(kept.version.content, data, kept.seed, strict=strict)


def _go(request: LearnerRequest, to: str) -> HttpResponse:
    """To another page, for htmx as well: what it would swap is not there."""
    if not wants_partial(request):
        return redirect(to)
    response = HttpResponse()
    response["HX-Redirect"] = to
    return response


def _clock(sat: Attempt) -> dict[str, Any] | None:
    """What is left of the time, in seconds by the server's clock; None without a clock."""
    if sat.ends_at is None or sat.finished_at is not None:
        return None
    left = max(0, round((sat.ends_at - timezone.now()).total_seconds()))
    return {"left": left, "minutes": -(-left // 60), "grace": int(GRACE.total_seconds())}


def _show(
    request: LearnerRequest,
    kept: Slot,
    *,
    draft: Response | None = None,
    notice: str = "",
    error: str = "",
    is_revealed: bool = False,
    status: int = 200,
) -> HttpResponse:
    sat = kept.attempt
    if sat.is_withheld:
        return _go(request, reverse("quizzes:result", args=[sat.pk]))
    if exam_closing(sat):
        return _go(request, reverse("quizzes:attempt", args=[sat.pk]))
    # What is graded may be known: in practice once it is checked, in an exam at the end.
    is_graded = kept.correct is not None
    is_known = is_graded or is_revealed
    ruling = rulings_on([kept.version_id]).get(kept.version_id) if is_graded else None
    ruled = rule_slot(kept, ruling) if is_graded else None
    version = ruled.version if ruled else kept.version
    sheet = lay_out(
        version,
        trail=(),
        seed=kept.seed,
        mask=PairMask(version.content, kept.seed),
        given=draft or (ruled.given if ruled else kept.given),
        outcome=ruled.outcome if ruled else None,
        is_revealed=is_revealed,
        is_written=True,
    )
    placement = None
    if is_known:
        placement = (
            Placement.objects.live()
            .filter(readable_by(request.user), item=kept.item_id)
            .select_related("note__vault")
            .first()
        )
    entries = palette(sat, kept.position)
    context = {
        "attempt": sat,
        "slot": kept,
        "counts": ruled.counts if ruled else kept.is_scored,
        "ruling": ruling,
        "sheet": sheet,
        "struck": set(kept.struck),
        "source": find_source(placement) if placement else None,
        "placement": placement,
        "entries": entries,
        "count": len(entries),
        "answered": sum(entry.state != "open" for entry in entries),
        "clock": _clock(sat),
        "judgements": JUDGEMENTS,
        "notice": notice,
        "error": error,
        "is_partial": wants_partial(request),
    }
    return render_page_or_partial(request, "quizzes/slot.html", "sitting", context, status)
