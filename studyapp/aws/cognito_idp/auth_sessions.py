"""A sign-in that waits for an answer: what is kept until it comes.

A session is a document under a hash of the token the client hands back; it takes one right answer
and lives as long as the app client says. Where Cognito gives out no session, what does come back
stands for the token: SRP's secret block, and for a device the device itself (pycognito sends
nothing else).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from studyapp.aws.cognito_idp.codes import Code
from studyapp.aws.cognito_idp.users import user_key
from studyapp.aws.cognito_idp.visits import Visit
from studyapp.aws.ports import Document, Store
from studyapp.aws.wire.errors import AwsError

_DEFAULT_MINUTES = 3
_TOKEN_BYTES = 48
# How long a session is kept that is over, so that it can be said why; and how many are looked at.
_REMEMBERED = timedelta(hours=1)
_SWEPT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthSession(Document):
    """``challenge``: what an answer has to be to. ``passed``: the factors that were shown.
    ``event_id`` and ``demand`` are threat protection's. ``srp_secret`` and ``srp_public`` are b
    and A; ``nonce`` is a passkey's challenge; ``history``, ``private`` and ``remark`` are what
    triggers made of it and are told again."""

    kind: ClassVar[str] = "cognito-idp/auth-session"
    indexes: ClassVar[tuple[str, ...]] = ("pool_id", "owner")

    id: str
    pool_id: str
    client_id: str
    name_key: str
    challenge: str
    expires: datetime
    flow: str
    passed: tuple[str, ...] = ()
    device_key: str = ""
    event_id: str = ""
    demand: str = ""
    used: bool = False
    code: Code | None = None
    srp_secret: int = 0
    srp_public: int = 0
    nonce: bytes = b""
    software_secret: bytes = b""
    history: tuple[Mapping[str, Any], ...] = ()
    private: Mapping[str, Any] = field(default_factory=dict)
    remark: str | None = None

    @property
    def key(self) -> str:
        return self.id

    @property
    def owner(self) -> str:
        return user_key(self.pool_id, self.name_key)


def draw_token(visit: Visit) -> str:
    """A token that nobody guesses."""
    return base64.b64encode(visit.ctx.keys.random(_TOKEN_BYTES)).decode()


def session_id(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def session_expiry(visit: Visit) -> datetime:
    minutes = visit.client.settings.get("AuthSessionValidity", _DEFAULT_MINUTES)
    return visit.now + timedelta(minutes=minutes)


def keep_session(store: Store, session: AuthSession) -> None:
    """Some of the user's that are long over are swept away, so that they don't gather."""
    for old in store.find(AuthSession, ("owner", session.owner), limit=_SWEPT):
        if old.expires < session.expires - _REMEMBERED:
            store.delete(AuthSession, old.id)
    store.put(session)


def find_session(visit: Visit, token: str) -> AuthSession | None:
    """The session of that token at this client, whatever its state."""
    session = visit.ctx.store.get(AuthSession, session_id(token))
    if session is None or session.client_id != visit.client_id:
        return None
    return session


def open_session(visit: Visit, token: str | None, *challenges: str) -> AuthSession:
    """The session that waits for an answer to one of ``challenges``. Raises NotAuthorized."""
    if not token:
        raise AwsError("InvalidParameterException", "Missing required parameter Session")
    session = find_session(visit, token)
    if session is None:
        raise AwsError("NotAuthorizedException", "Invalid session for the user.")
    if visit.now >= session.expires:
        raise AwsError(
            "NotAuthorizedException", "Invalid session for the user, session is expired."
        )
    if session.used:
        raise AwsError(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once.",
        )
    if session.challenge not in challenges:
        raise AwsError("CodeMismatchException", "Invalid code or auth state for the user.")
    return session


def use_up(visit: Visit, session: AuthSession) -> None:
    """``session`` has had its right answer. Of two at once, one is refused by the Store."""
    visit.ctx.store.put(replace(session, used=True))
