"""Where a code went, shown to someone who may not know the address: ``f***@e***``."""

from __future__ import annotations


def mask(destination: str) -> str:
    """An e-mail address as ``f***@e***``, a phone number as ``+*******9999``."""
    name, at, domain = destination.rpartition("@")
    if at:
        return f"{name[:1]}***@{domain[:1]}***"
    digits = destination.removeprefix("+")
    return "+" + "*" * max(len(digits) - 4, 0) + digits[-4:]
