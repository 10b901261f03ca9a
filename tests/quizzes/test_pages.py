"""The pages of quizzes: with and without htmx, for their learner and for others, and what they
never tell."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.items.values import Kind, make_pairs
from studyapp.library.models import Placement, Vault
from studyapp.quizzes.models import Attempt, Slot
from studyapp.quizzes.services.finishing import finish_attempt
from studyapp.study.models import Card, Review
from studyapp.study.services.rebuilding import differing_cards
from tests.library.factories import (
    make_content,
    make_item,
    make_learner,
    make_vault,
    make_version,
)
from tests.quizzes.factories import begin, make_quiz, slot_of

HTMX = {"HX-Request": "true"}
KINDS = [Kind.CHOICE, Kind.TRUE_FALSE, Kind.TEXT, Kind.NUMBER, Kind.ORDER, Kind.MATCH]
SECRETS = ("SECRET-EXPLANATION", "SECRET-HINT", "SECRET-WHY", "SECRET-ANSWER", "Security Token")


def sit(vault: Vault, properties: str = "quiz: exam", path: str = "Quiz.md") -> Attempt:
    return begin(vault, properties, timezone.now(), path)


def address(attempt: Attempt, position: int = 1, what: str = "slot") -> str:
    return reverse(f"quizzes:{what}", args=[attempt.pk, position])


@pytest.fixture
def questions(vault: Vault) -> list[Placement]:
    texts = {"explanation": "SECRET-EXPLANATION", "hint": "SECRET-HINT"}
    return [make_item(vault, kind=kind, prompt=f"Asked: {kind}?", **texts) for kind in KINDS]


def test_a_case_stands_with_its_question_and_changes_nothing_that_was_begun(
    client: Client, vault: Vault
) -> None:
    case: dict[str, Any] = {"stem": "A shop sells.", "metadata": {"case": "The shop"}}
    asked = make_item(vault, kind=Kind.CHOICE, explanation="SECRET-EXPLANATION", **case)
    attempt = sit(vault)
    make_version(asked.item, make_content(Kind.CHOICE, stem="It sells no more.", metadata={}))
    page = client.get(address(attempt)).content.decode()
    assert "Case: The shop" in page
    assert page.index("A shop sells.") < page.index("Who issues them?")
    assert not any(secret in page for secret in SECRETS)
    finish_attempt(learner=vault.owner, attempt_id=attempt.pk, now=timezone.now())
    after = client.get(address(attempt)).content.decode()
    assert after.index("A shop sells.") < after.index("SECRET-EXPLANATION")


@pytest.mark.usefixtures("questions")
def test_an_exam_from_the_list_to_the_result(client: Client, vault: Vault) -> None:
    make_quiz(vault, "quiz: exam\ntime: 20 min\npass: 72%")
    assert "Quiz" in client.get(reverse("quizzes:index")).content.decode()
    door = client.get(reverse("quizzes:set", args=["aws", "Quiz.md"])).content.decode()
    assert "6\xa0questions, 20\xa0minutes" in door
    key = re.search(r'name="request_id" value="([^"]+)"', door)
    assert key
    begun = client.post(reverse("quizzes:start", args=["aws", "Quiz.md"]), {"request_id": key[1]})
    asked = client.get(begun["Location"], follow=True)
    assert "20\xa0minutes left" in asked.content.decode()
    attempt = Attempt.objects.get()
    for position in range(1, 7):
        to = client.post(address(attempt, position), {"sequence": 1, "go": "next"})
        assert to.status_code == 302
    assert to["Location"] == reverse("quizzes:review", args=[attempt.pk])
    over = client.get(to["Location"]).content.decode()
    assert "6\xa0questions without a whole answer" in over
    handed = client.post(reverse("quizzes:finish", args=[attempt.pk]), follow=True)
    assert "0 of 6 right, 0 %" in " ".join(handed.content.decode().split())
    known = client.get(address(attempt)).content.decode()
    assert "SECRET-EXPLANATION" in known
    assert "Cognito.md" in known  # the note's own lines


@pytest.mark.usefixtures("questions")
def test_nothing_tells_the_key_before_the_end(client: Client, vault: Vault) -> None:
    make_item(
        vault,
        kind=Kind.MATCH,
        pairs=make_pairs([("left one", "SECRET-ANSWER"), ("left two", "right two")]),
    )
    attempt = sit(vault)
    pages = [reverse(f"quizzes:{name}", args=[attempt.pk]) for name in ("review", "result")]
    pages += [reverse("quizzes:index"), reverse("quizzes:mistakes")]
    pages += [reverse("quizzes:set", args=["aws", "Quiz.md"])]
    pages += [address(attempt, position) for position in range(1, 8)]
    allowed = {"SECRET-ANSWER"}  # an option, shown as one of several
    for page in pages:
        for headers in ({}, HTMX):
            html = client.get(page, headers=headers, follow=True).content.decode()
            told = {secret for secret in SECRETS if secret in html}
            assert told <= allowed, page
            assert "option--right" not in html
    for position in range(1, 8):
        data = {"sequence": 1, "text": "x", "go": ""}
        for name in ("slot", "save", "check"):
            answer = client.post(address(attempt, position, name), data, headers=HTMX)
            told = {secret for secret in SECRETS if secret in answer.content.decode()}
            assert told <= allowed
            assert answer.status_code == (404 if name == "check" else answer.status_code)
    assert client.post(reverse("home:missed_due", args=[attempt.pk])).status_code == 404
    assert not Slot.objects.exclude(correct=None).exists()


def test_the_source_of_a_match_does_not_pair_its_sides(client: Client, vault: Vault) -> None:
    make_item(vault, kind=Kind.MATCH)
    attempt = sit(vault)
    html = client.get(address(attempt)).content.decode()
    rows = re.findall(r'name="match-(\w+)"', html)
    rights = re.findall(r'<option value="(\w+)"', html)
    assert len(rows) == 2
    assert len(set(rights)) == 3
    assert not set(rows) & set(rights)
    for pair in slot_of(attempt).version.content.pairs:
        assert pair.id not in html


def test_what_is_not_yours_is_not_there(client: Client, settings: Settings, vault: Vault) -> None:
    make_item(vault, kind=Kind.CHOICE)
    attempt = sit(vault)
    settings.ONE_PERSON = False
    posts = [address(attempt, 1, name) for name in ("slot", "save", "check")]
    posts += [reverse("quizzes:finish", args=[attempt.pk])]
    posts += [reverse("home:missed_due", args=[attempt.pk])]
    posts += [reverse("quizzes:start", args=["aws", "Quiz.md"])]
    gets = [reverse(f"quizzes:{n}", args=[attempt.pk]) for n in ("attempt", "review", "result")]
    gets += [address(attempt), reverse("quizzes:set", args=["aws", "Quiz.md"])]
    for page in gets:
        assert client.get(page).status_code == 302  # to sign in
    client.force_login(make_learner("outsider"))
    for page in gets:
        assert client.get(page).status_code == 404, page
    for page in posts:
        assert client.post(page, {"sequence": 1, "request_id": uuid4()}).status_code == 404, page
    assert "No note is a quiz set yet" in client.get(reverse("quizzes:index")).content.decode()
    attempt.refresh_from_db()
    assert attempt.finished_at is None


def test_an_answer_is_saved_as_given(client: Client, vault: Vault) -> None:
    make_item(vault, kind=Kind.CHOICE)
    attempt = sit(vault)
    first, second, _ = slot_of(attempt).version.content.options
    given: dict[str, Any] = {"option": first.id, "struck": [second.id], "is_flagged": "on"}
    save = address(attempt, 1, "save")
    assert client.post(save, {**given, "sequence": 2, "remark": "Sure?"}).status_code == 204
    html = client.get(address(attempt)).content.decode()
    assert re.search(rf'value="{first.id}"[^>]*checked', html)
    assert re.search(rf'name="struck"\s+value="{second.id}"[^>]*checked', html)
    assert "Sure?" in html
    assert client.post(save, {"option": second.id, "sequence": 1}).status_code == 409
    assert client.post(save, {"option": second.id}).status_code == 400
    stale = client.post(address(attempt), {"option": second.id, "sequence": 2, "go": "next"})
    assert stale.status_code == 409
    assert "another window" in stale.content.decode()
    assert slot_of(attempt).given is not None
    client.post(address(attempt), {"option": first.id, "sequence": 3, "clear": "1"})
    assert slot_of(attempt).given is None


def test_htmx_gets_the_next_question_in_place(client: Client, vault: Vault) -> None:
    for number in (1, 2):
        make_item(vault, kind=Kind.CHOICE, prompt=f"Question {number}?")
    attempt = sit(vault)
    response = client.post(address(attempt), {"sequence": 1, "go": "next"}, headers=HTMX)
    assert "<html" not in response.content.decode()
    assert "Question 2 of 2" in response.content.decode()
    assert response["HX-Push-Url"] == address(attempt, 2)
    review = client.post(address(attempt, 2), {"sequence": 1, "go": "review"}, headers=HTMX)
    assert review["HX-Redirect"] == reverse("quizzes:review", args=[attempt.pk])


def test_the_end_of_time_traps_nobody(client: Client, vault: Vault) -> None:
    make_item(vault, kind=Kind.CHOICE)
    attempt = sit(vault, "quiz: exam\ntime: 10 min")
    chosen = next(o.id for o in slot_of(attempt).version.content.options if o.correct)
    client.post(address(attempt, 1, "save"), {"sequence": 1, "option": chosen})
    Attempt.objects.update(ends_at=timezone.now() - timedelta(minutes=5))
    late = {"sequence": 2, "go": "next"}
    assert client.post(address(attempt, 1, "save"), late).status_code == 410
    told = client.post(address(attempt), late, follow=True).content.decode()
    assert "came too late" in told
    assert "1 of 1 right, 100 %" in " ".join(told.split())
    assert client.post(reverse("quizzes:finish", args=[attempt.pk])).status_code == 302


def test_a_practice_tells_at_once_and_keeps_what_cannot_be_graded(
    client: Client, vault: Vault
) -> None:
    make_item(vault, kind=Kind.NUMBER, explanation="Half a minute.", hint="Less than a minute.")
    attempt = sit(vault, "quiz: practice")
    asked = client.get(address(attempt)).content.decode()
    assert "Less than a minute." in asked
    assert "Half a minute." not in asked
    check = address(attempt, 1, "check")
    refused = client.post(check, {"sequence": 1, "text": "thirty-ish"}, headers=HTMX)
    assert refused.status_code == 422
    assert "thirty-ish" in refused.content.decode()
    told = client.post(check, {"sequence": 1, "text": "30"}, headers=HTMX).content.decode()
    assert "Half a minute." in told
    assert "verdict--right" in told


def test_a_blueprint_that_cannot_be_filled_is_named_with_file_and_line(
    client: Client, vault: Vault
) -> None:
    make_item(vault, kind=Kind.CHOICE, metadata={"domain": "Security"})
    make_quiz(vault, "quiz: exam\nquestions: 2\nblueprint:\n  Security: 50\n  Deployment: 50")
    html = client.get(reverse("quizzes:set", args=["aws", "Quiz.md"])).content.decode()
    assert "Quiz.md:4" in html
    assert "“Deployment” should ask 1\xa0question, and there are none" in html
    assert "Begin" in html


def test_what_was_missed_becomes_due_once(client: Client, vault: Vault, learner: User) -> None:
    missed = make_item(vault, kind=Kind.CHOICE)
    attempt = sit(vault)
    finish_attempt(learner=learner, attempt_id=attempt.pk, now=timezone.now())
    page = reverse("home:missed_due", args=[attempt.pk])
    assert "1\xa0card is due now" in client.post(page, follow=True).content.decode()
    assert "due cards already" in client.post(page, follow=True).content.decode()
    card = Card.objects.get()
    assert card.item_id == missed.item_id
    assert card.due is not None
    assert card.due < timezone.now() + timedelta(minutes=2)
    assert Review.objects.count() == 1
    assert list(differing_cards(learner)) == []


def test_mistakes_are_practised_from_all_quizzes(
    client: Client, vault: Vault, learner: User
) -> None:
    make_item(vault, kind=Kind.CHOICE, prompt="Missed?")
    attempt = sit(vault)
    finish_attempt(learner=learner, attempt_id=attempt.pk, now=timezone.now())
    page = client.get(reverse("quizzes:mistakes")).content.decode()
    assert "Missed?" in page
    begun = client.post(reverse("quizzes:practise_mistakes"), {"request_id": uuid4()}, follow=True)
    assert "Missed?" in begun.content.decode()
    assert Attempt.objects.filter(mode="practice", note=None).count() == 1


@pytest.mark.parametrize("count", [1, 12])
def test_pages_cost_the_same_whatever_there_is(
    client: Client,
    vault: Vault,
    learner: User,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        make_item(vault, kind=Kind.CHOICE, prompt=f"Question {number}?")
        make_vault(learner, slug=f"vault-{number}")
    attempt = sit(vault)
    client.get(reverse("quizzes:index"))
    for page, queries in (
        (reverse("quizzes:index"), INDEX),
        (reverse("quizzes:set", args=["aws", "Quiz.md"]), SET),
        (address(attempt), ASKED),
        (reverse("quizzes:review", args=[attempt.pk]), REVIEW),
    ):
        with django_assert_num_queries(queries):
            client.get(page)
    with django_assert_num_queries(SAVE):
        client.post(address(attempt, 1, "save"), {"sequence": 1, "is_flagged": "on"})
    client.post(reverse("quizzes:finish", args=[attempt.pk]))
    for page, queries in (
        (reverse("quizzes:result", args=[attempt.pk]), RESULT),
        (address(attempt), KNOWN),
        (reverse("quizzes:mistakes"), MISTAKES),
    ):
        with django_assert_num_queries(queries):
            client.get(page)


INDEX, SET, ASKED, REVIEW, SAVE, RESULT, KNOWN, MISTAKES = 9, 6, 4, 3, 7, 7, 8, 6
