"""Choosing how an ambiguous question is meant, and taking that back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from studyapp.accounts.http import LearnerRequest
from studyapp.library.access import access_note, access_vault
from studyapp.library.forms import ReadingForm, UndoEditForm
from studyapp.library.services.editing import EditError
from studyapp.library.services.locking import VaultBusyError
from studyapp.library.services.settling import settle_question, undo_edit

BUSY = "The vault is being changed at this moment; try again after that."


@require_POST
def choose_reading(request: LearnerRequest, slug: str) -> HttpResponse:
    """Write the chosen reading into the note."""
    vault = access_vault(request.user, slug)
    form = ReadingForm(request.POST)
    if not form.is_valid():
        raise Http404("no such reading")
    data = form.cleaned_data
    access_note(request.user, slug, data["path"])
    back = reverse("library:report", args=[slug])
    try:
        settle_question(
            vault=vault,
            path=data["path"],
            lines=(data["first"], data["last"]),
            number=data["number"],
            seen=data["seen"],
        )
    except EditError as error:
        messages.error(request, error.message)
    except VaultBusyError:
        messages.error(request, BUSY)
    else:
        back = f"{back}?{urlencode({'settled': data['path']})}"
    return redirect(back)


@require_POST
def undo_reading(request: LearnerRequest, slug: str) -> HttpResponse:
    """Make the note say what it said before."""
    vault = access_vault(request.user, slug)
    form = UndoEditForm(request.POST)
    if not form.is_valid():
        raise Http404("no such note")
    access_note(request.user, slug, form.cleaned_data["path"])
    try:
        undo_edit(vault=vault, path=form.cleaned_data["path"], seen=form.cleaned_data["seen"])
    except EditError as error:
        messages.error(request, error.message)
    except VaultBusyError:
        messages.error(request, BUSY)
    else:
        messages.success(request, "Taken back: the note says what it said before.")
    return redirect("library:report", slug)
