"""Where the words of a search stand in a text, for an engine whose database cannot say it well."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from studyapp.library.search.marking import CLOSE, OPEN
from studyapp.library.search.parsing import Term


class _Fold(dict[int, str]):
    """For ``str.translate``: letters without case and accents, each by itself, so that the rest of
    a text stays where it is."""

    def __missing__(self, code: int) -> str:
        letters = unicodedata.normalize("NFD", chr(code).lower()).replace("ς", "σ")
        self[code] = "".join(each for each in letters if not unicodedata.combining(each))
        return self[code]


_FOLD = _Fold()
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The words of ``text``, without case and accents."""
    return _WORD.findall(text.translate(_FOLD))


@dataclass(frozen=True, slots=True)
class Spotter:
    """Marks ``terms``. Words stand together if nothing but signs is between them; an open term's
    last word stands for all that begin so."""

    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, terms: Iterable[Term]) -> Spotter:
        """The spotter of ``terms``; it finds nothing if they have no words."""
        ways = []
        for term in terms:
            if words := words_of(term.text):
                end = r"[^\W_]*" if term.is_open else r"(?![^\W_])"
                ways.append(r"[\W_]+".join(words) + end)
        # Of two that begin at one place the longer is marked.
        ways.sort(key=len, reverse=True)
        return cls(re.compile(rf"(?<![^\W_])(?:{'|'.join(ways)})") if ways else None)

    def mark(self, text: str) -> str:
        """``text`` with ``OPEN`` and ``CLOSE`` around what is found."""
        if self.pattern is None:
            return text
        folded = text.lower() if text.isascii() else text.translate(_FOLD)
        spans = [match.span() for match in self.pattern.finditer(folded)]
        if not spans:
            return text
        if len(folded) != len(text):
            places = [at for at, each in enumerate(text) for _ in each.translate(_FOLD)]
            spans = [(places[start], places[end - 1] + 1) for start, end in spans]
        pieces, at = [], 0
        for start, end in spans:
            pieces += [text[at:start], OPEN, text[start:end], CLOSE]
            at = end
        return "".join([*pieces, text[at:]])
