"""What the page of a question shows: the turn laid out for the templates.

Whether an answer has been given decides everything: before it, nothing on the sheet says which
option is right; after it, every part has its verdict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any

from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe

from studyapp.items.grading import Outcome
from studyapp.items.responses import Chosen, Matched, Ordered, Response, Typed
from studyapp.items.shuffling import shuffled_options, shuffled_rights
from studyapp.items.values import Content, Kind
from studyapp.library.models import ItemVersion, NoteVersion, Placement
from studyapp.scheduling.values import Rating
from studyapp.study.forms import number_word
from studyapp.study.sitting import Turn

_LINK = re.compile(r"(?:\[(?P<words>[^\]]*)\]\()?<?(?P<url>https://[^\s<>]+?)>?\)?")
"""A source that is one link, bare or in Markdown."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"
LONGEST_SOURCE = 12
"""Lines of the note that the margin has room for."""


_TEMPLATES = {
    Kind.CHOICE: "choice",
    Kind.TRUE_FALSE: "choice",
    Kind.TEXT: "typed",
    Kind.NUMBER: "typed",
    Kind.ORDER: "order",
    Kind.MATCH: "match",
}


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option. ``mark`` after grading: right, wrong, missed, or "" (rightly left alone)."""

    id: str
    text: SafeString
    why: SafeString
    keys: str
    chosen: bool
    mark: str = ""


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of an order question; after grading, ``place`` is where it belongs (from 1)."""

    id: str
    text: SafeString
    words: str
    is_right: bool = False
    place: int = 0


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A row of a match question: what was put to it, and what belongs there."""

    id: str
    left: SafeString
    given_id: str
    given: SafeString
    right: SafeString
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class RatingButton:
    """A rating and what it does."""

    value: int
    name: str
    interval: timedelta
    is_allowed: bool
    is_proposed: bool

    @property
    def keys(self) -> str:
        """Its number, and the space bar for the one that the program proposes."""
        return f"{self.value} space" if self.is_proposed else str(self.value)


@dataclass(frozen=True, slots=True)
class Source:
    """The note's own lines that an item came from; ``omitted`` lines follow them."""

    title: str
    url: str
    lines: Sequence[tuple[int, str]]
    omitted: int


@dataclass(frozen=True, slots=True)
class Citation:
    """Where the author has an item's facts from (``source::``); ``url`` is "" for one in words."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A question as its page shows it."""

    kind: Kind
    trail: Sequence[str]
    question: SafeString
    hint: SafeString
    is_revealed: bool
    is_graded: bool
    instruction: str = ""
    several: bool = False
    options: Sequence[OptionRow] = ()
    steps: Sequence[StepRow] = ()
    rows: Sequence[MatchRow] = ()
    choices: Sequence[tuple[str, str]] = ()
    typed: str = ""
    unit: str = ""
    answer: SafeString = field(default_factory=lambda: mark_safe(""))
    also_right: Sequence[str] = ()
    explanation: SafeString = field(default_factory=lambda: mark_safe(""))
    citation: Citation | None = None
    verdict: str = ""
    verdict_detail: str = ""
    ratings: Sequence[RatingButton] = ()

    @property
    def is_typed(self) -> bool:
        """The learner writes the answer, so the field has the focus."""
        return self.kind in (Kind.TEXT, Kind.NUMBER)

    @property
    def form_template(self) -> str:
        """Draws the form of a question that the program grades."""
        return f"study/kinds/{_TEMPLATES[self.kind]}_asked.html"

    @property
    def graded_template(self) -> str:
        """Draws the graded answer; "" where the learner judges."""
        return f"study/kinds/{_TEMPLATES[self.kind]}_graded.html" if self.is_graded else ""


def lay_out(turn: Turn, *, reveal: bool = False, draft: Response | None = None) -> Sheet:
    """The sheet of ``turn``. ``reveal`` shows the answer of a question that the learner judges;
    ``draft`` is an answer that was posted but not taken, and is kept in the form."""
    content = turn.content
    face = _Face(turn.version)
    given = turn.response or draft
    outcome = turn.outcome
    is_revealed = outcome is not None or (content.is_recalled and (reveal or given is not None))
    parts = outcome.parts if outcome else None
    shown = face.field("prompt")
    if is_revealed and content.revealed:
        shown = face.field("revealed")
    sheet: dict[str, Any] = {
        "kind": content.kind,
        "trail": turn.placement.topic.trail[-2:],
        "question": shown,
        "hint": face.field("hint"),
        "is_revealed": is_revealed,
        "is_graded": not content.is_recalled,
        "instruction": _instruction(content),
        "several": content.chooses_several,
    }
    match content.kind:
        case Kind.CHOICE | Kind.TRUE_FALSE:
            sheet["options"] = _options(turn, face, given, parts)
        case Kind.ORDER:
            sheet["steps"] = _steps(turn, face, given, parts)
        case Kind.MATCH:
            sheet["rows"] = _rows(content, face, given, parts)
            sheet["choices"] = [
                (pair.id, face.pair_words(pair.id))
                for pair in shuffled_rights(content, turn.shuffle_seed)
            ]
        case Kind.TEXT | Kind.NUMBER:
            sheet["typed"] = given.text if isinstance(given, Typed) else ""
            sheet["unit"] = content.number.unit if content.number else ""
    if is_revealed:
        sheet["answer"] = _key(content, face)
        sheet["also_right"] = content.accept[1:]
        sheet["explanation"] = face.field("explanation")
        sheet["citation"] = _citation(content)
        sheet["ratings"] = _ratings(turn)
    if outcome is not None:
        sheet["verdict"], sheet["verdict_detail"] = _verdict(outcome, content)
    return Sheet(**sheet)


def find_source(placement: Placement) -> Source | None:
    """The lines of the note as it is served now: one query."""
    text = (
        NoteVersion.objects.live()
        .filter(note=placement.note_id)
        .values_list("text", flat=True)
        .first()
    )
    if text is None:
        return None
    lines = text.split("\n")[placement.first_line - 1 : placement.last_line]
    shown = lines[:LONGEST_SOURCE]
    return Source(
        title=placement.note.path,
        url=placement.get_absolute_url(),
        lines=[(placement.first_line + at, line) for at, line in enumerate(shown)],
        omitted=len(lines) - len(shown),
    )


class _Face:
    """An item version's texts as HTML that the import has made safe; where it made none, the
    note's own Markdown, escaped."""

    def __init__(self, version: ItemVersion) -> None:
        self.content = version.content
        self.html = version.html
        self.option_index = {option.id: at for at, option in enumerate(self.content.options)}
        self.pair_index = {pair.id: at for at, pair in enumerate(self.content.pairs)}

    def field(self, name: str) -> SafeString:
        """One of the content's own texts."""
        return _safe(self.html.get(name), getattr(self.content, name))

    def option(self, option_id: str) -> tuple[SafeString, SafeString]:
        """Text and why of an option."""
        at = self.option_index[option_id]
        option = self.content.options[at]
        return self._two("options", at, option.text, option.why)

    def pair(self, pair_id: str) -> tuple[SafeString, SafeString]:
        """Left and right of a pair."""
        at = self.pair_index[pair_id]
        pair = self.content.pairs[at]
        return self._two("pairs", at, pair.left, pair.right)

    def pair_words(self, pair_id: str) -> str:
        """A pair's right side without markup, for a place that takes none."""
        return words_of(self.pair(pair_id)[1])

    def _two(self, name: str, at: int, first: str, second: str) -> tuple[SafeString, SafeString]:
        rows = self.html.get(name, ())
        row = rows[at] if at < len(rows) else (None, None)
        return _safe(row[0], first), _safe(row[1], second)


def words_of(html: str) -> str:
    """The words alone of a piece of safe HTML."""
    return " ".join(unescape(strip_tags(html)).split())


def _safe(html: str | None, markdown: str) -> SafeString:
    return mark_safe(html) if html else escape(markdown)  # noqa: S308 - sanitised at import


def _instruction(content: Content) -> str:
    match content.kind:
        case Kind.CHOICE if content.chooses_several:
            return f"Choose {number_word(content.correct_count)}"
        case Kind.CHOICE:
            return "Choose one"
        case Kind.TRUE_FALSE:
            return "True or false"
        case Kind.ORDER:
            return "Put these in order, first to last"
        case Kind.MATCH:
            return "Match each with what belongs to it"
        case Kind.TEXT | Kind.NUMBER:
            return "Your answer"
    return ""


def _key(content: Content, face: _Face) -> SafeString:
    """The answer as a person would say it; the parts of other kinds show theirs themselves."""
    if content.number is not None:
        number = content.number
        tolerance = f" ± {number.tolerance:f}" if number.tolerance else ""
        return escape(f"{number.value:f}{tolerance} {number.unit}".strip())
    if len(content.accept) > 1:
        return escape(content.accept[0].strip("`"))
    return face.field("answer")


def _citation(content: Content) -> Citation | None:
    source = content.metadata.get("source", "").strip()
    if not source:
        return None
    if link := _LINK.fullmatch(source):
        return Citation(words=link["words"] or link["url"], url=link["url"])
    return Citation(words=source, url="")


def _options(
    turn: Turn, face: _Face, given: Response | None, parts: Mapping[str, bool] | None
) -> list[OptionRow]:
    chosen = given.option_ids if isinstance(given, Chosen) else frozenset()
    rows = []
    for at, option in enumerate(shuffled_options(turn.content, turn.shuffle_seed)):
        text, why = face.option(option.id)
        number = str(at + 1) if at < 9 else ""
        rows.append(
            OptionRow(
                id=option.id,
                text=text,
                why=why if parts is not None and option.why else mark_safe(""),
                keys=f"{number} {LETTERS[at : at + 1]}".strip(),
                chosen=option.id in chosen,
                mark="" if parts is None else _mark(option.correct, option.id in chosen),
            )
        )
    return rows


def _mark(correct: bool, chosen: bool) -> str:
    if correct:
        return "right" if chosen else "missed"
    return "wrong" if chosen else ""


def _steps(
    turn: Turn, face: _Face, given: Response | None, parts: Mapping[str, bool] | None
) -> list[StepRow]:
    """In the order given, else shuffled; a blank answer shows the right order."""
    places = {option.id: at for at, option in enumerate(turn.content.options, start=1)}
    order = given.option_ids if isinstance(given, Ordered) else ()
    if parts is not None and not order:
        order = tuple(places)
    if sorted(order) != sorted(places):
        order = tuple(option.id for option in shuffled_options(turn.content, turn.shuffle_seed))
    rows = []
    for step in order:
        text, _ = face.option(step)
        rows.append(
            StepRow(
                id=step,
                text=text,
                words=words_of(text),
                is_right=bool(parts and parts[step]),
                place=places[step],
            )
        )
    return rows


def _rows(
    content: Content, face: _Face, given: Response | None, parts: Mapping[str, bool] | None
) -> list[MatchRow]:
    choices = given.choices if isinstance(given, Matched) else {}
    rows = []
    for pair in content.pairs:
        if not pair.left:
            continue
        left, right = face.pair(pair.id)
        chosen = choices.get(pair.id, "")
        rows.append(
            MatchRow(
                id=pair.id,
                left=left,
                given_id=chosen,
                given=face.pair(chosen)[1] if chosen in face.pair_index else mark_safe(""),
                right=right if parts is not None else mark_safe(""),
                is_right=bool(parts and parts[pair.id]),
            )
        )
    return rows


def _verdict(outcome: Outcome, content: Content) -> tuple[str, str]:
    """Right, partial or wrong, and what there is to say about it."""
    if outcome.correct:
        return "right", outcome.message
    if content.kind in (Kind.MATCH, Kind.ORDER) and any(outcome.parts.values()):
        return "partial", f"{sum(outcome.parts.values())} of {len(outcome.parts)} in place"
    return "wrong", outcome.message


def _ratings(turn: Turn) -> list[RatingButton]:
    proposed = Rating.GOOD if Rating.GOOD in turn.allowed else Rating.AGAIN
    return [
        RatingButton(
            value=rating.value,
            name=rating.name.title(),
            interval=answered.interval,
            is_allowed=rating in turn.allowed,
            is_proposed=rating is proposed,
        )
        for rating, answered in turn.ratings.items()
    ]
