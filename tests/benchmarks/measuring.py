"""What a benchmark reports, and how it is measured."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """One line of ``make bench``. ``against`` says in words what ``value`` is compared with and
    how that did in the same run; ``ratio`` is value to that, in whichever way ``name`` says."""

    name: str
    value: float
    unit: str
    against: str
    ratio: float

    def to_json(self) -> str:
        """The line: one JSON object, numbers to four significant digits."""
        row = asdict(self)
        for name in ("value", "ratio"):
            row[name] = float(f"{row[name]:.4g}")
        return json.dumps(row, ensure_ascii=False)


def seconds(work: Callable[[], object]) -> float:
    """How long ``work`` takes, once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def alternate(rounds: int, *works: Callable[[], float]) -> list[list[float]]:
    """What each of ``works`` measures in each of ``rounds``, taking turns: what else the machine
    does falls on all of them alike."""
    results: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, found in zip(works, results, strict=True):
            found.append(work())
    return results


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that ``percent`` of ``values`` do not exceed (interpolated)."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
