"""The parts of a sheet, as the templates take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from studyapp.items.values import Kind

NOTHING = SafeString("")

_PICKED = frozenset({Kind.CHOICE, Kind.TRUE_FALSE, Kind.ORDER, Kind.MATCH})

_TEMPLATES = {
    Kind.CHOICE: "choice",
    Kind.TRUE_FALSE: "choice",
    Kind.TEXT: "typed",
    Kind.NUMBER: "typed",
    Kind.ORDER: "order",
    Kind.MATCH: "match",
    Kind.CLOZE: "typed",
    Kind.BASIC: "open",
    Kind.REVERSED: "open",
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
    """A step of an order question; after grading, ``put_at`` is where the learner had it (from 1),
    or 0 when nothing was answered."""

    id: str
    text: SafeString
    words: str
    is_right: bool = False
    put_at: int = 0


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A row of a match question: what was put to it, and what belongs there. Its ids are masked
    (see ``items.masking``)."""

    id: str
    left: SafeString
    given_id: str
    given: SafeString
    right: SafeString
    is_right: bool = False


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
    answer: SafeString = NOTHING
    also_right: Sequence[str] = ()
    explanation: SafeString = NOTHING
    citation: Citation | None = None
    verdict: str = ""
    verdict_detail: str = ""
    case: str = ""
    stem: SafeString = NOTHING

    @property
    def is_typed(self) -> bool:
        """The learner writes the answer, so the field has the focus."""
        return self.is_graded and self.kind not in _PICKED

    @property
    def form_template(self) -> str:
        """Draws the form of a question that is answered on the page."""
        return f"library/asking/{_TEMPLATES[self.kind]}_asked.html"

    @property
    def graded_template(self) -> str:
        """Draws the graded answer; "" where the learner judges."""
        return f"library/asking/{_TEMPLATES[self.kind]}_graded.html" if self.is_graded else ""
