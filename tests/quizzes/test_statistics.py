"""How the questions of a quiz set did: whose attempts count, for whom, and from when on."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from studyapp.accounts.classes import join_class, make_class
from studyapp.accounts.models import User
from studyapp.items.item_statistics import Flag
from studyapp.items.responses import Chosen, response_to_json
from studyapp.items.values import Kind, make_options
from studyapp.library.models import NoteVersion, Placement, Vault
from studyapp.library.services.sharing import share_vault
from studyapp.quizzes.models import Attempt, Slot
from studyapp.quizzes.statistics import set_statistics
from tests.library.factories import make_item, make_learner, make_vault, make_version
from tests.quizzes.factories import NOON, make_quiz

PAGE = reverse("quizzes:statistics", args=["aws", "Quiz.md"])
FILE = reverse("quizzes:statistics_file", args=["aws", "Quiz.md"])


@pytest.fixture
def quiz(vault: Vault) -> NoteVersion:
    return make_quiz(vault)


@pytest.fixture
def places(vault: Vault) -> list[Placement]:
    """Two that are alike, and one whose key is the wrong one."""
    wrong = make_options([("STS", False, ""), ("S3", True, "")])
    return [
        make_item(vault, kind=Kind.CHOICE, prompt="Who issues them?"),
        make_item(vault, kind=Kind.CHOICE, prompt="Who else?"),
        make_item(vault, kind=Kind.CHOICE, prompt="Which is keyed wrongly?", options=wrong),
    ]


def sit(
    quiz: NoteVersion, places: list[Placement], who: User, texts: list[str], *, is_over: bool = True
) -> Attempt:
    """An attempt in which each question was answered by the option of that text ("" for none)."""
    attempt = Attempt.objects.create(
        learner=who,
        request_id=uuid4(),
        note=quiz.note,
        title="Quiz",
        mode="exam",
        seed=1,
        started_at=NOON,
        touched_at=NOON,
        finished_at=NOON if is_over else None,
    )
    for position, (place, text) in enumerate(zip(places, texts, strict=True), 1):
        options = place.version.content.options
        chosen = [option for option in options if option.text == text]
        response = Chosen(frozenset(option.id for option in chosen))
        is_right = bool(chosen) and chosen[0].correct
        Slot.objects.create(
            learner=who,
            attempt=attempt,
            position=position,
            item=place.item,
            version=place.version,
            response=response_to_json(response) if chosen else None,
            correct=is_right,
            credit=float(is_right),
        )
        attempt.points = (attempt.points or 0) + is_right
    attempt.most_points = len(places)
    attempt.save()
    return attempt


def sit_many(quiz: NoteVersion, places: list[Placement], count: int) -> None:
    """The better half answers STS throughout, the other half S3; every tenth left it blank."""
    for number in range(count):
        text = "STS" if number % 2 else "S3"
        who = make_learner(f"candidate {number}")
        texts = ["" if number % 10 == 0 else text, *[text] * (len(places) - 1)]
        sit(quiz, places, who, texts)


def test_too_few_attempts_say_nothing(
    client: Client, learner: User, quiz: NoteVersion, places: list[Placement]
) -> None:
    client.force_login(learner)
    sit_many(quiz, places, 29)
    page = " ".join(client.get(PAGE).content.decode().split())
    assert "29 first attempts" in page
    assert "Figures begin at 30 first attempts" in page
    assert "Who issues them?" not in page
    assert all(row.found is None for row in set_statistics(quiz).rows)


def test_what_should_be_looked_at_comes_first(
    client: Client, learner: User, quiz: NoteVersion, places: list[Placement]
) -> None:
    client.force_login(learner)
    sit_many(quiz, places, 100)
    found = set_statistics(quiz)
    assert found.rows[0].words == "Which is keyed wrongly?"
    first = found.rows[0]
    assert first.flags == (Flag.NEGATIVE, Flag.DISTRACTOR)
    assert first.found is not None
    assert first.found.facility == pytest.approx(0.5)
    assert [(row.text, row.is_key, row.share) for row in first.options] == [
        ("STS", False, 50),
        ("S3", True, 50),
    ]
    assert found.form is not None
    page = " ".join(client.get(PAGE).content.decode().split())
    assert f"{found.flagged} question" in page
    assert page.index("keyed wrongly") < page.index("Who else?")
    assert str(Flag.NEGATIVE) in page
    assert page.count('<svg class="curves"') == 3


def test_only_first_attempts_that_are_over_count(
    learner: User, quiz: NoteVersion, places: list[Placement]
) -> None:
    sit_many(quiz, places, 30)
    before = set_statistics(quiz)
    again = make_learner("candidate 1")
    sit(quiz, places, again, ["S3", "S3", "S3"])
    sit(quiz, places, make_learner("still sitting"), ["S3", "S3", "S3"], is_over=False)
    other = make_quiz(quiz.vault, path="Other.md")
    sit(other, places, make_learner("elsewhere"), ["S3", "S3", "S3"])
    assert set_statistics(quiz) == before
    assert before.attempts == 30


def test_each_wording_counts_for_itself(
    learner: User, quiz: NoteVersion, places: list[Placement]
) -> None:
    sit_many(quiz, places, 30)
    place = places[0]
    old = place.version
    place.version = make_version(place.item, old.content)
    for number in range(30):
        sit(quiz, places, make_learner(f"later {number}"), ["STS", "S3", "STS"])
    found = set_statistics(quiz)
    rows = {row.version: row for row in found.rows}
    assert rows[old.pk].candidates == rows[place.version.pk].candidates == 30
    assert rows[places[1].version.pk].candidates == 60
    assert found.form is None  # not everybody had the same form


def test_a_form_of_what_counts_has_no_part_of_what_does_not(
    learner: User, quiz: NoteVersion, places: list[Placement]
) -> None:
    sit_many(quiz, places, 30)
    for slot in Slot.objects.filter(item=places[2].item).select_related("attempt"):
        slot.attempt.points -= float(bool(slot.correct))
        slot.attempt.save()
        slot.is_scored = False
        slot.save()
    found = {row.words: row.found for row in set_statistics(quiz).rows}
    unscored, one = found["Which is keyed wrongly?"], found["Who else?"]
    assert unscored is not None
    assert unscored.weight is None
    assert unscored.discrimination is not None
    assert unscored.discrimination < 0
    assert one is not None
    assert one.weight == pytest.approx(50, abs=5)


def test_the_figures_are_there_as_csv(
    client: Client, learner: User, quiz: NoteVersion, places: list[Placement]
) -> None:
    client.force_login(learner)
    sit_many(quiz, places, 30)
    response = client.get(FILE)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    lines = b"".join(response).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
    assert lines[0].startswith('"Question","Version","Candidates","Facility"')
    assert len(lines) == 1 + 3 + 3 + 3 + 2
    assert '"Who else?","1","30","50.00"' in "\n".join(lines)


def test_it_takes_the_same_queries_however_many_sat(
    client: Client,
    learner: User,
    quiz: NoteVersion,
    places: list[Placement],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(learner)
    sit_many(quiz, places, 31)
    with django_assert_num_queries(9):
        assert client.get(PAGE).status_code == 200
    sit_many(quiz, places, 5)
    with django_assert_num_queries(9):
        client.get(PAGE)


def test_candidates_do_not_see_it(
    client: Client, settings: Settings, quiz: NoteVersion, places: list[Placement]
) -> None:
    settings.ONE_PERSON = False
    sit_many(quiz, places, 2)
    client.force_login(make_learner("candidate 1"))
    assert client.get(PAGE).status_code == 404
    assert client.get(FILE).status_code == 404
    client.logout()
    assert client.get(PAGE).status_code in (302, 403)


def test_members_of_a_class_sit_the_quiz_and_see_no_statistics(
    client: Client, settings: Settings, learner: User, quiz: NoteVersion, places: list[Placement]
) -> None:
    settings.ONE_PERSON = False
    study_class = make_class(instructor=learner, title="Cloud 101", now=timezone.now())
    share_vault(study_class=study_class, vault=quiz.vault)
    member = make_learner("member")
    join_class(person=member, code=study_class.join_code, now=timezone.now())
    client.force_login(member)
    door = client.get(reverse("quizzes:set", args=["aws", "Quiz.md"]))
    assert door.status_code == 200
    assert PAGE not in door.content.decode()
    assert client.get(PAGE).status_code == client.get(FILE).status_code == 404
    client.force_login(learner)
    assert PAGE in client.get(reverse("quizzes:set", args=["aws", "Quiz.md"])).content.decode()


def test_a_note_that_is_no_quiz_has_none(client: Client, learner: User) -> None:
    client.force_login(learner)
    make_item(make_vault(learner, slug="other"))
    address = reverse("quizzes:statistics", args=["other", "Cognito.md"])
    assert client.get(address).status_code == 404
