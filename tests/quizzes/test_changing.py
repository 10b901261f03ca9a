"""What a class was set is changed or withdrawn, and when it is by the clock where the class is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from studyapp.accounts.classes import join_class, make_class
from studyapp.accounts.models import StudyClass, User
from studyapp.items.values import Kind
from studyapp.library.models import NoteVersion
from studyapp.quizzes.models import Assignment, Attempt
from studyapp.quizzes.services.finishing import finish_attempt
from tests.library.factories import make_item, make_learner, make_vault
from tests.quizzes.factories import make_quiz

pytestmark = pytest.mark.django_db

MINUTE = "%Y-%m-%dT%H:%M"
TOKYO = timedelta(hours=9)


@pytest.fixture(autouse=True)
def _many_people(settings: Settings) -> None:
    settings.ONE_PERSON = False


@pytest.fixture
def instructor() -> User:
    return make_learner("ada")


@pytest.fixture
def learner() -> User:
    return make_learner("bob")


@pytest.fixture
def taught(instructor: User, learner: User) -> StudyClass:
    now = timezone.now()
    made = make_class(instructor=instructor, title="Cloud 101", now=now, timezone="Asia/Tokyo")
    join_class(person=learner, code=made.join_code, now=now)
    return made


@pytest.fixture
def quiz(instructor: User) -> NoteVersion:
    vault = make_vault(instructor)
    make_item(vault, kind=Kind.CHOICE)
    return make_quiz(vault, "quiz: exam\ntime: 60 min")


@pytest.fixture
def assignment(taught: StudyClass, quiz: NoteVersion) -> Assignment:
    now = timezone.now()
    return Assignment.objects.create(
        study_class=taught,
        note=quiz.note,
        title="Midterm",
        opens_at=now - timedelta(hours=1),
        due_at=now + timedelta(days=1),
    )


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: User, name: str, *args: Any) -> str:
    response = as_(person).get(reverse(name, args=args))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def begin(person: User, assignment: Assignment) -> Attempt | None:
    start = reverse("quizzes:start_assigned", args=[assignment.pk])
    as_(person).post(start, {"request_id": uuid4()})
    return Attempt.objects.filter(learner=person).last()


def change(person: User, assignment: Assignment, do: str = "save", **terms: Any) -> Any:
    there = {
        name: (getattr(assignment, name) + TOKYO).strftime(MINUTE)
        for name in ("opens_at", "due_at")
    }
    kept = {name: getattr(assignment, name) for name in ("attempts_allowed", "release", "counts")}
    address = reverse("quizzes:change", args=[assignment.pk])
    return as_(person).post(address, {**there, **kept, **terms, "do": do})


def test_dates_are_given_and_shown_by_the_clock_where_the_class_is(
    taught: StudyClass, quiz: NoteVersion, instructor: User, learner: User
) -> None:
    asked = {
        "note": quiz.note_id,
        "opens_at": "2024-03-02T09:00",
        "due_at": "2044-03-02T18:30",
        "attempts_allowed": 1,
        "release": "by hand",
        "counts": "best",
    }
    assert "By the clock of Asia/Tokyo" in page(instructor, "quizzes:assign", taught.pk)
    as_(instructor).post(reverse("quizzes:assign", args=[taught.pk]), asked)
    made = Assignment.objects.get()
    assert made.due_at == datetime(2044, 3, 2, 9, 30, tzinfo=UTC)
    for person, name in ((instructor, "progress"), (learner, "assignment")):
        assert "due 2 March 2044, 18:30 (Asia/Tokyo)" in page(person, f"quizzes:{name}", made.pk)
    assert 'value="2044-03-02T18:30"' in page(instructor, "quizzes:change", made.pk)


def test_an_instructor_moves_the_class_to_another_zone(
    taught: StudyClass, instructor: User, learner: User
) -> None:
    address = reverse("classes:change", args=[taught.pk])
    assert as_(learner).get(address).status_code == 404
    wrong = as_(instructor).post(address, {"title": "Cloud", "timezone": "Mars/Base"})
    assert wrong.status_code == 422
    as_(instructor).post(address, {"title": "Cloud", "timezone": "Europe/Berlin"})
    taught.refresh_from_db()
    assert (taught.title, taught.timezone) == ("Cloud", "Europe/Berlin")
    assert "(Europe/Berlin)" in page(instructor, "classes:class", taught.pk)


def test_what_changes_is_said_first_and_what_is_begun_keeps_its_end(
    assignment: Assignment, instructor: User, learner: User
) -> None:
    attempt = begin(learner, assignment)
    assert attempt
    due = assignment.due_at + timedelta(days=2)
    terms = {"due_at": (due + TOKYO).strftime(MINUTE), "attempts_allowed": 3}
    tried = change(instructor, assignment, "try", **terms)
    said = " ".join(tried.content.decode().split())
    assert "stays as it was for 1 learner sitting it now" in said
    assert "3 attempts each." in said
    kept = Assignment.objects.get()
    assert (kept.due_at, kept.attempts_allowed) == (assignment.due_at, 1)
    assert change(instructor, assignment, **terms).status_code == 302
    kept.refresh_from_db()
    assert (kept.due_at, kept.attempts_allowed) == (due.replace(second=0, microsecond=0), 3)
    ends = attempt.ends_at
    attempt.refresh_from_db()
    assert attempt.ends_at == ends


def test_what_is_left_as_it_was_is_not_changed_though_it_is_past(
    assignment: Assignment, instructor: User
) -> None:
    past = timezone.now() - timedelta(minutes=5)
    Assignment.objects.update(due_at=past)
    assignment.refresh_from_db()
    assert "Nothing is changed" in change(instructor, assignment, "try").content.decode()
    change(instructor, assignment, release="by hand")
    kept = Assignment.objects.get()
    assert (kept.due_at, kept.release) == (past, "by hand")
    later_but_past = (past - timedelta(minutes=9) + TOKYO).strftime(MINUTE)
    refused = change(instructor, assignment, due_at=later_but_past)
    assert refused.status_code == 422
    assert "That is past" in refused.content.decode()


def test_one_that_is_withdrawn_is_begun_by_nobody_and_handed_in_by_who_sits_it(
    taught: StudyClass, assignment: Assignment, instructor: User, learner: User
) -> None:
    late = make_learner("late")
    join_class(person=late, code=taught.join_code, now=timezone.now())
    attempt = begin(learner, assignment)
    assert attempt
    withdraw = reverse("quizzes:withdraw", args=[assignment.pk])
    assert as_(learner).post(withdraw).status_code == 404
    assert "Withdrawn" in as_(instructor).post(withdraw, follow=True).content.decode()
    assert begin(late, assignment) is None
    assert "It was withdrawn" in page(late, "quizzes:assignment", assignment.pk)
    assert assignment.get_absolute_url() not in page(late, "quizzes:index")
    assert "Go on" in page(learner, "quizzes:assignment", assignment.pk)
    finish_attempt(learner=learner, attempt_id=attempt.pk, now=timezone.now())
    assert "1 of 2" in page(instructor, "quizzes:progress", assignment.pk)
    assert "Midterm" not in page(instructor, "quizzes:grades", taught.pk)
    as_(instructor).post(withdraw, {"do": "restore"})
    assert begin(late, assignment)
    assert "Midterm" in page(instructor, "quizzes:grades", taught.pk)


def test_terms_are_changed_by_who_teaches_the_class(assignment: Assignment, learner: User) -> None:
    for person in (learner, make_learner("eve")):
        assert change(person, assignment, attempts_allowed=9).status_code == 404
    assert Assignment.objects.get().attempts_allowed == 1
