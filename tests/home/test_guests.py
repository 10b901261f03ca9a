"""Guests: who may be one, what they may do, and that it goes with them when they sign up."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from studyapp.accounts.guests import LASTS, prune_guests
from studyapp.accounts.models import User
from studyapp.items.values import Kind
from studyapp.library.models import Vault
from studyapp.quizzes.models import Attempt
from tests.library.factories import make_item, make_learner, make_vault
from tests.quizzes.factories import make_quiz

pytestmark = pytest.mark.django_db
TRY = "/try/"


@pytest.fixture
def sample(settings: Settings) -> Vault:
    settings.ONE_PERSON = False
    settings.GUESTS = 3
    cache.clear()
    vault = make_vault(make_learner("sample"), slug="sample")
    make_item(vault, kind=Kind.CHOICE, prompt="Which?")
    make_quiz(vault, "quiz: practice")
    Vault.objects.update(is_sample=True)
    return vault


def guest(client: Client) -> User:
    client.post(TRY)
    return User.objects.filter(is_guest=True).latest("pk")


def test_a_guest_studies_and_takes_it_along(client: Client, sample: Vault) -> None:
    assert TRY in client.get(reverse("account_login")).content.decode()
    assert "Begin" in client.get(TRY).content.decode()
    someone = guest(client)
    assert "Sample" in client.get(reverse("library:vaults")).content.decode()
    start = reverse("quizzes:start", args=["sample", "Quiz.md"])
    client.post(start, {"request_id": uuid4()})
    attempt = Attempt.objects.get(learner=someone)
    page = client.get(TRY).content.decode()
    assert "Sign up and keep it" in page
    signing_up = client.post(reverse("home:keep"), follow=True)
    assert "goes with the account" in signing_up.content.decode()
    data = {"email": "ines@example.org", "password1": "correct horse battery"}
    client.post(reverse("account_signup"), data)
    someone.refresh_from_db()
    assert (someone.email, someone.is_guest) == ("ines@example.org", False)
    assert someone.check_password("correct horse battery")
    client.force_login(someone)
    assert client.get(attempt.get_absolute_url(), follow=True).status_code == 200
    assert client.get(reverse("library:vault", args=["sample"])).status_code == 200


def test_who_does_not_sign_up_after_all_goes_on_as_the_guest(client: Client, sample: Vault) -> None:
    someone = guest(client)
    client.post(reverse("home:keep"))
    assert client.get(reverse("home:today")).status_code == 302
    assert "Go on as the guest you were" in client.get(TRY).content.decode()
    client.post(TRY)
    assert client.session["_auth_user_id"] == str(someone.pk)
    assert User.objects.filter(is_guest=True).count() == 1


def test_what_a_guest_did_goes_with_the_first_who_signs_up_and_nobody_else(
    client: Client, sample: Vault
) -> None:
    someone = guest(client)
    stranger = Client()
    data = {"email": "eve@example.org", "password1": "correct horse battery"}
    stranger.post(reverse("account_signup"), data)
    assert User.objects.get(email="eve@example.org") != someone
    client.post(reverse("home:keep"))
    for name in ("one", "two"):
        client.post(reverse("account_signup"), {**data, "email": f"{name}@example.org"})
    assert User.objects.get(pk=someone.pk).email == "one@example.org"
    assert User.objects.filter(tries_sample=True).count() == 1


@pytest.mark.parametrize(
    "page", ["/library/import/", "/library/new/", "/quizzes/new/", "/sandbox/", "/accounts/email/"]
)
def test_what_lasts_needs_an_account(client: Client, sample: Vault, page: str) -> None:
    guest(client)
    refused = client.get(page)
    assert refused.status_code == 403
    assert "This needs an account" in refused.content.decode()
    assert client.post(page).status_code == 403


def test_a_guest_reads_no_vault_but_the_sample_and_changes_nothing_in_it(
    client: Client, sample: Vault
) -> None:
    make_vault(make_learner("somebody"), slug="private")
    guest(client)
    assert client.get(reverse("library:vault", args=["private"])).status_code == 404
    assert client.get(reverse("library:edit", args=["sample", "Quiz.md"])).status_code == 404
    assert client.post(reverse("library:new_note", args=["sample"])).status_code == 403


def test_others_are_not_shown_the_sample(client: Client, sample: Vault) -> None:
    client.force_login(make_learner("somebody"))
    assert client.get(reverse("library:vault", args=["sample"])).status_code == 404
    assert client.get(TRY)["Location"] == reverse("home:today")
    assert client.post(reverse("home:keep")).status_code == 404


def test_there_are_only_so_many(client: Client, sample: Vault) -> None:
    for _ in range(3):
        Client().post(TRY)
    refused = client.post(TRY)
    assert refused.status_code == 429
    assert "as many guests as there may be" in refused.content.decode()
    User.objects.filter(is_guest=True).update(date_joined=timezone.now() - LASTS * 2)
    assert client.post(TRY).status_code == 302
    assert User.objects.filter(is_guest=True).count() == 1


def test_one_address_makes_only_so_many(client: Client, sample: Vault, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"begin_as_guest": "2/h/ip"}
    assert [Client().post(TRY).status_code for _ in range(3)] == [302, 302, 429]


def test_their_week_ends_with_all_that_they_did(client: Client, sample: Vault) -> None:
    someone = guest(client)
    client.post(reverse("quizzes:start", args=["sample", "Quiz.md"]), {"request_id": uuid4()})
    now = timezone.now()
    assert prune_guests(now + LASTS - timedelta(hours=1)) == 0
    assert prune_guests(now + LASTS + timedelta(hours=1)) == 1
    assert not User.objects.filter(pk=someone.pk).exists()
    assert not Attempt.objects.exists()
    assert client.get(reverse("home:today")).status_code == 302


def test_without_guests_nothing_is_said_of_them(
    client: Client, sample: Vault, settings: Settings
) -> None:
    settings.GUESTS = 0
    assert client.get(TRY).status_code == 404
    assert client.post(TRY).status_code == 404
    assert TRY not in client.get(reverse("account_login")).content.decode()


def test_without_a_sample_there_is_nothing_to_try(client: Client, sample: Vault) -> None:
    call_command("offer_sample", withdraw=True, verbosity=0)
    assert "There is nothing to try at the moment" in client.get(TRY).content.decode()
    client.post(TRY)
    assert not User.objects.filter(is_guest=True).exists()


def test_their_page_takes_few_queries(
    client: Client, sample: Vault, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(3):
        client.get(TRY)
    guest(client)
    with django_assert_max_num_queries(5):
        client.get(TRY)
