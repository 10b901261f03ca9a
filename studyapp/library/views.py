"""Reading a vault: its notes, attachments and what its import found."""

from django.http import HttpRequest, HttpResponse

from studyapp.library.access import access_vault


def vault_list(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def vault(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse(access_vault(request.user, slug).title)


def report(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse(access_vault(request.user, slug).title)


def note(request: HttpRequest, slug: str, path: str) -> HttpResponse:
    return HttpResponse("")


def attachment(request: HttpRequest, slug: str, path: str) -> HttpResponse:
    return HttpResponse("")
