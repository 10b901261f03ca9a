"""Quiz sets and attempts for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from studyapp.items.responses import Response
from studyapp.library.models import NoteVersion, Vault
from studyapp.obsidian.frontmatter import read_frontmatter
from studyapp.quizzes.access import access_quiz_set
from studyapp.quizzes.models import Attempt, Slot
from studyapp.quizzes.services.answering import Given, save_slot
from studyapp.quizzes.services.starting import start_attempt
from tests.library.factories import make_note

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def make_quiz(vault: Vault, properties: str = "quiz: exam", path: str = "Quiz.md") -> NoteVersion:
    """A note that is a quiz set."""
    text = f"---\n{properties}\n---\n"
    note = make_note(vault, path, text=text)
    version = note.versions.get()
    version.frontmatter = dict(read_frontmatter(text).properties)
    version.save()
    return version


def begin(
    vault: Vault, properties: str = "quiz: exam", now: datetime = NOON, path: str = "Quiz.md"
) -> Attempt:
    """An attempt at a new quiz set of the vault."""
    make_quiz(vault, properties, path)
    note, quiz_set, _ = access_quiz_set(vault.owner, vault.slug, path)
    return start_attempt(
        learner=vault.owner, note=note, quiz_set=quiz_set, request_id=uuid4(), now=now
    )


def slot_of(attempt: Attempt, position: int = 1) -> Slot:
    return Slot.objects.select_related("version", "attempt").get(attempt=attempt, position=position)


def give(
    attempt: Attempt,
    response: Response | None,
    *,
    position: int = 1,
    sequence: int = 1,
    now: datetime = NOON,
    **marks: Any,
) -> Slot:
    """Send a response, as the page of the question does."""
    given = {"is_flagged": False, "struck": (), "remark": "", **marks}
    return save_slot(
        learner=attempt.learner,
        attempt_id=attempt.pk,
        position=position,
        given=Given(sequence, **given),
        read=lambda slot: response,
        now=now,
    )
