"""A note that is a quiz set: what its properties ask for.

    ---
    quiz: exam
    questions: 65
    time: 130 min
    pass: 72%
    from-topics: "[[Cognito User Pools]]"
    blueprint:
      Security: 26
      Deployment: 24
    ---

``quiz`` makes it one; everything else is optional. A property that cannot be read is named with
its line, and the set does without it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from studyapp.items.values import OPEN_KINDS, Kind
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.frontmatter import texts
from studyapp.obsidian.values import Diagnostic

T = TypeVar("T")

MOST_QUESTIONS = 500
LONGEST_MINUTES = 24 * 60

_TIME = re.compile(r"(?:(\d+)\s*h(?:ours?)?)?\s*(?:(\d+)\s*(?:m|min|minutes?)?)?", re.IGNORECASE)
_SCALE = re.compile(r"(\d+)\s*(?:-|–|to|\.\.)\s*(\d+)")
_LINK = re.compile(r"\[\[([^\[\]]+)\]\]")


class Mode(StrEnum):
    """Practice tells after each question, an exam at the end."""

    EXAM = "exam"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class QuizSet:
    """What to ask and how. Each ``from_`` adds questions (``from_list``: of the notes and block ids
    named); a set with none asks its own, or those of the whole vault where it has none either.

    ``count`` 0 asks all; ``minutes`` 0 is without a clock; ``pass_percent`` None has no pass mark.
    ``blueprint`` is the weight of each domain. Others than its owner get it if ``is_published``.
    ``lines`` says where each property stands.
    """

    mode: Mode
    count: int = 0
    minutes: int = 0
    pass_percent: Decimal | None = None
    unscored: int = 0
    scale: tuple[int, int] | None = None
    partial_credit: bool = False
    keep_order: bool = False
    kinds: tuple[Kind, ...] = ()
    blueprint: Mapping[str, Decimal] = field(default_factory=dict)
    from_list: tuple[str, ...] = ()
    from_topics: tuple[str, ...] = ()
    from_tags: tuple[str, ...] = ()
    from_search: tuple[str, ...] = ()
    is_published: bool = True
    opens: date | None = None
    closes: date | None = None
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def selects(self) -> bool:
        """Whether it says where its questions come from."""
        return bool(self.from_list or self.from_topics or self.from_tags or self.from_search)


@dataclass(frozen=True, slots=True)
class QuizSetRead:
    """A quiz set as far as it could be read; None for a note that is none."""

    quiz_set: QuizSet | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def read_quiz_set(path: str, properties: Mapping[str, Any], text: str) -> QuizSetRead:
    """Read the properties of the note at ``path``, whose whole ``text`` tells the lines."""
    said = properties.get("quiz")
    if said is None or said is False:
        return QuizSetRead()
    lines = _lines(text)
    word = str(said).strip().casefold()
    if word not in (*Mode, "true"):
        message = f"“quiz: {said}” makes no quiz set of this note: write exam or practice."
        return QuizSetRead(None, (diagnose.warning(path, lines.get("quiz", 1), "quiz", message),))
    reader = _Reader(path, properties, lines)
    quiz_set = QuizSet(
        mode=Mode.PRACTICE if word == "true" else Mode(word),
        count=reader.read("questions", _count, f"a whole number from 1 to {MOST_QUESTIONS}", 0),
        minutes=reader.read("time", _minutes, "minutes up to a day, such as 130 min", 0),
        pass_percent=reader.read("pass", _percent, "a percentage, such as 72%", None),
        unscored=reader.read("unscored", _count, "a whole number", 0),
        scale=reader.read("scale", _scale, "two numbers, such as 100-1000", None),
        partial_credit=reader.read("partial", _bool, "true or false", False),
        keep_order=reader.read("keep-order", _bool, "true or false", False),
        kinds=reader.read("kinds", _kinds, f"kinds of question ({', '.join(_KINDS)})", ()),
        blueprint=reader.read("blueprint", _blueprint, "domains with their weights", {}),
        from_list=reader.read("from-list", _links, "links to notes or questions", ()),
        from_topics=reader.read("from-topics", _links, "names of topics", ()),
        from_tags=reader.read("from-tags", _tags, "tags", ()),
        from_search=reader.read("from-search", _searches, "what to search for", ()),
        is_published=reader.read("publish", _bool, "true or false", True),
        opens=reader.read("opens", _date, "a date, such as 2027-01-31", None),
        closes=reader.read("closes", _date, "a date, such as 2027-01-31", None),
        lines=lines,
    )
    if quiz_set.opens and quiz_set.closes and quiz_set.closes < quiz_set.opens:
        reader.complain("closes", "It closes before it opens.")
    if quiz_set.mode is Mode.EXAM and Kind.BASIC in quiz_set.kinds:
        message = "Open questions are judged by who answers, so only a practice asks them."
        reader.complain("kinds", message)
        closed = tuple(kind for kind in quiz_set.kinds if kind is not Kind.BASIC)
        quiz_set = replace(quiz_set, kinds=closed)
    if quiz_set.unscored and quiz_set.count and quiz_set.unscored >= quiz_set.count:
        reader.complain("unscored", "At least one question has to count.")
    return QuizSetRead(quiz_set, tuple(reader.problems))


class _Reader:
    def __init__(self, path: str, properties: Mapping[str, Any], lines: Mapping[str, int]) -> None:
        self.path = path
        self.properties = properties
        self.lines = lines
        self.problems: list[Diagnostic] = []

    def read(self, name: str, convert: Callable[[Any], T], wanted: str, default: T) -> T:
        """The property as ``convert`` takes it; ``default`` where it is not there or not so."""
        value = self.properties.get(name)
        if value is None or value == "":
            return default
        try:
            return convert(value)
        except (ValueError, InvalidOperation, TypeError):
            self.complain(name, f"“{name}” should be {wanted}, so it was left out.")
            return default

    def complain(self, name: str, message: str) -> None:
        line = self.lines.get(name, 1)
        self.problems.append(diagnose.warning(self.path, line, f"quiz-{name}", message))


def _lines(text: str) -> dict[str, int]:
    """The line of each property, by its name."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n")[1:], 2):
        if line.startswith("---"):
            break
        name, colon, _ = line.partition(":")
        if colon and not line[:1].isspace():
            found.setdefault(name.strip(), number)
    return found


def with_property(text: str, name: str, value: str) -> str:
    """``text``, a quiz set's, whose property ``name`` says ``value``: on its line, or on a new one
    below ``quiz``. Of no other line a byte differs."""
    lines, at = text.split("\n"), _lines(text)
    if name in at:
        lines[at[name] - 1] = f"{name}: {value}"
    else:
        lines.insert(at["quiz"], f"{name}: {value}")
    return "\n".join(lines)


def new_quiz_set(
    mode: Mode,
    *,
    count: int = 0,
    minutes: int = 0,
    pass_percent: Decimal | None = None,
    topics: Sequence[str] = (),
) -> str:
    """The text of a note that is a quiz set and a draft, with no question in it yet."""
    lines = [f"quiz: {mode}", "publish: false"]
    if count:
        lines.append(f"questions: {count}")
    if minutes:
        lines.append(f"time: {minutes} min")
    if pass_percent is not None:
        lines.append(f"pass: {pass_percent:f}%")
    if topics:
        lines += ["from-topics:", *(f"  - {json.dumps(f'[[{name}]]')}" for name in topics)]
    return "\n".join(["---", *lines, "---", ""])


def _count(value: Any) -> int:
    number = int(str(value))
    if not 1 <= number <= MOST_QUESTIONS:
        raise ValueError
    return number


def _minutes(value: Any) -> int:
    match = _TIME.fullmatch(str(value).strip())
    if match is None or not (match[1] or match[2]):
        raise ValueError
    minutes = int(match[1] or 0) * 60 + int(match[2] or 0)
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise ValueError
    return minutes


def _percent(value: Any) -> Decimal:
    percent = Decimal(str(value).strip().removesuffix("%").strip())
    if not 0 < percent <= 100:
        raise ValueError
    return percent


def _scale(value: Any) -> tuple[int, int]:
    match = _SCALE.fullmatch(str(value).strip())
    if match is None or int(match[1]) >= int(match[2]):
        raise ValueError
    return int(match[1]), int(match[2])


def _bool(value: Any) -> bool:
    words = {"true": True, "yes": True, "false": False, "no": False}
    word = str(value).strip().casefold()
    if word not in words:
        raise ValueError
    return words[word]


_KINDS = {kind.value.replace("_", "-"): kind for kind in Kind if kind not in OPEN_KINDS} | {
    "open": Kind.BASIC
}


def _kinds(value: Any) -> tuple[Kind, ...]:
    names = [text.casefold().replace("_", "-") for text in texts(value)]
    if not all(name in _KINDS for name in names):
        raise ValueError
    return tuple(_KINDS[name] for name in names)


def _blueprint(value: Any) -> dict[str, Decimal]:
    if not isinstance(value, Mapping) or not value:
        raise ValueError
    weights = {str(name).strip(): _percent(weight) for name, weight in value.items()}
    if len({name.casefold() for name in weights}) < len(weights):
        raise ValueError
    return weights


def _links(value: Any) -> tuple[str, ...]:
    """Notes, topics or questions: each a link or its bare target."""
    parts = value if isinstance(value, list) else [value]
    found: list[str] = []
    for part in parts:
        links = _LINK.findall(str(part))
        found += [link.partition("|")[0].strip() for link in links] or list(texts(part))
    return tuple(found)


def _tags(value: Any) -> tuple[str, ...]:
    return tuple(text.removeprefix("#").strip("/") for text in texts(value))


def _searches(value: Any) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else [value]
    return tuple(str(part).strip() for part in parts if str(part).strip())


def _date(value: Any) -> date:
    return date.fromisoformat(str(value).strip()[:10])
