"""How likely it is that a sign-in is somebody else's, by what there was before. Every point of the
score has its reason in words.

AWS says what its score is made of (address, place, device, time) and not how; the weights are ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from studyapp.aws.cognito_idp.origins import Origin, distance


class Level(StrEnum):
    NONE = ""
    LOW = "Low"
    MEDIUM = "Medium"
    HIGH = "High"


_LEVELS = ((70, Level.HIGH), (45, Level.MEDIUM), (25, Level.LOW))

# Faster than any airliner, and further than a city is wide.
_SPEED = 1_000
_FAR = 100

# From how many sign-ins one has hours, and how far off them is another time of day.
_ENOUGH = 8
_HOURS = 4

_LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An earlier one. ``good``: who it was did sign in, or was said to be the right one later;
    ``bad``: somebody said that it was not."""

    at: datetime
    origin: Origin
    good: bool
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    points: int
    words: str


@dataclass(frozen=True, slots=True)
class Assessment:
    reasons: tuple[Reason, ...] = ()

    @property
    def score(self) -> int:
        """0 to 100."""
        return min(sum(reason.points for reason in self.reasons), 100)

    @property
    def level(self) -> Level:
        return next((level for least, level in _LEVELS if self.score >= least), Level.NONE)


def assess(now: datetime, origin: Origin, earlier: Sequence[Attempt]) -> Assessment:
    """The risk of a sign-in ``now`` from ``origin``, after the ``earlier`` ones in any order."""
    good = sorted((attempt for attempt in earlier if attempt.good), key=lambda a: a.at)
    reasons = [*_known_bad(origin, earlier), *_failures(now, earlier)]
    if good:
        reasons += [*_strange(origin, good), *_travel(now, origin, good[-1]), *_hour(now, good)]
    return Assessment(tuple(reasons))


def _known_bad(origin: Origin, earlier: Sequence[Attempt]) -> Iterator[Reason]:
    if any(attempt.bad and attempt.origin.address == origin.address for attempt in earlier):
        yield Reason(70, f"A sign-in from {origin.address} was reported before.")


def _failures(now: datetime, earlier: Sequence[Attempt]) -> Iterator[Reason]:
    failed = sum(not attempt.good and now - attempt.at <= _LATELY for attempt in earlier)
    if failed >= 10:
        yield Reason(45, f"{failed} attempts failed in the last hour.")
    elif failed >= 3:
        yield Reason(20, f"{failed} attempts failed in the last hour.")


def _strange(origin: Origin, good: Sequence[Attempt]) -> Iterator[Reason]:
    if all(attempt.origin.address != origin.address for attempt in good):
        yield Reason(15, f"The address {origin.address} is new.")
    devices = {attempt.origin.device_id for attempt in good}
    if origin.device_id and origin.device_id not in devices and devices != {""}:
        yield Reason(20, f"The device ({origin.device or 'unnamed'}) is new.")
    places = [place for attempt in good if (place := attempt.origin.place)]
    here = origin.place
    if here is None or not places:
        return
    if all(place.country != here.country for place in places):
        yield Reason(30, f"The country, {here.country}, is new.")
    elif all(place.city != here.city for place in places):
        yield Reason(15, f"The city, {here.city}, is new.")


def _travel(now: datetime, origin: Origin, last: Attempt) -> Iterator[Reason]:
    here, there = origin.place, last.origin.place
    if here is None or there is None:
        return
    way = distance(there, here)
    hours = max((now - last.at) / timedelta(hours=1), 0)
    if way > _FAR and way > _SPEED * hours:
        yield Reason(45, f"{here.city} is {way:,.0f} km from {there.city}, where the last one was.")


def _hour(now: datetime, good: Sequence[Attempt]) -> Iterator[Reason]:
    if len(good) < _ENOUGH:
        return
    apart = (abs(now.hour - attempt.at.hour) for attempt in good)
    if all(min(hours, 24 - hours) > _HOURS for hours in apart):
        yield Reason(15, f"{now:%H:%M} UTC is far from the hours of all earlier ones.")
