"""The ids that places inside a note get on its page, so that links to them work.

Every kind has a prefix of its own: a heading called "Main" must not take the place of the page's
own ``id="main"``.
"""

from __future__ import annotations

import re
import unicodedata

_NOT_WORDS = re.compile(r"[^\w\s-]+")
_GAPS = re.compile(r"[\s_-]+")


def heading_anchor(text: str) -> str:
    """The id of a heading from its text without markup: ``IAM Roles`` -> ``h-iam-roles``.

    Headings that differ only in case, punctuation or spacing share it; ``unique_anchor`` tells
    them apart.
    """
    words = _NOT_WORDS.sub("", unicodedata.normalize("NFC", text).casefold())
    return "h-" + (_GAPS.sub("-", words).strip("-") or "section")


def unique_anchor(anchor: str, taken: dict[str, int]) -> str:
    """``anchor``, or with ``-2``, ``-3``... where it is ``taken``; adds the result to ``taken``."""
    candidate, count = anchor, taken.get(anchor, 0)
    while candidate in taken:
        count += 1
        candidate = f"{anchor}-{count}"
    taken[anchor] = max(count, 1)
    taken.setdefault(candidate, 1)
    return candidate


def block_anchor(block_id: str) -> str:
    """The id of the block that an author named ``^block_id``: ``q-sts`` -> ``b-q-sts``."""
    return f"b-{block_id.casefold()}"


def line_anchor(line: int) -> str:
    """The id of the block that starts at this line of the note's file: ``12`` -> ``L12``."""
    return f"L{line}"
