"""The server's half of SRP-6a as Cognito speaks it: a password is proven without being sent.

What is kept of a password is a ``Verifier`` (RFC 5054): g^x for an x hashed from salt, pool, user
and password. It proves nothing to a client, and a thief has to pay a 3,072-bit power for each
guess. Cognito's own turns, which no RFC tells: the 16-byte key is HKDF'd with u as the salt and
"Caldera Derived Key" as the info, and what the client signs with it is context, name, secret block
and a timestamp. The context of a user is the part of the pool id behind the underscore, that of a
device its group key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from studyapp.aws.cognito_idp.modexp import G, N, power

# How far the client's clock may be from ours when it signs its claim.
CLOCK_SKEW = timedelta(minutes=5)

_INFO = b"Caldera Derived Key\x01"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIMESTAMP = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d\d):(\d\d):(\d\d) UTC (\d{4})", re.ASCII
)


def pad(number: int) -> bytes:
    """Big-endian with a clear highest bit, as clients hash their numbers (JavaScript's padHex)."""
    return number.to_bytes(number.bit_length() // 8 + 1)


def _hashed(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest())


_K = _hashed(pad(N), pad(G))


@dataclass(frozen=True, slots=True)
class Verifier:
    """What is stored of a password: never the password, nor anything that signs in by itself."""

    salt: int
    value: int

    def matches(self, context: str, name: str, password: str) -> bool:
        """Whether this is the password, when a client sends it as it is."""
        mine = pad(make_verifier(context, name, password, self.salt).value)
        return hmac.compare_digest(mine, pad(self.value))


def make_verifier(context: str, name: str, password: str, salt: int) -> Verifier:
    """The verifier of ``name``'s ``password``; ``salt`` is 16 bytes of chance."""
    inner = hashlib.sha256(f"{context}{name}:{password}".encode()).digest()
    return Verifier(salt, power(G, _hashed(pad(salt), inner)))


def parse_public_value(text: str) -> int | None:
    """SRP_A; None for what no client comes to: it is a power, modulo N, in hexadecimal."""
    try:
        value = int(text, 16)
    except ValueError:
        return None
    return value if 0 < value < N else None


def public_value(verifier: Verifier, secret: int) -> int:
    """SRP_B, for ``secret``: 32 bytes of chance that are kept until the client has answered."""
    return (_K * verifier.value + power(G, secret)) % N


def session_key(verifier: Verifier, client_public: int, secret: int) -> bytes:
    """The 16 bytes both sides share."""
    u = _hashed(pad(client_public), pad(public_value(verifier, secret)))
    shared = power(client_public * power(verifier.value, u) % N, secret)
    derived = hmac.digest(pad(u), pad(shared), "sha256")
    return hmac.digest(derived, _INFO, "sha256")[:16]


def claim_signature(
    key: bytes, context: str, name: str, secret_block: bytes, timestamp: str
) -> bytes:
    """PASSWORD_CLAIM_SIGNATURE before its base64."""
    message = context.encode() + name.encode() + secret_block + timestamp.encode()
    return hmac.digest(key, message, "sha256")


def format_timestamp(moment: datetime) -> str:
    """``Tue Mar 3 09:05:00 UTC 2026``: English whatever the locale, the day without a zero."""
    utc = moment.astimezone(UTC)
    return f"{_DAYS[utc.weekday()]} {_MONTHS[utc.month - 1]} {utc.day} {utc:%H:%M:%S} UTC {utc:%Y}"


def parse_timestamp(text: str) -> datetime | None:
    """The moment a client signed; None for anything that isn't written exactly like that."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None or match[1] not in _MONTHS:
        return None
    day, hour, minute, second, year = (int(part) for part in match.groups()[1:])
    try:
        moment = datetime(year, _MONTHS.index(match[1]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return moment if format_timestamp(moment) == text else None


def claim_holds(
    verifier: Verifier,
    client_public: int,
    secret: int,
    *,
    context: str,
    name: str,
    secret_block: bytes,
    timestamp: str,
    signature: bytes,
    now: datetime,
) -> bool:
    """Whether the client that sent ``client_public`` (SRP_A) knows the password, and signed now."""
    signed_at = parse_timestamp(timestamp)
    if signed_at is None or abs(now - signed_at) > CLOCK_SKEW:
        return False
    if client_public % N == 0:
        # It would fix the key, whoever asks.
        return False
    key = session_key(verifier, client_public, secret)
    expected = claim_signature(key, context, name, secret_block, timestamp)
    return hmac.compare_digest(expected, signature)
