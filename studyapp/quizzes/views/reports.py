"""Questions that something is amiss in: reporting one, and for its author mending and regrading."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.library.models import ItemVersion
from studyapp.quizzes import report_queries as queries
from studyapp.quizzes.access import (
    access_reportable,
    access_wording,
    exam_closing,
)
from studyapp.quizzes.forms import AnswerForm, ReportForm, RulingForm
from studyapp.quizzes.models import Regrading, Report, Ruling
from studyapp.quizzes.services.finishing import look_at_attempt
from studyapp.quizzes.services.regrading import (
    answer_reports,
    changes_by,
    make_ruling,
    report_slot,
)
from studyapp.ui.wording import plural

BY_MENDED = (Ruling.Kind.MENDED, Ruling.Kind.EITHER)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: LearnerRequest, pk: int, position: int) -> HttpResponse:
    """Report a question that one was asked."""
    slot = access_reportable(request.user, pk, position)
    earlier = Report.objects.filter(learner=request.user, slot=slot).first()
    initial = {"reason": earlier.reason, "words": earlier.words} if earlier else None
    form = ReportForm(request.POST or None, initial=initial)
    if form.is_valid():
        report_slot(slot=slot, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "Thank you. Whoever wrote the question sees it now.")
        return redirect("quizzes:slot", pk, position)
    context = {"slot": slot, "attempt": slot.attempt, "form": form, "earlier": earlier}
    return render(request, "quizzes/report.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def reports(request: LearnerRequest) -> HttpResponse:
    """What is open about one's own questions, what became of one's own reports, and which marks
    changed. What is shown here counts as told."""
    now = timezone.now()
    mine, changed = queries.own_reports(request.user), queries.own_regradings(request.user)
    context = {
        "open": queries.reported_rows(request.user),
        "mine": mine,
        "changed": changed,
    }
    answered = [each.pk for each in mine if each.closed_at and each.heard_at is None]
    Report.objects.filter(learner=request.user, pk__in=answered).update(heard_at=now)
    unseen = [each.pk for each, *_ in changed if each.seen_at is None]
    Regrading.objects.filter(learner=request.user, pk__in=unseen).update(seen_at=now)
    return render(request, "quizzes/reports.html", context)


@never_cache
@require_safe
def gradings(request: LearnerRequest, pk: int) -> HttpResponse:
    """How an attempt was graded at first, and each time since."""
    attempt = look_at_attempt(learner=request.user, attempt_id=pk, now=timezone.now())
    if attempt.finished_at is None or attempt.is_withheld or exam_closing(attempt):
        return redirect(attempt)
    rows = queries.graded_again(attempt)
    if not rows:
        raise Http404(f"attempt {pk} was graded once")
    return render(request, "quizzes/gradings.html", {"attempt": attempt, "rows": rows})


@never_cache
@require_safe
def wording(request: LearnerRequest, pk: int) -> HttpResponse:
    """A wording for its author: what was said of it, and with ``?kind=`` whose marks it would
    change to grade it so. That changes nothing yet."""
    return _wording(request, access_wording(request.user, pk), request.GET)


@require_POST
def regrade(request: LearnerRequest, pk: int) -> HttpResponse:
    """Grade again what was asked in this wording."""
    version = access_wording(request.user, pk)
    form = RulingForm(request.POST)
    if not form.is_valid():
        return _wording(request, version, request.POST, form)
    ruling = _ruling(request, version, form.cleaned_data)
    if ruling is None:
        messages.error(request, "The question was mended again meanwhile. Look once more.")
        return redirect("quizzes:wording", pk)
    _, changed = make_ruling(ruling=ruling)
    messages.success(
        request, f"Regraded. {plural(changed, 'question was,questions were')} graded differently."
    )
    return redirect("quizzes:wording", pk)


@require_POST
def answer(request: LearnerRequest, pk: int) -> HttpResponse:
    """Answer whoever reported the wording, and grade nothing again."""
    version = access_wording(request.user, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _wording(request, version, QueryDict(), answer_form=form)
    answered = answer_reports(version=version, now=timezone.now(), **form.cleaned_data)
    messages.success(request, f"Answered {plural(answered, 'report,reports')}.")
    return redirect("quizzes:wording", pk)


def _wording(
    request: LearnerRequest,
    version: ItemVersion,
    asked: QueryDict,
    form: RulingForm | None = None,
    answer_form: AnswerForm | None = None,
) -> HttpResponse:
    found = queries.read_wording(version)
    kinds = [
        (kind.value, kind.label)
        for kind in Ruling.Kind
        if found.mended is not None or kind not in BY_MENDED
    ]
    said = queries.reports_of(version)
    context: dict[str, Any] = {
        "wording": found,
        "reports": said,
        "open": sum(each.closed_at is None for _, each in said),
        "rulings": queries.rulings_of(version),
        "kinds": kinds,
        "form": form,
        "answer_form": answer_form,
        "request_id": uuid4(),
    }
    kind = asked.get("kind", "")
    if kind in dict(kinds):
        proposed = Ruling(version=version, kind=kind, graded_by=_shown(kind, found.mended))
        context |= {
            "kind": kind,
            "kind_label": dict(kinds)[kind],
            "graded_by": proposed.graded_by_id,
            "trial": queries.dry_run(request.user, changes_by(proposed)),
        }
    refused = form is not None or answer_form is not None
    return render(request, "quizzes/wording.html", context, status=422 if refused else 200)


def _ruling(request: HttpRequest, version: ItemVersion, data: dict[str, Any]) -> Ruling | None:
    """The ruling that was posted; None where its mended wording is none of the question's."""
    mended = version.item.versions.filter(pk=data["graded_by"]).exclude(pk=version.pk).first()
    if mended is None and data["kind"] in BY_MENDED:
        return None
    return Ruling(
        version=version,
        request_id=data["request_id"],
        kind=data["kind"],
        graded_by=_shown(data["kind"], mended),
        reason=data["reason"],
        made_by_id=request.user.pk,
        made_at=timezone.now(),
    )


def _shown(kind: str, mended: ItemVersion | None) -> ItemVersion | None:
    """The wording that the question is shown in from now on, where not as it was asked."""
    return None if kind == Ruling.Kind.AS_ASKED else mended
