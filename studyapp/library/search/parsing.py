"""What somebody typed into the search field, as a value. Any text is a search; none is an error.

    parse('cache "cache key" -redis tag:aws kind:choice')

Words must all be there; quotes keep words together; ``-`` leaves out; ``name:value`` filters. The
last word may still be on its way, so it also stands for every word that begins with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from studyapp.items.values import Kind, Status
from studyapp.library.search.folding import clean, fold, squash

MAX_LENGTH = 200
MAX_TERMS = 12
"""What is longer is not a search but a paste; the rest of it is left out."""

SHORT = 2
"""Letters up to which an unfinished word stands for longer ones only where a note is called
something (a question: where it asks); elsewhere almost everything would begin so."""


class FilterName(StrEnum):
    """What a search can be narrowed by."""

    TAG = "tag"
    TOPIC = "topic"
    KIND = "kind"
    PATH = "path"
    IS = "is"


ANY_QUESTION = "question"
KINDS = {kind.value.replace("_", "-"): kind.value for kind in Kind}
STATUSES = {status.value.replace("_", "-"): status.value for status in Status}


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand together; ``is_open`` when the last of them may go on."""

    text: str
    is_open: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether it stands for longer words wherever they are."""
        return self.is_open and len(squash(self.text)) > SHORT


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition. ``values`` are alternatives: folded text for a tag, topic or path, stored values
    for a kind or status (all of them for ``kind:question``)."""

    name: FilterName
    values: tuple[str, ...]
    negated: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A search. ``hoped`` would be welcome but need not be there: what looked like a filter and is
    none. ``notices`` are sentences about what was not understood."""

    terms: tuple[Term, ...] = ()
    hoped: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        """True when there is nothing to search for."""
        return not (self.terms or self.without or self.filters)

    @property
    def wants_questions(self) -> bool:
        """True when only questions can be meant."""
        return any(f.name in (FilterName.KIND, FilterName.IS) for f in self.filters)

    @property
    def words(self) -> str:
        """The words to be found, as one text."""
        return " ".join(term.text for term in self.terms)


_TOKEN = re.compile(
    r'(?P<minus>-)?(?:(?P<name>[^\W\d_]+):(?!//))?(?:"(?P<phrase>[^"]*)(?P<closed>"?)|(?P<word>[^\s"]+))'
)
_CURLY_QUOTES = str.maketrans("“”„«»", '"""""')


def parse(text: str) -> Query:
    """Read ``text``. Never raises; what cannot be understood is said in ``notices``."""
    text = clean(text)[:MAX_LENGTH].translate(_CURLY_QUOTES)
    reading = _Reading(len(text))
    for match in list(_TOKEN.finditer(text))[:MAX_TERMS]:
        reading.take(match)
    return reading.query()


def asking_less(text: str) -> tuple[str, ...]:
    """Searches that ask for less than ``text``, those that ask for most first: its words without
    filters and what is left out, then each word and filter alone."""
    tokens = [
        match
        for match in list(_TOKEN.finditer(clean(text)[:MAX_LENGTH].translate(_CURLY_QUOTES)))[
            :MAX_TERMS
        ]
        if any(each.isalnum() for each in match[0])
    ]
    words = [match[0] for match in tokens if match["name"] is None and not match["minus"]]
    alone = [match[0] for match in tokens if not match["minus"]]
    less = [" ".join(words)] if words and len(words) < len(tokens) else []
    if len(alone) > 1:
        less += alone
    return tuple(dict.fromkeys(less))


class _Reading:
    def __init__(self, end: int) -> None:
        self.end = end
        self.terms: list[Term] = []
        self.hoped: list[Term] = []
        self.without: list[Term] = []
        self.filters: list[Filter] = []
        self.notices: list[str] = []

    def query(self) -> Query:
        # Alone, a hope is what was asked for.
        alone = not (self.terms or self.filters or self.without)
        return Query(
            terms=tuple(self.hoped if alone else self.terms),
            hoped=() if alone else tuple(self.hoped),
            without=tuple(self.without),
            filters=tuple(self.filters),
            notices=tuple(self.notices),
        )

    def take(self, token: re.Match[str]) -> None:
        value = token["phrase"] if token["word"] is None else token["word"]
        is_open = token.end() == self.end and not token["closed"]
        name, negated = token["name"], bool(token["minus"])
        if name is not None:
            self.filter(name, value, negated=negated, is_open=is_open)
        elif value.endswith(":") and value[:-1].lower() in set(FilterName):
            pass  # its value has not been typed yet
        elif any(each.isalnum() for each in value):
            (self.without if negated else self.terms).append(
                Term(value, is_open=is_open and not negated)
            )

    def filter(self, name: str, value: str, *, negated: bool, is_open: bool) -> None:
        if name.lower() not in set(FilterName):
            known = _listed([f"{known}:" for known in FilterName])
            self.notices.append(f"There is no filter “{name}:”. The filters are {known}.")
            if not negated and any(each.isalnum() for each in value):
                self.hoped.append(Term(f"{name} {value}", is_open=is_open))
            return
        which = FilterName(name.lower())
        values: tuple[str, ...] = (fold(value).strip(),)
        if which is FilterName.KIND:
            values = _chosen(value, {**KINDS, ANY_QUESTION: ""}) or ()
            if "" in values:
                values = tuple(KINDS.values())
        elif which is FilterName.IS:
            values = _chosen(value, STATUSES)
        elif which is FilterName.TAG:
            values = (values[0].lstrip("#"),)
        if not values:
            known = _listed([*KINDS, ANY_QUESTION] if which is FilterName.KIND else [*STATUSES])
            self.notices.append(
                f"“{which}:{value}” is not known. After {which}: can stand {known}."
            )
        elif values != ("",):
            self.filters.append(Filter(which, values, negated, is_open))


def _chosen(value: str, known: dict[str, str]) -> tuple[str, ...]:
    """The one that was named, else those that begin like it."""
    value = fold(value).replace("_", "-").strip()
    if value in known:
        return (known[value],)
    return tuple(stored for name, stored in known.items() if value and name.startswith(value))


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
