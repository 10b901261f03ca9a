"""Beginning an attempt: its form is drawn once, and each question pinned as it is worded now."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction

from studyapp.accounts.models import Membership, User
from studyapp.items.drawing import draw_form, draw_unscored
from studyapp.library.models import NoteVersion
from studyapp.library.rows import insert_rows
from studyapp.obsidian.quiz_set import Mode, QuizSet, read_quiz_set
from studyapp.quizzes.models import Assignment, Attempt, Slot
from studyapp.quizzes.selecting import Question, select_questions


class CannotStartError(Exception):
    """Why an attempt cannot begin. ``message`` is for the learner."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Terms:
    """How a member of a class sits what it was set."""

    assignment: Assignment
    time_factor: Fraction

    def mode(self, quiz_set: QuizSet) -> Mode:
        """A practice tells at once, so it is one only where that may be told."""
        told = self.assignment.release == Assignment.Release.AT_ONCE
        return quiz_set.mode if told else Mode.EXAM

    def ends_at(self, quiz_set: QuizSet, now: datetime) -> datetime:
        """The end of the member's own time, or when it is due if that is earlier."""
        own = _end(quiz_set, now, self.time_factor)
        return min(own or self.assignment.due_at, self.assignment.due_at)


@transaction.atomic
def start_assigned(
    *, assignment: Assignment, membership: Membership, request_id: UUID, now: datetime
) -> Attempt:
    """An attempt of the member's at what the class was set, or the one that is open still. Raises
    CannotStartError where it is not open, not there any more, or was sat as often as allowed."""
    learner = membership.person
    # Two tabs that begin at once are one after the other.
    Membership.objects.select_for_update().get(pk=membership.pk)
    sat = list(Attempt.objects.filter(learner=learner, assignment=assignment))
    for attempt in sat:
        if not attempt.is_over(now):
            return attempt
    if assignment.withdrawn_at is not None:
        raise CannotStartError("It was withdrawn, and cannot be begun any more.")
    if now < assignment.opens_at:
        raise CannotStartError("It is not open yet.")
    if now >= assignment.due_at:
        raise CannotStartError("It was due, and cannot be begun any more.")
    if len(sat) >= assignment.attempts_allowed:
        raise CannotStartError("You have sat it as often as you may.")
    note = (
        NoteVersion.objects.live()
        .filter(note=assignment.note_id)
        .select_related("note__vault", "vault")
        .first()
    )
    rules = note and read_quiz_set(note.note.path, note.frontmatter, note.text).quiz_set
    if note is None or rules is None:
        raise CannotStartError("This quiz is not there any more. Ask your instructor.")
    return start_attempt(
        learner=learner,
        note=note,
        quiz_set=rules,
        request_id=request_id,
        now=now,
        terms=Terms(assignment, Fraction(membership.time_factor)),
    )


def start_attempt(
    *,
    learner: User,
    note: NoteVersion,
    quiz_set: QuizSet,
    request_id: UUID,
    now: datetime,
    terms: Terms | None = None,
) -> Attempt:
    """A new attempt at the quiz set that ``note`` is; the same ``request_id`` again gives the same.
    With ``terms`` it is sat as a class was set it. Raises CannotStartError where the set asks
    nothing or is not open."""
    if (earlier := begun(learner, request_id)) is not None:
        return earlier
    if terms is None and (closed := closed_because(quiz_set, now)) is not None:
        raise CannotStartError(closed)
    selection = select_questions(note, quiz_set)
    seed = secrets.randbits(48)
    form = draw_form(
        selection.candidates(learner),
        seed=seed,
        count=quiz_set.count,
        blueprint=quiz_set.blueprint,
        keep_order=quiz_set.keep_order,
    )
    by_item = {question.item: question for question in selection.questions}
    passing = quiz_set.pass_percent
    attempt = Attempt(
        learner=learner,
        request_id=request_id,
        note=note.note,
        title=note.title,
        assignment=terms.assignment if terms else None,
        mode=terms.mode(quiz_set) if terms else quiz_set.mode,
        pass_percent=None if passing is None else float(passing),
        partial_credit=quiz_set.partial_credit,
        scale=list(quiz_set.scale) if quiz_set.scale else None,
        seed=seed,
        started_at=now,
        ends_at=terms.ends_at(quiz_set, now) if terms else _end(quiz_set, now),
        touched_at=now,
    )
    questions = [by_item[item] for item in form.keys]
    unscored = draw_unscored(len(questions), min(quiz_set.unscored, len(questions) - 1), seed)
    return _begin(attempt, questions, unscored)


def start_practice(
    *, learner: User, title: str, questions: Sequence[Question], request_id: UUID, now: datetime
) -> Attempt:
    """A practice of ``questions`` that no note selects. Otherwise as ``start_attempt``."""
    if (earlier := begun(learner, request_id)) is not None:
        return earlier
    attempt = Attempt(
        learner=learner,
        request_id=request_id,
        title=title,
        mode=Mode.PRACTICE,
        seed=secrets.randbits(48),
        started_at=now,
        touched_at=now,
    )
    return _begin(attempt, questions, frozenset())


def closed_because(quiz_set: QuizSet, now: datetime) -> str | None:
    """Why the set cannot be begun today; None where it can."""
    today = now.date()
    if quiz_set.opens and today < quiz_set.opens:
        return f"It opens on {quiz_set.opens:%-d %B %Y}."
    if quiz_set.closes and today > quiz_set.closes:
        return f"It closed on {quiz_set.closes:%-d %B %Y}, which is past."
    return None


def _end(quiz_set: QuizSet, now: datetime, factor: Fraction = Fraction(1)) -> datetime | None:
    """When the time for the set is over; None where it has none."""
    return now + timedelta(minutes=float(quiz_set.minutes * factor)) if quiz_set.minutes else None


def begun(learner: User, request_id: UUID) -> Attempt | None:
    """The attempt that this request began before."""
    return Attempt.objects.filter(learner=learner, request_id=request_id).first()


_PINNED = ("position", "item", "version", "domain", "is_scored", "points")
_UNTOUCHED: dict[str, Any] = {
    "is_complete": False,
    "is_flagged": False,
    "struck": "[]",
    "remark": "",
    "sequence": 0,
    "seconds": 0.0,
}
"""What a slot says before anything is given; all else is null."""


@transaction.atomic
def _begin(attempt: Attempt, questions: Sequence[Question], unscored: frozenset[int]) -> Attempt:
    if not questions:
        raise CannotStartError("There is no question in it that a quiz can ask.")
    attempt.save()
    insert_rows(
        Slot,
        ("learner", "attempt", *_PINNED, *_UNTOUCHED),
        (
            (
                attempt.learner_id,
                attempt.pk,
                place + 1,
                question.item,
                question.version,
                question.domain,
                place not in unscored,
                _points(question.points),
                *_UNTOUCHED.values(),
            )
            for place, question in enumerate(questions)
        ),
    )
    return attempt


def _points(said: str) -> float:
    """``points:: 2``; anything that is no number from 0 to 100 counts 1."""
    try:
        points = float(said)
    except ValueError:
        return 1.0
    return points if 0 < points <= 100 else 1.0
