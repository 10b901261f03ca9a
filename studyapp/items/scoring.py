"""What a score says: how sure it is, and whether it would pass."""

from __future__ import annotations

from enum import StrEnum
from math import sqrt

Z = 1.959964
"""Of the standard normal distribution: 95 % lie within it."""


class Standing(StrEnum):
    """What a form's score says of a pass mark."""

    LIKELY = "likely pass"
    BORDERLINE = "borderline"
    NOT_YET = "not yet"


def wilson(right: float, of: int) -> tuple[float, float]:
    """The Wilson score interval (95 %) for the share behind ``right`` of ``of`` questions, both
    ends in 0..1. Of no questions it is everything. (Wilson 1927; https://doi.org/10.2307/2276774)
    """
    if of == 0:
        return 0.0, 1.0
    share = right / of
    middle = share + Z * Z / (2 * of)
    spread = Z * sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    whole = 1 + Z * Z / of
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def standing(right: float, of: int, pass_share: float) -> Standing:
    """Likely where even the low end of the interval passes, not yet where not even the high end
    does, and borderline between."""
    low, high = wilson(right, of)
    if low >= pass_share:
        return Standing.LIKELY
    return Standing.BORDERLINE if high >= pass_share else Standing.NOT_YET


def scaled(share: float, lowest: int, highest: int) -> int:
    """``share`` laid evenly on a scale. Exams that scale equate their forms first, which nobody
    outside can do: this is an estimate, and has to be called one."""
    return round(lowest + share * (highest - lowest))
