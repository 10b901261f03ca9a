"""What pages of the sandbox list."""

from __future__ import annotations

from dataclasses import dataclass

from studyapp.sandbox.client import AGENT
from studyapp.sandbox.models import Account, SentMessage, TraceEntry

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
