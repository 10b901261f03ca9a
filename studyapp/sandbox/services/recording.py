"""Trace entries of what happens in an account and is no request to the endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from studyapp.aws.machine import RandomIds
from studyapp.aws.ports import Home
from studyapp.aws.trace import Entry, TriggerRun
from studyapp.sandbox.call import Transaction
from studyapp.sandbox.cloud import DatabaseCloud
from studyapp.sandbox.models import Account


def record(
    account: Account,
    *,
    service: str,
    operation: str,
    region: str,
    source_ip: str,
    request: Mapping[str, Any],
    response: Mapping[str, Any],
    error: str = "",
    duration: timedelta = timedelta(),
    run: TriggerRun | None = None,
) -> str:
    """The id under which it is in the trace."""
    now = datetime.now(UTC)
    entry = Entry(
        id=RandomIds().uuid(),
        at=now - duration,
        home=Home(account.number, region),
        service=service,
        operation=operation,
        caller=f"arn:aws:iam::{account.number}:user/{account.learner.username}",
        source_ip=source_ip,
        agent="studyapp, by hand",
        request=request,
        response=response,
        status=200,
        error=error,
        duration=duration,
        triggers=(run,) if run else (),
    )
    with Transaction() as call:
        DatabaseCloud(call, now).record(entry)
    return entry.id
