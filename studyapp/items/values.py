"""The values an item is made of.

An item is something that can be asked. Its content is derived from a note's Markdown and never
changes: when the author edits the question, a new content (an item *version*) takes its place.
All text fields hold the note's own Markdown, not HTML.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """How an item asks: what the learner sees and how the response is judged."""

    BASIC = "basic"
    REVERSED = "reversed"
    CLOZE = "cloze"
    CHOICE = "choice"
    TRUE_FALSE = "true_false"
    TEXT = "text"
    NUMBER = "number"
    ORDER = "order"
    MATCH = "match"


RECALLED_KINDS = frozenset({Kind.BASIC, Kind.REVERSED, Kind.CLOZE})
"""Kinds that a review has the learner answer in the head and rate; the program grades every other.
(In a quiz a gap is filled in and graded, an open question written and judged by the learner.)"""

OPEN_KINDS = frozenset({Kind.BASIC, Kind.REVERSED})
"""Kinds whose answer only a person can judge."""


class Status(StrEnum):
    """Whether an item can be studied as it stands."""

    READY = "ready"
    NEEDS_ANSWER = "needs_answer"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice, or one step of an order item (then ``correct`` is always true).

    ``id`` names the option in responses. It follows from the text alone, so shuffling or
    inserting options never changes what an earlier response meant.
    """

    id: str
    text: str
    correct: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of a match item. An empty ``left`` makes ``right`` a distractor."""

    id: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class NumberKey:
    """The key of a number item: any value within ``tolerance`` of ``value`` is right."""

    value: Decimal
    tolerance: Decimal = Decimal(0)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """An immutable item version: everything needed to ask it, grade it and explain it.

    ``answer`` is the key in words for every kind, so that a version can be shown without knowing
    its kind. ``revealed`` is used by cloze items alone: the whole sentence with the deletion
    marked ``==so==``; ``prompt`` then holds ``[…]`` in its place. ``stem`` describes the case that
    the question is about, together with others.
    """

    kind: Kind
    prompt: str
    answer: str = ""
    explanation: str = ""
    hint: str = ""
    revealed: str = ""
    options: tuple[Option, ...] = ()
    pairs: tuple[Pair, ...] = ()
    accept: tuple[str, ...] = ()
    number: NumberKey | None = None
    shuffle: bool = True
    metadata: Mapping[str, str] = field(default_factory=dict)
    stem: str = ""

    @property
    def is_recalled(self) -> bool:
        """True when the learner answers in the head and the program cannot grade."""
        return self.kind in RECALLED_KINDS

    @property
    def chooses_several(self) -> bool:
        """True for a choice with two or more right options (the page says how many)."""
        return self.kind is Kind.CHOICE and self.correct_count > 1

    @property
    def correct_count(self) -> int:
        """How many options are right."""
        return sum(option.correct for option in self.options)


def normalise(text: str) -> str:
    """Fold what a reader would not notice: Unicode form (NFC), case and runs of white space."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def make_options(rows: Iterable[tuple[str, bool, str]]) -> tuple[Option, ...]:
    """Build options from ``(text, correct, why)`` rows, giving each an id that follows its text.

    Two options with the same text get ids that differ by a counter, in their order.
    """
    seen: dict[str, int] = {}
    options = []
    for text, correct, why in rows:
        options.append(Option(_text_id(text, seen), text, correct, why))
    return tuple(options)


def make_pairs(rows: Iterable[tuple[str, str]]) -> tuple[Pair, ...]:
    """Build the pairs of a match item from ``(left, right)`` rows; ids follow both texts."""
    seen: dict[str, int] = {}
    return tuple(Pair(_text_id(f"{left}\n{right}", seen), left, right) for left, right in rows)


def _text_id(text: str, seen: dict[str, int]) -> str:
    digest = hashlib.sha256(normalise(text).encode()).hexdigest()[:8]
    count = seen[digest] = seen.get(digest, 0) + 1
    return digest if count == 1 else f"{digest}-{count}"


def question_and_key(content: Content) -> tuple[str, str]:
    """What ``content`` asks, and what is right, as two texts to show side by side."""
    right = [option.text for option in content.options if option.correct]
    return content.prompt, content.answer or ", ".join(right)


def content_hash(content: Content) -> str:
    """Sha256 (hex) of everything in ``content``: equal contents are the same version."""
    return hashlib.sha256(
        json.dumps(to_json(content), sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()


def to_json(content: Content) -> dict[str, Any]:
    """``content`` as plain JSON values; empty fields are left out. ``from_json`` undoes it."""
    data: dict[str, Any] = {"kind": content.kind.value, "prompt": content.prompt}
    for name in ("answer", "explanation", "hint", "revealed", "stem"):
        if value := getattr(content, name):
            data[name] = value
    if content.options:
        data["options"] = [
            {f.name: getattr(option, f.name) for f in fields(Option)} for option in content.options
        ]
    if content.pairs:
        data["pairs"] = [{"id": p.id, "left": p.left, "right": p.right} for p in content.pairs]
    if content.accept:
        data["accept"] = list(content.accept)
    if content.number is not None:
        key = content.number
        data["number"] = {
            "value": str(key.value),
            "tolerance": str(key.tolerance),
            "unit": key.unit,
        }
    if not content.shuffle:
        data["shuffle"] = False
    if content.metadata:
        data["metadata"] = dict(content.metadata)
    return data


def from_json(data: Mapping[str, Any]) -> Content:
    """Undo ``to_json``. Raises KeyError or ValueError on a mapping that ``to_json`` cannot make."""
    number = data.get("number")
    return Content(
        kind=Kind(data["kind"]),
        prompt=data["prompt"],
        answer=data.get("answer", ""),
        explanation=data.get("explanation", ""),
        hint=data.get("hint", ""),
        revealed=data.get("revealed", ""),
        options=tuple(Option(**row) for row in data.get("options", ())),
        pairs=tuple(Pair(**row) for row in data.get("pairs", ())),
        accept=tuple(data.get("accept", ())),
        number=None
        if number is None
        else NumberKey(Decimal(number["value"]), Decimal(number["tolerance"]), number["unit"]),
        shuffle=data.get("shuffle", True),
        metadata=dict(data.get("metadata", {})),
        stem=data.get("stem", ""),
    )
