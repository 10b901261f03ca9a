"""Acting on what an import made of the questions: telling them apart, joining them, learning a
changed one again. Each decision can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.home.forms import ApartForm, RelearnForm, SameForm
from studyapp.home.queries import begun_anew, changed_answers
from studyapp.home.services import deciding
from studyapp.library.access import access_vault
from studyapp.library.services.deciding import DecisionError
from studyapp.library.services.locking import VaultBusyError
from studyapp.study.services.answering import RefusedError
from studyapp.study.services.relearning import relearn_card, take_back_relearning
from studyapp.ui.htmx import render_page_or_partial


@require_POST
def tell_apart(request: LearnerRequest, slug: str) -> HttpResponse:
    """Two wordings that were taken for one question are two."""
    vault = access_vault(request.user, slug)
    data = _valid(ApartForm(request.POST))
    return _decided(
        request,
        slug,
        lambda: deciding.tell_apart(vault=vault, item_id=data["item"], since=data["since"]),
        "They are two questions now: the old one is archived with its history, the new one begins.",
    )


@require_POST
def tell_same(request: LearnerRequest, slug: str) -> HttpResponse:
    """Two questions that were taken for two are one."""
    vault = access_vault(request.user, slug)
    data = _valid(SameForm(request.POST))
    return _decided(
        request,
        slug,
        lambda: deciding.tell_same(vault=vault, old_id=data["old"], new_id=data["new"]),
        "They are one question now, and it has its history again.",
    )


@require_POST
def take_back(request: LearnerRequest, slug: str, pk: int) -> HttpResponse:
    """A decision was wrong."""
    vault = access_vault(request.user, slug)
    return _decided(
        request,
        slug,
        lambda: deciding.take_back(vault=vault, decision_id=pk),
        "Taken back: everything is as it was before.",
    )


@never_cache
@require_safe
def changed(request: LearnerRequest, slug: str) -> HttpResponse:
    """The learner's questions whose answers the last import changed much. The report asks for the
    list alone."""
    vault = access_vault(request.user, slug)
    context = {
        "vault": vault,
        "rows": changed_answers(request.user, vault),
        "begun": begun_anew(request.user, vault),
    }
    return render_page_or_partial(request, "home/changed_answers.html", "list", context)


@require_POST
def relearn(request: LearnerRequest, slug: str) -> HttpResponse:
    """Ask a question again from the start."""
    access_vault(request.user, slug)
    data = _valid(RelearnForm(request.POST))
    relearn_card(
        learner=request.user,
        item_id=data["item"],
        request_id=data["request_id"],
        now=timezone.now(),
    )
    messages.success(request, "It will be asked from the start, before other new questions.")
    return redirect("home:changed_answers", slug)


@require_POST
def undo_relearn(request: LearnerRequest, slug: str, pk: int) -> HttpResponse:
    """Go on with what was known."""
    access_vault(request.user, slug)
    try:
        take_back_relearning(learner=request.user, review_id=pk, now=timezone.now())
    except RefusedError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The card is as it was.")
    return redirect("home:changed_answers", slug)


def _valid(form: Form) -> dict[str, Any]:
    if not form.is_valid():
        raise Http404("no such question")
    return form.cleaned_data


def _decided(
    request: LearnerRequest, slug: str, decide: Callable[[], object], done: str
) -> HttpResponse:
    try:
        decide()
    except DecisionError as error:
        messages.error(request, error.message)
    except VaultBusyError:
        messages.error(request, "The vault is being imported at this moment; try again after that.")
    else:
        messages.success(request, done)
    return redirect("library:report", slug)
