"""Questions as a file to take elsewhere: asking for it, watching it being made, downloading it."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.library.access import access_topic, access_vault
from studyapp.study.access import access_export
from studyapp.study.export_pages import export_context
from studyapp.study.forms import ExportForm
from studyapp.study.models import CardExport
from studyapp.study.services.card_exports import Selection
from studyapp.study.services.exporting import begin_export
from studyapp.ui.htmx import render_page_or_partial

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "gift": "text/plain; charset=utf-8",
    "xml": "application/xml",
    "zip": "application/zip",
}
_UNFIT = '/\\:*?"<>|\n\r\t'


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: LearnerRequest) -> HttpResponse:
    """The form that asks for a file; what it is to hold stands in the address."""
    return ask_for(request, _selection(request))


def ask_for(request: LearnerRequest, selection: Selection) -> HttpResponse:
    """The form that asks for a file of ``selection``, which posts to its own address."""
    count = selection.count(request.user)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and count:
        return redirect(
            begin_export(
                learner=request.user,
                selection=selection,
                format=form.cleaned_data["format"],
                with_schedule=form.cleaned_data["with_schedule"],
            )
        )
    context = {"selection": selection, "count": count, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "study/export_ask.html", context, status=status)


def _selection(request: LearnerRequest) -> Selection:
    asked = request.GET
    vault = access_vault(request.user, asked["vault"]) if asked.get("vault") else None
    topic, tag = None, asked.get("tag", "")
    search = asked.get("q", "").replace("\0", "")[:200]
    if asked.get("topic"):
        if vault is None or not asked["topic"].isdecimal() or len(asked["topic"]) > 15:
            raise Http404("topic")
        topic = access_topic(request.user, vault.slug, int(asked["topic"]))
    if vault is None and not search:
        raise Http404("nothing selected")
    return Selection(vault, topic, tag if vault else "", search)


@require_safe
def export(request: LearnerRequest, key: UUID) -> HttpResponse:
    """How far it is; when it is done, what the format could not hold, and the file."""
    found = access_export(request.user, key)
    return render_page_or_partial(request, "study/export.html", "status", export_context(found))


@require_safe
def download(request: LearnerRequest, key: UUID) -> FileResponse:
    """The file."""
    found = access_export(request.user, key)
    if found.state != CardExport.State.DONE or not found.file.is_file():
        raise Http404("no file")
    name = "".join(" " if each in _UNFIT else each for each in found.name).strip(" .“”#")
    kind = _TYPES.get(found.format, "application/octet-stream")
    response = FileResponse(found.file.open("rb"), content_type=kind)
    disposition = content_disposition_header(True, f"{name or 'cards'}.{found.format}")
    response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response
