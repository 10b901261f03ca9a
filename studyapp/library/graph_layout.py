"""Where the notes around a note are drawn: in two rings, as a function of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn on: its size, the half-axes of both rings, and how many letters of a title
    have room beside a note of each (0: it is told on pointing at it)."""

    width: int
    height: int
    near: tuple[int, int]
    far: tuple[int, int]
    letters: tuple[int, int]


SMALL = Sheet(width=320, height=300, near=(62, 74), far=(144, 128), letters=(13, 0))
"""Beside a note, and on a phone."""

LARGE = Sheet(width=1000, height=640, near=(165, 150), far=(350, 280), letters=(22, 22))
"""On a page of its own."""


@dataclass(frozen=True, slots=True)
class Place:
    """A note's place, and how its title is set there: ``anchor`` as in SVG's ``text-anchor``, at
    ``label_x`` and ``label_y``."""

    x: float
    y: float
    anchor: str
    label_x: float
    label_y: float


def lay_out(near: Sequence[int], far: Mapping[int, int], sheet: Sheet) -> dict[int, Place]:
    """Places for the notes one link away (``near``, in their order from the top clockwise) and two
    links away (``far``: each with the one of ``near`` that it is drawn behind).

    Each near note has a sector as wide as what is behind it needs, so that no line to a far note
    crosses another. The same notes always get the same places.
    """
    behind: dict[int, list[int]] = {note: [] for note in near}
    for note, parent in far.items():
        behind[parent].append(note)
    shares = {note: max(1.0, 0.8 * len(behind[note])) for note in near}
    turn = 2 * pi / sum(shares.values()) if near else 0.0
    places: dict[int, Place] = {}
    angle = -pi / 2 - shares[near[0]] * turn / 2 if near else 0.0
    for note in near:
        sector = shares[note] * turn
        places[note] = _place(angle + sector / 2, sheet.near, sheet)
        step = sector / (len(behind[note]) or 1)
        for number, child in enumerate(behind[note]):
            places[child] = _place(angle + (number + 0.5) * step, sheet.far, sheet)
        angle += sector
    return places


def _place(angle: float, ring: tuple[int, int], sheet: Sheet) -> Place:
    x = sheet.width / 2 + ring[0] * cos(angle)
    y = sheet.height / 2 + ring[1] * sin(angle)
    if abs(cos(angle)) < 0.06:
        anchor, dx, dy = "middle", 0.0, 20.0 if sin(angle) > 0 else -12.0
    else:
        anchor, dx, dy = ("start", 11.0, 4.0) if cos(angle) > 0 else ("end", -11.0, 4.0)
    return Place(round(x, 1), round(y, 1), anchor, round(x + dx, 1), round(y + dy, 1))
