"""Services and their operations: what an operation gets, and how it is found."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from studyapp.aws.ports import Clock, Document, Functions, Home, Ids, Keys, Outbox, Store
from studyapp.aws.trace import Trail
from studyapp.aws.wire.http import Request, Response
from studyapp.aws.wire.models import ServiceModel, service_model
from studyapp.aws.wire.protocols import WireProtocol


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signed."""

    arn: str
    key_id: str


@dataclass(frozen=True, slots=True)
class Context:
    """What an operation works with. ``caller`` is None where AWS asks for no signature; ``base``
    is where the caller reaches the cloud."""

    home: Home
    caller: Caller | None
    clock: Clock
    ids: Ids
    keys: Keys
    store: Store
    outbox: Outbox
    functions: Functions
    trail: Trail
    base: str
    source_ip: str
    request_id: str
    home_of: Callable[[type[Document], str], Home | None]
    """Who in the whole cloud has the document of that key."""

    @property
    def account(self) -> str:
        return self.home.account

    @property
    def region(self) -> str:
        return self.home.region


Answer = Mapping[str, Any] | None
Operation = Callable[[Context, dict[str, Any]], Answer]
F = TypeVar("F", bound=Operation)

Address = tuple[type[Document], str]
"""The kind and the key of a document."""


@dataclass(frozen=True, slots=True)
class Page:
    """What anybody may read at an address of its own. The first group of ``path`` is the key of a
    document of ``kind``, which says whose it is, and is what ``answer`` gets."""

    path: re.Pattern[str]
    kind: type[Document]
    answer: Callable[[Context, str], Response]


@dataclass(frozen=True, slots=True)
class Mount:
    """A web site of a service's, for browsers and for clients that aren't AWS's own. The first
    group of ``path`` is the key of a document of ``kind``, which says whose it is; the second is
    the path within. What parameters named in ``secrets`` hold, no trace tells, nor that what is at
    the ``quiet`` paths was fetched."""

    path: re.Pattern[str]
    kind: type[Document]
    answer: Callable[[Context, str, str, Request], Response]
    secrets: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()


def nowhere(request: Mapping[str, Any]) -> Address | None:
    """For services that take nothing unsigned."""
    return None


@dataclass(slots=True)
class Service:
    """One service of AWS's.

    ``name`` is botocore's, and what signatures are made for; ``target`` what ``X-Amz-Target``
    begins with; ``locate`` says of an unsigned request which document tells whose it is;
    ``unsupported`` says of operations that the sandbox will not have, why.
    """

    name: str
    title: str
    target: str
    protocol: WireProtocol
    validation_error: str = "ValidationException"
    locate: Callable[[Mapping[str, Any]], Address | None] = nowhere
    unsupported: Mapping[str, str] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    mounts: list[Mount] = field(default_factory=list)

    @property
    def model(self) -> ServiceModel:
        return service_model(self.name)

    def operation(self, name: str) -> Callable[[F], F]:
        """Register a function as the operation of that name."""

        def register(function: F) -> F:
            assert name not in self.operations, name
            self.operations[name] = function
            return function

        return register

    def page(
        self, path: str, kind: type[Document]
    ) -> Callable[[Callable[[Context, str], Response]], Callable[[Context, str], Response]]:
        """Register a function as the page at ``path``, a regular expression."""

        def register(function: Callable[[Context, str], Response]) -> Callable[..., Response]:
            self.pages.append(Page(re.compile(path), kind, function))
            return function

        return register
