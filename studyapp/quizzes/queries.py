"""What the quiz pages show, each in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Q
from django.urls import reverse

from studyapp.accounts.models import User
from studyapp.items.scoring import Standing, scaled, standing, wilson
from studyapp.library.access import readable_by, readable_vaults
from studyapp.library.models import ItemVersion, NoteVersion, Placement, Vault
from studyapp.obsidian.quiz_set import Mode, QuizSet, read_quiz_set
from studyapp.quizzes.access import vaults_under_exam
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


@dataclass(frozen=True, slots=True)
class Missed:
    """A question of the pool of mistakes, and where it went wrong last."""

    question: Question
    attempt: int
    position: int


def mistakes(learner: User) -> list[Missed]:
    """The questions that the learner got wrong when last asked in a quiz, over all of them, the
    latest first: three queries. They are as they are worded now; those of a vault that the learner
    cannot read, since a class was set an exam about it, as they were asked."""
    last = (
        Slot.objects.filter(learner=learner, correct__isnull=False)
        .order_by()
        .values("item")
        .annotate(last=Max("pk"))
        .values("last")
    )
    wrong = list(
        without_dropped(Slot.objects.filter(learner=learner, pk__in=last, correct=False))
        .select_related("item")
        .order_by("-pk")
    )
    standing_now = Placement.objects.ready().filter(
        readable_by(learner), item__in=[slot.item_id for slot in wrong], kind__in=ASKED
    )
    places = {question.item: question for question in read_questions(standing_now)}
    elsewhere = set(
        Vault.objects.filter(pk__in={slot.item.vault_id for slot in wrong})
        .exclude(pk__in=readable_vaults(learner))
        .exclude(pk__in=vaults_under_exam(learner))
        .values_list("pk", flat=True)
    )
    found = []
    for slot in wrong:
        question = places.get(slot.item_id)
        if question is None and slot.item.vault_id in elsewhere:
            question = _as_asked(slot)
        if question is not None:
            found.append(Missed(question, slot.attempt_id, slot.position))
    return found


def _as_asked(slot: Slot) -> Question:
    """The question of a slot, of which nothing else may be known."""
    return Question(
        item=slot.item_id,
        version=slot.version_id,
        note=0,
        path="",
        line=0,
        topic=0,
        explicit_id="",
        domain=slot.domain,
        points=f"{slot.points:g}",
        case="",
    )


@dataclass(frozen=True, slots=True)
class MistakeRow:
    """A question of the pool: what it asks, and where it stands or was asked."""

    words: str
    url: str
    domain: str


def mistake_rows(learner: User) -> list[MistakeRow]:
    """The pool of mistakes as a list: five queries."""
    pool = mistakes(learner)
    versions = ItemVersion.objects.in_bulk([missed.question.version for missed in pool])
    placements = {
        placement.item_id: placement
        for placement in Placement.objects.ready()
        .filter(readable_by(learner), item__in=[missed.question.item for missed in pool])
        .select_related("note__vault")
    }
    rows = []
    for missed in pool:
        placement = placements.get(missed.question.item)
        asked = reverse("quizzes:slot", args=[missed.attempt, missed.position])
        rows.append(
            MistakeRow(
                versions[missed.question.version].words,
                placement.get_absolute_url() if placement else asked,
                missed.question.domain,
            )
        )
    return rows


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


COMPARED = 3
"""Earlier attempts that a result is held against."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """An attempt beside those before it, the latest first: of each domain the share right in each
    (None where it was not asked). ``gain`` is in percentage points against the one before."""

    attempts: Sequence[Attempt]
    domains: Sequence[tuple[str, Sequence[Share | None]]]
    gain: int


def compare(attempt: Attempt, earlier: Sequence[Attempt]) -> Comparison | None:
    """The attempt held against the latest of ``earlier`` whose results are told; None where there
    is none: one query."""
    before = [other for other in earlier if other.pk < attempt.pk and other.percent is not None]
    if not before:
        return None
    attempts = [attempt, *before[:COMPARED]]
    counted = without_dropped(
        Slot.objects.filter(learner=attempt.learner_id, attempt__in=attempts, is_scored=True)
    )
    found = {
        (each, domain): (right, of)
        for each, domain, right, of in counted.order_by()
        .values("attempt", "domain")
        .annotate(right=Count("pk", Q(correct=True)), of=Count("pk"))
        .values_list("attempt", "domain", "right", "of")
    }
    names = sorted({domain for _, domain in found if domain})
    return Comparison(
        attempts,
        [(name, [_share(name, found.get((each.pk, name))) for each in attempts]) for name in names],
        (attempt.percent or 0) - (before[0].percent or 0),
    )


def _share(name: str, found: tuple[int, int] | None) -> Share | None:
    return Share(name, *found) if found else None
