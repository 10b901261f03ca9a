"""Amounts and times as people say them, and texts without their markup."""

from datetime import datetime, timedelta
from html import unescape
from itertools import pairwise

from django.utils.html import strip_tags

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MONTH = 30.4375 * DAY
YEAR = 365.25 * DAY

_UNITS = (
    (MINUTE, "min", "minute"),
    (HOUR, "h", "hour"),
    (DAY, "d", "day"),
    (MONTH, "mo", "month"),
    (YEAR, "y", "year"),
)


def interval(length: timedelta | float) -> str:
    """A length of time (timedelta or seconds) for a button: "<1 min", "10 min", "4 d", "2.1 mo".

    Whole units up to days; months and years with one decimal where it says something.
    """
    seconds = length.total_seconds() if isinstance(length, timedelta) else float(length)
    if round(seconds) < MINUTE:
        return "<1 min"
    amount, size = _in_units(seconds, decimals_from=MONTH)
    unit = next(short for unit_size, short, _ in _UNITS if unit_size == size)
    return f"{amount:g} {unit}"


def spent(seconds: float) -> str:
    """The time that something took, to the second where that matters: "40 s", "2 min 5 s"."""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    minutes, rest = divmod(whole, MINUTE)
    return f"{minutes} min {rest} s" if minutes < 10 and rest else interval(seconds)


def relative(moment: datetime, now: datetime) -> str:
    """``moment`` seen from ``now``: "now", "just now", "in 10 minutes", "2 months ago"."""
    seconds = (moment - now).total_seconds()
    distance = abs(seconds)
    if distance < MINUTE:
        return "now" if seconds > 0 else "just now"
    amount, size = _in_units(distance)
    word = next(long for unit_size, _, long in _UNITS if unit_size == size)
    words = plural(int(amount), f"{word},{word}s")
    return f"in {words}" if seconds > 0 else f"{words} ago"


def _in_units(seconds: float, decimals_from: float = float("inf")) -> tuple[float, float]:
    """The amount in the largest unit that keeps it under the next one, and the unit's size."""
    for (size, *_), (following, *_) in pairwise(_UNITS):
        amount = round(seconds / size, 1 if size >= decimals_from else None)
        if amount * size < following:
            return amount, size
    size = _UNITS[-1][0]
    return round(seconds / size, 1 if size >= decimals_from else None), size


def plural(count: int, forms: str) -> str:
    """The number and its noun: ``plural(1, "note,notes")`` is "1 note".

    Thousands are set apart by a narrow no-break space.
    """
    one, many = forms.split(",")
    return f"{count:,}".replace(",", "\u202f") + "\u00a0" + (one if count == 1 else many)


def words_of(html: str) -> str:
    """The words alone of a piece of safe HTML, in one line; not safe HTML any more."""
    return " ".join(unescape(strip_tags(html)).split())
