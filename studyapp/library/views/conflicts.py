"""A note that was edited here, and changed or deleted in its folder: both sides, a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from studyapp.accounts.http import LearnerRequest
from studyapp.library.access import access_note
from studyapp.library.models import FolderState, NoteVersion
from studyapp.library.services.editing import EditError
from studyapp.library.services.locking import VaultBusyError
from studyapp.library.services.resolving import (
    Apart,
    settle_conflict,
    settle_deleted,
    texts_apart,
)
from studyapp.obsidian.encoding import tidy
from studyapp.obsidian.merging import Agreed, Conflict, Lines

AROUND = 3
"""Lines shown before and after what has to be decided."""


@require_http_methods(["GET", "HEAD", "POST"])
def conflict(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """Both texts, hunk by hunk, with a choice for each."""
    version = access_note(request.user, slug, path)
    if version.folder_state in (FolderState.DELETED, FolderState.KEPT):
        return _deleted(request, version)
    if version.folder_state != FolderState.CONFLICT:
        return redirect(version.note)
    apart = texts_apart(version)
    if request.method != "POST":
        return _page(request, version, apart)
    posted = request.POST
    drawn = posted.get("seen") == version.sha256 and posted.get("incoming") == apart.incoming
    if not drawn:
        error = "The note or its folder has changed since you opened this page. Look again."
        return _page(request, version, apart, error=error, status=409)
    decisions = [_decision(request, number, c) for number, c in enumerate(apart.merge.conflicts, 1)]
    decided = [lines for lines in decisions if lines is not None]
    if len(decided) < len(decisions):
        error = "Say for each place which text to keep."
        return _page(request, version, apart, error=error, status=422)
    try:
        settle_conflict(
            vault=version.vault,
            path=path,
            text=apart.merge.text(decided),
            seen=version.sha256,
            incoming=apart.incoming,
        )
    except (EditError, VaultBusyError) as problem:
        return _page(request, version, apart, error=problem.message, status=409)
    messages.success(request, "Saved. The next import starts from here.")
    return redirect(version.note)


def _decision(request: LearnerRequest, number: int, found: Conflict) -> Lines | None:
    """The lines chosen for a conflict; None where nothing was."""
    match request.POST.get(f"keep-{number}"):
        case "ours":
            return found.ours
        case "theirs":
            return found.theirs
        case "both":
            return (*found.ours, *found.theirs)
        case "hand":
            written = tidy(request.POST.get(f"text-{number}", ""))
            return tuple(written.removesuffix("\n").split("\n")) if written else ()
    return None


def _deleted(request: LearnerRequest, version: NoteVersion) -> HttpResponse:
    if request.method != "POST":
        return render(request, "library/conflict_deleted.html", _context(version))
    if (act := request.POST.get("act")) not in ("keep", "drop"):
        raise Http404(version.note.path)
    try:
        settle_deleted(vault=version.vault, path=version.note.path, keep=act == "keep")
    except (EditError, VaultBusyError) as problem:
        context = {**_context(version), "error": problem.message}
        return render(request, "library/conflict_deleted.html", context, status=409)
    if act == "keep":
        messages.success(request, "The note stays.")
        return redirect(version.note)
    messages.success(request, f"“{version.title}” is gone here, too.")
    return redirect(version.vault)


@dataclass(frozen=True, slots=True)
class Hunk:
    """A place to decide about, with the lines around it and what was chosen so far."""

    number: int
    before: Lines
    found: Conflict
    after: Lines
    keep: str
    written: str


def _page(
    request: LearnerRequest,
    version: NoteVersion,
    apart: Apart,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        **_context(version),
        "hunks": _hunks(request, apart),
        "seen": version.sha256,
        "incoming": apart.incoming,
        "error": error,
    }
    return render(request, "library/conflict.html", context, status=status)


def _hunks(request: LearnerRequest, apart: Apart) -> list[Hunk]:
    parts = apart.merge.parts
    hunks: list[Hunk] = []
    for at, part in enumerate(parts):
        if not isinstance(part, Conflict):
            continue
        number = len(hunks) + 1
        before = parts[at - 1] if at else None
        after = parts[at + 1] if at + 1 < len(parts) else None
        both = "\n".join((*part.ours, *part.theirs))
        hunks.append(
            Hunk(
                number,
                before.lines[-AROUND:] if isinstance(before, Agreed) else (),
                part,
                after.lines[:AROUND] if isinstance(after, Agreed) else (),
                request.POST.get(f"keep-{number}", ""),
                request.POST.get(f"text-{number}", both),
            )
        )
    return hunks


def _context(version: NoteVersion) -> dict[str, Any]:
    return {
        "vault": version.vault,
        "note": version,
        "path": version.note.path,
        "action": reverse("library:conflict", args=[version.vault.slug, version.note.path]),
    }
