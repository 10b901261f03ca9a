"""One-time passwords of an authenticator app (RFC 6238: SHA-1, six digits, thirty seconds)."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

STEP_SECONDS = 30
# Steps before and after now in which a code is taken: the RFC's allowance for clocks and typing.
WINDOW = 1


def encode_secret(secret: bytes) -> str:
    """SecretCode, as apps take it: base32 without padding (AWS draws 32 bytes)."""
    return base64.b32encode(secret).decode().rstrip("=")


def step_at(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The six digits of one step of thirty seconds (RFC 4226, section 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
    return f"{number % 1_000_000:06d}"


def matching_step(secret: bytes, code: str, now: datetime) -> int | None:
    """The step whose code this is, from the window around ``now``; None if it is none's.

    The caller keeps the step and takes none that isn't later, so that a code works once.
    """
    current = step_at(now)
    for step in range(current - WINDOW, current + WINDOW + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return None
