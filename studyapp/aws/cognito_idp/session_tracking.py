"""How many sign-ins of a user may go on at once, in pools that keep track of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from studyapp.aws.ports import Document

DEFAULT_MOST = 20
DEFAULT_SSO_MINUTES = 60

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTracking(Document):
    """A pool's session configuration; ``sso_minutes`` are those of its clients."""

    kind: ClassVar[str] = "cognito-idp/session-tracking"
    indexes: ClassVar[tuple[str, ...]] = ("pool_id",)

    pool_id: str
    enabled: bool = False
    most: int = DEFAULT_MOST
    sso_minutes: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.pool_id


def public_id(origin_jti: str) -> str:
    """SessionId of a token session: tells nothing of the id its tokens carry."""
    number = int.from_bytes(hashlib.sha256(origin_jti.encode()).digest())
    digits = []
    for _ in range(25):
        number, digit = divmod(number, len(_LETTERS))
        digits.append(_LETTERS[digit])
    return "tkn" + "".join(digits)
