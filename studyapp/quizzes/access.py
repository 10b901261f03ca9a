"""Who may see what: each function fetches through the learner, or refuses with 404."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from studyapp.accounts.access import live_classes
from studyapp.accounts.models import Membership, User
from studyapp.library.access import access_note, read_note
from studyapp.library.models import NoteVersion
from studyapp.obsidian.quiz_set import QuizSet, read_quiz_set
from studyapp.obsidian.values import Diagnostic
from studyapp.quizzes.models import GRACE, Assignment, Attempt, Slot


def vaults_under_exam(learner: User) -> QuerySet[Attempt, int | None]:
    """The vaults that an exam of the learner's asks about at this moment, as keys to filter by."""
    running = Attempt.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=timezone.now() - GRACE),
        learner=learner,
        mode=Attempt.Mode.EXAM,
        finished_at=None,
        note__isnull=False,
    )
    return running.order_by().values_list("note__vault", flat=True)


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
