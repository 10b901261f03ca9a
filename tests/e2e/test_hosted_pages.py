"""A pool's own pages in a browser: a newcomer's whole way to tokens, and no barrier on it."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from studyapp.aws.cognito_idp.totp import code_at
from studyapp.sandbox.models import Account
from studyapp.sandbox.services.accounts import local_account
from tests.e2e.conftest import PHONE, OpenPage
from tests.sandbox.factories import PASSWORD, client_of
from tests.ui.axe import barriers, overflow

CALLBACK = "http://localhost:3000/in"
VERIFIER = "a-verifier-of-more-than-forty-three-characters-in-all"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")


@pytest.fixture
def account(transactional_db: None) -> Account:
    return local_account()


def make_app(account: Account, site: LiveServer, version: int, **mfa: object) -> dict[str, str]:
    """What an app of a pool with a domain and a provider asks for."""
    aws = client_of(account, site)
    pool = aws.create_user_pool(PoolName="shop", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    if mfa:
        aws.set_user_pool_mfa_config(UserPoolId=pool, **mfa)
    aws.create_user_pool_domain(UserPoolId=pool, Domain="shop-of-ada", ManagedLoginVersion=version)
    details = {
        "client_id": "shop",
        "client_secret": "s",
        "authorize_scopes": "profile email openid",
    }
    aws.create_identity_provider(
        UserPoolId=pool,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails=details,
        AttributeMapping={"email": "email"},
    )
    app = aws.create_user_pool_client(
        UserPoolId=pool,
        ClientName="web",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        CallbackURLs=[CALLBACK],
        SupportedIdentityProviders=["COGNITO", "Google"],
    )["UserPoolClient"]["ClientId"]
    return {
        "client_id": app,
        "response_type": "code",
        "scope": "openid email",
        "redirect_uri": CALLBACK,
        "state": "s1",
        "code_challenge": CHALLENGE.decode(),
        "code_challenge_method": "S256",
    }


def tokens_for(page: Page, domain: str, asked: dict[str, str]) -> dict[str, str]:
    """What the app is given for the code that the browser brought it."""
    expect(page).to_have_url(re.compile(re.escape(CALLBACK)))
    brought = parse_qs(urlsplit(page.url).query)
    assert brought["state"] == ["s1"]
    grant = {
        "grant_type": "authorization_code",
        "code": brought["code"][0],
        "client_id": asked["client_id"],
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    answer = requests.post(f"{domain}/oauth2/token", grant, timeout=30)
    assert answer.status_code == 200, answer.text
    tokens: dict[str, str] = answer.json()
    return tokens


def claims(token: str) -> dict[str, str]:
    read: dict[str, str] = jwt.decode(token, options={"verify_signature": False})
    return read


def test_somebody_signs_up_confirms_sets_up_a_factor_and_the_app_gets_tokens(
    open_page: OpenPage, account: Account, live_server: LiveServer
) -> None:
    mfa = {"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": True}}
    asked = make_app(account, live_server, 2, **mfa)
    domain = f"{live_server}/aws/domains/shop-of-ada"
    page = open_page("/sandbox/messages/")
    page.route(f"{CALLBACK}**", lambda route: route.fulfill(body="back in the app"))
    page.goto(f"{domain}/oauth2/authorize?{urlencode(asked)}")
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Username").fill("grace")
    page.get_by_label("E-mail").fill("grace@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Confirm your account")).to_be_visible()
    letter = account.messages.get(to="grace@example.com").body
    found = re.search(r"\d{6}", letter)
    assert found is not None
    page.get_by_label("Code").fill(found[0])
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    assert barriers(page) == []
    secret = page.locator("p.secret").inner_text()
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    page.get_by_role("textbox", name="Code").fill(code_at(key, int(time.time()) // 30))
    page.get_by_role("button", name="Verify").click()
    tokens = tokens_for(page, domain, asked)
    assert claims(tokens["id_token"])["email"] == "grace@example.com"
    page.goto("/sandbox/trace/")
    expect(page.get_by_role("link", name="POST /domains/shop-of-ada/signup")).to_be_visible()


def test_somebody_comes_from_a_provider(
    open_page: OpenPage, account: Account, live_server: LiveServer
) -> None:
    asked = make_app(account, live_server, 1)
    domain = f"{live_server}/aws/domains/shop-of-ada"
    page = open_page("/sandbox/messages/")
    page.route(f"{CALLBACK}**", lambda route: route.fulfill(body="back in the app"))
    page.goto(f"{domain}/oauth2/authorize?{urlencode(asked)}")
    page.get_by_role("link", name="Continue with Google").click()
    expect(page.get_by_role("heading", name="Choose an account")).to_be_visible()
    assert barriers(page) == []
    page.get_by_label("E-mail").fill("alan@example.com")
    page.get_by_role("button", name="Sign in", exact=True).click()
    read = claims(tokens_for(page, domain, asked)["id_token"])
    assert read["email"] == "alan@example.com"
    assert read["cognito:username"].startswith("Google_")


@pytest.mark.parametrize("version", [1, 2], ids=["classic", "managed"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier_or_scrolls_sideways(
    open_page: OpenPage, account: Account, live_server: LiveServer, scheme: str, version: int
) -> None:
    asked = make_app(account, live_server, version)
    domain = f"{live_server}/aws/domains/shop-of-ada"
    page = open_page("/sandbox/messages/", color_scheme=scheme, **PHONE)
    for path in ("login", "signup", "forgotPassword", "confirmUser", "error"):
        page.goto(f"{domain}/{path}?{urlencode(asked)}")
        assert barriers(page) == [], path
        assert overflow(page) == 0, path
