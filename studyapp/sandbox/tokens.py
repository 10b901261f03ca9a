"""The JSON web tokens in what was asked and answered, claim by claim."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_SHAPE = re.compile(r"[\w-]{8,}\.[\w-]{2,}\.[\w-]+", re.ASCII)

MEANINGS = {
    "acr": "How strongly the user was authenticated, as their provider says.",
    "amr": "How the user was authenticated.",
    "at_hash": "A digest of the access token that was issued with it.",
    "aud": "Whom the token is for: the app client. Only ID tokens carry it.",
    "auth_time": "When the user signed in. A refresh keeps it.",
    "client_id": "The app client it was issued to. Access tokens carry this, and no aud.",
    "cognito:groups": "The groups the user is in.",
    "cognito:preferred_role": "The role of the group with the lowest precedence.",
    "cognito:roles": "The roles of the user's groups.",
    "cognito:username": "The username in the pool. The access token calls it username.",
    "device_key": "The device that the user signed in with.",
    "email": "An attribute of the user.",
    "email_verified": "Whether the address was verified: a boolean here, text in the API.",
    "event_id": "The sign-in this came from, the same in all its tokens.",
    "exp": "When it expires. Nobody may take it afterwards.",
    "iat": "When it was issued.",
    "identities": "The providers the user is linked to.",
    "iss": "Who issued it: the pool. Its keys are below this address.",
    "jti": "The token's own name.",
    "nonce": "What the app sent along, to tell this sign-in from a replayed one.",
    "origin_jti": "The refresh token all this comes from. Revoking that ends it.",
    "phone_number": "An attribute of the user.",
    "phone_number_verified": "Whether the number was verified.",
    "scope": "What it may be used for. Without openid, userInfo refuses it.",
    "sub": "The user, for good: a username may be given anew, this is not.",
    "token_use": "id or access. Check it: both are signed by the same key.",
    "username": "The username in the pool. The ID token calls it cognito:username.",
    "version": "Of the access token's form.",
}
HEADER = {
    "alg": "How it is signed.",
    "kid": "Which of the pool's keys signed it, by its name in jwks.json.",
}
_MOMENTS = {"exp", "iat", "auth_time", "nbf"}


@dataclass(frozen=True, slots=True)
class Claim:
    name: str
    value: str
    meaning: str
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """``name`` is where it stood: ``AuthenticationResult.IdToken``."""

    name: str
    text: str
    header: tuple[Claim, ...]
    claims: tuple[Claim, ...]


def tokens_in(value: Any, name: str = "") -> Iterator[Token]:
    """Every signed token in JSON values. None is verified: this only reads."""
    if isinstance(value, Mapping):
        for member, part in value.items():
            yield from tokens_in(part, f"{name}.{member}" if name else member)
    elif isinstance(value, list):
        for part in value:
            yield from tokens_in(part, name)
    elif isinstance(value, str) and _SHAPE.fullmatch(value):
        header, claims, _ = value.split(".")
        read, carried = _read(header), _read(claims)
        if read is not None and carried is not None:
            yield Token(name, value, _claims(read, HEADER), _claims(carried, MEANINGS))


def _read(part: str) -> Mapping[str, Any] | None:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _claims(values: Mapping[str, Any], meanings: Mapping[str, str]) -> tuple[Claim, ...]:
    return tuple(
        Claim(name, _text(value), _meaning(name, meanings), _moment(name, value))
        for name, value in values.items()
    )


def _meaning(name: str, meanings: Mapping[str, str]) -> str:
    if name.startswith("custom:"):
        return "An attribute of the pool's own."
    return meanings.get(name, "")


def _moment(name: str, value: Any) -> datetime | None:
    if name in _MOMENTS and isinstance(value, int) and 0 <= value < 2**35:
        return datetime.fromtimestamp(value, UTC)
    return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
