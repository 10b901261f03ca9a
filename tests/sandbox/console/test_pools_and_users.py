"""The console: pools, clients, users and groups by hand, each act a call like any client's."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from studyapp.sandbox.models import Account
from tests.sandbox.factories import PASSWORD, make_account, sign_in_address
from tests.sandbox.test_trace_pages import console

pytestmark = pytest.mark.django_db

POOLS = "/sandbox/"


@pytest.fixture
def ada(client: Client) -> Account:
    account = make_account("ada")
    client.force_login(account.learner)
    return account


@pytest.fixture
def pool(ada: Account) -> str:
    made = console(ada).call("CreateUserPool", PoolName="shop", AutoVerifiedAttributes=["email"])
    pool_id: str = made["UserPool"]["Id"]
    return pool_id


@pytest.fixture
def grace(ada: Account, pool: str) -> str:
    """A user's page."""
    console(ada).call(
        "AdminCreateUser", UserPoolId=pool, Username="grace", MessageAction="SUPPRESS"
    )
    return f"/sandbox/pools/{pool}/users/grace/"


def described(account: Account, pool: str) -> dict[str, Any]:
    user: dict[str, Any] = console(account).call("AdminGetUser", UserPoolId=pool, Username="grace")
    return user


def test_a_pool_is_created_in_a_region_and_listed(client: Client, ada: Account) -> None:
    assert "An AWS account of your own" in client.get(POOLS).text
    sent = {"name": "shop", "region": "eu-west-1", "signs_in_by": "email", "mfa": "OPTIONAL"}
    made = client.post("/sandbox/pools/create/", {**sent, "verify_email": "on"})
    assert made.status_code == 302
    pool_id = made["Location"].split("/")[3]
    assert pool_id.startswith("eu-west-1_")
    assert pool_id in client.get(POOLS).text
    page = client.get(made["Location"]).text
    assert f"http://testserver/aws/{pool_id}/.well-known/jwks.json" in page
    assert "optional" in page
    operations = list(ada.trace.values_list("operation", flat=True))
    assert operations[::-1][:2] == ["CreateUserPool", "SetUserPoolMfaConfig"]


def test_what_aws_refuses_keeps_what_was_typed(client: Client, ada: Account) -> None:
    sent = {"name": "<b>", "region": "us-east-1", "signs_in_by": "username", "mfa": "OFF"}
    refused = client.post("/sandbox/pools/create/", sent)
    assert refused.status_code == 422
    assert "InvalidParameterException" in refused.text
    assert 'value="&lt;b&gt;"' in refused.text
    nothing = client.post("/sandbox/pools/create/", {})
    assert (nothing.status_code, "This field is required" in nothing.text) == (422, True)


def test_a_pool_is_deleted_by_who_says_they_are_sure(client: Client, pool: str) -> None:
    page = f"/sandbox/pools/{pool}/"
    assert "tick the box" in client.post(page, {}, follow=True).text
    assert client.get(page).status_code == 200
    assert "The pool is deleted" in client.post(page, {"sure": "yes"}, follow=True).text
    assert client.get(page).status_code == 404


def test_a_user_is_created_and_found(client: Client, ada: Account, pool: str) -> None:
    create = f"/sandbox/pools/{pool}/create-user/"
    sent = {"username": "o'hara/1", "email": "o@example.com", "invite": "on"}
    made = client.post(create, sent)["Location"]
    assert made == f"/sandbox/pools/{pool}/users/o'hara/1/"
    page = client.get(made).text
    assert "FORCE_CHANGE_PASSWORD" in page
    assert "o@example.com" in page
    assert ada.messages.get().to == "o@example.com"
    users = f"/sandbox/pools/{pool}/users/"
    assert "o@example.com" in client.get(users, {"q": "o'h"}).text
    assert "Nobody's username begins with" in client.get(users, {"q": 'zz"'}).text
    again = client.post(create, sent)
    assert (again.status_code, "UsernameExistsException" in again.text) == (422, True)


def test_more_users_than_a_page_holds_are_reached(client: Client, ada: Account, pool: str) -> None:
    asked = console(ada)
    for number in range(61):
        asked.call("AdminCreateUser", UserPoolId=pool, Username=f"u{number:02}")
    users = f"/sandbox/pools/{pool}/users/"
    first = client.get(users)
    assert "u60" not in first.text
    assert "More users" in first.text
    more = client.get(users, {"next": first.context["next"]}).text
    assert "u60" in more
    assert "More users" not in more


def test_a_user_is_given_a_password_and_attributes(
    client: Client, ada: Account, pool: str, grace: str
) -> None:
    weak = client.post(grace, {"act": "password", "password": "weak", "permanent": "on"})
    assert (weak.status_code, "InvalidPasswordException" in weak.text) == (422, True)
    client.post(grace, {"act": "password", "password": PASSWORD, "permanent": "on"})
    client.post(grace, {"act": "attribute", "name": "name", "value": "Grace Hopper"})
    user = described(ada, pool)
    assert user["UserStatus"] == "CONFIRMED"
    assert {"Name": "name", "Value": "Grace Hopper"} in user["UserAttributes"]
    assert "Grace Hopper" in client.get(grace).text
    client.post(grace, {"act": "attribute", "name": "name", "value": ""})
    assert "Grace Hopper" not in client.get(grace).text
    assert PASSWORD not in "".join(entry.request for entry in ada.trace.all())


def test_a_user_is_disabled_enabled_signed_out_and_deleted(
    client: Client, ada: Account, pool: str, grace: str
) -> None:
    assert "Disabled." in client.post(grace, {"act": "disable"}, follow=True).text
    assert described(ada, pool)["Enabled"] is False
    client.post(grace, {"act": "enable"})
    assert described(ada, pool)["Enabled"] is True
    assert "Signed out everywhere" in client.post(grace, {"act": "sign-out"}, follow=True).text
    # AWS resets no password of somebody who never set one.
    said = client.post(grace, {"act": "reset"}, follow=True).text
    assert "NotAuthorizedException" in said or "InvalidParameterException" in said
    client.post(grace, {"act": "nonsense"})
    assert "tick the box" in client.post(grace, {"act": "delete"}, follow=True).text
    assert client.post(grace, {"act": "delete", "sure": "yes"})["Location"].endswith("/users/")
    assert client.get(grace).status_code == 404


def test_a_users_second_factors_are_set(
    client: Client, ada: Account, pool: str, grace: str
) -> None:
    console(ada).call(
        "SetUserPoolMfaConfig",
        UserPoolId=pool,
        MfaConfiguration="OPTIONAL",
        SmsMfaConfiguration={
            "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}
        },
    )
    factors = {"SoftwareTokenMfaSettings": "off", "EmailMfaSettings": "off"}
    sent = {"act": "mfa", "SMSMfaSettings": "preferred", **factors}
    refused = client.post(grace, sent)
    assert refused.status_code == 422
    assert list(refused.context["forms"]["mfa"].errors) == ["SMSMfaSettings"]
    for name, value in (("phone_number", "+12065550100"), ("phone_number_verified", "true")):
        client.post(grace, {"act": "attribute", "name": name, "value": value})
    client.post(grace, sent)
    assert described(ada, pool)["PreferredMfaSetting"] == "SMS_MFA"
    assert client.get(grace).context["forms"]["mfa"]["SMSMfaSettings"].value() == "preferred"
    gone = client.post(grace, {"act": "forget", "device": "us-east-1_x"}, follow=True)
    assert "Exception" in gone.text


def test_nobody_reaches_anothers_pool_by_its_pages(client: Client, pool: str, grace: str) -> None:
    client.force_login(make_account("bob").learner)
    for path in (f"/sandbox/pools/{pool}/", f"/sandbox/pools/{pool}/users/", grace):
        assert client.get(path).status_code == 404
    assert pool not in client.get(POOLS).text
    client.post(f"/sandbox/pools/{pool}/", {"sure": "yes"})
    assert not make_account("eve").documents.exists()


@pytest.mark.parametrize("pool_id", ["nothing", "us-east-1_", "mars-north-1_abcdef"])
def test_a_pool_that_there_is_not_is_404(client: Client, ada: Account, pool_id: str) -> None:
    assert client.get(f"/sandbox/pools/{pool_id}/").status_code == 404


def test_who_is_not_signed_in_is_sent_to_sign_in(
    client: Client, pool: str, grace: str, settings: Any
) -> None:
    settings.ONE_PERSON = False
    client.logout()
    for path in (POOLS, f"/sandbox/pools/{pool}/", grace, "/sandbox/pools/create/"):
        assert client.get(path)["Location"].startswith(sign_in_address())


def test_who_used_up_their_calls_can_still_look(client: Client, pool: str, settings: Any) -> None:
    settings.SANDBOX_CALLS = 1
    assert client.get(f"/sandbox/pools/{pool}/").status_code == 200


def test_pages_take_as_many_queries_with_many_users_as_with_few(
    client: Client, ada: Account, pool: str, django_assert_num_queries: Any
) -> None:
    users = f"/sandbox/pools/{pool}/users/"
    counted = []
    for _ in range(2):
        for number in range(3):
            name = f"{len(counted)}x{number}"
            console(ada).call("AdminCreateUser", UserPoolId=pool, Username=name)
        with django_assert_num_queries(counted[0] if counted else 17) as seen:
            client.get(users)
        counted.append(len(seen))


def test_keys_are_rotated_with_a_button(client: Client, ada: Account, pool: str) -> None:
    page = f"/sandbox/pools/{pool}/"
    keys = f"/aws/{pool}/.well-known/jwks.json"
    before = [key["kid"] for key in client.get(keys).json()["keys"]]
    told = client.post(page, {"act": "rotate"}, follow=True)
    after = [key["kid"] for key in client.get(keys).json()["keys"]]
    assert after[1:] == before
    assert after[0] in html.unescape(told.text)
    entry = ada.trace.get(operation="Rotate the signing keys")
    assert after[0] in client.get(entry.get_absolute_url()).text.replace("&#x3D;", "=")
    client.force_login(make_account("bob").learner)
    assert client.post(page, {"act": "rotate"}).status_code == 404


def test_a_user_whose_name_is_nobodys_is_told_by_their_address(
    client: Client, ada: Account, pool: str, grace: str
) -> None:
    assert "page__lead" not in client.get(grace).text
    for attribute, value in (("phone_number", "+15550100"), ("email", "grace@example.com")):
        client.post(grace, {"act": "attribute", "name": attribute, "value": value})
        assert f'page__lead">{value}<' in client.get(grace).text


def test_an_identity_is_linked_to_a_user_and_unlinked(
    client: Client, ada: Account, pool: str, grace: str
) -> None:
    assert "to link one of" in client.get(grace).text
    console(ada).call(
        "CreateIdentityProvider",
        UserPoolId=pool,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails={"client_id": "c", "client_secret": "s", "authorize_scopes": "openid"},
    )
    link = {
        "act": "link",
        "ProviderName": "Google",
        "ProviderAttributeName": "Cognito_Subject",
        "ProviderAttributeValue": "1234",
    }
    assert "Google <code>1234</code>" in client.post(grace, link, follow=True).text
    again = client.post(grace, link)
    assert list(again.context["forms"]["link"].errors) == ["ProviderAttributeValue"]
    client.post(grace, {"act": "unlink", "provider": "Google", "value": "1234"})
    assert "<code>1234</code>" not in client.get(grace).text
