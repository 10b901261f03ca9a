"""The earlier versions of a note: what each said, and taking one back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from studyapp.accounts.http import LearnerRequest
from studyapp.library.access import access_note
from studyapp.library.models import NoteVersion
from studyapp.library.queries.history import past_versions
from studyapp.library.services.comparing import compare
from studyapp.library.services.editing import EditError, edit_note
from studyapp.library.services.locking import VaultBusyError
from studyapp.ui.htmx import render_page_or_partial


@require_http_methods(["GET", "HEAD", "POST"])
def versions(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """The versions, and what one of them would change; posting it takes it back."""
    served = access_note(request.user, slug, path)
    asked = request.POST.get("version") or request.GET.get("version", "")
    chosen = _version(served, asked) if asked else None
    context = {
        "vault": served.vault,
        "note": served,
        "path": path,
        "versions": past_versions(served),
        "chosen": chosen,
        "diff": compare(served.text, chosen.text) if chosen else None,
    }
    if request.method != "POST":
        return render_page_or_partial(request, "library/versions.html", "version", context)
    if chosen is None:
        raise Http404(path)
    try:
        edit_note(
            vault=served.vault, path=path, text=chosen.text, seen=request.POST.get("seen", "")
        )
    except (EditError, VaultBusyError) as problem:
        context["error"] = problem.message
        return render(request, "library/versions.html", context, status=409)
    messages.success(request, "That version is back. What it replaced is an earlier version now.")
    return redirect(served.note)


def _version(served: NoteVersion, asked: str) -> NoteVersion:
    """The version of the note that revision ``asked`` brought."""
    found: NoteVersion | None = None
    if asked.isdecimal() and len(asked) < 10 and int(asked) <= served.vault.revision:
        found = served.note.versions.filter(since=int(asked)).first()
    if found is None:
        raise Http404(asked)
    return found
