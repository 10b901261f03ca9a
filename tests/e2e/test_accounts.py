"""Signing in in a real browser: by password, by passkey; and axe on every page on the way."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from studyapp.accounts.models import User
from studyapp.accounts.services import give_address
from tests.e2e.conftest import PHONE, OpenPage
from tests.ui.axe import barriers, overflow

PASSWORD = "countess of lovelace"


@pytest.fixture
def ada(transactional_db: None, settings: Settings) -> User:
    settings.ONE_PERSON = False
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    cache.clear()
    user = User.objects.create(username="ada")
    give_address(user, "ada@example.com", PASSWORD)
    return user


def with_password(page: Page) -> None:
    page.get_by_label("Email").fill("ada@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="Your account")).to_be_visible()


def show_again(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("button", name="Confirm")).to_have_count(0)


def test_a_passkey_stands_for_the_password(
    ada: User, open_page: OpenPage, live_server: LiveServer
) -> None:
    # Passkeys are for names, not for addresses.
    home = live_server.url.replace("127.0.0.1", "localhost")
    page = open_page(f"{home}/accounts/login/")
    authenticator = page.context.new_cdp_session(page)
    authenticator.send("WebAuthn.enable")
    authenticator.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    with_password(page)
    page.goto(f"{home}/accounts/2fa/webauthn/add/")
    show_again(page)
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery Codes")).to_be_visible()
    page.goto(f"{home}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("link", name="Your account")).to_be_visible()


@pytest.mark.parametrize(("theme", "size"), [("light", {}), ("dark", PHONE)])
def test_no_page_has_a_barrier(
    ada: User, open_page: OpenPage, theme: str, size: dict[str, object]
) -> None:
    page = open_page("/accounts/login/", color_scheme=theme, **size)
    anybodys = ["login/", "signup/", "password/reset/", "confirm-email/"]
    ones_own = ["2fa/totp/activate/", "email/", "password/change/", "2fa/", "2fa/webauthn/add/"]
    for path in anybodys:
        has_no_barrier(page, path)
    page.goto("/accounts/login/")
    with_password(page)
    page.goto("/accounts/2fa/totp/activate/")
    show_again(page)
    for path in [*ones_own, "logout/"]:
        has_no_barrier(page, path)


def has_no_barrier(page: Page, path: str) -> None:
    page.goto(f"/accounts/{path}")
    assert barriers(page) == [], path
    assert overflow(page) == 0, path
