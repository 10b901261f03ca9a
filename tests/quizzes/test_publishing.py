"""Drafts and published sets, and what a class reads while one of them sits an exam."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from studyapp.accounts.classes import make_class
from studyapp.accounts.models import Membership, User
from studyapp.items.values import Kind
from studyapp.library.models import Vault
from studyapp.library.services.sharing import share_vault
from studyapp.obsidian.quiz_set import with_property
from studyapp.quizzes.models import Attempt
from tests.library.factories import make_item, make_learner
from tests.library.test_editing import edit, live
from tests.library.test_import import run
from tests.library.vaults import write_vault
from tests.quizzes.factories import make_quiz, slot_of

QUIZ = """---
quiz: exam   # of the first week
time: 10 min
---
> [!question] Which one?
> - [x] This
> - [ ] That
"""


@pytest.fixture
def student(settings: Settings, learner: User, vault: Vault) -> Client:
    """Somebody of a class that reads the learner's vault."""
    settings.ONE_PERSON = False
    taught = make_class(instructor=learner, title="Cloud 101", now=timezone.now())
    share_vault(vault=vault, study_class=taught)
    bob = make_learner("bob")
    Membership.objects.create(study_class=taught, person=bob, role=Membership.Role.LEARNER)
    client = Client()
    client.force_login(bob)
    return client


def test_only_its_owner_sees_a_draft(student: Client, vault: Vault, learner: User) -> None:
    make_item(vault, kind=Kind.CHOICE)
    make_quiz(vault, "quiz: exam\npublish: false", "Draft.md")
    make_quiz(vault, "quiz: exam", "Open.md")
    listed = student.get(reverse("quizzes:index")).content.decode()
    assert "Open.md" in listed
    assert "Draft.md" not in listed
    door = reverse("quizzes:set", args=["aws", "Draft.md"])
    start = reverse("quizzes:start", args=["aws", "Draft.md"])
    assert student.get(door).status_code == 404
    assert student.post(start, {"request_id": uuid4()}).status_code == 404
    publish = reverse("quizzes:publish", args=["aws", "Open.md"])
    assert student.post(publish, {"seen": "x"}).status_code == 404
    owner = Client()
    owner.force_login(learner)
    assert "nobody else sees it" in owner.get(door).content.decode()
    assert "Draft, Exam" in " ".join(owner.get(reverse("quizzes:index")).content.decode().split())


def test_publishing_changes_a_line_and_nothing_that_was_begun(
    client: Client, learner: User, tmp_path: object
) -> None:
    vault = run(write_vault(tmp_path / "v", {"Quiz.md": QUIZ})).vault  # type: ignore[operator]
    address = ["v", "Quiz.md"]
    client.post(reverse("quizzes:start", args=address), {"request_id": uuid4()})
    begun = slot_of(Attempt.objects.get())
    seen = live(vault, "Quiz.md").sha256
    client.post(reverse("quizzes:publish", args=address), {"seen": seen})
    assert live(vault, "Quiz.md").text == QUIZ.replace("time:", "publish: false\ntime:")
    stale = {"seen": seen, "is_published": "on"}
    told = client.post(reverse("quizzes:publish", args=address), stale, follow=True)
    assert "was changed since" in told.content.decode()
    seen = live(vault, "Quiz.md").sha256
    client.post(reverse("quizzes:publish", args=address), {"seen": seen, "is_published": "on"})
    assert "publish: true\ntime:" in live(vault, "Quiz.md").text
    edit(vault, "Quiz.md", QUIZ.replace("This", "Another").replace("10 min", "1 min"))
    after = slot_of(Attempt.objects.get())
    assert after.version == begun.version
    assert {option.text for option in after.version.content.options} == {"This", "That"}
    assert after.attempt.ends_at == begun.attempt.ends_at


def test_shared_notes_are_closed_while_an_exam_about_them_runs(
    student: Client, vault: Vault, learner: User
) -> None:
    make_item(vault, kind=Kind.CHOICE, explanation="SECRET-EXPLANATION")
    make_quiz(vault, "quiz: exam\ntime: 10 min")
    note = reverse("library:note", args=["aws", "Cognito.md"])
    request = {"request_id": uuid4()}
    assert student.get(note).status_code == 200
    start = reverse("quizzes:start", args=["aws", "Quiz.md"])
    begun = student.post(start, request)
    assert student.post(start, request)["Location"] == begun["Location"]
    assert student.get(note).status_code == 404
    assert student.get(reverse("library:vault", args=["aws"])).status_code == 404
    found = student.get(reverse("library:search"), {"q": "issues"}).content.decode()
    assert "Cognito.md" not in found
    assert student.get(begun["Location"], follow=True).status_code == 200
    owner = Client()
    owner.force_login(learner)
    assert owner.get(note).status_code == 200
    Attempt.objects.update(ends_at=timezone.now() - timedelta(hours=1))
    assert student.get(note).status_code == 200


def test_a_property_is_changed_where_it_stands() -> None:
    assert with_property("---\npublish: no\nquiz: exam\n---\n", "publish", "true") == (
        "---\npublish: true\nquiz: exam\n---\n"
    )
