"""The pages of a study session: with and without JavaScript, for its learner and for others."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.items.values import Kind
from studyapp.library.models import Item, ItemVersion, Placement, Vault
from studyapp.study.models import Card, Review, StudySession
from tests.library.factories import make_item, make_learner, make_vault, remove_item
from tests.study.conftest import NOON

HTMX = {"HX-Request": "true"}
RATE_QUERIES = 9
REVEAL_QUERIES = 5


def start(client: Client, **scope: Any) -> str:
    response = client.post(reverse("study:start"), scope)
    assert response.status_code == 302
    return response["Location"]


def fields(html: str) -> dict[str, str]:
    """The hidden fields of the page's last form: the ratings, or the response."""
    found = re.findall(r'<input type="hidden" name="(drawn|request_id)" value="([^"]+)"', html)
    return dict(found)


def rating(client: Client, address: str, value: int, **headers: str) -> Any:
    shown = fields(client.get(address + "?reveal=1").content.decode())
    return client.post(address + "rate/", {**shown, "rating": value}, headers=headers)


@pytest.fixture
def questions(vault: Vault) -> list[Placement]:
    return [make_item(vault, prompt=f"Question {number}?") for number in range(3)]


@pytest.fixture
def several_people(settings: Settings) -> None:
    settings.ONE_PERSON = False


@pytest.mark.usefixtures("questions")
def test_without_javascript_every_step_is_a_page(client: Client) -> None:
    address = start(client)
    asked = client.get(address).content.decode()
    assert "Question 0?" in asked
    assert "AWS STS" not in asked
    revealed = client.get(address + "?reveal=1").content.decode()
    assert "AWS STS" in revealed
    assert "10 min" in revealed
    answer = rating(client, address, 3)
    assert answer.status_code == 302
    assert answer["Location"] == address
    assert "Question 1?" in client.get(address).content.decode()


def test_a_review_tells_the_case_that_a_question_is_about(client: Client, vault: Vault) -> None:
    make_item(vault, prompt="Of a case?", stem="A shop sells.", metadata={"case": "The shop"})
    page = client.get(start(client)).content.decode()
    assert "Case: The shop" in page
    assert "A shop sells." in page


@pytest.mark.usefixtures("questions")
def test_htmx_gets_the_next_question_in_place(client: Client) -> None:
    address = start(client)
    response = rating(client, address, 3, **HTMX)
    html = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in html
    assert "Question 1?" in html
    assert "HX-Request" in response["Vary"]
    assert "<html" in client.get(address, headers={**HTMX, "HX-Boosted": "true"}).content.decode()


@pytest.mark.parametrize("kind", [Kind.CHOICE, Kind.TEXT, Kind.NUMBER, Kind.ORDER, Kind.MATCH])
def test_the_answer_of_a_graded_question_survives_a_reload(
    client: Client, vault: Vault, kind: Kind
) -> None:
    make_item(vault, kind=kind, explanation="Because it is so.")
    address = start(client)
    asked = client.get(address).content.decode()
    assert "Because it is so." not in asked
    assert "Because it is so." not in client.get(address + "?reveal=1").content.decode()
    given_up = client.post(address + "answer/", {**fields(asked), "give_up": "1"}, headers=HTMX)
    for html in (given_up.content.decode(), client.get(address).content.decode()):
        assert "Because it is so." in html
        assert "Not this time" in html
        assert re.search(r'rating--good"\s+name="rating"\s+value="3"\s+disabled', html)


def test_a_choice_is_answered_by_choosing(client: Client, vault: Vault) -> None:
    content = make_item(vault, kind=Kind.CHOICE).version.content
    address = start(client)
    asked = client.get(address).content.decode()
    assert asked.count('type="radio"') == 3
    right = next(option.id for option in content.options if option.correct)
    revealed = client.post(
        address + "answer/", {**fields(asked), "option": right}, headers=HTMX
    ).content.decode()
    assert "option--right" in revealed
    assert "It issues them." in revealed
    assert re.search(r'rating--again"\s+name="rating"\s+value="1"\s+disabled', revealed)


def test_an_incomplete_answer_is_asked_for_again_and_keeps_what_was_given(
    client: Client, vault: Vault
) -> None:
    make_item(vault, kind=Kind.NUMBER)
    address = start(client)
    shown = fields(client.get(address).content.decode())
    for text, complaint in (("", "Write an answer"), ("thirty-ish", "Write a number")):
        response = client.post(address + "answer/", {**shown, "text": text}, headers=HTMX)
        html = response.content.decode()
        assert response.status_code == 422
        assert complaint in html
        assert f'value="{text}"' in html


def test_steps_move_without_javascript(client: Client, vault: Vault) -> None:
    make_item(vault, kind=Kind.ORDER)
    address = start(client)
    html = client.get(address).content.decode()
    order = re.findall(r'name="order" value="([^"]+)"', html)
    data = {**fields(html), "order": order, "move": f"up-{order[2]}"}
    moved = client.post(address + "answer/", data).content.decode()
    assert re.findall(r'name="order" value="([^"]+)"', moved) == [order[0], order[2], order[1]]
    assert StudySession.objects.get().current["answer"] is None


@pytest.mark.usefixtures("questions")
def test_a_stale_page_is_refused_with_the_question_as_it_is_now(client: Client) -> None:
    address = start(client)
    shown = fields(client.get(address + "?reveal=1").content.decode())
    rating(client, address, 4)
    shown["request_id"] = "7f0c4b5e-0000-4000-8000-000000000000"
    for headers in ({}, HTMX):
        response = client.post(address + "rate/", {**shown, "rating": 1}, headers=headers)
        html = response.content.decode()
        assert response.status_code == 409
        assert "out of date" in html
        assert "Question 1?" in html
    assert Review.objects.count() == 1


@pytest.mark.usefixtures("questions")
def test_the_same_request_twice_shows_the_same_page(client: Client) -> None:
    address = start(client)
    data = {**fields(client.get(address + "?reveal=1").content.decode()), "rating": 3}
    pages = [client.post(address + "rate/", data, headers=HTMX) for _ in range(2)]
    questions = [re.search(r"Question \d\?", page.content.decode()) for page in pages]
    assert [page.status_code for page in pages] == [200, 200]
    assert [found and found[0] for found in questions] == ["Question 1?", "Question 1?"]
    assert Review.objects.count() == 1


@pytest.mark.usefixtures("questions")
def test_a_rating_that_is_none_records_nothing(client: Client) -> None:
    address = start(client)
    assert rating(client, address, 9).status_code == 409
    assert client.post(address + "rate/", headers=HTMX).status_code == 409
    assert not Review.objects.exists()


@pytest.mark.usefixtures("questions")
def test_undo_brings_the_question_back_with_its_answer(client: Client) -> None:
    address = start(client)
    html = rating(client, address, 4, **HTMX).content.decode()
    done = re.search(r'name="done" value="(\d+)"', html)
    assert done
    response = client.post(address + "undo/", {"done": done[1]}, headers=HTMX)
    assert "Question 0?" in response.content.decode()
    assert "AWS STS" in response.content.decode()
    assert client.post(address + "undo/", {"done": "0"}, headers=HTMX).status_code == 409


@pytest.mark.usefixtures("questions")
@pytest.mark.parametrize("act", ["bury", "suspend"])
def test_a_card_is_set_aside_from_its_page(client: Client, act: str) -> None:
    address = start(client)
    shown = fields(client.get(address).content.decode())
    html = client.post(f"{address}{act}/", shown, follow=True).content.decode()
    assert "Question 1?" in html
    assert "et aside" in html or "Suspended" in html
    assert not Card.objects.get().is_askable(StudySession.objects.get().day)


def test_a_suspended_card_is_brought_back_from_its_list(client: Client, vault: Vault) -> None:
    make_item(vault, prompt="Set aside?")
    address = start(client)
    client.post(address + "suspend/", fields(client.get(address).content.decode()))
    assert "Set aside?" in client.get(reverse("study:suspended")).content.decode()
    client.post(reverse("study:resume", args=[Card.objects.get().pk]))
    assert "Set aside?" not in client.get(reverse("study:suspended")).content.decode()
    assert "Set aside?" in client.get(start(client)).content.decode()


def test_the_finish_says_what_was_done_and_when_to_come_back(client: Client, vault: Vault) -> None:
    make_item(vault)
    address = start(client)
    html = rating(client, address, 4, **HTMX).content.decode()
    assert "1\u00a0card studied" in html
    assert "100 %" in html
    assert "The first card after today" in html or "Tomorrow" in html
    assert "Undo" in html


def test_a_question_whose_note_lost_it_is_passed_over(
    client: Client, questions: list[Placement]
) -> None:
    address = start(client)
    remove_item(questions[0])
    html = client.get(address).content.decode()
    assert "Question 1?" in html
    assert "passed over" in html


@pytest.mark.usefixtures("questions")
def test_starting_twice_goes_on_with_the_same_session(client: Client) -> None:
    assert start(client) == start(client)


def test_a_scope_that_is_not_ones_own_is_not_there(client: Client, vault: Vault) -> None:
    strange = make_vault(make_learner("stranger"), slug="strange")
    topic = make_item(strange).topic
    for scope in ({"vault": "strange"}, {"topic": topic.pk}, {"vault": "none"}):
        assert client.post(reverse("study:start"), scope).status_code == 404
    assert vault.slug in Vault.objects.values_list("slug", flat=True)


def test_an_image_in_the_note_is_told_as_its_line(client: Client, vault: Vault) -> None:
    make_item(vault)
    revealed = client.get(start(client) + "?reveal=1").content.decode()
    assert re.search(r'value="1">\s*Line 1\s*<', revealed)
    assert "/library/aws/notes/Cognito.md#L1" in revealed


@pytest.mark.usefixtures("questions", "several_people")
def test_nobody_else_reaches_a_session(client: Client, learner: User) -> None:
    client.force_login(learner)
    address = start(client)
    acts = ["answer", "rate", "bury", "suspend", "undo"]
    client.force_login(make_learner("outsider"))
    assert client.get(address).status_code == 404
    for act in acts:
        response = client.post(
            f"{address}{act}/",
            {
                "drawn": "1",
                "request_id": "7f0c4b5e-0000-4000-8000-000000000000",
                "rating": 1,
                "done": 1,
            },
        )
        assert response.status_code == 404
    client.logout()
    for response in (client.get(address), *(client.post(f"{address}{act}/") for act in acts)):
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/")


@pytest.mark.usefixtures("questions", "several_people")
def test_nobody_else_brings_a_card_back(client: Client, learner: User) -> None:
    client.force_login(learner)
    address = start(client)
    client.post(address + "suspend/", fields(client.get(address).content.decode()))
    client.force_login(make_learner("outsider"))
    assert client.post(reverse("study:resume", args=[Card.objects.get().pk])).status_code == 404
    assert Card.objects.get().suspended_at is not None


@pytest.mark.usefixtures("questions")
def test_acts_are_posts(client: Client) -> None:
    address = start(client)
    for act in ("answer", "rate", "bury", "suspend", "undo"):
        assert client.get(f"{address}{act}/").status_code == 405
    assert client.get(reverse("study:start")).status_code == 405


def many_cards(vault: Vault, learner: User, count: int) -> None:
    """``count`` items, most with a card due long ago."""
    pattern = make_item(vault)
    items = Item.objects.bulk_create(Item(vault=vault) for _ in range(count))
    version = pattern.version
    versions = ItemVersion.objects.bulk_create(
        ItemVersion(item=item, number=1, content_hash=version.content_hash, data=version.data)
        for item in items
    )
    Placement.objects.bulk_create(
        Placement(
            vault=vault,
            item=item,
            version=made,
            note=pattern.note,
            topic=pattern.topic,
            position=position,
            since=1,
            first_line=1,
            last_line=2,
            kind=pattern.kind,
            status=pattern.status,
            shape="test",
        )
        for position, (item, made) in enumerate(zip(items, versions, strict=True), start=1)
    )
    Card.objects.bulk_create(
        Card(
            learner=learner,
            item=item,
            state="review",
            stability=10,
            difficulty=5,
            due=NOON,
            last_review=NOON,
            reps=1,
        )
        for item in items[: count * 9 // 10]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # PostgreSQL does that by itself, but not within a test


@pytest.mark.parametrize("count", [10, 1000])
def test_a_rating_costs_the_same_whatever_the_number_of_cards(
    client: Client,
    vault: Vault,
    learner: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    many_cards(vault, learner, count)
    address = start(client)
    data = {**fields(client.get(address + "?reveal=1").content.decode()), "rating": 3}
    with django_assert_num_queries(RATE_QUERIES):
        assert client.post(address + "rate/", data, headers=HTMX).status_code == 200
    with django_assert_num_queries(REVEAL_QUERIES):
        client.get(address + "?reveal=1", headers=HTMX)
