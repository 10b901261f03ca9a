"""One person, no friction, and no stranger's web page in between.

In one-person use nobody signs in: whoever reaches the server is the local learner. That is safe
only because of three checks. The peer must be on this machine; ``Host`` must be one of ours (so a
hostile name that resolves to 127.0.0.1 gets nothing); and a request that another site's page makes
in the learner's browser is refused unless it is a plain link followed to a page.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from studyapp.accounts.services import ensure_learner

GetResponse = Callable[[HttpRequest], HttpResponse]


class LoopbackOnlyMiddleware:
    """Refuses, in one-person use, whatever does not come from this machine's own browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.ONE_PERSON and (why := stranger_refusal(request) or self._refusal(request)):
            return HttpResponse(why + "\n", status=403, content_type="text/plain; charset=utf-8")
        return self.get_response(request)

    @staticmethod
    def _refusal(request: HttpRequest) -> str:
        """Why a request of this machine is refused; empty when it is welcome."""
        own_origin = f"{request.scheme}://{request.get_host()}"
        site = request.headers.get("Sec-Fetch-Site", "none")
        followed_link = (
            request.method in ("GET", "HEAD")
            and request.headers.get("Sec-Fetch-Mode") == "navigate"
            and request.headers.get("Sec-Fetch-Dest", "document") == "document"
        )
        if site not in ("same-origin", "none") and not followed_link:
            return "A page of another site asked for this. Open studyapp itself and try there."
        origin = request.headers.get("Origin", own_origin)
        if origin != own_origin:
            return "A page of another site asked for this. Open studyapp itself and try there."
        return ""


class LocalLearnerMiddleware:
    """Makes the local learner the user of every request that no signed-in person made."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.ONE_PERSON:
            signed_in = request.user
            request.user = SimpleLazyObject(  # type: ignore[assignment]
                lambda: signed_in if signed_in.is_authenticated else ensure_learner()
            )
        return self.get_response(request)


GUEST_READS_NOT = (
    "/accounts/",
    "/admin/",
    "/classes/",
    "/library/import/",
    "/library/new/",
    "/quizzes/new/",
    "/sandbox/",
)
"""Where a guest has no business, by the beginning of the address."""

GUEST_POSTS = ("/missed/", "/quizzes/", "/study/", "/try/")


class GuestMiddleware:
    """Keeps guests to studying and sitting quizzes: what lasts, or costs the site much, needs an
    account."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.GUESTS and not settings.ONE_PERSON and self._is_refused(request):
            return render(request, "home/guest_refused.html", status=403)
        return self.get_response(request)

    @staticmethod
    def _is_refused(request: HttpRequest) -> bool:
        path = request.path_info
        if path == reverse("account_logout"):
            return False
        reads = request.method in ("GET", "HEAD")
        if not path.startswith(GUEST_READS_NOT) and (reads or path.startswith(GUEST_POSTS)):
            return False
        return request.user.is_authenticated and request.user.is_guest


def stranger_refusal(request: HttpRequest) -> str:
    """Why a request is refused that doesn't come from this machine, or not to it; empty when it
    does. This much holds for every address, whoever is let in there."""
    if not _is_loopback(request.META.get("REMOTE_ADDR", "")):
        return (
            "This studyapp serves one person on its own machine, and lets nobody in from "
            "another one. Open it at 127.0.0.1 on that machine."
        )
    try:
        request.get_host()
    except DisallowedHost:
        return (
            f"This studyapp does not answer to the name {request.META.get('HTTP_HOST', '')!r}. "
            "Open it at 127.0.0.1 or localhost, or name the host in STUDYAPP_ALLOWED_HOSTS."
        )
    return ""


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
