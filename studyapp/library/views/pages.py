"""Reading a vault: its notes, its attachments and what its import found."""

from __future__ import annotations

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import (
    FileResponse,
    Http404,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.library import queries
from studyapp.library.access import access_vault, read_attachment, read_note, read_vault
from studyapp.library.media import delivery_of
from studyapp.library.queries.graph import graph_context
from studyapp.library.queries.parts import shown_part
from studyapp.library.queries.reader import start_of
from studyapp.library.queries.suggestions import open_suggestions
from studyapp.library.services.exporting import archive_name, export_vault
from studyapp.library.services.settling import undoable_edit
from studyapp.ui.htmx import render_page_or_partial

SECTION_ROWS = 100
"""Rows a page of a long section of the report."""


@require_safe
def vault_list(request: LearnerRequest) -> HttpResponse:
    """Every vault of the learner."""
    return render(request, "library/vaults.html", {"vaults": queries.vault_rows(request.user)})


@require_safe
def vault(request: LearnerRequest, slug: str) -> HttpResponse:
    """A vault's topics and notes in reading order."""
    found = read_vault(request.user, slug)
    is_own = found.owner_id == request.user.pk
    report = queries.report_counts(found)
    suggested = len(open_suggestions(found))
    to_do = ("needs_answer", "ambiguous", "missing", "broken")
    context = {
        "vault": found,
        "is_own": is_own,
        "tree": queries.vault_tree(found),
        "report": report,
        "suggested": suggested,
        "has_to_do": is_own and bool(suggested or any(report[name] for name in to_do)),
        "can_read_again": is_own and settings.ONE_PERSON and found.folder is not None,
    }
    return render(request, "library/vault.html", context)


@require_safe
def revision(request: LearnerRequest, slug: str) -> HttpResponse:
    """Which revision is served, and whether it may soon be another: what open pages ask for each
    half second while the vault is followed, so it says nothing again that was said."""
    found = read_vault(request.user, slug)
    says = {"revision": found.revision, "followed": found.is_followed}
    etag = quote_etag(f"{found.revision}-{says['followed']}")
    response = get_conditional_response(request, etag=etag, response=JsonResponse(says))
    assert response is not None
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def report(request: LearnerRequest, slug: str) -> HttpResponse:
    """What the last import changed and what it could not use, each linked to its line."""
    found = access_vault(request.user, slug)
    settled = request.GET.get("settled", "")
    context = {
        "vault": found,
        "report": queries.report_on_vault(found),
        "settled": undoable_edit(found, settled) if settled else None,
        "settled_path": settled,
    }
    return render(request, "library/report.html", context)


@require_safe
def report_section(request: LearnerRequest, slug: str, name: str) -> HttpResponse:
    """All of a section that the report shows only the beginning of."""
    vault = access_vault(request.user, slug)
    found = queries.section_rows(vault, name)
    if found is None:
        raise Http404(name)
    section, rows = found
    page = Paginator(rows, SECTION_ROWS).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    if name == "ambiguous":
        shown = queries.with_choices(vault, shown)
    context = {"vault": vault, "section": section, "page": page, "rows": shown}
    return render(request, "library/report_section.html", context)


@require_safe
def export(request: LearnerRequest, slug: str) -> StreamingHttpResponse:
    """The vault as a zip that opens in Obsidian."""
    found = access_vault(request.user, slug)
    response = StreamingHttpResponse(export_vault(found), content_type="application/zip")
    name = f"{archive_name(found)}.zip"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_safe
def note(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """The reader: a note with its outline, its items, and what links to it; of a long note the
    part in which the anchor ``?at=`` stands, or that of the number ``?part=``."""
    version = read_note(request.user, slug, path)
    asked = request.GET
    shown = shown_part(version, at=asked.get("at", ""), number=asked.get("part", ""))
    context = {
        **queries.reader_context(version, start_of(request), shown),
        "is_own": version.vault.owner_id == request.user.pk,
    }
    return render(request, "library/note.html", context)


@require_safe
def graph(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """The notes around a note, drawn; the reader asks for the small drawing alone."""
    version = read_note(request.user, slug, path)
    return render_page_or_partial(request, "library/graph.html", "drawing", graph_context(version))


@require_safe
def attachment(request: LearnerRequest, slug: str, path: str) -> HttpResponse:
    """The bytes of an attachment, delivered so that nothing in them can act on this site."""
    found = read_attachment(request.user, slug, path)
    etag = quote_etag(found.blob_id)
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponse(status=304)
    else:
        delivery = delivery_of(found.path)
        response = FileResponse(  # type: ignore[assignment]
            default_storage.open(found.blob.storage_name),
            as_attachment=not delivery.inline,
            filename=found.path.rsplit("/", 1)[-1],
            content_type=delivery.media_type,
        )
        response["Content-Security-Policy"] = delivery.policy
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response
