r"""The regular expressions of AWS's models, which are Java's, as Python's.

Java's ``\w``, ``\d``, ``\s`` are ASCII; its ``\p{L}`` and the like are general categories of
Unicode, which Python's ``re`` lacks: they are spelled out as ranges.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from itertools import groupby

_CATEGORY = re.compile(r"\\p\{([A-Z])[a-z]?\}")


@cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """For ``fullmatch``, as AWS matches."""
    return re.compile(_CATEGORY.sub(lambda match: _ranges()[match[1]], pattern), re.ASCII)


@cache
def _ranges() -> dict[str, str]:
    """Of each general category's first letter the characters, as the inside of a class."""
    ranges: dict[str, list[str]] = {}
    codes = range(sys.maxunicode + 1)
    for major, group in groupby(codes, lambda code: unicodedata.category(chr(code))[0]):
        run = list(group)
        ranges.setdefault(major, []).append(f"\\U{run[0]:08x}-\\U{run[-1]:08x}")
    return {major: "".join(parts) for major, parts in ranges.items()}
