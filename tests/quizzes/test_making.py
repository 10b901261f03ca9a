"""A quiz set that begins in the browser, from its form to being sat."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.library.models import Vault
from studyapp.library.services.making import make_vault
from studyapp.quizzes.models import Attempt
from tests.library.factories import make_learner
from tests.library.test_editing import live

pytestmark = pytest.mark.django_db

ASKED = {"title": "Week 1", "mode": "exam", "minutes": "20", "percent": "70"}
CHOICE = {
    "kind": "choice",
    "prompt": "Which one issues credentials?",
    "option": ["STS", "SQS"],
    "why": ["", ""],
    "right": ["0"],
    "shuffle": "on",
}


def test_from_nothing_to_an_attempt(client: Client) -> None:
    made = client.post(reverse("quizzes:new"), ASKED)
    vault = Vault.objects.get(title="Quizzes")
    assert live(vault, "Week 1.md").text == (
        "---\nquiz: exam\npublish: false\ntime: 20 min\npass: 70%\n---\n"
    )
    form = client.get(made["Location"])
    assert "Write its first question" in form.content.decode()
    door = reverse("quizzes:set", args=[vault.slug, "Week 1.md"])
    data = {**CHOICE, "seen": live(vault, "Week 1.md").sha256, "next": door}
    again = client.post(made["Location"].partition("?")[0], {**data, "act": "another"})
    assert "/question/" in again["Location"]
    data |= {"seen": live(vault, "Week 1.md").sha256, "prompt": "And which one queues?"}
    assert (
        client.post(again["Location"].partition("?")[0], {**data, "act": "done"})["Location"]
        == door
    )
    page = client.get(door).content.decode()
    assert "2" in page
    assert "A draft: nobody else sees it." in page
    request_id = "6d4fbd4f-6ab3-4dd6-9d4b-3c1a0b4b6f7a"
    client.post(
        reverse("quizzes:start", args=[vault.slug, "Week 1.md"]), {"request_id": request_id}
    )
    assert Attempt.objects.get().slots.count() == 2


def test_one_that_draws_from_topics(client: Client, vault: Vault) -> None:
    data = {**ASKED, "vault": vault.slug, "topics": "Cognito, [[S: 3]]", "count": "5"}
    response = client.post(reverse("quizzes:new"), data)
    assert response["Location"] == reverse("quizzes:set", args=[vault.slug, "Week 1.md"])
    properties = live(vault, "Week 1.md").frontmatter
    assert properties["from-topics"] == ["[[Cognito]]", "[[S: 3]]"]
    assert properties["questions"] == 5


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "?", "A title needs a letter or a digit."),
        ("minutes", "0", "greater than or equal to 1"),
        ("percent", "101", "less than or equal to 100"),
        ("vault", "theirs", "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(
    client: Client, field: str, value: str, message: str
) -> None:
    make_vault(owner=make_learner("mallory"), title="Theirs")
    response = client.post(reverse("quizzes:new"), {**ASKED, field: value})
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Vault.objects.filter(title="Quizzes").exists()


def test_the_same_title_twice_loses_nothing(client: Client) -> None:
    client.post(reverse("quizzes:new"), ASKED)
    response = client.post(reverse("quizzes:new"), ASKED | {"mode": "practice"})
    assert response.status_code == 422
    assert live(Vault.objects.get(), "Week 1.md").frontmatter["quiz"] == "exam"


def test_who_may_make_one(client: Client, settings: Settings, learner: User) -> None:
    settings.ONE_PERSON = False
    assert client.get(reverse("quizzes:new")).status_code == 302
    client.force_login(learner)
    assert client.get(reverse("quizzes:new")).status_code == 200


def test_its_form_takes_few_queries(
    client: Client, vault: Vault, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(3):
        client.get(reverse("quizzes:new"))
