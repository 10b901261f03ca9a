"""Chance that repeats itself: numbers that look random and follow from what they are named by."""

from __future__ import annotations

import hashlib


def unit_draw(seed: int, *names: str | int) -> float:
    """A number in [0, 1), the same whenever ``seed`` and ``names`` are."""
    text = ":".join(map(str, (seed, *names)))
    return (int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> 11) / (1 << 53)
