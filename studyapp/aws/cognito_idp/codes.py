"""Confirmation codes: six digits that live for a while, take a few tries, are sent sparingly."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

SIGN_UP_LIFE = timedelta(hours=24)
ATTRIBUTE_LIFE = timedelta(hours=24)
FORGOTTEN_LIFE = timedelta(hours=1)

HOUR = timedelta(hours=1)
# An hour, a user (the developer guide's quotas; ConfirmForgotPassword's depends on risk, 5 to 20).
CONFIRM_SIGN_UP_LIMIT = 15
RESEND_LIMIT = 5
CONFIRM_FORGOTTEN_LIMIT = 10
FORGOTTEN_LIMIT = 5
VERIFY_ATTRIBUTE_LIMIT = 15
ATTRIBUTE_CODE_LIMIT = 5
CHANGE_PASSWORD_LIMIT = 5


class Verdict(StrEnum):
    """What a code that somebody typed is."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was sent. ``value`` is the address it went to, which it proves."""

    digits: str
    expires: datetime
    value: str = ""

    def judge(self, typed: str, now: datetime) -> Verdict:
        if now >= self.expires:
            return Verdict.EXPIRED
        same = hmac.compare_digest(self.digits.encode(), typed.encode())
        return Verdict.RIGHT if same else Verdict.WRONG


def make_digits(draw: bytes, length: int = 6) -> str:
    """``length`` digits from 8 bytes of chance or more (the bias is below 1 in 10^11)."""
    return f"{int.from_bytes(draw) % 10**length:0{length}d}"


@dataclass(frozen=True, slots=True)
class Attempts:
    """When something was tried of late: a limit that slides by the hour."""

    moments: tuple[datetime, ...] = ()

    def recent(self, now: datetime, window: timedelta = HOUR) -> Attempts:
        return replace(self, moments=tuple(m for m in self.moments if now - m < window))

    def exhausted(self, limit: int, now: datetime, window: timedelta = HOUR) -> bool:
        return len(self.recent(now, window).moments) >= limit

    def plus(self, now: datetime, window: timedelta = HOUR) -> Attempts:
        return replace(self, moments=(*self.recent(now, window).moments, now))


# After five failed passwords in a row a user is locked for a second, then twice as long after each
# more, up to fifteen minutes (developer guide, "Lockout behavior for failed sign-in attempts").
_FREE_FAILURES = 5
_LONGEST_LOCK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Lockout:
    """Failed sign-ins in a row of one user."""

    failures: int = 0
    until: datetime | None = None

    def is_locked(self, now: datetime) -> bool:
        return self.until is not None and now < self.until

    def after_failure(self, now: datetime) -> Lockout:
        failures = self.failures + 1
        # Long after a lock ended, counting starts again.
        if self.until is not None and now - self.until > _LONGEST_LOCK:
            failures = 1
        if failures < _FREE_FAILURES:
            return Lockout(failures)
        wait = min(timedelta(seconds=2 ** min(failures - _FREE_FAILURES, 20)), _LONGEST_LOCK)
        return Lockout(failures, now + wait)
