"""The questions that a quiz set may draw: what its properties select from its vault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q

from studyapp.accounts.models import User
from studyapp.items.drawing import Candidate, Shortage
from studyapp.items.values import RECALLED_KINDS, Kind, normalise
from studyapp.library.models import NoteVersion, Placement, PlacementQuerySet, Topic
from studyapp.library.search.engines import engine
from studyapp.library.search.parsing import parse
from studyapp.obsidian.diagnostics import warning
from studyapp.obsidian.quiz_set import QuizSet
from studyapp.obsidian.values import Diagnostic
from studyapp.quizzes.models import Slot
from studyapp.ui.wording import plural

GRADED = tuple(kind.value for kind in Kind if kind not in RECALLED_KINDS)
"""Kinds that any quiz asks. Gaps are asked where they stand in the quiz set itself or ``kinds``
names them, open questions where it does."""

ASKED = (*GRADED, Kind.CLOZE.value, Kind.BASIC.value)
"""Kinds that a quiz may ask."""

MOST_FOUND = 20_000
"""Questions that one search may add."""


@dataclass(frozen=True, slots=True)
class Question:
    """An item that may be asked: its wording, where it stands, and what it says of itself."""

    item: int
    version: int
    note: int
    path: str
    line: int
    topic: int
    explicit_id: str
    domain: str
    points: str
    case: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a quiz set selects, in reading order, and which of its properties found nothing."""

    questions: tuple[Question, ...]
    problems: tuple[Diagnostic, ...] = ()

    def candidates(self, learner: User | None = None) -> list[Candidate]:
        """The questions as ``items.drawing`` takes them, for ``learner`` or for nobody in
        particular: at most one query."""
        seen = times_seen(learner) if learner else {}
        chosen: dict[object, Question] = {}
        for question in self.questions:
            # Gaps of one sentence tell each other: the one met least speaks for all.
            name = (question.note, question.group) if question.group else question.item
            kept = chosen.setdefault(name, question)
            if seen.get(question.item, 0) < seen.get(kept.item, 0):
                chosen[name] = question
        return [
            Candidate(
                question.item,
                question.domain,
                seen.get(question.item, 0),
                f"{question.note}:{question.case}" if question.case else "",
            )
            for question in chosen.values()
        ]


def select_questions(note: NoteVersion, quiz_set: QuizSet) -> Selection:
    """What the quiz set that ``note`` is selects."""
    every = _questions(note, quiz_set)
    path = note.note.path
    own = [question.item for question in every if question.note == note.note_id]
    if not quiz_set.selects:
        return Selection(tuple(q for q in every if q.item in set(own)) if own else tuple(every))
    chosen = set(own)
    problems = []
    for name, found in _found(note, quiz_set, every):
        property_, _, said = name.partition(":")
        if found:
            chosen |= found
        else:
            line = quiz_set.lines.get(property_, 1)
            message = f"“{said}” has no question that a quiz can ask."
            problems.append(warning(path, line, f"quiz-{property_}", message))
    return Selection(tuple(q for q in every if q.item in chosen), tuple(problems))


def shortage_problems(
    note: NoteVersion, quiz_set: QuizSet, shortages: Iterable[Shortage]
) -> list[Diagnostic]:
    """What there is to say where the blueprint cannot be filled."""
    line = quiz_set.lines.get("blueprint", 1)
    return [
        warning(
            note.note.path,
            line,
            "quiz-blueprint",
            f"“{short.domain}” should ask {plural(short.wanted, 'question,questions')}, and there "
            f"{'is' if short.there == 1 else 'are'} {short.there or 'none'}: "
            "other domains fill its places.",
        )
        for short in shortages
    ]


def times_seen(learner: User) -> dict[int, int]:
    """How often the learner was asked each item in a quiz."""
    rows = Slot.objects.filter(learner=learner).order_by().values("item").annotate(n=Count("id"))
    return dict(rows.values_list("item", "n"))


def read_questions(placements: PlacementQuerySet) -> list[Question]:
    """``placements`` as questions, in reading order: one query."""
    rows = placements.order_by("vault", "note__position", "note__path", "position").values_list(
        "item_id",
        "version_id",
        "note_id",
        "note__path",
        "first_line",
        "topic_id",
        "explicit_id",
        "group",
        "version__data__metadata",  # as a whole: each part would have the database read it again
    )
    return [Question(*(*row[:7], *_said(row[8] or {}), row[7])) for row in rows]


def _said(metadata: Mapping[str, Any]) -> Iterator[str]:
    """What a question says of itself, in the order of ``Question``."""
    return (str(metadata.get(name) or "") for name in ("domain", "points", "case"))


def _questions(note: NoteVersion, quiz_set: QuizSet) -> list[Question]:
    """Every question of the vault that the set may ask: one query."""
    kinds = [kind.value for kind in quiz_set.kinds]
    asked = Q(kind__in=kinds or GRADED)
    if not kinds:
        asked |= Q(kind=Kind.CLOZE.value, note=note.note_id)
    return read_questions(Placement.objects.ready().filter(asked, vault=note.vault_id))


def _found(
    note: NoteVersion, quiz_set: QuizSet, every: list[Question]
) -> Iterator[tuple[str, set[int]]]:
    """For every thing that the set selects by, as ``property:what``, the items it finds."""
    for target in quiz_set.from_list:
        yield f"from-list:{target}", _listed(target, every)
    for name in quiz_set.from_topics:
        topics = _topics(note, name)
        yield f"from-topics:{name}", {q.item for q in every if q.topic in topics}
    if quiz_set.from_tags:
        tagged = list(
            NoteVersion.objects.live()
            .filter(vault=note.vault_id)
            .exclude(tags=[])
            .values_list("note_id", "tags")
        )
        for tag in quiz_set.from_tags:
            notes = {pk for pk, tags in tagged if _has_tag(tags, tag)}
            yield f"from-tags:{tag}", {q.item for q in every if q.note in notes}
    for text in quiz_set.from_search:
        yield f"from-search:{text}", _searched(note, text, every)


def _listed(target: str, every: list[Question]) -> set[int]:
    """The questions of ``Note``, ``Note#^id`` or ``^id``."""
    name, _, fragment = target.partition("#")
    block_id = (fragment or name if fragment or name.startswith("^") else "").removeprefix("^")
    wanted = "" if name.startswith("^") else normalise(name.removesuffix(".md"))
    return {
        q.item
        for q in every
        if (not block_id or q.explicit_id.casefold() == block_id.casefold())
        and (not wanted or f"/{normalise(q.path.removesuffix('.md'))}".endswith(f"/{wanted}"))
    }


def _topics(note: NoteVersion, name: str) -> set[int]:
    """The topics called ``name`` in the vault, with everything below them: two queries."""
    named = list(Topic.objects.filter(vault=note.vault_id, name__iexact=name))
    if not named:
        return set()
    below: Q = reduce(or_, (topic.subtree for topic in named))
    return set(Topic.objects.filter(below).values_list("pk", flat=True))


def _has_tag(tags: Iterable[str], wanted: str) -> bool:
    wanted = wanted.casefold()
    return any(f"{tag.casefold()}/".startswith(f"{wanted}/") for tag in tags)


def _searched(note: NoteVersion, text: str, every: list[Question]) -> set[int]:
    """What a search for questions finds: two queries."""
    matches = engine().matches([note.vault_id], parse(f"kind:question {text}"), limit=MOST_FOUND)
    versions = {match.version for match in matches}
    notes = dict(NoteVersion.objects.filter(pk__in=versions).values_list("pk", "note_id"))
    places = {(notes[match.version], match.line) for match in matches}
    return {q.item for q in every if (q.note, q.line) in places}
