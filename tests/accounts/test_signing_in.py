"""Many people: making an account, signing in and out, a password forgotten, a second step."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from studyapp.accounts.classes import make_class
from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner, give_address
from studyapp.email import email_settings

pytestmark = pytest.mark.django_db

PASSWORD = "countess of lovelace"
ADA = {"email": "ada@example.com", "password1": PASSWORD}


@pytest.fixture(autouse=True)
def _many_people(settings: Settings) -> None:
    settings.ONE_PERSON = False
    settings.ALLOWED_HOSTS = ["study.example"]
    cache.clear()


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "study.example"})


def member(email: str = "ada@example.com") -> User:
    user = User.objects.create(username=email.partition("@")[0])
    give_address(user, email, PASSWORD)
    return user


def sign_in(client: Client, password: str = PASSWORD, email: str = "ada@example.com") -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password})


def show_again(client: Client) -> None:
    """What changes how one signs in asks for the password once more."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def link_of_last_mail() -> str:
    found = re.search(r"http://study\.example(/\S+)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[1]


def is_in(client: Client) -> bool:
    return bool(client.get("/").status_code == 200)


def test_every_page_asks_who_one_is(visitor: Client) -> None:
    response = visitor.get("/library/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/library/"


def test_an_account_is_good_once_its_address_is_proven(visitor: Client) -> None:
    visitor.post("/accounts/signup/", ADA)
    assert not is_in(visitor)
    assert mail.outbox[-1].to == ["ada@example.com"]
    assert sign_in(visitor).url == "/accounts/confirm-email/"
    assert not is_in(visitor)
    confirm = link_of_last_mail()
    assert "ada@example.com" in visitor.get(confirm).content.decode()
    assert visitor.post(confirm).status_code == 302
    sign_in(visitor)
    assert is_in(visitor)
    assert User.objects.get().email == "ada@example.com"


def test_a_short_or_common_password_is_refused_at_its_field(visitor: Client) -> None:
    page = visitor.post("/accounts/signup/", {**ADA, "password1": "password1"}).content.decode()
    assert "too short" in page
    assert "too common" in page
    assert 'value="ada@example.com"' in page
    assert not User.objects.exists()


def test_who_has_an_account_is_nobodys_business(visitor: Client) -> None:
    member()
    taken = visitor.post("/accounts/signup/", ADA)
    free = Client(headers={"host": "study.example"}).post(
        "/accounts/signup/", {**ADA, "email": "bob@example.com"}
    )
    assert (taken.status_code, taken.url) == (free.status_code, free.url)
    assert "already" in mail.outbox[0].body
    known = visitor.post("/accounts/password/reset/", {"email": "ada@example.com"})
    unknown = visitor.post("/accounts/password/reset/", {"email": "eve@example.com"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_signing_in_and_out(visitor: Client) -> None:
    user = member()
    wrong = sign_in(visitor, "something else")
    assert "not correct" in wrong.content.decode()
    right = visitor.post(
        "/accounts/login/?next=/library/", {"login": "ada@example.com", "password": PASSWORD}
    )
    assert right["Location"] == "/library/"
    assert visitor.get("/").wsgi_request.user == user
    elsewhere = Client(headers={"host": "study.example"}).post(
        "/accounts/login/?next=https://evil.example/",
        {"login": "ada@example.com", "password": PASSWORD},
    )
    assert elsewhere["Location"] == "/"
    assert visitor.get("/accounts/logout/").status_code == 200
    visitor.post("/accounts/logout/")
    assert not is_in(visitor)


def test_guessing_is_slowed_down(visitor: Client) -> None:
    member()
    for _ in range(12):
        sign_in(visitor, "something else")
    assert "Too many failed" in sign_in(visitor).content.decode()


def test_a_forgotten_password_is_set_anew_by_mail_and_once(visitor: Client) -> None:
    member()
    visitor.post("/accounts/password/reset/", {"email": "ada@example.com"})
    link = link_of_last_mail()
    form = visitor.get(link)
    assert form.status_code == 302
    new = "enchantress of numbers"
    visitor.post(form.url, {"password1": new, "password2": new})
    assert sign_in(Client(headers={"host": "study.example"}), "enchantress of numbers").url == "/"
    again = Client(headers={"host": "study.example"}).get(link, follow=True)
    assert "invalid" in again.content.decode()


def totp_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_a_second_step_by_app(visitor: Client) -> None:
    user = member()
    sign_in(visitor)
    asked = visitor.get("/accounts/2fa/totp/activate/")
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    show_again(visitor)
    page = visitor.get("/accounts/2fa/totp/activate/", follow=True).content.decode()
    found = re.search(r'value="([A-Z2-7]{32})"', page)
    assert found
    secret = found[1]
    visitor.post("/accounts/2fa/totp/activate/", {"code": totp_code(secret)})
    kept = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)

    cache.clear()  # the same code is good once, within its half minute
    other = Client(headers={"host": "study.example"})
    assert sign_in(other).url == "/accounts/2fa/authenticate/"
    assert not is_in(other)
    assert (
        "Incorrect code"
        in other.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    )
    other.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    assert is_in(other)


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/confirm-email/",
        "/accounts/inactive/",
    ],
)
def test_pages_for_anybody(visitor: Client, path: str) -> None:
    assert visitor.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/logout/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
    ],
)
def test_pages_of_ones_own(visitor: Client, path: str) -> None:
    assert visitor.get(path)["Location"].startswith("/accounts/login/")
    member()
    sign_in(visitor)
    show_again(visitor)
    assert visitor.get(path).status_code == 200


# Between one person and many


def test_one_person_is_never_asked(settings: Settings) -> None:
    settings.ONE_PERSON = True
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    client = Client(headers={"host": "127.0.0.1"})
    assert "/accounts/" not in client.get("/").content.decode()
    assert client.get("/accounts/login/").url == "/"
    assert client.post("/accounts/signup/", ADA).url == "/"
    assert not User.objects.filter(email="ada@example.com").exists()


def test_no_new_accounts_where_none_are_wanted(settings: Settings, visitor: Client) -> None:
    settings.SIGN_UP = False
    assert "No new accounts" in visitor.get("/accounts/signup/").content.decode()
    visitor.post("/accounts/signup/", ADA)
    assert not User.objects.exists()


def answers(monkeypatch: pytest.MonkeyPatch, *given: str) -> None:
    left = iter(given)
    monkeypatch.setattr(
        "studyapp.accounts.management.commands.set_sign_in.getpass", lambda prompt: next(left)
    )


def test_the_local_learner_keeps_all_there_is(
    monkeypatch: pytest.MonkeyPatch, visitor: Client
) -> None:
    learner = ensure_learner()
    answers(monkeypatch, PASSWORD, PASSWORD)
    call_command("set_sign_in", "Ada@example.com")
    sign_in(visitor)
    assert visitor.get("/").wsgi_request.user == learner


@pytest.mark.parametrize(
    ("email", "given", "said"),
    [
        ("ada", (PASSWORD, PASSWORD), "valid email"),
        ("ada@example.com", ("short", "short"), "too short"),
        ("ada@example.com", (PASSWORD, "another one entirely"), "differ"),
        ("bob@example.com", (PASSWORD, PASSWORD), "somebody else"),
    ],
)
def test_what_is_refused_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, email: str, given: tuple[str, ...], said: str
) -> None:
    member("bob@example.com")
    learner = ensure_learner()
    answers(monkeypatch, *given)
    with pytest.raises(CommandError, match=said):
        call_command("set_sign_in", email)
    learner.refresh_from_db()
    assert not learner.has_usable_password()
    assert learner.email == ""


@pytest.mark.parametrize("url", ["mail.example.com", "http://host", "smtp://", "smtp://h:x"])
def test_an_address_for_mail_that_is_none(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="STUDYAPP_EMAIL_URL"):
        email_settings(url)


def test_an_address_for_mail() -> None:
    told = email_settings("smtp+tls://ada:p%40ss@mail.example.com")
    assert (told["EMAIL_HOST"], told["EMAIL_PORT"]) == ("mail.example.com", 587)
    assert (told["EMAIL_HOST_PASSWORD"], told["EMAIL_USE_TLS"]) == ("p@ss", True)


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_an_invite_leads_to_its_class_through_a_new_account(visitor: Client, where: str) -> None:
    taught = make_class(instructor=member("ann@example.com"), title="Cloud", now=timezone.now())
    invite = reverse("classes:join", query={"code": taught.join_code})
    page = visitor.get(invite, follow=True).content.decode()
    signup = re.search(r'href="(/accounts/signup/[^"]*)"', page)
    assert signup
    form = visitor.get(unescape(signup[1])).content.decode()
    following = re.search(r'name="next" value="([^"]*)"', form)
    assert following
    visitor.post("/accounts/signup/", {**ADA, "next": unescape(following[1])})
    if where == "elsewhere":  # the mail is read on a phone
        visitor = Client(headers={"host": "study.example"})
    confirmed = visitor.post(link_of_last_mail())
    led = confirmed if is_in(visitor) else sign_in(visitor)
    assert led["Location"] == invite
    assert taught.join_code in visitor.get(invite).content.decode()
    visitor.post(reverse("classes:join"), {"code": taught.join_code})
    assert taught.memberships.filter(person__email="ada@example.com").exists()
    # It is led there once.
    visitor.post("/accounts/logout/")
    assert sign_in(visitor)["Location"] == "/"


@pytest.mark.parametrize(
    "following", ["/library/?code=AAAA-BBBB-CCCC", "//evil.example/classes/join/?code=AAAA", "x"]
)
def test_another_address_is_no_invite(visitor: Client, following: str) -> None:
    visitor.post("/accounts/signup/", {**ADA, "next": following})
    assert User.objects.get().invite == ""
