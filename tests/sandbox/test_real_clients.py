"""Amazon's own clients, and others', against the running site: what they do with the sandbox alone
(tests/aws) they do here, where a call goes through Django and the database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
import requests
from django.core.management import call_command
from django.core.management.base import CommandError
from pycognito import Cognito

from studyapp.sandbox.models import Account, SentMessage
from tests.aws.clients import refusal
from tests.aws.cognito_idp.browsing import Page
from tests.aws.cognito_idp.test_amplify import Opened, opened  # noqa: F401, a fixture
from tests.aws.cognito_idp.test_node_clients import needs_node, node
from tests.sandbox.factories import (
    PASSWORD,
    client_of,
    make_account,
    make_pool,
    make_user,
    sign_in,
    sign_in_address,
)

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class InApp:
    """A pool, as the tests of the sandbox alone see theirs."""

    id: str
    client_id: str
    sandbox: SimpleNamespace
    api: Any

    @property
    def jwks(self) -> dict[str, Any]:
        with urlopen(f"{self.sandbox.endpoint}/{self.id}/.well-known/jwks.json") as answer:
            keys: dict[str, Any] = json.load(answer)
        return keys


@pytest.fixture
def ada() -> Account:
    return make_account("ada")


@pytest.fixture
def pool(ada: Account, live_server: object) -> InApp:
    api = client_of(ada, live_server)
    pool_id = make_pool(api, AutoVerifiedAttributes=["email"])
    flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = api.create_user_pool_client(
        UserPoolId=pool_id, ClientName="web", ExplicitAuthFlows=flows
    )
    client_id = made["UserPoolClient"]["ClientId"]
    return InApp(pool_id, client_id, SimpleNamespace(endpoint=f"{live_server}/aws"), api)


@needs_node
def test_amplify_signs_somebody_up_and_in(
    pool: InApp,
    opened: Opened,  # noqa: F811
) -> None:
    page = opened(pool)  # type: ignore[arg-type]
    email = {"userAttributes": {"email": "grace@example.com"}}
    page.gets("signUp", username="grace", password=PASSWORD, options=email)
    code = SentMessage.objects.get().body.split()[-1]
    page.gets("confirmSignUp", username="grace", confirmationCode=code)
    wrong = page.does("signIn", username="grace", password="Wr0ng-Passw0rd")
    assert wrong["error"] == "NotAuthorizedException"
    assert page.gets("signIn", username="grace", password=PASSWORD)["isSignedIn"]
    assert page.gets("fetchUserAttributes")["email"] == "grace@example.com"
    page.gets("fetchAuthSession", forceRefresh=True)
    page.gets("signOut", **{"global": True})


@needs_node
def test_identity_js_signs_in(pool: InApp) -> None:
    make_user(pool.api, pool.id)
    told = {"endpoint": pool.sandbox.endpoint, "pool": pool.id, "client": pool.client_id}
    came = node("sign_in.mjs", username="grace", password=PASSWORD, **told)
    assert came["claims"]["cognito:username"] == "grace"
    assert came["refreshed"]["auth_time"] == came["claims"]["auth_time"]
    refused = node("sign_in.mjs", username="grace", password="Wr0ng-Passw0rd", **told)
    assert refused["error"] == "NotAuthorizedException"


def test_pycognito_signs_in_by_srp_and_verifies(pool: InApp) -> None:
    make_user(pool.api, pool.id)
    told = {"endpoint_url": pool.sandbox.endpoint, "region_name": "us-east-1"}
    grace = Cognito(pool.id, pool.client_id, username="grace", boto3_client_kwargs=told)
    grace.authenticate(PASSWORD)
    # It has verified the tokens with the keys of the pool, and its issuer.
    assert grace.id_claims["cognito:username"] == "grace"


@needs_node
def test_aws_jwt_verify_takes_tokens_by_either_key_after_a_rotation(
    pool: InApp, capsys: pytest.CaptureFixture[str]
) -> None:
    make_user(pool.api, pool.id)
    pool.api.update_user_pool(UserPoolId=pool.id, IssuerConfiguration={"Type": "ORIGINAL"})

    def verified(token: str) -> dict[str, Any]:
        told = {"pool": pool.id, "client": pool.client_id, "jwks": pool.jwks, "use": "access"}
        return node("verify.mjs", token=token, **told)

    before = sign_in(pool.api, pool.client_id)
    (first,) = (key["kid"] for key in pool.jwks["keys"])
    assert verified(before["AccessToken"])["claims"]["username"] == "grace"

    call_command("sandbox_rotate_keys", pool.id)
    second, *others = (key["kid"] for key in pool.jwks["keys"])
    assert others == [first]
    assert capsys.readouterr().out == f"{second} signs now.\n{first} still verifies.\n"
    after = sign_in(pool.api, pool.client_id)
    for tokens in (before, after):
        assert "claims" in verified(tokens["AccessToken"])
        assert pool.api.get_user(AccessToken=tokens["AccessToken"])["Username"] == "grace"
    forged = after["AccessToken"][:-4] + "AAAA"
    assert verified(forged)["error"] == "JwtInvalidSignatureError"
    assert refusal(pool.api.get_user, AccessToken=forged)[0] == "NotAuthorizedException"
    with pytest.raises(CommandError, match="no user pool us-east-1_none"):
        call_command("sandbox_rotate_keys", "us-east-1_none")


def test_a_domain_is_served_with_its_pages_and_opens_nothing_of_the_study_app(
    pool: InApp, live_server: object, settings: Any
) -> None:
    settings.ONE_PERSON = False
    make_user(pool.api, pool.id)
    pool.api.create_user_pool_domain(UserPoolId=pool.id, Domain="shop")
    pool.api.update_user_pool_client(
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        CallbackURLs=["https://app.example/in"],
        AllowedOAuthFlows=["code"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=["openid"],
        SupportedIdentityProviders=["COGNITO"],
    )
    address = f"{live_server}/aws/domains/shop"
    app = {"client_id": pool.client_id, "redirect_uri": "https://app.example/in"}
    browser = requests.Session()
    asked = {**app, "response_type": "code", "scope": "openid"}
    page = browser.get(f"{address}/oauth2/authorize", params=asked, timeout=10)
    assert page.status_code == 200
    form = Page(page.url, page.text).form("Sign in")
    sent = {**form.fields, "username": "grace", "password": PASSWORD}
    answer = browser.post(form.action, data=sent, timeout=10, allow_redirects=False)
    assert answer.headers["Location"].startswith("https://app.example/in?code=")
    code = answer.headers["Location"].partition("code=")[2].partition("&")[0]
    asked = {**app, "grant_type": "authorization_code", "code": code}
    granted = requests.post(f"{address}/oauth2/token", data=asked, timeout=10).json()
    told = {"Authorization": f"Bearer {granted['access_token']}"}
    info = requests.get(f"{address}/oauth2/userInfo", headers=told, timeout=10).json()
    assert info["username"] == "grace"
    assert {cookie.path for cookie in browser.cookies} == {"/aws/domains/shop/"}
    kept = {cookie.name: cookie.value or "" for cookie in browser.cookies}
    away = requests.get(f"{live_server}/", cookies=kept, headers=told, timeout=10)
    assert urlsplit(away.url).path == sign_in_address()
