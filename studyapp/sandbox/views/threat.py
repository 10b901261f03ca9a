"""Threat protection of a pool, and what it made of a user's sign-ins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from studyapp.accounts.http import LearnerRequest
from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox.console import LISTED, Console, console
from studyapp.sandbox.forms.base import words
from studyapp.sandbox.forms.threat import ClientThreatForm, ThreatForm
from studyapp.sandbox.queries import reasons_of
from studyapp.sandbox.views.answering import PAGE, is_sure, page, sent, settled, taken


@PAGE
def threat(request: LearnerRequest, pool_id: str) -> HttpResponse:
    """Two calls of AWS's: the mode is the pool's, the rest a configuration of its own, which there
    can be only where the mode isn't OFF."""
    asked = console(request, pool_id)
    pool = asked.pool()
    initial = ThreatForm.initial_of(pool, _risk(asked), _sender(asked))
    form = ThreatForm(sent(request), initial=initial)

    def save() -> None:
        asked.change_pool(UserPoolAddOns=form.add_ons())
        if form.cleaned_data["AdvancedSecurityMode"] != "OFF":
            asked.call("SetRiskConfiguration", **form.risk())

    own = reverse("sandbox:threat", args=[pool_id])
    done = settled(request, form, save, own, "Saved.")
    return done or page(
        request,
        asked,
        "threat",
        form,
        place="threat",
        plan=pool["UserPoolTier"],
    )


@PAGE
def client_threat(request: LearnerRequest, pool_id: str, client_id: str) -> HttpResponse:
    """What one app client does otherwise than its pool. POST with ``act`` delete ends that."""
    asked = console(request, pool_id)
    client, pool = asked.client(client_id), asked.pool()
    own = reverse("sandbox:client_threat", args=[pool_id, client_id])
    shown = reverse("sandbox:client", args=[pool_id, client_id])
    if request.POST.get("act") == "delete":
        said = "The pool's own holds for it again."
        if is_sure(request):
            # Without any of its parts, a configuration is deleted.
            taken(request, asked, "SetRiskConfiguration", said, ClientId=client_id)
        return redirect(own)
    known = _risk(asked, ClientId=client_id)
    form = ClientThreatForm(
        sent(request), initial=ThreatForm.initial_of(pool, known, _sender(asked))
    )
    done = settled(
        request,
        form,
        lambda: asked.call("SetRiskConfiguration", ClientId=client_id, **form.risk()),
        shown,
        "Saved.",
    )
    is_own = bool(known.get("ClientId"))
    return done or page(
        request,
        asked,
        "threat",
        form,
        place="clients",
        within=(client["ClientName"], shown),
        plan=pool["UserPoolTier"],
        client=client,
        is_off=pool.get("UserPoolAddOns", {}).get("AdvancedSecurityMode", "OFF") == "OFF",
        is_own=is_own,
        back=shown,
        delete="Go by the pool's settings again" if is_own else "",
        consequence="What is set here is forgotten",
    )


def _risk(asked: Console, **of: str) -> Mapping[str, Any]:
    """The configuration; empty where there is none, or threat protection is off."""
    risk: Mapping[str, Any] = asked.found("DescribeRiskConfiguration", **of).get(
        "RiskConfiguration", {}
    )
    return risk


def _sender(asked: Console) -> str:
    return f"arn:aws:ses:{asked.aws.region}:{asked.account.number}:identity/example.com"


@PAGE
def events(request: LearnerRequest, pool_id: str, username: str) -> HttpResponse:
    """A user's sign-ins and their risk. POST says of one (``event``) whether it was they."""
    asked = console(request, pool_id)
    own = reverse("sandbox:events", args=[pool_id, username])
    if request.method == "POST":
        taken(
            request,
            asked,
            "AdminUpdateAuthEventFeedback",
            "Noted: it counts from the next sign-in on.",
            Username=username,
            EventId=request.POST.get("event", ""),
            FeedbackValue=request.POST.get("said", ""),
        )
        return redirect(own)
    known = asked.read("AdminGetUser", Username=username)["Username"]
    listed, refused, after = [], "", ""
    more = {"NextToken": token} if (token := request.GET.get("next")) else {}
    try:
        found = asked.call("AdminListUserAuthEvents", Username=username, MaxResults=LISTED, **more)
        listed, after = found["AuthEvents"], found.get("NextToken", "")
    except AwsError as error:
        refused = words(error)
    reasons = reasons_of(asked.account, pool_id, known) if listed else {}
    return page(
        request,
        asked,
        "events",
        place="users",
        within=(username, reverse("sandbox:user", args=[pool_id, username])),
        username=username,
        events=[{**event, "reasons": reasons.get(event["EventId"], ())} for event in listed],
        refused=refused,
        next=after,
    )
