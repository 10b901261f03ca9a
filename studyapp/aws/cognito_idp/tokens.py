"""The three tokens of a sign-in: what they say, how they are signed, sealed and read.

ID and access token are RS256 JSON Web Tokens with the claims of Cognito's own; the refresh token
is an encrypted one (dir, A256GCM) that nobody but its pool can read.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

# The scope of every access token that comes from the API rather than from the hosted pages.
USER_SCOPE = "aws.cognito.signin.user.admin"

_UNITS = {
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
}
_REFRESH_HEADER = {"cty": "JWT", "enc": "A256GCM", "alg": "dir"}


class TokenUse(StrEnum):
    ID = "id"
    ACCESS = "access"


class TokenError(Exception):
    """A token that isn't one of ours, was altered, or is over."""


class ExpiredTokenError(TokenError):
    """It was ours, and its time is over."""


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a client's tokens live."""

    id: timedelta = timedelta(hours=1)
    access: timedelta = timedelta(hours=1)
    refresh: timedelta = timedelta(days=30)

    @classmethod
    def of(cls, client: Mapping[str, Any]) -> Lifetimes:
        """From a client as the API writes it: IdTokenValidity and the like, TokenValidityUnits.

        Without a unit an ID or access token is counted in hours, a refresh token in days.
        """
        units = client.get("TokenValidityUnits", {})

        def life(name: str, unit: str, default: timedelta) -> timedelta:
            count = client.get(f"{name}TokenValidity")
            return count * _UNITS[units.get(f"{name}Token", unit)] if count else default

        standard = cls()
        return cls(
            life("Id", "hours", standard.id),
            life("Access", "hours", standard.access),
            life("Refresh", "days", standard.refresh),
        )


@dataclass(frozen=True, slots=True)
class Grant:
    """One sign-in, which its tokens go on telling of however often they are refreshed."""

    origin_jti: str
    event_id: str
    auth_time: datetime
    scopes: tuple[str, ...] = (USER_SCOPE,)
    nonce: str | None = None
    device_key: str | None = None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who tokens are about: ``attributes`` as the client may read them, groups by precedence."""

    username: str
    sub: str
    attributes: Mapping[str, str]
    groups: Sequence[str] = ()
    roles: Sequence[str] = ()
    preferred_role: str | None = None
    identities: Sequence[Mapping[str, Any]] = ()


def id_claims(
    bearer: Bearer, grant: Grant, *, issuer: str, client_id: str, jti: str
) -> dict[str, Any]:
    """What an ID token says but for ``iat`` and ``exp``; see ``stamped``."""
    claims: dict[str, Any] = {"sub": bearer.sub}
    if bearer.groups:
        claims["cognito:groups"] = list(bearer.groups)
    for name in ("email_verified", "phone_number_verified"):
        if name in bearer.attributes:
            claims[name] = bearer.attributes[name] == "true"
    claims["iss"] = issuer
    claims["cognito:username"] = bearer.username
    if bearer.preferred_role:
        claims["cognito:preferred_role"] = bearer.preferred_role
    if grant.nonce is not None:
        claims["nonce"] = grant.nonce
    claims["origin_jti"] = grant.origin_jti
    if bearer.roles:
        claims["cognito:roles"] = list(bearer.roles)
    claims["aud"] = client_id
    if bearer.identities:
        claims["identities"] = [_identity(identity) for identity in bearer.identities]
    claims["event_id"] = grant.event_id
    claims["token_use"] = TokenUse.ID.value
    claims["auth_time"] = _seconds(grant.auth_time)
    claims["jti"] = jti
    for name, value in bearer.attributes.items():
        if name == "address":
            claims["address"] = {"formatted": value}
        else:
            claims.setdefault(name, value)
    return claims


def _identity(identity: Mapping[str, Any]) -> dict[str, Any]:
    """As tokens write it: what isn't text becomes text."""
    primary, made = str(identity["primary"]).lower(), str(identity["dateCreated"])
    return {**identity, "primary": primary, "dateCreated": made}


def access_claims(
    bearer: Bearer, grant: Grant, *, issuer: str, client_id: str, jti: str
) -> dict[str, Any]:
    """What an access token says but for ``iat`` and ``exp``. It has no audience."""
    claims: dict[str, Any] = {"sub": bearer.sub}
    if grant.device_key:
        claims["device_key"] = grant.device_key
    if bearer.groups:
        claims["cognito:groups"] = list(bearer.groups)
    claims |= {
        "iss": issuer,
        "client_id": client_id,
        "origin_jti": grant.origin_jti,
        "event_id": grant.event_id,
        "token_use": TokenUse.ACCESS.value,
        "scope": " ".join(grant.scopes),
        "auth_time": _seconds(grant.auth_time),
        "jti": jti,
        "username": bearer.username,
    }
    return claims


def stamped(claims: Mapping[str, Any], now: datetime, life: timedelta) -> dict[str, Any]:
    """``claims`` with the time they are signed and the time they end."""
    return {**claims, "exp": _seconds(now + life), "iat": _seconds(now)}


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


# Signing


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A pool's private key and the name its public half is listed under."""

    private: RSAPrivateKey
    kid: str

    @classmethod
    def of(cls, private: RSAPrivateKey) -> SigningKey:
        return cls(private, key_id(private.public_key()))


def key_id(public: RSAPublicKey) -> str:
    """A name that follows from the key, so that it needn't be kept: as long as AWS's."""
    numbers = public.public_numbers()
    thumb = hashlib.sha256(f"{numbers.e}.{numbers.n}".encode()).digest()
    return base64.b64encode(thumb).decode()


def jwk(public: RSAPublicKey) -> dict[str, str]:
    """One entry of jwks.json."""
    numbers = public.public_numbers()
    return {
        "alg": "RS256",
        "e": _encode(numbers.e.to_bytes(3)),
        "kid": key_id(public),
        "kty": "RSA",
        "n": _encode(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8)),
        "use": "sig",
    }


def sign(claims: Mapping[str, Any], key: SigningKey) -> str:
    """``claims`` as a JWT of three parts."""
    signed = f"{_encode_json({'kid': key.kid, 'alg': 'RS256'})}.{_encode_json(claims)}"
    signature = key.private.sign(signed.encode(), PKCS1v15(), SHA256())
    return f"{signed}.{_encode(signature)}"


def read(
    token: str, keys: Mapping[str, RSAPublicKey], *, use: TokenUse, now: datetime
) -> dict[str, Any]:
    """The claims of a token that was signed by one of ``keys`` (by kid).

    Raises TokenError, or ExpiredTokenError when all but its time is right.
    """
    claims = verified(token, keys)
    if claims.get("token_use") != use:
        raise TokenError("issued for another use")
    if not isinstance(claims.get("exp"), int) or now >= datetime.fromtimestamp(claims["exp"], UTC):
        raise ExpiredTokenError
    return claims


def half_hash(token: str) -> str:
    """``at_hash``: what ties an ID token to the access token it came with."""
    return _encode(hashlib.sha256(token.encode()).digest()[:16])


def peek(token: str) -> dict[str, Any]:
    """What a JWT claims, unverified: to find out whose pool should verify it."""
    parts = token.split(".")
    if len(parts) != 3:
        raise TokenError("not three parts")
    return _decode_json(parts[1])


def verified(token: str, keys: Mapping[str, RSAPublicKey]) -> dict[str, Any]:
    """The claims of a token that one of ``keys`` signed, for whomever and whenever.

    Raises TokenError.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise TokenError("not three parts")
    header, payload, signature = parts
    named = _decode_json(header)
    kid = named.get("kid")
    key = keys.get(kid) if isinstance(kid, str) else None
    if key is None or named.get("alg") != "RS256":
        raise TokenError("signed by no key of this pool")
    try:
        key.verify(_decode(signature), f"{header}.{payload}".encode(), PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise TokenError("the signature is wrong") from error
    return _decode_json(payload)


# Sealing


def seal(content: Mapping[str, Any], key: bytes, nonce: bytes) -> str:
    """``content`` as an encrypted JWT of five parts. ``key`` has 32 bytes, ``nonce`` fresh 12."""
    header = _encode_json(_REFRESH_HEADER)
    plain = json.dumps(content, separators=(",", ":")).encode()
    sealed = AESGCM(key).encrypt(nonce, plain, header.encode())
    return f"{header}..{_encode(nonce)}.{_encode(sealed[:-16])}.{_encode(sealed[-16:])}"


def unseal(token: str, key: bytes) -> dict[str, Any]:
    """What ``seal`` was given. Raises TokenError for anything else."""
    parts = token.split(".")
    if len(parts) != 5 or parts[1]:
        raise TokenError("not an encrypted token")
    header, _, nonce, sealed, tag = parts
    try:
        plain = AESGCM(key).decrypt(_decode(nonce), _decode(sealed) + _decode(tag), header.encode())
    except (InvalidTag, ValueError) as error:
        raise TokenError("sealed by somebody else") from error
    return _json_object(plain)


# Base64 and JSON, strictly


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _encode_json(content: Mapping[str, Any]) -> str:
    return _encode(json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode())


def _decode(text: str) -> bytes:
    """The bytes ``_encode`` was given. The spare bits of a last letter must be clear as well:
    otherwise a token could be altered and still be taken."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise TokenError("not base64") from error
    if _encode(data) != text:
        raise TokenError("not base64 as it is written")
    return data


def _decode_json(text: str) -> dict[str, Any]:
    return _json_object(_decode(text))


def _json_object(data: bytes) -> dict[str, Any]:
    try:
        content = json.loads(data)
    except ValueError as error:
        raise TokenError("not JSON") from error
    if not isinstance(content, dict):
        raise TokenError("not an object")
    return content
