"""Bringing a vault in through the browser: asking for it, and watching it being read."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.library.access import access_intake, access_vault
from studyapp.library.forms import ImportForm
from studyapp.library.queries import intakes as intake_queries
from studyapp.library.services.intake import begin_intake, resume_intake
from studyapp.library.uploads import ArchiveUploadHandler
from studyapp.ui.htmx import render_page_or_partial


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: LearnerRequest) -> HttpResponse:
    """The form that asks for a vault to be brought in, or checked first.

    Exempt only so that the upload handler is in place before anything reads the body, which the
    check for forgery does; that check follows at once.
    """
    handler = ArchiveUploadHandler(request)
    request.upload_handlers = [handler]
    response: HttpResponse = _bring_in(request, handler)
    return response


@csrf_protect
def _bring_in(request: LearnerRequest, handler: ArchiveUploadHandler) -> HttpResponse:
    if request.method != "POST":
        form = ImportForm(
            folders=settings.ONE_PERSON,
            vaults=request.user.vaults.all(),
            initial={"title": request.GET.get("title"), "into": request.GET.get("into")},
        )
        return _form_page(request, form)
    posted = request.POST  # reads the body: only now does the handler know
    form = ImportForm(
        posted,
        request.FILES,
        folders=settings.ONE_PERSON,
        vaults=request.user.vaults.all(),
        too_large=handler.too_large,
    )
    if not form.is_valid():
        return _form_page(request, form, status=422)
    intake = begin_intake(
        owner=request.user,
        title=form.cleaned_data["title"],
        archive=form.cleaned_data["archive"],
        folder=form.cleaned_data.get("folder"),
        into=form.cleaned_data["into"],
        check_only=posted.get("act") == "check",
    )
    return redirect(intake)


def _form_page(request: LearnerRequest, form: ImportForm, status: int = 200) -> HttpResponse:
    titles = request.user.vaults.values_list("title", flat=True)
    return render(request, "library/import.html", {"form": form, "titles": titles}, status=status)


@require_safe
def intake(request: LearnerRequest, key: UUID) -> HttpResponse:
    """How far it is; when it is done, what was found. Asks for itself each second until then."""
    found = access_intake(request.user, key)
    return render_page_or_partial(
        request,
        "library/import_progress.html",
        "status",
        intake_queries.intake_context(found),
    )


@require_POST
def resume(request: LearnerRequest, key: UUID) -> HttpResponse:
    """Bring in what was checked, or try again what did not work."""
    found = access_intake(request.user, key)
    resume_intake(found)
    return redirect(found)


@require_POST
def read_again(request: LearnerRequest, slug: str) -> HttpResponse:
    """Read the vault's folder on this machine again."""
    vault = access_vault(request.user, slug)
    if not settings.ONE_PERSON or vault.folder is None:
        raise Http404(slug)
    return redirect(begin_intake(owner=request.user, title=vault.title, folder=vault.folder))


@require_POST
def follow(request: LearnerRequest, slug: str) -> HttpResponse:
    """Switch on or off that ``manage.py run`` follows the vault's folder on this machine."""
    vault = access_vault(request.user, slug)
    if not settings.ONE_PERSON or vault.folder is None:
        raise Http404(slug)
    vault.follow = request.POST.get("follow") == "1"
    vault.save(update_fields=["follow"])
    return redirect(vault)
