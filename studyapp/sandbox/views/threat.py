"""Threat protection of a pool, and what it made of a user's sign-ins."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from studyapp.accounts.http import LearnerRequest
from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox.console import LISTED, Console, console
from studyapp.sandbox.forms.base import words
from studyapp.sandbox.forms.threat import ThreatForm
from studyapp.sandbox.queries import reasons_of
from studyapp.sandbox.views.answering import PAGE, page, sent, settled, taken


@PAGE
def threat(request: LearnerRequest, pool_id: str) -> HttpResponse:
    """Two calls of AWS's: the mode is the pool's, the rest a configuration of its own, which there
    can be only where the mode isn't OFF."""
    asked = console(request, pool_id)
    pool = asked.pool()
    sender = f"arn:aws:ses:{asked.aws.region}:{asked.account.number}:identity/example.com"
    form = ThreatForm(sent(request), initial=ThreatForm.initial_of(pool, _risk(asked), sender))

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


def _risk(asked: Console) -> dict[str, Any]:
    """The configuration; empty where there is none, or threat protection is off."""
    try:
        found: dict[str, Any] = asked.call("DescribeRiskConfiguration")["RiskConfiguration"]
    except AwsError:
        return {}
    return found


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
    listed, refused = [], ""
    try:
        found = asked.call("AdminListUserAuthEvents", Username=username, MaxResults=LISTED)
        listed = found["AuthEvents"]
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
    )
