"""A vault or a note that begins here, and in no folder."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from studyapp.accounts.http import LearnerRequest
from studyapp.library.access import access_vault
from studyapp.library.forms import NewNoteForm, NewVaultForm
from studyapp.library.queries.vaults import note_folders
from studyapp.library.services.editing import EditError
from studyapp.library.services.locking import VaultBusyError
from studyapp.library.services.making import make_note, make_vault


@require_http_methods(["GET", "HEAD", "POST"])
def new_vault(request: LearnerRequest) -> HttpResponse:
    """An empty vault of the learner's own."""
    form = NewVaultForm(request.user, request.POST or None)
    if form.is_valid():
        return redirect(make_vault(owner=request.user, title=form.cleaned_data["title"]))
    return render(request, "library/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def new_note(request: LearnerRequest, slug: str) -> HttpResponse:
    """A note by its title; what it says is written in the editor, which comes next."""
    vault = access_vault(request.user, slug)
    form = NewNoteForm(note_folders(vault), request.POST or None)
    if form.is_valid():
        title, folder = form.cleaned_data["title"], form.cleaned_data["folder"]
        try:
            path = make_note(vault=vault, title=title, text="", folder=folder)
        except (EditError, VaultBusyError) as error:
            form.add_error("title", error.message)
        else:
            editor = reverse("library:edit", args=[slug, path])
            note = reverse("library:note", args=[slug, path])
            return redirect(f"{editor}?{urlencode({'next': note})}")
    context = {"vault": vault, "form": form}
    return render(request, "library/new.html", context, status=422 if form.errors else 200)
