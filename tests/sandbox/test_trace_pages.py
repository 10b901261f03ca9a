"""The trace and the messages: everybody's own, as page and in parts, live, and without secrets."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox.client import ConsoleClient
from studyapp.sandbox.models import Account, TraceEntry
from tests.sandbox.factories import PASSWORD, make_account, sign_in_address

pytestmark = pytest.mark.django_db

TRACE = "/sandbox/trace/"
PART = {"HX-Request": "true"}


@pytest.fixture
def ada(client: Client) -> Account:
    account = make_account("ada")
    client.force_login(account.learner)
    return account


def console(account: Account) -> ConsoleClient:
    base = "http://testserver/aws"
    return ConsoleClient(account.access_keys.get(), base=base, source_ip="127.0.0.1")


@pytest.fixture
def story(ada: Account) -> dict[str, str]:
    """Somebody signs up, mistypes a password and signs in, at a pool of Ada's."""
    calls = console(ada)
    pool = calls.call("CreateUserPool", PoolName="shop", AutoVerifiedAttributes=["email"])
    pool_id = pool["UserPool"]["Id"]
    app = calls.call(
        "CreateUserPoolClient",
        UserPoolId=pool_id,
        ClientName="web",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
    )["UserPoolClient"]["ClientId"]
    email = [{"Name": "email", "Value": "grace@example.com"}]
    calls.call("SignUp", ClientId=app, Username="grace", Password=PASSWORD, UserAttributes=email)
    calls.call("AdminConfirmSignUp", UserPoolId=pool_id, Username="grace")
    sign_in: dict[str, Any] = {"ClientId": app, "AuthFlow": "USER_PASSWORD_AUTH"}
    wrong, right = ({"USERNAME": "grace", "PASSWORD": each} for each in ("Wr0ng!pass", PASSWORD))
    with pytest.raises(AwsError, match="NotAuthorizedException"):
        calls.call("InitiateAuth", **sign_in, AuthParameters=wrong)
    calls.call("InitiateAuth", **sign_in, AuthParameters=right)
    TraceEntry.objects.update(agent="Boto3/1.44")
    return {"pool": pool_id, "app": app}


def latest(account: Account, operation: str) -> TraceEntry:
    return account.trace.filter(operation=operation).latest("id")


def test_every_call_is_listed_the_latest_first(client: Client, story: dict[str, str]) -> None:
    page = client.get(TRACE).text
    names = ["InitiateAuth", "AdminConfirmSignUp", "SignUp", "CreateUserPoolClient"]
    places = [page.index(f'"call__operation">{name}<') for name in names]
    assert places == sorted(places)
    assert "NotAuthorizedException" in page
    assert "<html" in page


def test_the_page_asks_for_what_is_new_and_gets_nothing_or_the_list(
    client: Client, ada: Account, story: dict[str, str]
) -> None:
    last = ada.trace.latest("id").pk
    nothing = client.get(TRACE, {"latest": last}, headers=PART)
    assert (nothing.status_code, nothing.content) == (204, b"")
    console(ada).call("ListUserPools", MaxResults=1)
    shown = client.get(TRACE, {"latest": last, "console": "yes"}, headers=PART)
    assert '"call__operation">ListUserPools<' in shown.text
    assert "<html" not in shown.text
    assert "trace__filter" not in shown.text
    assert "HX-Request" in shown["Vary"]


def test_calls_of_the_pages_themselves_are_shown_where_that_is_asked_for(
    client: Client, ada: Account
) -> None:
    console(ada).call("ListUserPools", MaxResults=1)
    assert "ListUserPools" not in client.get(TRACE).text
    assert "ListUserPools" in client.get(TRACE, {"console": "yes"}).text


def test_calls_are_found_by_a_part_of_their_name_or_error(
    client: Client, story: dict[str, str]
) -> None:
    found = client.get(TRACE, {"q": "signup"}).text
    assert '"call__operation">SignUp<' in found
    assert "InitiateAuth" not in found
    assert "InitiateAuth" in client.get(TRACE, {"q": "NotAuth"}).text
    assert "No call of that name" in client.get(TRACE, {"q": "zzz"}).text


def test_a_call_is_shown_with_its_tokens_and_as_code(
    client: Client, ada: Account, story: dict[str, str]
) -> None:
    entry = latest(ada, "InitiateAuth")
    page = client.get(entry.get_absolute_url()).text
    assert 'aria-current="true"' in page
    assert "AuthenticationResult.IdToken" in page
    assert "cognito:username" in page
    assert f"http://testserver/aws/{story['pool']}" in page  # the issuer
    for said in ("initiate_auth", "initiate-auth", "--no-sign-request", "InitiateAuthCommand"):
        assert said in page
    assert PASSWORD not in page
    part = client.get(entry.get_absolute_url(), headers=PART).text
    assert "<html" not in part
    assert "Tokens, read" in part


def test_a_refusal_is_shown_in_awss_words(
    client: Client, ada: Account, story: dict[str, str]
) -> None:
    entry = ada.trace.filter(error="NotAuthorizedException").get()
    page = client.get(entry.get_absolute_url()).text
    assert "NotAuthorizedException (400)" in page
    assert "Incorrect username or password." in page


def test_what_was_sent_stands_by_the_call_and_among_the_messages(
    client: Client, ada: Account, story: dict[str, str]
) -> None:
    (message,) = ada.messages.all()
    code = message.body.rpartition(" ")[2]
    assert code in client.get(latest(ada, "SignUp").get_absolute_url()).text
    page = client.get("/sandbox/messages/").text
    assert "to grace@example.com" in page
    assert code in page
    part = client.get("/sandbox/messages/", {"latest": 0}, headers=PART)
    assert code in part.text
    assert "<html" not in part.text
    same = client.get("/sandbox/messages/", {"latest": message.pk}, headers=PART)
    assert same.status_code == 204


def test_what_the_service_remarked_is_told(
    client: Client, ada: Account, story: dict[str, str]
) -> None:
    entry = latest(ada, "InitiateAuth")
    ada.trace.update(remarks=json.dumps(["30 points: a new device"]))
    assert "30 points: a new device" in client.get(entry.get_absolute_url()).text


def test_nobody_sees_anothers_calls_messages_or_keys(
    client: Client, ada: Account, story: dict[str, str]
) -> None:
    entry = latest(ada, "SignUp")
    secret = ada.access_keys.get().secret
    client.force_login(make_account("bob").learner)
    assert client.get(entry.get_absolute_url()).status_code == 404
    for path in (TRACE, "/sandbox/messages/", "/sandbox/account/"):
        page = client.get(path).text
        assert "SignUp" not in page
        assert "grace@example.com" not in page
        assert secret not in page


def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, settings: Any) -> None:
    settings.ONE_PERSON = False
    for path in (TRACE, f"{TRACE}1/", "/sandbox/messages/", "/sandbox/account/"):
        assert client.get(path)["Location"].startswith(sign_in_address())


def test_a_refusal_before_the_operation_leaves_an_entry(client: Client, ada: Account) -> None:
    client.post(
        "/aws/",
        "{}",
        content_type="application/x-amz-json-1.1",
        headers={
            "x-amz-target": "AWSCognitoIdentityProviderService.ListUserPools",
            "authorization": f"AWS4-HMAC-SHA256 Credential={ada.access_keys.get().pk}"
            "/20200101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0",
            "x-amz-date": "20200101T000000Z",
        },
    )
    entry = ada.trace.get()
    assert (entry.operation, entry.error) == ("ListUserPools", "InvalidSignatureException")
    assert "Signature expired" in client.get(entry.get_absolute_url()).text


def test_what_is_no_call_of_the_models_is_shown_as_it_was_asked(
    client: Client, ada: Account, story: dict[str, str]
) -> None:
    ada.trace.update(request=json.dumps({"Name": "<script>alert(1)</script>", "Flag": False}))
    page = client.get(latest(ada, "SignUp").get_absolute_url()).text
    assert "<script>alert" not in page
    assert "--no-flag" in page


def test_pages_take_so_many_queries_however_much_there_is(
    client: Client, ada: Account, story: dict[str, str], django_assert_num_queries: Any
) -> None:
    entry = latest(ada, "InitiateAuth").get_absolute_url()
    for path, queries in (
        (TRACE, 4),
        (entry, 5),
        ("/sandbox/messages/", 4),
        ("/sandbox/account/", 6),
    ):
        with django_assert_num_queries(queries):
            client.get(path)


def test_the_account_page_tells_how_to_reach_it(client: Client, ada: Account) -> None:
    page = client.get("/sandbox/account/").text
    assert ada.number in page
    assert ada.access_keys.get().secret in page
    assert "http://testserver/aws" in page


def test_what_a_pools_own_pages_refuse_is_traced_by_name(client: Client, ada: Account) -> None:
    calls = console(ada)
    pool = calls.call("CreateUserPool", PoolName="shop")["UserPool"]["Id"]
    calls.call("CreateUserPoolDomain", UserPoolId=pool, Domain="shop-of-ada")
    app = calls.call(
        "CreateUserPoolClient",
        UserPoolId=pool,
        ClientName="web",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        CallbackURLs=["https://example.com/in"],
        SupportedIdentityProviders=["COGNITO"],
    )["UserPoolClient"]["ClientId"]
    asked = {"client_id": app, "response_type": "code", "redirect_uri": "https://example.com/in"}
    domain = "/aws/domains/shop-of-ada"
    grant = {"grant_type": "authorization_code", "client_id": app, "code": "wrong"}
    body = urlencode({**grant, "redirect_uri": asked["redirect_uri"]})
    form = "application/x-www-form-urlencoded"
    client.post(f"{domain}/oauth2/token", body, content_type=form)
    assert latest(ada, "POST /domains/shop-of-ada/oauth2/token").error == "invalid_grant"
    client.get(f"{domain}/oauth2/authorize", {**asked, "redirect_uri": "https://example.com/no"})
    entry = latest(ada, "GET /domains/shop-of-ada/oauth2/authorize")
    assert entry.error == "redirect_mismatch"
    assert "redirect_mismatch (302)" in client.get(entry.get_absolute_url()).text
