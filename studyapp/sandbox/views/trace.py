"""Every call there was, whoever made it; and what was sent to people."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from studyapp.accounts.http import LearnerRequest
from studyapp.sandbox.access import access_entry
from studyapp.sandbox.endpoint import endpoint_of
from studyapp.sandbox.models import Account, TraceEntry
from studyapp.sandbox.queries import Filter, latest_calls, latest_messages
from studyapp.sandbox.services.accounts import ensure_account
from studyapp.sandbox.showing import shown
from studyapp.ui.htmx import render_page_or_partial, wants_partial


@require_safe
def trace(request: LearnerRequest) -> HttpResponse:
    """The calls, the latest first. Asked with ``latest`` by the page itself each second, it answers
    only where there is a later one."""
    account = ensure_account(request.user)
    context = _listed(request, account)
    if wants_partial(request) and request.GET.get("latest") == str(context["latest"]):
        return HttpResponse(status=204)
    part = "calls" if "latest" in request.GET else "trace"
    return render_page_or_partial(request, "sandbox/trace.html", part, context)


@require_safe
def entry(request: LearnerRequest, pk: int) -> HttpResponse:
    """One call in full, beside the others."""
    account = ensure_account(request.user)
    found = access_entry(account, pk)
    context = {
        **_listed(request, account, found),
        "entry": found,
        "shown": shown(found, endpoint_of(request)),
    }
    return render_page_or_partial(request, "sandbox/trace.html", "trace", context)


@require_safe
def messages(request: LearnerRequest) -> HttpResponse:
    """The inbox and the phone of everybody that AWS would have written to."""
    found = latest_messages(ensure_account(request.user))
    latest = found[0].pk if found else 0
    if wants_partial(request) and request.GET.get("latest") == str(latest):
        return HttpResponse(status=204)
    context = {
        "latest": latest,
        "mails": [message for message in found if message.medium == "EMAIL"],
        "texts": [message for message in found if message.medium != "EMAIL"],
        "tab": "messages",
    }
    return render_page_or_partial(request, "sandbox/messages.html", "sent", context)


def _listed(
    request: LearnerRequest, account: Account, current: TraceEntry | None = None
) -> dict[str, Any]:
    which = Filter(request.GET.get("q", "").strip()[:100], "console" in request.GET)
    calls = latest_calls(account, which)
    chosen = {name: value for name, value in (("q", which.text),) if value}
    if which.console:
        chosen["console"] = "yes"
    seen = current.pk if current else request.GET.get("current", "")
    return {
        "calls": calls,
        "latest": calls[0].pk if calls else 0,
        "current": int(seen) if str(seen).isdecimal() else None,
        "filter": which,
        "chosen": urlencode(chosen),
        "tab": "trace",
        "endpoint": endpoint_of(request),
    }
