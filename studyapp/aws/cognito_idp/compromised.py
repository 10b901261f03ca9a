"""Passwords that everybody who guesses tries first, kept as the beginnings of their hashes."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

LISTED = Path(__file__).with_name("compromised.sha256")
_SIZE = 5


def digest(password: str) -> bytes:
    return hashlib.sha256(password.encode(errors="surrogatepass")).digest()[:_SIZE]


def is_compromised(password: str) -> bool:
    return digest(password) in _listed()


@cache
def _listed() -> frozenset[bytes]:
    listed = LISTED.read_bytes()
    return frozenset(listed[at : at + _SIZE] for at in range(0, len(listed), _SIZE))
