"""App clients by hand: made, changed in all that they have, given secrets, deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox.client import ConsoleClient
from studyapp.sandbox.console import LISTED
from tests.sandbox.console.conftest import shown_in

SETTINGS = "clients/{app}/edit/"


def described(aws: ConsoleClient, pool: str, app: str) -> dict[str, Any]:
    answer = aws.call("DescribeUserPoolClient", UserPoolId=pool, ClientId=app)
    client: dict[str, Any] = answer["UserPoolClient"]
    return client


def changed(client: Client, page: str, **changes: Any) -> Any:
    """What is answered to the form as it was shown, but for ``changes``."""
    return client.post(page, {**shown_in(client.get(page)), **changes})


def test_a_client_is_created_listed_and_deleted(client: Client, pages: str) -> None:
    assert "None yet" in client.get(pages + "clients/").text
    sent = {"name": "web", "secret": "on", "flows": ["ALLOW_USER_SRP_AUTH"]}
    made = client.post(f"{pages}clients/create/", sent)["Location"]
    page = client.get(made).text
    assert "ALLOW_USER_SRP_AUTH" in page
    assert "Show it" in page
    assert "web" in client.get(pages + "clients/").text
    assert "tick the box" in client.post(made, {"act": "delete"}, follow=True).text
    client.post(made, {"act": "delete", "sure": "yes"})
    assert client.get(made).status_code == 404


def test_settings_saved_as_they_are_shown_change_nothing_but_defaults(
    client: Client, aws: ConsoleClient, pool: str, pages: str, app: str
) -> None:
    page = pages + SETTINGS.format(app=app)
    assert changed(client, page).status_code == 302
    once = described(aws, pool, app)
    assert (once["IdTokenValidity"], once["TokenValidityUnits"]["IdToken"]) == (60, "minutes")
    assert "ReadAttributes" not in once
    changed(client, page)
    twice = described(aws, pool, app)
    assert {**twice, "LastModifiedDate": 0} == {**once, "LastModifiedDate": 0}


def test_every_setting_is_changed(
    client: Client, aws: ConsoleClient, pool: str, pages: str, app: str
) -> None:
    scopes = [{"ScopeName": "read", "ScopeDescription": "Look at orders"}]
    aws.call(
        "CreateResourceServer", UserPoolId=pool, Identifier="orders", Name="Orders", Scopes=scopes
    )
    page = pages + SETTINGS.format(app=app)
    assert "orders/read: Look at orders" in client.get(page).text
    changes = {
        "ClientName": "shop window",
        "ExplicitAuthFlows": ["ALLOW_USER_AUTH"],
        "AuthSessionValidity": "5",
        "PreventUserExistenceErrors": "ENABLED",
        "EnablePropagateAdditionalUserContextData": "on",
        "IdToken_0": "10",
        "AccessToken_0": "1",
        "AccessToken_1": "hours",
        "RefreshToken_0": "7",
        "RefreshTokenRotation": "on",
        "RetryGracePeriodSeconds": "10",
        "AllowedOAuthFlowsUserPoolClient": "on",
        "CallbackURLs": "http://localhost:3000/in\r\n\r\nmyapp://in",
        "DefaultRedirectURI": "myapp://in",
        "LogoutURLs": "http://localhost:3000/out",
        "SupportedIdentityProviders": ["COGNITO"],
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "orders/read"],
        "ReadAttributes": ["email"],
        "WriteAttributes": ["email", "name"],
    }
    answer = changed(client, page, **changes)
    assert answer.status_code == 302, answer.context["form"].errors
    told = described(aws, pool, app)
    assert told["TokenValidityUnits"] == {
        "IdToken": "minutes",
        "AccessToken": "hours",
        "RefreshToken": "days",
    }
    assert (told["IdTokenValidity"], told["AccessTokenValidity"]) == (10, 1)
    assert told["RefreshTokenRotation"] == {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}
    assert told["CallbackURLs"] == ["http://localhost:3000/in", "myapp://in"]
    assert told["AllowedOAuthScopes"] == ["openid", "orders/read"]
    assert set(told["WriteAttributes"]) == {"email", "name"}
    assert (told["ClientName"], told["AuthSessionValidity"]) == ("shop window", 5)
    # What was ticked is unticked by the next form that says so.
    sent = shown_in(client.get(page))
    del sent["AllowedOAuthFlowsUserPoolClient"]
    client.post(page, {**sent, "DefaultRedirectURI": ""})
    told = described(aws, pool, app)
    assert told["AllowedOAuthFlowsUserPoolClient"] is False
    assert "DefaultRedirectURI" not in told


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("CallbackURLs", {"CallbackURLs": "http://example.com/in"}),
        ("DefaultRedirectURI", {"DefaultRedirectURI": "https://example.com/elsewhere"}),
        ("IdToken", {"IdToken_0": "1"}),
        ("AuthSessionValidity", {"AuthSessionValidity": "99"}),
        ("ClientName", {"ClientName": "<script>"}),
        (
            "RefreshTokenRotation",
            {"RefreshTokenRotation": "on", "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"]},
        ),
        ("AllowedOAuthFlows", {"AllowedOAuthFlowsUserPoolClient": "on"}),
        (
            "AllowedOAuthFlows",
            {
                "AllowedOAuthFlows": ["client_credentials"],
                "AllowedOAuthScopes": ["openid"],
            },
        ),
    ],
)
def test_what_aws_refuses_is_said_at_its_field(
    client: Client, pages: str, app: str, field: str, changes: dict[str, Any]
) -> None:
    answer = changed(client, pages + SETTINGS.format(app=app), **changes)
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    assert "Exception" in errors[field][0]
    assert "Nothing was changed" in answer.text


def test_a_secret_is_rotated(
    client: Client, aws: ConsoleClient, pool: str, pages: str, app: str
) -> None:
    page = f"{pages}clients/{app}/"
    old = described(aws, pool, app)["ClientSecret"]
    assert old in client.get(page).text
    added = client.post(page, {"act": "add-secret"}).context["added"]
    assert added != old
    full = client.post(page, {"act": "add-secret"})
    assert "at most 2 secrets" in full.text
    first = full.context["secrets"][0]["ClientSecretId"]
    client.post(page, {"secret": first})
    assert described(aws, pool, app)["ClientSecret"] == added
    last = client.get(page).context["secrets"][0]["ClientSecretId"]
    assert "only secret" in client.post(page, {"secret": last}, follow=True).text


def test_a_client_leads_to_its_sign_in_page_when_it_has_all_that_takes(
    client: Client, aws: ConsoleClient, pool: str, pages: str, app: str
) -> None:
    page = f"{pages}clients/{app}/"
    assert "no domain yet" in client.get(page).text
    aws.call("CreateUserPoolDomain", UserPoolId=pool, Domain="shop-of-ada")
    assert "not for this client" in client.get(page).text
    oauth = {
        "AllowedOAuthFlowsUserPoolClient": "on",
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email"],
    }
    changed(client, page + "edit/", **oauth)
    assert "need a callback URL" in client.get(page).text
    changed(client, page + "edit/", CallbackURLs="http://localhost:3000/in")
    address = client.get(page).context["sign_in"]
    shown = client.get(address)
    assert (shown.status_code, "Sign in" in shown.text) == (200, True)


@pytest.mark.parametrize("rest", ["clients/", "clients/{app}/", SETTINGS])
def test_nobody_reaches_anothers_clients(
    strange_pages: Callable[[str], int], app: str, rest: str
) -> None:
    assert strange_pages(rest.format(app=app)) == 404


def test_the_form_takes_as_many_queries_whatever_the_client_has(
    client: Client, pages: str, app: str, django_assert_num_queries: Any
) -> None:
    page = pages + SETTINGS.format(app=app)
    with django_assert_num_queries(30):
        client.get(page)
    changed(client, page, CallbackURLs="\n".join(f"https://example.com/{n}" for n in range(20)))
    with django_assert_num_queries(30):
        client.get(page)


def test_terms_documents_are_set_changed_and_taken_away(
    client: Client, aws: ConsoleClient, pool: str, pages: str, app: str
) -> None:
    def kept(name: str) -> dict[str, str]:
        of = {"UserPoolId": pool, "ClientId": app, "TermsName": name}
        links: dict[str, str] = aws.call("DescribeTermsByClient", **of)["Terms"]["Links"]
        return links

    page = f"{pages}clients/{app}/terms/"
    both = {"terms_of_use": "default = https://a/terms", "privacy_policy": "default = https://a/p"}
    assert changed(client, page, **both).status_code == 302
    assert kept("privacy-policy") == {"cognito:default": "https://a/p"}
    more = "default = https://a/terms\r\nfrench = https://a/fr"
    changed(client, page, terms_of_use=more, privacy_policy="")
    assert kept("terms-of-use")["cognito:french"] == "https://a/fr"
    with pytest.raises(AwsError):
        kept("privacy-policy")
    for wrong in ("french = https://a/fr", "default = a/terms"):
        refused = changed(client, page, terms_of_use=wrong)
        assert list(refused.context["form"].errors) == ["terms_of_use"]


def test_a_list_goes_on_where_aws_ends_its_answer(
    client: Client, aws: ConsoleClient, pool: str, pages: str
) -> None:
    for number in range(LISTED + 1):
        aws.call("CreateUserPoolClient", UserPoolId=pool, ClientName=f"app {number}")
    first = client.get(pages + "clients/")
    assert len(first.context["clients"]) == LISTED
    assert "The first ones" not in first.text
    rest = client.get(pages + "clients/", {"next": first.context["next"]})
    assert len(rest.context["clients"]) == 1
    assert "The first ones" in rest.text
    assert "More app clients" not in rest.text
    assert "All app clients" in client.get(pages).text
    assert client.get(pages + "try-sign-in/").text.count("<option") > LISTED
