"""What the pages keep: that a browser is signed in, and the codes that tokens are had for. Both are
found by a hash of what the browser or the app holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from studyapp.aws.cognito_idp.documents import InPool

BROWSER_LIFE = timedelta(hours=1)
CODE_LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserSession(InPool):
    """A browser somebody signed in with. ``sub``: whoever has the name later is somebody else.
    ``provider`` is where they came from, "" for the pool itself."""

    kind: ClassVar[str] = "cognito-idp/browser-session"

    id: str
    user_key: str
    sub: str
    auth_time: datetime
    expires: datetime
    provider: str = ""

    @property
    def key(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCode(InPool):
    """What a code stands for. It is deleted when it is first shown."""

    kind: ClassVar[str] = "cognito-idp/authorization-code"

    id: str
    client_id: str
    user_key: str
    sub: str
    redirect_uri: str
    scopes: tuple[str, ...]
    nonce: str | None
    challenge: str | None
    auth_time: datetime
    expires: datetime

    @property
    def key(self) -> str:
        return self.id


def fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
