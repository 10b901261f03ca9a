"""Reading a number as people type it, and telling whether it is the one that was asked for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from studyapp.items.values import NumberKey, normalise

_LONGEST = 60  # characters; a number that somebody means is shorter

_TYPED = re.compile(
    r"""
    (?P<before>[$€£¥]?)\s*
    (?P<sign>[+-]?)\s*
    (?P<digits>\d[\d.,'_\s]*|[.,]\d+)
    (?P<power>e[+-]?\d{1,2}(?![\d.,]))?
    \s*(?P<unit>(?:[^\d\s.,'_+-]\D*(?:(?<=\w)\d)?)?)  # m2 is a unit, "or 4" is none
    """,
    re.VERBOSE | re.IGNORECASE,
)
_GROUPED = re.compile(r"(\d{1,3}(?P<mark>[ '_])\d{3}(?:(?P=mark)\d{3})*)([.,]\d*)?")
_MARKS = str.maketrans({"−": "-", "–": "-", "’": "'", "٫": ".", "٬": ","})

# Names of one and the same unit, in the singular. Nothing is converted: a minute is not sixty
# seconds here, because the question asked for one of them.
_SYNONYMS = (
    {"%", "percent", "per cent"},
    {"$", "usd", "us$", "dollar"},
    {"€", "eur", "euro"},
    {"ns", "nanosecond"},
    {"us", "microsecond"},
    {"ms", "msec", "millisecond"},
    {"s", "sec", "second"},
    {"min", "minute"},
    {"h", "hr", "hrs", "hour"},
    {"d", "day"},
    {"wk", "week"},
    {"mo", "month"},
    {"yr", "year"},
    {"b", "byte"},
    {"kb", "kilobyte"},
    {"mb", "megabyte"},
    {"gb", "gigabyte"},
    {"tb", "terabyte"},
    {"kib", "kibibyte"},
    {"mib", "mebibyte"},
    {"gib", "gibibyte"},
    {"tib", "tebibyte"},
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as typed: everything it may mean, the likelier first, and its unit ("" if none)."""

    readings: tuple[Decimal, ...]
    unit: str


def read_quantity(text: str) -> Quantity | None:
    """Read ``text``: a number with a comma or a point, and a unit perhaps. None if it is not one.

    White space, apostrophes and underscores may part groups of three digits, and so may commas
    or points where that is plain: where there are several, or both marks (the last one then is
    the decimal mark). ``1,000`` and ``1.000`` are not plain, because half the world reads each
    the other way: they have two readings.
    """
    text = " ".join(unicodedata.normalize("NFKC", text).translate(_MARKS).split())
    typed = _TYPED.fullmatch(text) if len(text) <= _LONGEST else None
    if typed is None:
        return None
    unit = typed["unit"].strip()
    if unit and typed["before"]:
        return None
    power = typed["power"] or ""
    readings = tuple(
        Decimal(f"{typed['sign']}{digits}{power}") for digits in _readings(typed["digits"].strip())
    )
    return Quantity(readings, unit or typed["before"]) if readings else None


def matches(quantity: Quantity, key: NumberKey) -> Decimal | None:
    """The reading of ``quantity`` that lies within the key's tolerance (inclusive), if one does.

    Units are not looked at.
    """
    for reading in quantity.readings:
        if abs(reading - key.value) <= key.tolerance:
            return reading
    return None


def same_unit(one: str, other: str) -> bool:
    """True for the same unit under the same name, in any case and number (rule, rules), or under
    an exact synonym."""
    names = {_unit_name(one), _unit_name(other)}
    return len(names) == 1 or any(names <= synonyms for synonyms in _SYNONYMS)


def _unit_name(unit: str) -> str:
    name = normalise(unicodedata.normalize("NFKC", unit)).removesuffix(".").replace("μ", "u")
    return name.removesuffix("s") if len(name) > 3 else name


def _readings(digits: str) -> list[str]:
    """What ``digits`` with its marks may mean, as strings that Decimal takes."""
    grouped = _GROUPED.fullmatch(digits)
    if grouped:
        return [re.sub(r"[ '_]", "", grouped[1]) + (grouped[3] or "").replace(",", ".")]
    if re.search(r"[ '_]", digits):
        return []
    marks = re.findall(r"[.,]", digits)
    if not marks:
        return [digits]
    if len(marks) == 1:
        decimal = digits.replace(",", ".")
        if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", decimal):
            thousands = decimal.replace(".", "")
            return [thousands, decimal] if "," in digits else [decimal, thousands]
        return [decimal]
    group, last = re.escape(marks[0]), re.escape(marks[-1])
    decimals = "" if group == last else rf"(?:{last}(\d*))?"
    plain = re.fullmatch(rf"(\d{{1,3}}(?:{group}\d{{3}})+){decimals}", digits)
    if plain is None:
        return []
    whole, *rest = plain.groups()
    return [".".join((whole.replace(marks[0], ""), *filter(None, rest)))]
