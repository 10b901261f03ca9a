"""Threat protection by hand: set, seen at work, told who it was."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from studyapp.aws.wire.errors import AwsError
from studyapp.sandbox.client import ConsoleClient
from studyapp.sandbox.models import Account
from tests.sandbox.console.conftest import shown_in
from tests.sandbox.factories import PASSWORD, make_account


@pytest.fixture
def threat(aws: ConsoleClient, pool: str, pages: str) -> str:
    """The page, of a pool on the plan that it needs."""
    aws.call("UpdateUserPool", UserPoolId=pool, UserPoolTier="PLUS")
    return pages + "threat-protection/"


def make_app(aws: ConsoleClient, pool: str) -> str:
    made = aws.call(
        "CreateUserPoolClient",
        UserPoolId=pool,
        ClientName="web",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
    )
    app: str = made["UserPoolClient"]["ClientId"]
    return app


def make_grace(aws: ConsoleClient, pool: str, **attributes: str) -> None:
    grace = {"UserPoolId": pool, "Username": "grace"}
    given = [{"Name": name, "Value": value} for name, value in attributes.items()]
    aws.call("AdminCreateUser", **grace, MessageAction="SUPPRESS", UserAttributes=given)
    aws.call("AdminSetUserPassword", **grace, Password=PASSWORD, Permanent=True)


def sign_in(aws: ConsoleClient, pool: str, app: str, address: str) -> None:
    """Grace, through a server that says where she is."""
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


def test_a_notice_has_links_that_say_with_one_click_who_it_was(
    client: Client, ada: Account, aws: ConsoleClient, pool: str, pages: str, threat: str
) -> None:
    app = make_app(aws, pool)
    make_grace(aws, pool, email="grace@example.com")
    told = {"LowAction": "NO_ACTION", "LowNotify": "on", "MediumNotify": "on", "HighNotify": "on"}
    changed(client, threat, AdvancedSecurityMode="ENFORCED", **told)
    sign_in(aws, pool, app, "203.0.113.7")
    sign_in(aws, pool, app, "198.51.100.9")
    mail = ada.messages.get(subject="New sign-in attempt")
    shown = client.get("/sandbox/messages/").text
    yes, no = re.findall(r'href="(http://testserver/aws/[^"]+/feedback[^"]+)"', shown)
    assert yes.partition("?")[0] in mail.body
    answer = client.get(html.unescape(no))
    assert (answer.status_code, "Thank you" in answer.text) == (200, True)
    events = " ".join(client.get(f"{pages}users/grace/events/").text.split())
    assert "User said: invalid" in events
    forged = client.get(html.unescape(yes).replace("token=", "token=x"))
    assert (forged.status_code, "Invalid feedback token" in forged.text) == (400, True)
    neither = client.get(html.unescape(yes).replace("value=Valid", "value=Maybe"))
    assert neither.status_code == 400
    entry = ada.trace.filter(error="NotAuthorizedException").latest("id")
    assert "/feedback" in entry.operation
    assert html.unescape(yes).partition("token=")[2][:20] not in entry.request


def test_a_users_sign_ins_are_explained_and_said_to_be_anothers(
    client: Client, aws: ConsoleClient, pool: str, pages: str, threat: str
) -> None:
    app = make_app(aws, pool)
    make_grace(aws, pool)
    page = f"{pages}users/grace/events/"
    assert "has to be on" in client.get(page).text
    changed(client, threat, AdvancedSecurityMode="ENFORCED")
    assert "None yet" in client.get(page).text

    sign_in(aws, pool, app, "203.0.113.7")
    sign_in(aws, pool, app, "198.51.100.9")
    shown = client.get(page)
    assert "The address 198.51.100.9 is new." in shown.text
    latest = shown.context["events"][0]["EventId"]
    said = client.post(page, {"event": latest, "said": "Invalid"}, follow=True).text
    assert "Admin said: invalid" in " ".join(said.split())
    changed(client, threat, HighAction="BLOCK")
    with pytest.raises(AwsError, match="NotAuthorizedException"):
        sign_in(aws, pool, app, "198.51.100.9")
    shown = client.get(page).text
    assert "High risk" in shown
    assert "was reported before" in shown
    wrong = client.post(page, {"event": "none", "said": "Valid"}, follow=True)
    assert "ResourceNotFoundException" in wrong.text
    client.force_login(make_account("bob").learner)
    assert client.get(page).status_code == 404


def test_one_client_does_otherwise_than_its_pool(
    client: Client, aws: ConsoleClient, pool: str, pages: str, threat: str
) -> None:
    app = make_app(aws, pool)
    page = f"{pages}clients/{app}/threat-protection/"
    assert "set its mode" in client.get(page).text
    changed(client, threat, AdvancedSecurityMode="ENFORCED", HighAction="BLOCK")
    assert "It goes by the pool's settings" in client.get(page).text
    assert shown_in(client.get(page))["HighAction"] == "BLOCK"
    assert changed(client, page, HighAction="MFA_REQUIRED").status_code == 302
    assert "in place of the pool's" in client.get(page).text
    assert shown_in(client.get(threat))["HighAction"] == "BLOCK"
    of = {"UserPoolId": pool, "ClientId": app}
    told = aws.call("DescribeRiskConfiguration", **of)["RiskConfiguration"]
    high = told["AccountTakeoverRiskConfiguration"]["Actions"]["HighAction"]
    assert high["EventAction"] == "MFA_REQUIRED"
    client.post(page, {"act": "delete"})
    assert shown_in(client.get(page))["HighAction"] == "MFA_REQUIRED"
    client.post(page, {"act": "delete", "sure": "yes"})
    assert shown_in(client.get(page))["HighAction"] == "BLOCK"
