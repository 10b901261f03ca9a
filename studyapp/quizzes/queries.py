"""What the quiz pages show, each in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max

from studyapp.accounts.models import User
from studyapp.items.scoring import Standing, scaled, standing, wilson
from studyapp.library.access import readable_by
from studyapp.library.models import NoteVersion, Placement
from studyapp.obsidian.quiz_set import Mode, QuizSet, read_quiz_set
from studyapp.quizzes.grading import counts, rulings_on, without_dropped
from studyapp.quizzes.models import Attempt, Slot
from studyapp.quizzes.selecting import ASKED, Question, read_questions
from studyapp.ui.wording import plural, words_of

EARLIER = 12
"""Attempts in a list of earlier ones."""


@dataclass(frozen=True, slots=True)
class SetRow:
    """A quiz set in a list."""

    title: str
    vault: str
    slug: str
    path: str
    rules: str
    mode: Mode
    is_draft: bool


def set_rows(learner: User) -> list[SetRow]:
    """The quiz sets in the vaults that the learner may read: one query."""
    notes = (
        NoteVersion.objects.live()
        .filter(readable_by(learner), frontmatter__has_key="quiz")
        .select_related("note", "vault")
        .only("title", "frontmatter", "note__path", "vault__title", "vault__slug", "vault__owner")
        .order_by("vault__title", "note__position", "note__path")
    )
    rows = []
    for note in notes:
        quiz_set = read_quiz_set(note.note.path, note.frontmatter, "").quiz_set
        if quiz_set is None:
            continue
        if quiz_set.is_published or note.vault.owner_id == learner.pk:
            rows.append(
                SetRow(
                    note.title,
                    note.vault.title,
                    note.vault.slug,
                    note.note.path,
                    rules_in_words(quiz_set),
                    quiz_set.mode,
                    not quiz_set.is_published,
                )
            )
    return rows


def rules_in_words(quiz_set: QuizSet, count: int = 0) -> str:
    """Such as "65 questions, 130 minutes, pass at 72 %"; ``count`` is how many there really are."""
    parts = []
    if count or quiz_set.count:
        parts.append(plural(count or quiz_set.count, "question,questions"))
    if quiz_set.minutes:
        parts.append(plural(quiz_set.minutes, "minute,minutes"))
    if quiz_set.pass_percent is not None:
        parts.append(f"pass at {quiz_set.pass_percent:f}\u00a0%")
    return ", ".join(parts)


def open_attempts(learner: User, now: datetime) -> list[Attempt]:
    """Attempts that can be gone on with: one query."""
    unfinished = Attempt.objects.filter(learner=learner, finished_at=None)
    return [attempt for attempt in unfinished if not attempt.is_over(now)]


def earlier_attempts(learner: User, note_id: int | None = None) -> list[Attempt]:
    """The last finished attempts (at one set, if it is named), the latest first: one query."""
    attempts = Attempt.objects.filter(learner=learner, finished_at__isnull=False)
    if note_id is not None:
        attempts = attempts.filter(note=note_id)
    return list(attempts[:EARLIER])


def mistakes(learner: User) -> list[Question]:
    """The questions that the learner got wrong when last asked in a quiz, over all of them, the
    latest first, as they are worded now: two queries."""
    last = (
        Slot.objects.filter(learner=learner, correct__isnull=False)
        .order_by()
        .values("item")
        .annotate(last=Max("pk"))
        .values("last")
    )
    wrong = list(
        without_dropped(Slot.objects.filter(learner=learner, pk__in=last, correct=False))
        .order_by("-pk")
        .values_list("item", flat=True)
    )
    standing_now = Placement.objects.ready().filter(
        readable_by(learner), item__in=wrong, kind__in=ASKED
    )
    places = {question.item: question for question in read_questions(standing_now)}
    return [places[item] for item in wrong if item in places]


@dataclass(frozen=True, slots=True)
class MistakeRow:
    """A question of the pool: what it asks, and where it stands."""

    words: str
    url: str
    domain: str


def mistake_rows(learner: User) -> list[MistakeRow]:
    """The pool of mistakes as a list: three queries."""
    questions = mistakes(learner)
    placements = {
        placement.item_id: placement
        for placement in Placement.objects.ready()
        .filter(readable_by(learner), item__in=[question.item for question in questions])
        .select_related("version", "note__vault")
    }
    return [
        MistakeRow(placement.version.words, placement.get_absolute_url(), question.domain)
        for question in questions
        if (placement := placements.get(question.item)) is not None
    ]


def domain_counts(domains: Iterable[str]) -> list[tuple[str, int]]:
    """How many questions each domain has, the most first."""
    return Counter(domain or "No domain" for domain in domains).most_common()


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """A question in the strip of all: its number, and what is known of it in words."""

    number: int
    state: str
    is_flagged: bool
    is_current: bool

    @property
    def label(self) -> str:
        """What a screen reader says."""
        flagged = ", flagged" if self.is_flagged else ""
        return f"Question {self.number}, {self.state}{flagged}"


def palette(attempt: Attempt, current: int = 0) -> list[PaletteEntry]:
    """Every question of the attempt with how far it is: one query."""
    rows = Slot.objects.filter(learner=attempt.learner_id, attempt=attempt).values_list(
        "position", "response", "is_complete", "is_flagged", "correct"
    )
    return [
        PaletteEntry(position, _state(response, complete, correct), flagged, position == current)
        for position, response, complete, flagged, correct in rows
    ]


def _state(response: object, complete: bool, correct: bool | None) -> str:
    if correct is not None:
        return "right" if correct else "wrong"
    if response is None:
        return "open"
    return "answered" if complete else "incomplete"


@dataclass(frozen=True, slots=True)
class Share:
    """So many right of so many, with the interval (95 %, in whole percent) behind them."""

    name: str
    right: int
    of: int
    low: int = field(init=False)
    high: int = field(init=False)

    def __post_init__(self) -> None:
        low, high = wilson(self.right, self.of)
        object.__setattr__(self, "low", round(low * 100))
        object.__setattr__(self, "high", round(high * 100))

    @property
    def percent(self) -> int:
        """The share in whole percent."""
        return round(100 * self.right / self.of) if self.of else 0


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A question in the list of a result."""

    position: int
    words: str
    domain: str
    state: str
    is_flagged: bool
    counts: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to. ``standing`` is None without a pass mark, ``estimate`` without a
    scale: two ends of the interval laid on it."""

    whole: Share
    domains: Sequence[Share]
    standing: Standing | None
    estimate: tuple[int, int] | None
    rows: Sequence[ResultRow]
    unscored: int
    missed: int
    minutes: int


def result_of(attempt: Attempt) -> Result:
    """The result of a finished attempt: two queries."""
    slots = list(
        Slot.objects.filter(learner=attempt.learner_id, attempt=attempt).select_related("version")
    )
    held = rulings_on(slot.version_id for slot in slots)
    counted = [slot for slot in slots if counts(slot, held.get(slot.version_id))]
    whole = Share("", attempt.right or 0, attempt.scored or 0)
    names = sorted({slot.domain for slot in counted if slot.domain})
    share = attempt.share or 0.0
    low, high = wilson(share * whole.of, whole.of)
    return Result(
        whole=whole,
        domains=[
            Share(
                name,
                sum(bool(s.correct) for s in counted if s.domain == name),
                sum(1 for s in counted if s.domain == name),
            )
            for name in names
        ],
        standing=standing(share * whole.of, whole.of, attempt.pass_percent / 100)
        if attempt.pass_percent is not None
        else None,
        estimate=(scaled(low, *attempt.scale), scaled(high, *attempt.scale))
        if attempt.scale
        else None,
        rows=[
            ResultRow(
                slot.position,
                words_of(slot.version.html.get("prompt", "")) or slot.version.words,
                slot.domain,
                _state(slot.response, slot.is_complete, slot.correct),
                slot.is_flagged,
                slot in counted,
                slot.seconds,
            )
            for slot in slots
        ],
        unscored=len(slots) - len(counted),
        missed=sum(not slot.correct for slot in slots if slot in counted or not slot.is_scored),
        minutes=round(sum(slot.seconds for slot in slots) / 60),
    )
