"""What the simulated cloud asks of the machine it runs on: a place to keep documents, a clock,
identifiers, random bytes and keys, an outbox. All are handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a Store keeps. A subclass is a frozen dataclass that names its ``kind``, its ``key``
    (unique within the kind, an account and a region) and the ``indexes`` it can be found by: names
    of fields or properties holding text, or None where the document isn't to be found so.

    ``version`` is the Store's: 0 is a document never stored.
    """

    kind: ClassVar[str]
    indexes: ClassVar[tuple[str, ...]] = ()
    version: int = 0

    @property
    def key(self) -> str:
        raise NotImplementedError


D = TypeVar("D", bound=Document)

Where = tuple[str, str]
"""The name of an index, and the value a document has there."""


class ConflictError(Exception):
    """The stored document is another version than the one that was changed."""


class Store(Protocol):
    """The documents of one account in one region."""

    def get(self, kind: type[D], key: str) -> D | None: ...

    def put(self, document: D) -> D:
        """Keep ``document``; answers it with its new version. Raises ConflictError if what is
        stored under its key isn't the version it came from (a new one: if there is any)."""
        ...

    def delete(self, kind: type[Document], key: str) -> bool:
        """Whether it was there: of two who delete the same, one hears yes."""
        ...

    def find(
        self,
        kind: type[D],
        where: Where | None = None,
        *,
        after: str = "",
        limit: int | None = None,
    ) -> list[D]:
        """Those of a kind, in the order of their keys, from the first key behind ``after``."""
        ...

    def count(self, kind: type[Document], where: Where | None = None) -> int: ...


class NotStoredError(LookupError):
    """There is no document of that key to change."""


def change(store: Store, kind: type[D], key: str, edit: Callable[[D], D]) -> D:
    """Change a stored document by a function of its value, again if somebody else was faster.

    Raises NotStoredError if there is none, and what ``edit`` raises.
    """
    while True:
        document = store.get(kind, key)
        if document is None:
            raise NotStoredError(f"{kind.kind} {key}")
        edited = edit(document)
        if edited == document:
            return document
        try:
            return store.put(replace(edited, version=document.version))
        except ConflictError:
            continue


class Clock(Protocol):
    def now(self) -> datetime:
        """In UTC."""
        ...


class Ids(Protocol):
    def uuid(self) -> str:
        """A version 4 UUID."""
        ...

    def text(self, length: int, alphabet: str) -> str:
        """``length`` characters out of ``alphabet``, each as likely."""
        ...


class Keys(Protocol):
    def random(self, size: int) -> bytes: ...

    def rsa(self) -> RSAPrivateKey:
        """A new key of 2048 bits."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """An e-mail or a text message, as the one it is for would get it.

    ``medium`` is ``EMAIL`` or ``SMS`` as AWS's DeliveryMedium, ``source`` what sent it (a user
    pool's id), ``occasion`` why (the trigger source's last part: SignUp, ForgotPassword, ...).
    """

    medium: str
    to: str
    body: str
    subject: str = ""
    source: str = ""
    occasion: str = ""


class Outbox(Protocol):
    def send(self, message: Message) -> None: ...


class Sent(NamedTuple):
    """A message that a function sent by itself: to a telephone number, or an e-mail address."""

    to: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Invocation:
    """What a call of a function came to: a ``result`` (JSON values), or an ``error`` that isn't
    empty; what it printed, and what it sent."""

    result: Any = None
    error: str = ""
    timed_out: bool = False
    log: str = ""
    sent: tuple[Sent, ...] = ()


class Functions(Protocol):
    """Functions learners wrote."""

    def invoke(
        self, home: Home, arn: str, event: Mapping[str, Any], secrets: Mapping[str, str]
    ) -> Invocation | None:
        """Call the function of that ARN; None if there is none. ``secrets`` are what it may
        decrypt: plain texts, by what the event has in their places."""
        ...


class NoFunctions:
    """A cloud in which nobody wrote any."""

    def invoke(
        self, home: Home, arn: str, event: Mapping[str, Any], secrets: Mapping[str, str]
    ) -> Invocation | None:
        return None


class Home(NamedTuple):
    """Where a resource lives."""

    account: str
    region: str


@dataclass(frozen=True, slots=True)
class AccessKey:
    """``secret`` None: any signature will do (a sandbox that is open to everybody)."""

    id: str
    account: str
    arn: str
    secret: str | None
    session_token: str | None = None


class Cloud(Protocol):
    """All accounts there are."""

    def access_key(self, key_id: str) -> AccessKey | None: ...

    def store(self, home: Home) -> Store: ...

    def outbox(self, home: Home) -> Outbox: ...

    def home_of(self, kind: type[Document], key: str) -> Home | None:
        """Who has the document of that key; None if nobody."""
        ...

    def stranger(self, region: str) -> Home:
        """The account of a caller nobody knows, who is asking for nothing that there is."""
        ...
