"""Who may see what: each function fetches through the learner, or refuses with 404."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from studyapp.accounts.access import live_classes
from studyapp.accounts.models import Membership, User
from studyapp.library.access import access_note, read_note
from studyapp.library.models import Attachment, ItemVersion, NoteVersion
from studyapp.obsidian.quiz_set import QuizSet, read_quiz_set
from studyapp.obsidian.values import Diagnostic
from studyapp.quizzes.models import GRACE, Assignment, Attempt, Slot


def untold_exams(learner: int) -> QuerySet[Attempt]:
    """The exams that the learner (a key) sits now, or sat without knowing yet how it went."""
    long_over = timezone.now() - GRACE
    runs = Q(finished_at=None) & (Q(ends_at=None) | Q(ends_at__gt=long_over))
    release = Assignment.Release
    told_by_time = Q(assignment__release=release.AFTER_DUE, assignment__due_at__lte=long_over)
    untold = Q(assignment__isnull=False, assignment__released_at=None) & ~(
        Q(assignment__release=release.AT_ONCE) | told_by_time
    )
    return Attempt.objects.filter(
        runs | untold, learner=learner, mode=Attempt.Mode.EXAM, note__isnull=False
    )


def vaults_under_exam(learner: User) -> QuerySet[Attempt, int | None]:
    """The vaults that these ask about, as keys to filter by."""
    return untold_exams(learner.pk).order_by().values_list("note__vault", flat=True)


def exam_closing(attempt: Attempt) -> Attempt | None:
    """The exam that an attempt would give keys away for: it asks about somebody else's vault that
    questions of ``attempt`` are of as well. None where the attempt tells nothing itself."""
    if attempt.is_exam and attempt.points is None:
        return None
    vaults = (
        Slot.objects.filter(learner=attempt.learner_id, attempt=attempt)
        .exclude(item__vault__owner=attempt.learner_id)
        .values("item__vault")
    )
    exams = untold_exams(attempt.learner_id).exclude(pk=attempt.pk)
    return exams.filter(note__vault__in=vaults).order_by("pk").first()


def is_asked_with(learner: User, attachment: Attachment) -> bool:
    """Whether a question of the learner's shows this file: until they may know how it went, only
    what is asked counts, not why something is right."""
    url = reverse("library:attachment", args=[attachment.vault.slug, attachment.path])
    shows = re.compile(re.escape(str(escape(url))) + r"[\"#]")
    slots = Slot.objects.filter(learner=learner, item__vault=attachment.vault_id)
    return any(
        shows.search(text)
        for html, outcome in slots.values_list("version__html", "correct")
        for text in (_asked(html) if outcome is None else _all(html))
    )


def _asked(html: dict[str, Any]) -> Iterator[str]:
    yield html.get("stem", "")
    yield html.get("prompt", "")
    for text, _ in html.get("options", ()):
        yield text
    for pair in html.get("pairs", ()):
        yield from pair


def _all(html: dict[str, Any]) -> Iterator[str]:
    for text in html.values():
        yield from (text,) if isinstance(text, str) else chain.from_iterable(text)


def access_quiz_set(
    learner: User, slug: str, path: str
) -> tuple[NoteVersion, QuizSet, tuple[Diagnostic, ...]]:
    """The quiz set that a note is that the learner may read, with what is amiss in it."""
    note = read_note(learner, slug, path)
    read = read_quiz_set(path, note.frontmatter, note.text)
    if read.quiz_set is None or not (read.quiz_set.is_published or note.vault.owner == learner):
        raise Http404(path)
    return note, read.quiz_set, read.diagnostics


def access_own_quiz_set(user: User, slug: str, path: str) -> NoteVersion:
    """The quiz set that a note of ``user``'s own vault is."""
    note = access_note(user, slug, path)
    if read_quiz_set(path, note.frontmatter, note.text).quiz_set is None:
        raise Http404(path)
    return note


def access_assignment(user: User, pk: int) -> tuple[Assignment, Membership]:
    """What a class of ``user`` was set, and what they are in that class."""
    assignment: Assignment = get_object_or_404(
        Assignment.objects.select_related("study_class", "note__vault"),
        pk=pk,
        study_class__in=live_classes(user),
    )
    return assignment, user.memberships.get(study_class=assignment.study_class_id)


def access_taught_assignment(user: User, pk: int) -> Assignment:
    """What a class was set that ``user`` teaches, archived or not."""
    assignment: Assignment = get_object_or_404(
        Assignment.objects.select_related("study_class", "note__vault"),
        pk=pk,
        study_class__memberships__person=user,
        study_class__memberships__role=Membership.Role.INSTRUCTOR,
    )
    return assignment


def access_attempt(learner: User, pk: int, *, lock: bool = False) -> Attempt:
    """The learner's attempt. With ``lock`` (in a transaction) nobody else changes it meanwhile."""
    attempts = Attempt.objects.filter(learner=learner, pk=pk).select_related(
        "note__vault", "assignment"
    )
    attempt = (attempts.select_for_update(of=("self",)) if lock else attempts).first()
    if attempt is None:
        raise Http404(f"attempt {pk}")
    return attempt


def access_slot(attempt: Attempt, position: int) -> Slot:
    """A place of the attempt's form, with what it asks."""
    slot = (
        Slot.objects.filter(learner=attempt.learner_id, attempt=attempt, position=position)
        .select_related("version")
        .first()
    )
    if slot is None:
        raise Http404(f"question {position}")
    slot.attempt = attempt
    return slot


def access_reportable(learner: User, pk: int, position: int) -> Slot:
    """A question of the learner's that they may report: in a practice, and in an exam once they
    know how it went. Not while another exam closes it."""
    attempt = access_attempt(learner, pk)
    if (attempt.is_exam and attempt.points is None) or exam_closing(attempt):
        raise Http404(f"attempt {pk}")
    return access_slot(attempt, position)


def access_wording(author: User, pk: int) -> ItemVersion:
    """A wording of a question in a vault of ``author``'s."""
    found: ItemVersion = get_object_or_404(
        ItemVersion.objects.select_related("item__vault"), pk=pk, item__vault__owner=author
    )
    return found
