"""Text as it is compared: without case, accents and, for titles, anything but letters."""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


_NO_LETTERS = re.compile(r"[\W_]+")


def clean(text: str) -> str:
    """``text`` with control characters and broken surrogates as spaces: what any database takes."""
    return _CONTROLS.sub(" ", text)


def fold(text: str) -> str:
    """``text`` without case and accents ("Überblick" is "uberblick")."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def squash(text: str) -> str:
    """The letters and digits of ``text``, folded, as one word: "Dynamo DB" is "dynamodb"."""
    return _NO_LETTERS.sub("", fold(text))


def framed(letters: str) -> str:
    """``letters`` with room around them, so that how a word begins and ends counts among its
    trigrams: without it "quuees" and "queues" have none in common."""
    return f"  {letters}  "
