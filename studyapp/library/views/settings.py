"""A vault's settings: which ways of asking are switched on where."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from studyapp.accounts.http import LearnerRequest
from studyapp.library.access import access_vault
from studyapp.library.forms import DialectForm
from studyapp.library.queries.settings import dialect_switches
from studyapp.library.services.intake import begin_deriving
from studyapp.library.services.switching import switch_dialects


@require_http_methods(["GET", "HEAD", "POST"])
def vault_settings(request: LearnerRequest, slug: str) -> HttpResponse:
    """Switch dialects for the vault or its folders; its notes are then derived again."""
    vault = access_vault(request.user, slug)
    switches = dialect_switches(vault)
    form = DialectForm(request.POST if request.method == "POST" else None, switches=switches)
    if form.is_valid():
        if switch_dialects(vault=vault, on=form.cleaned_data["on"]):
            return redirect(begin_deriving(vault))
        return redirect(vault)
    context = {"vault": vault, "switches": switches, "form": form}
    status = 422 if form.errors else 200
    return render(request, "library/settings.html", context, status=status)
