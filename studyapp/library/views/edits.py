"""Editing a note in the browser, its earlier versions, and what its folder has against it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods, require_POST

from studyapp.accounts.http import LearnerRequest
from studyapp.library.access import access_note
from studyapp.library.forms import EditForm
from studyapp.library.models import NoteVersion
from studyapp.library.queries.naming import line_url
from studyapp.library.services.comparing import compare
from studyapp.library.services.editing import (
    Edited,
    EditError,
    StaleEditError,
    edit_lines,
    edit_note,
    text_seen,
)
from studyapp.library.services.locking import VaultBusyError
from studyapp.library.services.previewing import Preview, preview_note
from studyapp.obsidian.spans import lines_of, replace_lines
from studyapp.obsidian.values import Span
from studyapp.ui.htmx import wants_partial


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """The editor of a note, or of some of its ``lines``."""
    version = access_note(request.user, slug, path)
    if request.method != "POST":
        form = EditForm(request.GET)
        lines = form.span if form.is_valid() else None
        text = lines_of(version.text, lines) if lines else version.text
        return _page(request, version, text=text, seen=version.sha256, lines=lines)
    form = EditForm(request.POST)
    if not form.is_valid():
        raise Http404(path)  # no page of ours posts this
    text, seen, lines = form.cleaned_data["text"], form.cleaned_data["seen"], form.span
    state: dict[str, Any] = {"text": text, "seen": seen, "lines": lines}
    if form.cleaned_data["act"] == "preview":
        return _page(request, version, **state, preview=_preview(version, text, seen, lines))
    try:
        if lines:
            edited = edit_lines(vault=version.vault, path=path, lines=lines, text=text, seen=seen)
        else:
            edited = edit_note(vault=version.vault, path=path, text=text, seen=seen)
    except StaleEditError as error:
        return refused(request, version, error)
    except (EditError, VaultBusyError) as error:
        return _page(request, version, **state, error=error.message, status=422)
    if form.cleaned_data["act"] == "stay":
        return _stay(request, version, edited, text, lines)
    if edited.changes is not None:
        messages.success(request, "Saved.")
    return redirect(back_from(request, version, lines))


def refused(request: LearnerRequest, version: NoteVersion, error: StaleEditError) -> HttpResponse:
    """The editor with what was refused, and how it differs from the note as it is now. From here on
    it is the whole note: where its lines stand now is for a person to see."""
    merged = error.merged()
    text = error.text if merged is None else merged
    replaces = wants_partial(request) and text != request.POST.get("text")
    return _page(
        request,
        version,
        text=text,
        seen=error.sha256,
        lines=None,
        replaces_text=replaces,
        error=error.message,
        diff=compare(error.served, text),
        merges=merged is not None,
        status=409,
    )


def _stay(
    request: LearnerRequest, version: NoteVersion, edited: Edited, text: str, lines: Span | None
) -> HttpResponse:
    saved = access_note(request.user, version.vault.slug, version.note.path)
    now = edited.lines if lines else None
    if wants_partial(request):
        return _page(request, saved, text=text, seen=saved.sha256, lines=now, saved=True)
    messages.success(request, "Saved.")
    asked = {"next": request.POST.get("next", "")}
    if now:
        asked["lines"] = f"{now[0]}-{now[1]}"
    return redirect(f"{_url('edit', saved)}?{urlencode(asked)}")


@require_POST
def preview(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """What the text in the editor comes to; asked for while somebody types."""
    version = access_note(request.user, slug, path)
    form = EditForm(request.POST)
    if not form.is_valid():
        raise Http404(path)
    text, seen = form.cleaned_data["text"], form.cleaned_data["seen"]
    shown = _preview(version, text, seen, form.span)
    context = {
        "vault": version.vault,
        "path": path,
        "preview": shown,
        "lines": form.span,
        "offset": form.span[0] - 1 if form.span else 0,
    }
    return ask_again_if_busy(render(request, "library/edit.html#preview", context), shown)


def ask_again_if_busy(response: HttpResponse, preview: Preview) -> HttpResponse:
    """Have the page that asked for ``preview`` ask again in a moment, where it was busy."""
    if preview.is_busy:
        response["HX-Trigger"] = "preview-busy"
    return response


def _preview(version: NoteVersion, text: str, seen: str, lines: Span | None) -> Preview:
    if lines:
        whole, lines = replace_lines(text_seen(version, seen), lines, text)
    else:
        whole = text
    return preview_note(vault=version.vault, path=version.note.path, text=whole, lines=lines)


def _page(
    request: LearnerRequest,
    version: NoteVersion,
    *,
    text: str,
    seen: str,
    lines: Span | None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The editor; while it saves in place, only what stands around the text."""
    context = {
        "vault": version.vault,
        "note": version,
        "path": version.note.path,
        "text": text,
        "seen": seen,
        "lines": lines,
        "offset": lines[0] - 1 if lines else 0,
        "next": request.POST.get("next", request.GET.get("next", "")),
        "back": back_from(request, version, lines),
        **more,
    }
    name = "library/edit.html"
    if wants_partial(request):
        name = f"{name}#state"
    return render(request, name, context, status=status)


def back_from(request: LearnerRequest, version: NoteVersion, lines: Span | None) -> str:
    """Where somebody came from, else the note at the edited lines."""
    asked = request.POST.get("next", request.GET.get("next", ""))
    if asked and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return line_url(version.vault, version.note.path, lines[0] if lines else 0)


def _url(view: str, version: NoteVersion) -> str:
    return reverse(f"library:{view}", args=[version.vault.slug, version.note.path])
