"""The browser that asks: its cookie, the forms it is given, and who is signed in with it.

There is one cookie, for the domain's own path. What a form carries from one page to the next is
sealed, and opens in the browser that was given it alone.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from studyapp.aws.cognito_idp import tokens
from studyapp.aws.cognito_idp.hosted.documents import BROWSER_LIFE, BrowserSession, fingerprint
from studyapp.aws.cognito_idp.signing_keys import keys_of
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import Site
from studyapp.aws.wire.http import Request

COOKIE = "cognito"
_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")
# How many of a pool's sessions are looked at, at each sign-in, for some that are over.
_SWEPT = 4


@dataclass(frozen=True, slots=True)
class Browser:
    """``cookie`` is its secret; ``is_new`` whether it has to be told it. ``ends``: the seconds
    after which it shall forget, None with the window."""

    site: Site
    address: str
    cookie: str
    is_new: bool = False
    ends: int | None = None

    @classmethod
    def of(cls, site: Site, address: str, request: Request) -> Browser:
        """``address`` is where the domain is served."""
        for part in request.headers.get("cookie", "").replace(",", ";").split(";"):
            name, _, value = part.strip().partition("=")
            if name == COOKIE and _VALUE.fullmatch(value):
                return cls(site, address, value)
        return cls(site, address, _draw(site), is_new=True)

    @property
    def header(self) -> str:
        """Set-Cookie."""
        parts = urlsplit(self.address)
        secure = "; Secure" if parts.scheme == "https" else ""
        age = "" if self.ends is None else f"; Max-Age={self.ends}"
        return f"{COOKIE}={self.cookie}; Path={parts.path}/; HttpOnly; SameSite=Lax{secure}{age}"

    # Who is signed in

    @property
    def session(self) -> BrowserSession | None:
        session = self.site.ctx.store.get(BrowserSession, fingerprint(self.cookie))
        if session is None or session.pool_id != self.site.pool_id:
            return None
        return session if self.site.now < session.expires else None

    def signed_in(self) -> tuple[BrowserSession, User] | None:
        session = self.session
        user = session and self.site.ctx.store.get(User, session.user_key)
        if not session or not user or user.sub != session.sub or not user.enabled:
            return None
        return session, user

    def signing_in(self, user: User, provider: str) -> tuple[Browser, BrowserSession]:
        """With a cookie nobody had before: one that was planted is good for nothing."""
        store, now = self.site.ctx.store, self.site.now
        store.delete(BrowserSession, fingerprint(self.cookie))
        for old in store.find(BrowserSession, ("pool_id", self.site.pool_id), limit=_SWEPT):
            if old.expires <= now:
                store.delete(BrowserSession, old.id)
        life = int(BROWSER_LIFE.total_seconds())
        fresh = replace(self, cookie=_draw(self.site), is_new=True, ends=life)
        session = BrowserSession(
            id=fingerprint(fresh.cookie),
            pool_id=self.site.pool_id,
            user_key=user.key,
            sub=user.sub,
            auth_time=now,
            expires=now + BROWSER_LIFE,
            provider=provider,
        )
        return fresh, store.put(session)

    def signing_out(self) -> Browser:
        self.site.ctx.store.delete(BrowserSession, fingerprint(self.cookie))
        return replace(self, cookie="", is_new=True, ends=0)

    # What its forms carry

    @property
    def form_token(self) -> str:
        """That a form is one of ours, given to this very browser."""
        return hmac.digest(self._key("form"), self.cookie.encode(), "sha256").hex()

    def is_form_token(self, given: str) -> bool:
        return hmac.compare_digest(self.form_token.encode(), given.encode())

    def seal(self, content: Mapping[str, Any]) -> str:
        nonce = self.site.ctx.keys.random(12)
        return tokens.seal(content, self._key(self.cookie), nonce)

    def unseal(self, sealed: str) -> dict[str, Any] | None:
        """None for what this browser wasn't given."""
        try:
            return tokens.unseal(sealed, self._key(self.cookie))
        except tokens.TokenError:
            return None

    def _key(self, purpose: str) -> bytes:
        sealing = keys_of(self.site.ctx, self.site.pool_id).sealing
        return hmac.digest(sealing, f"pages {purpose}".encode(), "sha256")


def _draw(site: Site) -> str:
    return base64.urlsafe_b64encode(site.ctx.keys.random(32)).rstrip(b"=").decode()
