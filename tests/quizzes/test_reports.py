"""Questions reported, mended, and graded again: whose marks change, and what everybody is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from studyapp.accounts.classes import join_class, make_class
from studyapp.accounts.models import StudyClass, User
from studyapp.items.responses import Chosen, response_to_json
from studyapp.items.values import Kind, make_options
from studyapp.library.models import ItemVersion, NoteVersion, Placement, Vault
from studyapp.quizzes.models import Assignment, Attempt, Mark, Regrading, Report, Ruling, Slot
from studyapp.quizzes.services.finishing import finish_attempt
from studyapp.quizzes.services.regrading import changes_by, make_ruling
from tests.library.factories import make_content, make_item, make_learner, make_vault, make_version
from tests.quizzes.factories import make_quiz

pytestmark = pytest.mark.django_db

WRONG = make_options([("STS", False, ""), ("S3", True, "SECRET-KEY"), ("SQS", False, "")])
MENDED = make_options([("STS", True, "SECRET-NEW"), ("S3", False, ""), ("SQS", False, "")])


@pytest.fixture(autouse=True)
def _many_people(settings: Any) -> None:
    settings.ONE_PERSON = False


@pytest.fixture
def author() -> User:
    return make_learner("ada")


@pytest.fixture
def learner() -> User:
    return make_learner("bob")


@pytest.fixture
def vault(author: User) -> Vault:
    return make_vault(author)


@pytest.fixture
def asked(vault: Vault) -> Placement:
    """A question whose key is wrong, beside one that is right."""
    make_item(vault, kind=Kind.CHOICE, prompt="Who else?")
    return make_item(vault, kind=Kind.CHOICE, prompt="Who issues them?", options=WRONG)


@pytest.fixture
def quiz(vault: Vault, asked: Placement) -> NoteVersion:
    return make_quiz(vault, "quiz: exam")


@pytest.fixture
def taught(author: User, learner: User) -> StudyClass:
    made = make_class(instructor=author, title="Cloud 101", now=timezone.now())
    join_class(person=learner, code=made.join_code, now=timezone.now())
    return made


@pytest.fixture
def assignment(taught: StudyClass, quiz: NoteVersion) -> Assignment:
    now = timezone.now()
    return Assignment.objects.create(
        study_class=taught,
        note=quiz.note,
        title="Midterm",
        opens_at=now - timedelta(hours=1),
        due_at=now + timedelta(days=1),
        release=Assignment.Release.AT_ONCE,
    )


def sit(person: User, assignment: Assignment, option: str = "STS") -> Attempt:
    """Both questions answered by the option of that text, and handed in."""
    client = as_(person)
    client.post(reverse("quizzes:start_assigned", args=[assignment.pk]), {"request_id": uuid4()})
    attempt = Attempt.objects.filter(learner=person).latest("pk")
    for slot in attempt.slots.select_related("version"):
        chosen = [o.id for o in slot.version.content.options if o.text == option]
        slot.response = response_to_json(Chosen(frozenset(chosen)))
        slot.save()
    return finish_attempt(learner=person, attempt_id=attempt.pk, now=timezone.now())


def as_(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: User, name: str, *args: Any, **query: Any) -> str:
    response = as_(person).get(reverse(f"quizzes:{name}", args=args), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def mend(asked: Placement) -> ItemVersion:
    """The author puts the key right."""
    content = make_content(Kind.CHOICE, "Who issues them?", options=MENDED)
    version = make_version(asked.item, content)
    asked.version = version
    asked.save()
    return version


def regrade(author: User, version: ItemVersion, kind: str, **data: Any) -> Any:
    address = reverse("quizzes:regrade", args=[version.pk])
    posted = {"kind": kind, "request_id": uuid4(), "reason": "The key was wrong.", **data}
    return as_(author).post(address, posted, follow=True)


def report(person: User, slot: Slot, **data: Any) -> Any:
    address = reverse("quizzes:report", args=[slot.attempt_id, slot.position])
    return as_(person).post(address, {"reason": "key", "words": "STS does.", **data}, follow=True)


def slot_of(attempt: Attempt, asked: Placement) -> Slot:
    return attempt.slots.get(item=asked.item)


def test_from_a_report_to_the_mark_that_changed(
    author: User, learner: User, assignment: Assignment, asked: Placement
) -> None:
    old = asked.version
    attempt = sit(learner, assignment)
    assert "1 of 2 right" in page(learner, "result", attempt.pk)
    slot = slot_of(attempt, asked)
    assert "Report this question" in page(learner, "slot", attempt.pk, slot.position)
    assert "Thank you" in report(learner, slot).content.decode()
    # The author sees it, mends the question, tries it, and regrades.
    assert "1 report" in page(author, "index")
    assert "Who issues them?" in page(author, "reports")
    wording = page(author, "wording", old.pk)
    assert "STS does." in wording
    assert "bob" in wording
    assert "By the mended question" not in wording
    new = mend(asked)
    trial = page(author, "wording", old.pk, kind="mended")
    assert "1 answer would be graded differently" in trial
    assert "wrong; 1 of 2, 50 %" in trial
    assert "right; 2 of 2, 100 %" in trial
    attempt.refresh_from_db()
    assert attempt.right == 1
    assert regrade(author, old, "mended", graded_by=new.pk).status_code == 200
    # The candidate is told what changed and why, and can see how it was.
    assert "graded again" in page(learner, "index")
    told = page(learner, "reports")
    assert "The key was wrong." in told
    assert "Regraded" in told
    assert "graded again" not in page(learner, "index")
    result = page(learner, "result", attempt.pk)
    assert "2 of 2 right" in result
    assert "wrong; 1 of 2" in page(learner, "gradings", attempt.pk)
    shown = page(learner, "slot", attempt.pk, slot.position)
    assert "SECRET-NEW" in shown
    assert "The key was wrong." in shown
    assert "2 of 2" in page(author, "progress", assignment.pk)
    assert "1 report" not in page(author, "index")


@pytest.mark.parametrize(
    ("kind", "option", "expected"),
    [
        ("mended", "S3", (0, 2)),
        ("either", "S3", (1, 2)),
        ("either", "STS", (2, 2)),
        ("point", "SQS", (1, 2)),
        ("dropped", "STS", (1, 1)),
        ("as asked", "STS", (1, 2)),
    ],
)
def test_what_each_ruling_comes_to_for_who_sat_it_and_who_sits_it_later(
    author: User,
    learner: User,
    taught: StudyClass,
    assignment: Assignment,
    asked: Placement,
    kind: str,
    option: str,
    expected: tuple[int, int],
) -> None:
    old, attempt = asked.version, sit(learner, assignment, option)
    late = make_learner("late")
    join_class(person=late, code=taught.join_code, now=timezone.now())
    start = reverse("quizzes:start_assigned", args=[assignment.pk])
    as_(late).post(start, {"request_id": uuid4()})
    regrade(author, old, kind, graded_by=mend(asked).pk)
    attempt.refresh_from_db()
    assert (attempt.right, attempt.scored) == expected
    assert (attempt.mark.right, attempt.mark.scored) == expected
    later = sit(late, assignment, option)
    assert (later.right, later.scored) == expected


def test_a_result_that_waits_changes_and_nobody_is_told_early(
    author: User, learner: User, assignment: Assignment, asked: Placement
) -> None:
    Assignment.objects.update(release=Assignment.Release.BY_HAND)
    old, attempt = asked.version, sit(learner, assignment)
    report_page = reverse("quizzes:report", args=[attempt.pk, slot_of(attempt, asked).position])
    assert as_(learner).get(report_page).status_code == 404
    regrade(author, old, "point")
    assert Mark.objects.get().right == 2
    attempt.refresh_from_db()
    assert attempt.points is None
    for name in ("index", "reports"):
        assert "The key was wrong." not in page(learner, name)
        assert "graded again" not in page(learner, name)
    assert as_(learner).get(reverse("quizzes:gradings", args=[attempt.pk])).status_code == 302
    Assignment.objects.update(released_at=timezone.now())
    assert "2 of 2 right" in page(learner, "result", attempt.pk)
    assert "The key was wrong." in page(learner, "reports")


def test_the_same_press_again_changes_nothing(
    author: User, learner: User, assignment: Assignment, asked: Placement
) -> None:
    sit(learner, assignment)
    request_id = uuid4()
    for _ in range(2):
        regrade(author, asked.version, "point", request_id=request_id)
    assert Ruling.objects.count() == Regrading.objects.count() == 1


KINDS = st.sampled_from([kind.value for kind in Ruling.Kind])


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(kinds=st.lists(KINDS, min_size=1, max_size=4), last=KINDS)
def test_only_the_last_ruling_decides_and_replaying_it_changes_nothing(
    author: User,
    learner: User,
    assignment: Assignment,
    asked: Placement,
    kinds: list[str],
    last: str,
) -> None:
    old = ItemVersion.objects.get(item=asked.item, number=1)
    if not Attempt.objects.exists():
        sit(learner, assignment)
        mend(asked)
    now = timezone.now()

    def rule(kind: str) -> tuple[list[dict[str, Any]], int]:
        by = asked.version if kind in ("mended", "either") else None
        ruling = Ruling(
            version=old, kind=kind, graded_by=by, request_id=uuid4(), reason="x", made_at=now
        )
        expected = len(changes_by(ruling))
        _, changed = make_ruling(ruling=ruling)
        assert changed == expected
        result = ("right", "scored", "points", "most_points")
        whole = Attempt.objects.values(*result).get()
        assert whole == Mark.objects.values(*result).get()
        return [whole, *Slot.objects.order_by("pk").values("correct", "credit")], changed

    for kind in (*kinds, last):
        state, _ = rule(kind)
    assert rule(last) == (state, 0)
    rule("as asked")
    assert rule(last)[0] == state


def test_reporting_says_what_is_missing_and_replaces_what_was_said(
    learner: User, assignment: Assignment, asked: Placement
) -> None:
    slot = slot_of(sit(learner, assignment), asked)
    refused = report(learner, slot, reason="other", words=" ")
    assert refused.status_code == 422
    assert "Say in a few words" in refused.content.decode()
    report(learner, slot)
    report(learner, slot, words="S3 stores.")
    assert Report.objects.get().words == "S3 stores."


def test_a_report_is_answered_without_regrading(
    author: User, learner: User, assignment: Assignment, asked: Placement
) -> None:
    report(learner, slot_of(sit(learner, assignment), asked))
    address = reverse("quizzes:answer", args=[asked.version_id])
    assert as_(author).post(address, {"answer": ""}).status_code == 422
    as_(author).post(address, {"answer": "S3 is right, see the note."})
    assert "answered" in page(learner, "index")
    assert "S3 is right, see the note." in page(learner, "reports")
    assert "answered" not in page(learner, "index")


def test_an_answer_waits_while_an_exam_asks_the_same(
    author: User, learner: User, assignment: Assignment, asked: Placement
) -> None:
    slot = slot_of(sit(learner, assignment), asked)
    report(learner, slot)
    regrade(author, asked.version, "point", reason="SECRET-REASON")
    Assignment.objects.update(attempts_allowed=2)
    start = reverse("quizzes:start_assigned", args=[assignment.pk])
    as_(learner).post(start, {"request_id": uuid4()})
    for name in ("index", "reports"):
        assert "SECRET" not in page(learner, name)
        assert "graded again" not in page(learner, name)
    closed = reverse("quizzes:report", args=[slot.attempt_id, slot.position])
    assert as_(learner).get(closed).status_code == 404


def test_nobody_else_reports_rules_or_sees(
    author: User, learner: User, assignment: Assignment, asked: Placement
) -> None:
    attempt = sit(learner, assignment)
    slot = slot_of(attempt, asked)
    report(learner, slot)
    eve = make_learner("eve")
    for person in (eve, learner):
        assert (
            as_(person).get(reverse("quizzes:wording", args=[asked.version_id])).status_code == 404
        )
        for name in ("regrade", "answer"):
            address = reverse(f"quizzes:{name}", args=[asked.version_id])
            assert as_(person).post(address, {"kind": "point"}).status_code == 404
    for person in (eve, author):
        assert report(person, slot).status_code == 404
        address = reverse("quizzes:gradings", args=[attempt.pk])
        assert as_(person).get(address).status_code == 404
    assert "Who issues them?" not in page(eve, "reports")
    assert Client().get(reverse("quizzes:reports")).status_code == 302
    assert not Ruling.objects.exists()


def test_who_is_not_taught_is_counted_and_not_named(
    author: User, learner: User, assignment: Assignment, asked: Placement
) -> None:
    attempt = sit(learner, assignment)
    Attempt.objects.filter(pk=attempt.pk).update(assignment=None)
    trial = page(author, "wording", asked.version_id, kind="point")
    assert "1 answer is of people whom you do not teach" in trial
    assert "bob" not in trial


@pytest.mark.parametrize("sitting", [1, 5])
def test_pages_cost_the_same_however_many_report(
    author: User,
    taught: StudyClass,
    assignment: Assignment,
    asked: Placement,
    sitting: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(sitting):
        person = make_learner(f"member{number}")
        join_class(person=person, code=taught.join_code, now=timezone.now())
        attempt = sit(person, assignment)
        report(person, slot_of(attempt, asked))
    client, candidate = as_(author), as_(person)
    with django_assert_num_queries(TRIAL):
        client.get(reverse("quizzes:wording", args=[asked.version_id]), {"kind": "point"})
    with django_assert_num_queries(LIST):
        client.get(reverse("quizzes:reports"))
    regrade(author, asked.version, "point")
    with django_assert_num_queries(RESULT):
        candidate.get(reverse("quizzes:result", args=[attempt.pk]))


TRIAL, LIST, RESULT = 10, 5, 8
