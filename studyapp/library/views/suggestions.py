"""Going through the cards that a vault's notes could have."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from studyapp.accounts.http import LearnerRequest
from studyapp.library.access import access_vault
from studyapp.library.forms import VerdictForm
from studyapp.library.models import Vault
from studyapp.library.queries.suggestions import triage
from studyapp.library.services.editing import EditError
from studyapp.library.services.locking import VaultBusyError
from studyapp.library.services.suggesting import (
    accept_suggestion,
    dismiss_note,
    dismiss_suggestion,
    take_back_verdict,
)
from studyapp.ui.htmx import render_page_or_partial


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def suggestions(request: LearnerRequest, slug: str) -> HttpResponse:
    """One suggested card, to accept, edit, dismiss or put off; then the next."""
    vault = access_vault(request.user, slug)
    problem, text, after = "", "", request.GET.get("after", "")
    if request.method == "POST":
        form = VerdictForm(request.POST)
        if not form.is_valid():
            raise Http404("no such suggestion")
        after = form.cleaned_data["after"]
        try:
            _decide(vault, form.cleaned_data)
        except EditError as error:
            problem, text = error.message, form.cleaned_data["text"]
        except VaultBusyError:
            problem = "The vault is being changed at this moment; try again after that."
        else:
            address = reverse("library:suggestions", args=[slug])
            return redirect(f"{address}?{urlencode({'after': after})}" if after else address)
    context = {"vault": vault, "triage": triage(vault, after), "problem": problem, "text": text}
    status = 422 if problem else 200
    return render_page_or_partial(
        request, "library/suggestions.html", "triage", context, status=status
    )


def _decide(vault: Vault, data: dict[str, str]) -> None:
    if data["act"] == "undo":
        take_back_verdict(vault=vault, verdict_id=int(data["verdict"] or 0))
    elif data["act"] == "accept":
        accept_suggestion(vault=vault, path=data["path"], key=data["key"], text=data["text"])
    elif data["act"] == "none":
        dismiss_note(vault=vault, path=data["path"])
    else:
        dismiss_suggestion(vault=vault, path=data["path"], key=data["key"])
