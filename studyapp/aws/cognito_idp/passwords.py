"""Passwords: the pool's policy in AWS's words, temporary ones, and which were used before.

How they are stored is SRP's affair (``srp.Verifier``): the sign-in without sending the password
needs its verifier anyway, and to store a second hash beside it would only give a thief the
cheaper of two to guess at. A password that is sent is checked by making its verifier again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from studyapp.aws.cognito_idp.srp import Verifier

SYMBOLS = frozenset("^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-")
MAX_LENGTH = 256


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """A pool's PasswordPolicy; the defaults are those of a pool that was made without one."""

    minimum_length: int = 8
    uppercase: bool = True
    lowercase: bool = True
    numbers: bool = True
    symbols: bool = True
    history_size: int = 0
    temporary_validity_days: int = 7

    @classmethod
    def of(cls, policies: Mapping[str, Any]) -> PasswordPolicy:
        """From the ``Policies`` of a pool as the API writes them."""
        policy = policies.get("PasswordPolicy", {})
        return cls(
            minimum_length=policy.get("MinimumLength", 8),
            uppercase=policy.get("RequireUppercase", not policy),
            lowercase=policy.get("RequireLowercase", not policy),
            numbers=policy.get("RequireNumbers", not policy),
            symbols=policy.get("RequireSymbols", not policy),
            history_size=policy.get("PasswordHistorySize", 0),
            temporary_validity_days=policy.get("TemporaryPasswordValidityDays", 7),
        )

    def objection(self, password: str) -> str | None:
        """What AWS says against ``password``; None if nothing."""
        reason = self._reason(password)
        return reason and f"Password did not conform with policy: {reason}"

    def _reason(self, password: str) -> str | None:
        if len(password) < self.minimum_length:
            return "Password not long enough"
        if len(password) > MAX_LENGTH:
            return "Password too long"
        if self.uppercase and not any("A" <= c <= "Z" for c in password):
            return "Password must have uppercase characters"
        if self.lowercase and not any("a" <= c <= "z" for c in password):
            return "Password must have lowercase characters"
        if self.numbers and not any("0" <= c <= "9" for c in password):
            return "Password must have numeric characters"
        if self.symbols and not any(c in SYMBOLS for c in password):
            return "Password must have symbol characters"
        return None


def was_used(
    password: str, context: str, name: str, verifiers: Iterable[Verifier], history_size: int
) -> bool:
    """Whether one of the last ``history_size`` passwords, newest first, was this one."""
    return any(
        verifier.matches(context, name, password)
        for verifier, _ in zip(verifiers, range(history_size), strict=False)
    )


_KINDS = ("ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "!#$%*+-.?@_")
_ALL = "".join(_KINDS)


def temporary_password(draw: bytes, minimum_length: int = 8) -> str:
    """A password of every kind of character, from ``draw`` (8 bytes of chance a character).

    The first four are one of each kind, in an order that is drawn as well; letters and digits
    that look alike are left out, for somebody will type it.
    """
    length = max(minimum_length, 8)
    numbers = [int.from_bytes(draw[i * 8 : i * 8 + 8]) for i in range(2 * length)]
    chosen = [
        kind[number % len(kind)]
        for kind, number in zip(
            (*_KINDS, *(_ALL for _ in range(length - len(_KINDS)))), numbers, strict=False
        )
    ]
    order = sorted(range(length), key=lambda i: numbers[length + i])
    return "".join(chosen[i] for i in order)


def temporary_password_draw(minimum_length: int = 8) -> int:
    """How many bytes ``temporary_password`` takes."""
    return 16 * max(minimum_length, 8)
