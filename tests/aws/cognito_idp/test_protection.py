"""Threat protection: risky sign-ins, passwords everybody knows, and what is remembered of both."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from tests.aws.clients import Running
from tests.aws.cognito_idp.pools import Pool, make_pool, refused
from tests.aws.cognito_idp.test_mfa import TOTP, App

PASSWORD = "Str4nge-words"  # on nobody's list
SEATTLE, SYDNEY = "192.0.2.7", "203.0.113.5"
BLOCKED = ("NotAuthorizedException", "Unable to login because of security reasons.")
ARN = "arn:aws:ses:us-east-1:123456789012:identity/pool@example.com"


def protected(sandbox: Running, mode: str = "ENFORCED", **settings: Any) -> Pool:
    pool = make_pool(sandbox, UserPoolAddOns={"AdvancedSecurityMode": mode}, **settings)
    pool.user(password=PASSWORD, email="ada@example.com", email_verified="true")
    return pool


def act(pool: Pool, low: str = "NO_ACTION", high: str = "BLOCK", **more: Any) -> None:
    """What is done at which risk."""
    notify = bool(more.get("NotifyConfiguration"))
    pool.api.set_risk_configuration(
        UserPoolId=pool.id,
        AccountTakeoverRiskConfiguration={
            "Actions": {
                "LowAction": {"EventAction": low, "Notify": notify},
                "MediumAction": {"EventAction": high, "Notify": notify},
                "HighAction": {"EventAction": high, "Notify": notify},
            },
            **more,
        },
    )


def come(pool: Pool, address: str, password: str = PASSWORD, agent: str = "") -> dict[str, Any]:
    """Ada signs in by a server that tells where she is."""
    headers = [{"headerName": "User-Agent", "headerValue": agent}] if agent else []
    answer: dict[str, Any] = pool.api.admin_initiate_auth(
        UserPoolId=pool.id,
        ClientId=pool.client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": password},
        ContextData={
            "IpAddress": address,
            "ServerName": "shop.example.com",
            "ServerPath": "/",
            "HttpHeaders": headers,
        },
    )
    return answer


def events(pool: Pool) -> list[dict[str, Any]]:
    """Newest first."""
    listed = pool.api.admin_list_user_auth_events(UserPoolId=pool.id, Username="ada")
    found: list[dict[str, Any]] = listed["AuthEvents"]
    return found


def later(pool: Pool) -> None:
    """Half a minute: the clock that signs calls is the real one, and five behind is refused."""
    pool.sandbox.clock.ahead += timedelta(seconds=30)


def test_a_journey_nobody_can_make_is_blocked_and_explained(sandbox: Running) -> None:
    pool = protected(sandbox)
    act(pool)
    assert "AuthenticationResult" in come(pool, SEATTLE)
    later(pool)
    with refused(*BLOCKED):
        come(pool, SYDNEY)
    newest, first = events(pool)
    assert newest["EventResponse"] == "Fail"
    assert newest["EventRisk"] == {
        "RiskDecision": "Block",
        "RiskLevel": "High",
        "CompromisedCredentialsDetected": False,
    }
    assert newest["EventContextData"]["City"] == "Sydney"
    assert first["EventResponse"] == "Pass"
    assert first["EventRisk"]["RiskDecision"] == "NoRisk"
    assert first["ChallengeResponses"] == [
        {"ChallengeName": "Password", "ChallengeResponse": "Success"}
    ]
    for operation in ("AdminInitiateAuth", "AdminListUserAuthEvents"):
        said = next(e for e in reversed(sandbox.entries) if e.operation == operation)
        assert any("km from Seattle" in remark for remark in said.remarks)
    later(pool)
    assert "AuthenticationResult" in come(pool, SEATTLE)


def test_to_look_on_is_to_let_in(sandbox: Running) -> None:
    pool = protected(sandbox, "AUDIT")
    act(pool)
    come(pool, SEATTLE)
    later(pool)
    assert "AuthenticationResult" in come(pool, SYDNEY)
    assert events(pool)[0]["EventRisk"]["RiskDecision"] == "AccountTakeover"


def test_switched_off_nothing_is_remembered(sandbox: Running) -> None:
    pool = protected(sandbox, "OFF")
    come(pool, SEATTLE)
    with refused("UserPoolAddOnNotEnabledException"):
        events(pool)


def test_a_wrong_password_is_remembered(sandbox: Running) -> None:
    pool = protected(sandbox)
    with refused("NotAuthorizedException", "Incorrect username or password."):
        come(pool, SEATTLE, "Wr0ng-words!")
    (event,) = events(pool)
    assert event["EventResponse"] == "Fail"
    assert event["ChallengeResponses"][0]["ChallengeResponse"] == "Failure"


def test_a_risk_asks_for_a_second_factor(sandbox: Running) -> None:
    pool = protected(sandbox, MfaConfiguration="OPTIONAL", **TOTP)
    act(pool, high="MFA_REQUIRED")
    access = come(pool, SEATTLE)["AuthenticationResult"]["AccessToken"]
    app = App(pool, pool.api.associate_software_token(AccessToken=access)["SecretCode"])
    pool.api.verify_software_token(AccessToken=access, UserCode=app.code())
    later(pool)
    assert "AuthenticationResult" in come(pool, SEATTLE)  # she has it, and needn't show it
    asked = come(pool, SYDNEY)
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    given = {"USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": "000000"}
    with refused("CodeMismatchException"):
        pool.answer(asked, **given)
    assert events(pool)[0]["EventResponse"] == "InProgress"
    pool.answer(asked, **given | {"SOFTWARE_TOKEN_MFA_CODE": app.code()})
    newest = events(pool)[0]
    assert newest["EventResponse"] == "Pass"
    answered = [(c["ChallengeName"], c["ChallengeResponse"]) for c in newest["ChallengeResponses"]]
    assert answered == [("Password", "Success"), ("Mfa", "Failure"), ("Mfa", "Success")]


@pytest.mark.parametrize(
    ("action", "is_let_in"), [("MFA_REQUIRED", False), ("MFA_IF_CONFIGURED", True)]
)
def test_who_has_no_second_factor(sandbox: Running, action: str, is_let_in: bool) -> None:
    pool = protected(sandbox, MfaConfiguration="OPTIONAL", **TOTP)
    act(pool, high=action)
    come(pool, SEATTLE)
    if is_let_in:
        assert "AuthenticationResult" in come(pool, SYDNEY)
    else:
        with refused(*BLOCKED):
            come(pool, SYDNEY)
        assert events(pool)[0]["EventRisk"]["RiskDecision"] == "Block"


def test_addresses_that_are_always_and_never_blocked(sandbox: Running) -> None:
    pool = protected(sandbox)
    pool.api.set_risk_configuration(
        UserPoolId=pool.id,
        RiskExceptionConfiguration={
            "BlockedIPRangeList": ["198.51.100.0/24"],
            "SkippedIPRangeList": ["203.0.113.0/24"],
        },
        AccountTakeoverRiskConfiguration={
            "Actions": {"HighAction": {"EventAction": "BLOCK", "Notify": False}}
        },
    )
    with refused(*BLOCKED):
        come(pool, "198.51.100.9")
    come(pool, SEATTLE)
    assert "AuthenticationResult" in come(pool, SYDNEY)


def test_only_a_client_with_a_secret_may_say_where_its_users_are(sandbox: Running) -> None:
    pool = protected(sandbox)
    payload = json.dumps({"contextData": {"UserAgent": "Firefox/140", "DeviceId": "d1"}})
    encoded = base64.b64encode(json.dumps({"payload": payload}).encode()).decode()
    pool.api.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        UserContextData={"IpAddress": SYDNEY, "EncodedData": encoded},
    )
    told = events(pool)[0]["EventContextData"]
    assert told == {"IpAddress": "127.0.0.1", "DeviceName": "Firefox 140"}


# Feedback


def test_who_was_it_really_can_say_so(sandbox: Running) -> None:
    pool = protected(sandbox)
    mails = {
        "NotifyConfiguration": {
            "SourceArn": ARN,
            "BlockEmail": {
                "Subject": "Was that you, {username}?",
                "TextBody": "{city} {ip-address} {event-id} {feedback-token}",
            },
        }
    }
    act(pool, **mails)
    come(pool, SEATTLE)
    with refused(*BLOCKED):
        come(pool, SYDNEY)
    mail = pool.messages[-1]
    assert (mail.to, mail.subject) == ("ada@example.com", "Was that you, ada?")
    city, address, event_id, token = mail.body.split()
    assert (city, address) == ("Sydney", SYDNEY)

    feedback = {"UserPoolId": pool.id, "Username": "ada", "EventId": event_id}
    forged = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    with refused("NotAuthorizedException"):
        pool.api.update_auth_event_feedback(**feedback, FeedbackToken=forged, FeedbackValue="Valid")
    pool.api.update_auth_event_feedback(**feedback, FeedbackToken=token, FeedbackValue="Valid")
    said = next(event for event in events(pool) if event["EventId"] == event_id)
    assert said["EventFeedback"]["FeedbackValue"] == "Valid"
    assert said["EventFeedback"]["Provider"] == "User"
    later(pool)
    assert "AuthenticationResult" in come(pool, SYDNEY)

    pool.api.admin_update_auth_event_feedback(**feedback, FeedbackValue="Invalid")
    with refused(*BLOCKED):
        come(pool, SYDNEY)
    with refused("ResourceNotFoundException"):
        pool.api.admin_update_auth_event_feedback(
            **feedback | {"EventId": "none"}, FeedbackValue="Valid"
        )


def test_a_feedback_token_refreshes_nothing(sandbox: Running) -> None:
    pool = protected(sandbox)
    notice = {"SourceArn": ARN, "BlockEmail": {"Subject": "S", "TextBody": "{feedback-token}"}}
    act(pool, NotifyConfiguration=notice)
    come(pool, SEATTLE)
    with refused(*BLOCKED):
        come(pool, SYDNEY)
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        pool.begin("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=pool.messages[-1].body)


# Passwords that everybody knows


def block_known(pool: Pool, **more: Any) -> None:
    pool.api.set_risk_configuration(
        UserPoolId=pool.id,
        CompromisedCredentialsRiskConfiguration={"Actions": {"EventAction": "BLOCK"}, **more},
    )


def test_a_known_password_signs_nobody_up_or_in(sandbox: Running) -> None:
    pool = protected(sandbox)
    pool.user("bob", "Password123!")
    block_known(pool)
    security = "Provided password cannot be used for security reasons."
    new = {"ClientId": pool.client_id, "Username": "eve"}
    with refused("InvalidPasswordException", security):
        pool.api.sign_up(**new, Password="P@ssw0rd1")
    pool.api.sign_up(**new, Password=PASSWORD)
    with refused(*BLOCKED):
        pool.sign_in("bob", "Password123!")
    listed = pool.api.admin_list_user_auth_events(UserPoolId=pool.id, Username="bob")
    assert listed["AuthEvents"][0]["EventRisk"]["CompromisedCredentialsDetected"]
    access = pool.sign_in("ada", PASSWORD)["AccessToken"]
    with refused("InvalidPasswordException", security):
        pool.api.change_password(
            AccessToken=access, PreviousPassword=PASSWORD, ProposedPassword="Welcome123!"
        )


def test_only_where_it_is_looked_for(sandbox: Running) -> None:
    pool = protected(sandbox)
    pool.user("bob", "Password123!")
    block_known(pool, EventFilter=["SIGN_UP"])
    assert "AccessToken" in pool.sign_in("bob", "Password123!")
    listed = pool.api.admin_list_user_auth_events(UserPoolId=pool.id, Username="bob")
    assert listed["AuthEvents"][0]["EventRisk"]["CompromisedCredentialsDetected"]


# What is remembered


def test_events_come_newest_first_in_pages_and_go_with_the_user(sandbox: Running) -> None:
    pool = protected(sandbox)
    for _ in range(5):
        later(pool)
        come(pool, SEATTLE)
    asked = {"UserPoolId": pool.id, "Username": "ada", "MaxResults": 2}
    found: list[Any] = []
    more: dict[str, str] = {}
    while True:
        page = pool.api.admin_list_user_auth_events(**asked, **more)
        found += page["AuthEvents"]
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    dates = [event["CreationDate"] for event in found]
    assert len(found) == 5
    assert dates == sorted(dates, reverse=True)
    pool.api.admin_delete_user(UserPoolId=pool.id, Username="ada")
    pool.user(password=PASSWORD)
    assert events(pool) == []


def test_the_event_is_the_one_the_tokens_name(sandbox: Running) -> None:
    pool = protected(sandbox)
    token = come(pool, SEATTLE)["AuthenticationResult"]["IdToken"]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["event_id"] == events(pool)[0]["EventId"]


def test_other_doings_are_remembered_too(sandbox: Running) -> None:
    pool = protected(sandbox)
    pool.api.forgot_password(ClientId=pool.client_id, Username="ada")
    pool.api.confirm_forgot_password(
        ClientId=pool.client_id, Username="ada", ConfirmationCode=pool.code, Password="An0ther-word"
    )
    assert [event["EventType"] for event in events(pool)] == ["PasswordChange", "ForgotPassword"]
