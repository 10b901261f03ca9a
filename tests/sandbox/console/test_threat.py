"""Threat protection by hand: set, seen at work, told who it was."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox.client import ConsoleClient
from tests.sandbox.console.conftest import shown_in
from tests.sandbox.factories import PASSWORD, make_account


@pytest.fixture
def threat(aws: ConsoleClient, pool: str, pages: str) -> str:
    """The page, of a pool on the plan that it needs."""
    aws.call("UpdateUserPool", UserPoolId=pool, UserPoolTier="PLUS")
    return pages + "threat-protection/"


def changed(client: Client, page: str, **changes: Any) -> Any:
    return client.post(page, {**shown_in(client.get(page)), **changes})


def test_it_needs_the_plus_plan(client: Client, pages: str) -> None:
    page = pages + "threat-protection/"
    assert "change it to Plus" in client.get(page).text
    refused = changed(client, page, AdvancedSecurityMode="AUDIT")
    assert list(refused.context["form"].errors) == ["AdvancedSecurityMode"]


def test_all_of_it_is_set_and_shown_again(
    client: Client, aws: ConsoleClient, pool: str, threat: str
) -> None:
    changes = {
        "AdvancedSecurityMode": "ENFORCED",
        "CustomAuthMode": "AUDIT",
        "LowAction": "MFA_IF_CONFIGURED",
        "HighAction": "BLOCK",
        "HighNotify": "on",
        "EventAction": "BLOCK",
        "EventFilter": ["SIGN_UP"],
        "BlockedIPRangeList": "203.0.113.0/24",
        "SkippedIPRangeList": "10.0.0.0/8\n192.168.0.0/16",
    }
    answer = changed(client, threat, **changes)
    assert answer.status_code == 302, answer.context["form"].errors
    told = aws.call("DescribeRiskConfiguration", UserPoolId=pool)["RiskConfiguration"]
    actions = told["AccountTakeoverRiskConfiguration"]["Actions"]
    assert actions["HighAction"] == {"EventAction": "BLOCK", "Notify": True}
    assert actions["MediumAction"] == {"EventAction": "NO_ACTION", "Notify": False}
    assert told["CompromisedCredentialsRiskConfiguration"] == {
        "Actions": {"EventAction": "BLOCK"},
        "EventFilter": ["SIGN_UP"],
    }
    assert told["RiskExceptionConfiguration"]["SkippedIPRangeList"] == [
        "10.0.0.0/8",
        "192.168.0.0/16",
    ]
    shown = shown_in(client.get(threat))
    assert (shown["HighAction"], shown["HighNotify"]) == ("BLOCK", "on")
    wrong = changed(client, threat, BlockedIPRangeList="203.0.113.999")
    assert list(wrong.context["form"].errors) == ["BlockedIPRangeList"]
    unsent = changed(client, threat, SourceArn="")
    assert list(unsent.context["form"].errors) == ["SourceArn"]
    assert changed(client, threat, AdvancedSecurityMode="OFF").status_code == 302


def test_a_users_sign_ins_are_explained_and_said_to_be_anothers(
    client: Client, aws: ConsoleClient, pool: str, pages: str, threat: str
) -> None:
    app = aws.call(
        "CreateUserPoolClient",
        UserPoolId=pool,
        ClientName="web",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
    )["UserPoolClient"]["ClientId"]
    grace = {"UserPoolId": pool, "Username": "grace"}
    aws.call("AdminCreateUser", **grace, MessageAction="SUPPRESS")
    aws.call("AdminSetUserPassword", **grace, Password=PASSWORD, Permanent=True)
    page = f"{pages}users/grace/events/"
    assert "has to be on" in client.get(page).text
    changed(client, threat, AdvancedSecurityMode="ENFORCED")
    assert "None yet" in client.get(page).text

    def sign_in(address: str) -> None:
        aws.call(
            "AdminInitiateAuth",
            UserPoolId=pool,
            ClientId=app,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "grace", "PASSWORD": PASSWORD},
            ContextData={
                "IpAddress": address,
                "ServerName": "shop",
                "ServerPath": "/",
                "HttpHeaders": [],
            },
        )

    sign_in("203.0.113.7")
    sign_in("198.51.100.9")
    shown = client.get(page)
    assert "The address 198.51.100.9 is new." in shown.text
    latest = shown.context["events"][0]["EventId"]
    said = client.post(page, {"event": latest, "said": "Invalid"}, follow=True).text
    assert "Admin said: invalid" in " ".join(said.split())
    changed(client, threat, HighAction="BLOCK")
    with pytest.raises(AwsError, match="NotAuthorizedException"):
        sign_in("198.51.100.9")
    shown = client.get(page).text
    assert "High risk" in shown
    assert "was reported before" in shown
    wrong = client.post(page, {"event": "none", "said": "Valid"}, follow=True)
    assert "ResourceNotFoundException" in wrong.text
    client.force_login(make_account("bob").learner)
    assert client.get(page).status_code == 404
