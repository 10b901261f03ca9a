"""Where the words of a search stand in a text, for an engine whose database cannot say it well."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from studyapp.library.search.marking import Marked
from studyapp.library.search.parsing import Query, Term


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
    """Finds ``terms`` in texts. Words stand together if nothing but signs is between them; an open
    term's last word stands for all that begin so."""

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

    def line(self, text: str) -> Marked:
        """``text`` as one line, with what is found in it."""
        return Marked(text.replace("\n", " "), tuple(self._spans(text)))

    def lines(self, text: str) -> list[Marked]:
        """Each line of ``text`` with what is found in it. What runs over the end of a line goes on
        in the next."""
        spans = self._spans(text)
        found = []
        start = at = 0
        for line in text.split("\n"):
            end = start + len(line)
            own = []
            while at < len(spans) and spans[at][0] < end:
                own.append((max(spans[at][0] - start, 0), min(spans[at][1], end) - start))
                if spans[at][1] > end:
                    break
                at += 1
            found.append(Marked(line, tuple(own)))
            start = end + 1
        return found

    def _spans(self, text: str) -> list[tuple[int, int]]:
        if self.pattern is None:
            return []
        folded = text.lower() if text.isascii() else text.translate(_FOLD)
        spans = [match.span() for match in self.pattern.finditer(folded)]
        if spans and len(folded) != len(text):
            places = [at for at, each in enumerate(text) for _ in each.translate(_FOLD)]
            spans = [(places[start], places[end - 1] + 1) for start, end in spans]
        return spans


@dataclass(frozen=True, slots=True)
class Spots:
    """Where the words of a query stand: ``first`` in what a note is called and a question asks,
    where one that is hardly begun stands for longer ones, and ``elsewhere``."""

    first: Spotter
    elsewhere: Spotter

    @classmethod
    def of(cls, query: Query) -> Spots:
        """What ``query`` looks for, and what it merely hopes for."""
        terms = (*query.terms, *query.hoped)
        return cls(
            Spotter.of(terms), Spotter.of(replace(term, is_open=term.goes_on) for term in terms)
        )
