"""What the sandbox remembers of a call, whoever made it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from studyapp.aws.ports import Home, Message, Outbox


@dataclass(frozen=True, slots=True)
class TriggerRun:
    """One run of a Lambda trigger: what went in and out of it, and what it printed."""

    source: str
    event: Mapping[str, Any]
    result: Mapping[str, Any] | None
    error: str = ""
    log: str = ""


@dataclass(slots=True)
class Trail:
    """What an operation leaves behind on its way, gathered for the trace."""

    triggers: list[TriggerRun] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    error: str = ""
    """By its name, where a page says no in its own way."""
    message: str = ""

    def refuse(self, error: str, message: str) -> None:
        self.error, self.message = error, message


@dataclass(frozen=True, slots=True)
class NotingOutbox:
    """An outbox that notes in the trail what it sent."""

    outbox: Outbox
    trail: Trail

    def send(self, message: Message) -> None:
        self.outbox.send(message)
        self.trail.messages.append(message)


@dataclass(frozen=True, slots=True)
class Entry:
    """One call. ``request`` and ``response`` are without anybody's secrets; ``error`` is the name
    of the error and the response its message, where it was refused. ``remarks`` say in words what
    AWS keeps to itself (why a sign-in is risky)."""

    id: str
    at: datetime
    home: Home
    service: str
    operation: str
    caller: str
    """The ARN that signed; empty where nobody had to."""
    source_ip: str
    agent: str
    request: Mapping[str, Any]
    response: Mapping[str, Any]
    status: int
    error: str
    duration: timedelta
    triggers: tuple[TriggerRun, ...] = ()
    messages: tuple[Message, ...] = ()
    remarks: tuple[str, ...] = ()


Record = Callable[[Entry], None]
