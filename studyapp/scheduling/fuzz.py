"""Fuzz: moving an interval by a few days, so that cards learned together come apart.

The draw follows from the card's seed and its review count, so the interval on a button is the
interval that pressing it gives, today and when the log is replayed.
"""

from __future__ import annotations

# How far from an interval fuzz may go: one day, and of the days that lie between these bounds
# the given share (the ranges Anki uses). Intervals under 2.5 days stay as they are.
_NO_FUZZ_BELOW = 2.5
_SHARES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, float("inf"), 0.05))


def fuzz_range(days: int, minimum: int, maximum: int) -> tuple[int, int]:
    """The shortest and longest interval (days, inclusive) that ``days`` may become.

    ``minimum`` gives way to ``maximum`` where they conflict. Where the minimum alone decides, the
    range is still two days wide, so that cards held up by it come apart too.
    """
    minimum = min(minimum, maximum)
    days = min(max(days, minimum), maximum)
    if days < _NO_FUZZ_BELOW:
        return days, days
    reach = 1.0 + sum(share * max(0.0, min(days, end) - start) for start, end, share in _SHARES)
    low = min(max(round(days - reach), minimum), maximum)
    high = min(max(round(days + reach), minimum), maximum)
    if low == high and high < maximum:
        high += 1
    return low, high


def fuzzed(days: int, minimum: int, maximum: int, draw: float) -> int:
    """``days`` moved within its fuzz range to where ``draw`` (in [0, 1)) points."""
    low, high = fuzz_range(days, minimum, maximum)
    return low + int(draw * (high - low + 1))
