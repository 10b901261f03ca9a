"""Trying the site without an account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from studyapp.accounts.guests import (
    LASTS,
    NoGuestError,
    begin_as_guest,
    guest_of,
    leave_to_sign_up,
)
from studyapp.accounts.http import LearnerRequest
from studyapp.library.access import is_sample_offered


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def try_it(request: HttpRequest) -> HttpResponse:
    """What a guest may do, and the button that makes one; for a guest, how to keep what they
    did."""
    if settings.ONE_PERSON or not settings.GUESTS:
        raise Http404("no guests here")
    if request.user.is_authenticated and not request.user.is_guest:
        return redirect("home:today")
    context: dict[str, Any] = {
        "guest": None,
        "is_offered": is_sample_offered(),
        "left": guest_of(request),
    }
    if request.user.is_authenticated:
        context |= {"guest": request.user, "until": request.user.date_joined + LASTS}
    elif request.method == "POST" and context["is_offered"]:
        try:
            begin_as_guest(request, timezone.now())
        except NoGuestError as error:
            context["error"] = error.message
            return render(request, "home/guest.html", context, status=429)
        return redirect("home:today")
    return render(request, "home/guest.html", context)


@require_POST
def keep(request: LearnerRequest) -> HttpResponse:
    """Sign up, and go on as the same person."""
    if not request.user.is_guest:
        raise Http404("no guest")
    leave_to_sign_up(request)
    messages.info(request, "What you did as a guest goes with the account that you make now.")
    return redirect("account_signup")
