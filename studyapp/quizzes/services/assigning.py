"""Setting quizzes for classes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from studyapp.accounts.models import StudyClass
from studyapp.library.models import Note, NoteVersion
from studyapp.quizzes.models import Assignment


def assign_quiz(*, study_class: StudyClass, note: Note, **terms: Any) -> Assignment:
    """Set the quiz that ``note`` is for the class; ``terms`` are fields of the assignment."""
    title = NoteVersion.objects.live().values_list("title", flat=True).get(note=note)
    return Assignment.objects.create(study_class=study_class, note=note, title=title, **terms)


def change_assignment(*, assignment: Assignment, **terms: Any) -> None:
    """Set it by other terms, fields of the assignment, for whatever is begun from now on. What is
    begun keeps its time, and what was told stays told."""
    for name, value in terms.items():
        setattr(assignment, name, value)
    assignment.save(update_fields=list(terms))


def withdraw_assignment(*, assignment: Assignment, now: datetime | None) -> None:
    """Let nobody begin it any more, or with ``now`` None let them again. Attempts stay."""
    Assignment.objects.filter(pk=assignment.pk).update(withdrawn_at=now)


def release_results(*, assignment: Assignment, now: datetime) -> None:
    """Let the candidates know how it went. Each result is written when its learner looks at it."""
    Assignment.objects.filter(pk=assignment.pk, released_at=None).update(released_at=now)
