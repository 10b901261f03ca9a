"""A quiz set that begins here: a note with properties, whose questions come next."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from studyapp.accounts.http import LearnerRequest
from studyapp.library.services.editing import EditError
from studyapp.library.services.locking import VaultBusyError
from studyapp.library.services.making import make_note, make_vault
from studyapp.quizzes.forms import NewSetForm

VAULT_OF_SETS = "Quizzes"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: LearnerRequest) -> HttpResponse:
    """The form of a new set. One with questions of its own leads to the first of them."""
    form = NewSetForm(request.user, request.POST or None, vault=request.GET.get("vault", ""))
    if form.is_valid():
        vault = (
            form.cleaned_data["vault"] or request.user.vaults.filter(title=VAULT_OF_SETS).first()
        )
        vault = vault or make_vault(owner=request.user, title=VAULT_OF_SETS)
        title = form.cleaned_data["title"]
        try:
            path = make_note(vault=vault, title=title, text=form.note_text())
        except (EditError, VaultBusyError) as error:
            form.add_error("title", error.message)
        else:
            door = reverse("quizzes:set", args=[vault.slug, path])
            if form.cleaned_data["topics"]:
                return redirect(door)
            messages.success(request, f"“{title}” is there, as a draft. Write its first question.")
            first = reverse("library:question", args=[vault.slug, path])
            return redirect(f"{first}?{urlencode({'next': door})}")
    return render(request, "quizzes/new.html", {"form": form}, status=422 if form.errors else 200)
