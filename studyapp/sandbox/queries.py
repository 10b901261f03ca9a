"""What pages of the sandbox list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from studyapp.aws.cognito_idp.event_log import AuthEvent
from studyapp.sandbox.client import AGENT
from studyapp.sandbox.models import Account, SentMessage, StoredDocument, TraceEntry

LISTED = 100
_IN_A_ROW = (
    *("id", "at", "region", "service", "operation", "status", "error", "microseconds", "agent"),
    *("account_id", "caller"),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which calls: those of ``operation`` or an error of that name, by a part of either;
    without those that the pages here made, unless ``console``."""

    text: str = ""
    console: bool = False


def latest_calls(account: Account, which: Filter) -> list[TraceEntry]:
    calls = account.trace.order_by("-id").only(*_IN_A_ROW)
    if not which.console:
        calls = calls.exclude(agent=AGENT)
    if which.text:
        calls = calls.filter(operation__icontains=which.text) | calls.filter(
            error__icontains=which.text
        )
    return list(calls[:LISTED])


def latest_messages(account: Account) -> list[SentMessage]:
    return list(account.messages.order_by("-id")[:LISTED])


def reasons_of(account: Account, pool_id: str, username: str) -> Mapping[str, list[str]]:
    """Why threat protection judged each event of a user as it did, by the event's id: it is kept
    with the event, and AWS's API has no place for it."""
    of_user = Q(key__startswith=f"{pool_id}/{username} ")
    # Where the pool's usernames are, as usual, the same in small letters.
    of_user |= Q(key__startswith=f"{pool_id}/{username.lower()} ")
    events_kept = StoredDocument.objects.filter(of_user, account=account, kind=AuthEvent.kind)
    bodies = events_kept.order_by("key").values_list("body", flat=True)
    events = (json.loads(body) for body in bodies)
    return {event["id"]: event["reasons"] for event in events}


def log_of_import(account: Account, job_id: str) -> list[str]:
    """What an import job said of each line; AWS writes it to CloudWatch, here the trace has it."""
    runs = account.trace.filter(operation="StartUserImportJob", request__contains=job_id)
    latest = runs.exclude(remarks="[]").order_by("-id").values_list("remarks", flat=True).first()
    lines: list[str] = json.loads(latest) if latest else []
    return lines
