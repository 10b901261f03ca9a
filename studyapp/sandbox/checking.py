"""What an app checks of a token before it believes it (OpenID Connect Core, 3.1.3.7; developer
guide, "Verifying JSON web tokens")."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from studyapp.aws.cognito_idp.tokens import TokenError, peek, verified


@dataclass(frozen=True, slots=True)
class Check:
    holds: bool
    words: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What the app knows: ``jwks`` is the pool's jwks.json."""

    jwks: Sequence[Mapping[str, str]]
    issuer: str
    client_id: str
    nonce: str
    now: datetime


def checks_of(token: str, use: str, expected: Expected) -> list[Check]:
    """Of an ID token or an access token: ``use`` is "id" or "access"."""
    try:
        claims = peek(token)
    except TokenError:
        return [Check(holds=False, words="It is no token of three parts.")]
    ends = claims.get("exp")
    lives = isinstance(ends, int) and expected.now < datetime.fromtimestamp(ends, UTC)
    audience = "aud" if use == "id" else "client_id"
    checks = [
        Check(
            _is_signed(token, expected), "Its signature is by the key in jwks.json that kid names."
        ),
        _equal(claims, "iss", expected.issuer, "the pool"),
        _equal(claims, audience, expected.client_id, "this app client"),
        _equal(claims, "token_use", use, f"as it is taken for: {use}"),
        Check(lives, "exp is still to come."),
    ]
    if use == "id" and "nonce" in claims:
        checks.append(_equal(claims, "nonce", expected.nonce, "the one that the app drew"))
    return checks


def _equal(claims: Mapping[str, Any], name: str, value: str, meaning: str) -> Check:
    return Check(claims.get(name) == value, f"{name} is {meaning}.")


def _is_signed(token: str, expected: Expected) -> bool:
    try:
        verified(token, {each["kid"]: _public(each) for each in expected.jwks})
    except TokenError:
        return False
    return True


def _public(jwk: Mapping[str, str]) -> RSAPublicKey:
    return RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])).public_key()


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
