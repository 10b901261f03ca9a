"""The learner's own days: a study day runs from ``day_start`` o'clock local time to the next.

Someone who studies past midnight is still in the evening's day, and a day that daylight saving
makes 23 or 25 hours long is one day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=4096)
def day_start_at(day: date, zone: tzinfo, day_start: int) -> datetime:
    """The moment (in UTC) at which the study day ``day`` begins.

    Where the clocks skip that hour, it is as long after midnight as it would have been; where
    they repeat it, the first time counts.
    """
    return datetime.combine(day, time(day_start), zone).astimezone(UTC)


def study_day(moment: datetime, zone: tzinfo, day_start: int) -> date:
    """The study day that ``moment`` (aware) falls in: the last one begun by then.

    Compares moments, not wall clocks, so that time never runs backwards where clocks do.
    """
    local = moment.astimezone(zone).replace(tzinfo=None)
    day = (local - timedelta(hours=day_start)).date()
    while day_start_at(day + _ONE_DAY, zone, day_start) <= moment:
        day += _ONE_DAY
    while day_start_at(day, zone, day_start) > moment:
        day -= _ONE_DAY
    return day
