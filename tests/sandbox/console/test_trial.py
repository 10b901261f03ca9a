"""A sign-in tried from the console: set up with a press, begun, come back from, and used."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from studyapp.sandbox.client import ConsoleClient
from studyapp.sandbox.models import Account
from tests.sandbox.factories import PASSWORD, sign_in_address

FORM = "application/x-www-form-urlencoded"
LOCAL: dict[str, Any] = {"headers": {"host": "localhost"}}


@pytest.fixture
def page(aws: ConsoleClient, pool: str, app: str) -> str:
    """The page of the trial; Grace can sign in."""
    user = {"UserPoolId": pool, "Username": "grace"}
    email = [{"Name": "email", "Value": "grace@example.com"}]
    aws.call("AdminCreateUser", **user, UserAttributes=email, MessageAction="SUPPRESS")
    aws.call("AdminSetUserPassword", **user, Password=PASSWORD, Permanent=True)
    return f"/sandbox/pools/{pool}/try-sign-in/?client={app}"


def press(client: Client, page: str, act: str, **more: Any) -> Any:
    return client.post(page, {"act": act, **more}, follow=True, **LOCAL)


def begun(client: Client, page: str, kind: str = "pkce") -> str:
    """Where the browser is sent to."""
    press(client, page, "prepare")
    scopes = ["openid", "email"]
    answer = press(client, page, "begin", kind=kind, scopes=scopes)
    url: str = answer.context["trial"].url
    return url


def come_back(client: Client, url: str) -> str:
    """Sign in as Grace on the pool's page; where that leads to."""
    at = client.get(url, **LOCAL)["Location"]
    shown = client.get(at, **LOCAL)
    client.cookies.load(shown.headers.get("Set-Cookie", ""))
    form = shown.text
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    assert hidden, form
    sent = {name: html.unescape(value) for name, value in hidden}
    sent |= {"username": "grace", "password": PASSWORD}
    answer = client.post(at, urlencode(sent), FORM, **LOCAL)
    assert answer.status_code == 302, answer.text
    client.cookies.load(answer.headers.get("Set-Cookie", ""))
    location: str = answer["Location"]
    return location


def test_what_a_client_lacks_is_told_and_set_up_with_one_press(
    client: Client, aws: ConsoleClient, pool: str, app: str, page: str
) -> None:
    first = client.get(page, **LOCAL).text
    assert "joins its callback URLs" in first
    assert "The pool gets a domain" in first
    press(client, page, "prepare")
    made = aws.call("DescribeUserPoolClient", UserPoolId=pool, ClientId=app)["UserPoolClient"]
    assert made["CallbackURLs"] == ["http://localhost/sandbox/callback/"]
    assert made["AllowedOAuthFlows"] == ["code"]
    again = client.get(page, **LOCAL).text
    assert "joins its" not in again
    assert "Make the request" in again


def test_an_address_that_cognito_takes_none_of_is_explained(client: Client, page: str) -> None:
    answer = client.post(page, {"act": "prepare"}, follow=True, headers={"host": "testserver"})
    assert "cannot use the HTTP protocol" in answer.text
    assert "http://localhost:80 as well" in answer.text


def test_a_sign_in_is_tried_to_its_end(client: Client, ada: Account, page: str, app: str) -> None:
    location = come_back(client, begun(client, page))
    back = client.get(location, follow=True, **LOCAL)
    assert "Exchange it for tokens" in back.text
    assert "code_verifier" in back.text
    done = press(client, page, "exchange")
    assert "Its signature is by the key" in done.text
    assert "Does not hold" not in done.text
    assert "grace@example.com" in done.text
    assert done.context["entry"] in ada.trace.filter(operation__endswith="/oauth2/token")
    assert "grace@example.com" in press(client, page, "userinfo").text
    tokens = client.get(page, **LOCAL).context["trial"].tokens
    press(client, page, "refresh")
    refreshed = client.get(page, **LOCAL).context["trial"].tokens
    assert refreshed["access_token"] != tokens["access_token"]
    assert refreshed["refresh_token"] == tokens["refresh_token"]
    assert "void" in press(client, page, "revoke").text
    assert "Access Token has been revoked" in press(client, page, "userinfo").text
    listed = client.get("/sandbox/trace/").text
    assert "/oauth2/userInfo" in listed
    entry = done.context["entry"].get_absolute_url()
    assert "cognito:username" in client.get(entry).text
    out = client.get(client.get(page, **LOCAL).context["logout"], **LOCAL)["Location"]
    assert "Signed out" in client.get(out, follow=True, **LOCAL).text
    assert "Make the request" in press(client, page, "forget").text


def test_a_code_is_good_once(client: Client, page: str) -> None:
    client.get(come_back(client, begun(client, page, "code")), **LOCAL)
    press(client, page, "exchange")
    again = press(client, page, "exchange")
    assert "invalid_grant" in again.text
    assert "A code is good once" in again.text
    assert again.context["trial"].tokens


def test_tokens_behind_the_fragment_are_sent_by_the_page(
    client: Client, aws: ConsoleClient, pool: str, app: str, page: str
) -> None:
    press(client, page, "prepare")
    known = aws.call("DescribeUserPoolClient", UserPoolId=pool, ClientId=app)["UserPoolClient"]
    settings = ("AllowedOAuthScopes", "CallbackURLs", "LogoutURLs", "SupportedIdentityProviders")
    kept = {name: known[name] for name in settings} | {"AllowedOAuthFlowsUserPoolClient": True}
    aws.call(
        "UpdateUserPoolClient",
        UserPoolId=pool,
        ClientId=app,
        AllowedOAuthFlows=["implicit"],
        **kept,
    )
    location = come_back(client, begun(client, page, "implicit"))
    assert "Read it" in client.get("/sandbox/callback/", **LOCAL).text
    assert client.post("/sandbox/callback/", {"address": ""}, **LOCAL).status_code == 422
    read = client.post("/sandbox/callback/", {"address": location}, follow=True, **LOCAL)
    assert "Does not hold" not in read.text
    assert "Its signature is by the key" in read.text
    assert "Refresh" not in read.text


def test_what_nobody_here_asked_for_is_refused(client: Client, page: str) -> None:
    unasked = client.get("/sandbox/callback/?code=c&state=s", **LOCAL)
    assert unasked.status_code == 400
    assert "No sign-in was begun" in unasked.text
    begun(client, page)
    forged = client.get("/sandbox/callback/?code=stolen&state=s", **LOCAL)
    assert forged.status_code == 400
    assert "is not the one that was sent" in forged.text
    assert "stolen" not in client.get(page, **LOCAL).text


def test_an_error_that_came_back_is_shown(client: Client, page: str) -> None:
    state = parse_qs(urlsplit(begun(client, page)).query)["state"][0]
    told = client.get(f"/sandbox/callback/?error=invalid_scope&state={state}", follow=True, **LOCAL)
    assert "Back with an error" in told.text
    assert "without openid" in told.text


def test_nobody_else_has_it(
    client: Client, page: str, strange_pages: Callable[[str], int], settings: Any
) -> None:
    url = begun(client, page)
    assert strange_pages("try-sign-in/") == 404
    state = parse_qs(urlsplit(url).query)["state"][0]
    assert client.get(f"/sandbox/callback/?code=c&state={state}", **LOCAL).status_code == 400
    client.logout()
    settings.ONE_PERSON = False
    stranger = client.get(f"/sandbox/callback/?code=c&state={state}", **LOCAL)
    assert sign_in_address() in stranger["Location"]


def test_its_tokens_open_nothing_in_the_study_app(client: Client, page: str, settings: Any) -> None:
    client.get(come_back(client, begun(client, page)), **LOCAL)
    tokens = press(client, page, "exchange").context["trial"].tokens
    settings.ONE_PERSON = False
    for token in tokens.values():
        headers = {"host": "localhost", "authorization": f"Bearer {token}"}
        stranger = Client(headers=headers)
        stranger.cookies["studyapp_session"] = token
        assert sign_in_address() in stranger.get("/sandbox/")["Location"]


def test_a_pool_without_a_client_says_so(client: Client, aws: ConsoleClient, ada: Account) -> None:
    pool = aws.call("CreateUserPool", PoolName="empty")["UserPool"]["Id"]
    assert "no app client yet" in client.get(f"/sandbox/pools/{pool}/try-sign-in/").text
