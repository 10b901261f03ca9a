"""The account, and how clients reach it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.sandbox.credentials import ways_in
from studyapp.sandbox.endpoint import endpoint_of
from studyapp.sandbox.services.accounts import ensure_account


@require_safe
def account(request: LearnerRequest) -> HttpResponse:
    own = ensure_account(request.user)
    endpoint = endpoint_of(request)
    context = {
        "account": own,
        "endpoint": endpoint,
        "ways": ways_in(own, endpoint=endpoint),
        "tab": "account",
    }
    return render(request, "sandbox/account.html", context)
