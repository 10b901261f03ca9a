"""What holds for all of a pool, by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from studyapp.sandbox.client import ConsoleClient
from tests.sandbox.console.conftest import shown_in

ROLE = "arn:aws:iam::123456789012:role/sms"
IDENTITY = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
PLACES = ("sign-in/", "mfa/", "sign-up/", "messages/", "settings/")


def described(aws: ConsoleClient, pool: str) -> dict[str, Any]:
    answer: dict[str, Any] = aws.call("DescribeUserPool", UserPoolId=pool)["UserPool"]
    return answer


def changed(client: Client, page: str, **changes: Any) -> Any:
    """What is answered to the form as it was shown, but for ``changes``; None unticks a box."""
    sent = {**shown_in(client.get(page)), **changes}
    return client.post(page, {name: each for name, each in sent.items() if each is not None})


@pytest.mark.parametrize("place", PLACES)
def test_settings_saved_as_they_are_shown_change_nothing(
    client: Client, aws: ConsoleClient, pool: str, pages: str, place: str
) -> None:
    changed(client, pages + place)
    once = described(aws, pool)
    assert changed(client, pages + place).status_code == 302
    assert {**described(aws, pool), "LastModifiedDate": 0} == {**once, "LastModifiedDate": 0}


def test_signing_in_is_set(client: Client, aws: ConsoleClient, pool: str, pages: str) -> None:
    changes = {
        "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"],
        "MinimumLength": "12",
        "RequireSymbols": None,
        "PasswordHistorySize": "5",
        "recovery": "email",
        "devices": "asked",
        "ChallengeRequiredOnNewDevice": "on",
    }
    answer = changed(client, pages + "sign-in/", **changes)
    assert answer.status_code == 302, answer.context["form"].errors
    told = described(aws, pool)
    policy = told["Policies"]["PasswordPolicy"]
    assert (policy["MinimumLength"], policy["RequireSymbols"]) == (12, False)
    assert policy["RequireNumbers"] is True
    assert told["Policies"]["SignInPolicy"] == {
        "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]
    }
    mechanisms = told["AccountRecoverySetting"]["RecoveryMechanisms"]
    assert mechanisms == [{"Priority": 1, "Name": "verified_email"}]
    assert told["DeviceConfiguration"] == {
        "ChallengeRequiredOnNewDevice": True,
        "DeviceOnlyRememberedOnUserPrompt": True,
    }
    assert shown_in(client.get(pages + "sign-in/"))["devices"] == "asked"
    changed(client, pages + "sign-in/", devices="no")
    assert "DeviceConfiguration" not in described(aws, pool)


def test_second_factors_and_passkeys_are_set(
    client: Client, aws: ConsoleClient, pool: str, pages: str
) -> None:
    no_sender = changed(client, pages + "mfa/", MfaConfiguration="ON", email="on")
    assert list(no_sender.context["form"].errors) == ["email"]
    no_role = changed(client, pages + "mfa/", MfaConfiguration="ON", sms="on")
    assert list(no_role.context["form"].errors) == ["sms"]
    senders = {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": IDENTITY,
        "From": "shop@example.com",
        "SnsCallerArn": ROLE,
    }
    assert changed(client, pages + "messages/", **senders).status_code == 302
    changes = {
        "MfaConfiguration": "OPTIONAL",
        "totp": "on",
        "sms": "on",
        "SmsAuthenticationMessage": "It is {####}",
        "email": "on",
        "Subject": "Your code",
        "Message": "It is {####}",
        "RelyingPartyId": "localhost",
        "UserVerification": "required",
    }
    answer = changed(client, pages + "mfa/", **changes)
    assert answer.status_code == 302, answer.context["form"].errors
    told = aws.call("GetUserPoolMfaConfig", UserPoolId=pool)
    assert told["EmailMfaConfiguration"] == {"Subject": "Your code", "Message": "It is {####}"}
    assert told["SmsMfaConfiguration"]["SmsAuthenticationMessage"] == "It is {####}"
    assert told["WebAuthnConfiguration"]["UserVerification"] == "required"
    assert changed(client, pages + "mfa/").status_code == 302
    assert aws.call("GetUserPoolMfaConfig", UserPoolId=pool) == told
    none = {"MfaConfiguration": "ON", "totp": None, "sms": None, "email": None}
    refused = changed(client, pages + "mfa/", **none)
    assert list(refused.context["form"].errors) == ["MfaConfiguration"]


def test_signing_up_is_set(client: Client, aws: ConsoleClient, pool: str, pages: str) -> None:
    phones = ["email", "phone_number"]
    refused = changed(client, pages + "sign-up/", AutoVerifiedAttributes=phones)
    assert list(refused.context["form"].errors) == ["AutoVerifiedAttributes"]
    before = "AttributesRequireVerificationBeforeUpdate"
    changed(client, pages + "sign-up/", everybody=None, **{before: ["email"]})
    told = described(aws, pool)
    assert told["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert told["UserAttributeUpdateSettings"] == {before: ["email"]}
    assert told["AutoVerifiedAttributes"] == ["email"]


def test_a_custom_attribute_is_added_for_good(client: Client, pages: str) -> None:
    page = pages + "attributes/"
    sent = {"Name": "tier", "AttributeDataType": "String", "least": "1", "most": "9"}
    assert client.post(page, sent).status_code == 302
    assert "custom:tier" in client.get(page).text
    again = client.post(page, sent)
    assert list(again.context["form"].errors) == ["Name"]


def test_texts_of_messages_are_set(
    client: Client, aws: ConsoleClient, pool: str, pages: str
) -> None:
    changes = {
        "EmailSubject": "Welcome",
        "EmailMessage": "Your code: {####}",
        "invite_subject": "Come in",
        "invite_email": "You are {username}, with {####}",
    }
    assert changed(client, pages + "messages/", **changes).status_code == 302
    told = described(aws, pool)
    assert told["VerificationMessageTemplate"]["EmailSubject"] == "Welcome"
    invite = told["AdminCreateUserConfig"]["InviteMessageTemplate"]
    assert invite["EmailSubject"] == "Come in"
    refused = changed(client, pages + "messages/", EmailMessage="no")
    assert list(refused.context["form"].errors) == ["EmailMessage"]


def test_the_pool_is_renamed_tagged_and_protected(
    client: Client, aws: ConsoleClient, pool: str, pages: str
) -> None:
    changes = {
        "PoolName": "store",
        "UserPoolTier": "PLUS",
        "DeletionProtection": "on",
        "UserPoolTags": "team = web\ncost = 7",
    }
    assert changed(client, pages + "settings/", **changes).status_code == 302
    told = described(aws, pool)
    assert (told["Name"], told["UserPoolTier"]) == ("store", "PLUS")
    assert told["UserPoolTags"] == {"team": "web", "cost": "7"}
    refused = client.post(pages, {"act": "delete", "sure": "yes"}, follow=True)
    assert "deletion protection is activated" in refused.text


@pytest.mark.parametrize("place", [*PLACES, "attributes/", "threat-protection/"])
def test_nobody_reaches_anothers_settings(strange_pages: Callable[[str], int], place: str) -> None:
    assert strange_pages(place) == 404


def test_a_page_of_settings_takes_a_fixed_number_of_queries(
    client: Client, pages: str, django_assert_num_queries: Any
) -> None:
    client.get(pages)
    counts = {"logs/": 9, "triggers/": 12}
    for place in ("sign-in/", "sign-up/", "messages/", "settings/", *counts):
        with django_assert_num_queries(counts.get(place, 11)):
            client.get(pages + place)


def test_the_issuer_is_switched_and_told(
    client: Client, aws: ConsoleClient, pool: str, pages: str
) -> None:
    here, there = f"http://testserver/aws/{pool}", f"cognito-idp.us-east-1.amazonaws.com/{pool}"
    assert f"<code>{here}</code>" in client.get(pages).text
    changed(client, pages + "settings/", issuer="ORIGINAL")
    assert described(aws, pool)["IssuerConfiguration"] == {"Type": "ORIGINAL"}
    assert f"<code>https://{there}</code>" in client.get(pages).text
    changed(client, pages + "settings/", issuer="")
    assert f"<code>{here}</code>" in client.get(pages).text


def test_logs_are_sent_somewhere(client: Client, aws: ConsoleClient, pool: str, pages: str) -> None:
    group = "arn:aws:logs:us-east-1:123456789012:log-group:pool"
    page = pages + "logs/"
    refused = changed(client, page, place="S3Configuration", activity="arn:aws:s3:::sign-ins")
    assert list(refused.context["form"].errors) == ["place"]
    aws.call("UpdateUserPool", UserPoolId=pool, UserPoolTier="PLUS")
    assert changed(client, page, place="S3Configuration").status_code == 422
    both = {"unsent": group, "place": "S3Configuration", "activity": "arn:aws:s3:::sign-ins"}
    assert changed(client, page, **both).status_code == 302
    told = aws.call("GetLogDeliveryConfiguration", UserPoolId=pool)["LogDeliveryConfiguration"]
    assert [each["EventSource"] for each in told["LogConfigurations"]] == [
        "userNotification",
        "userAuthEvents",
    ]
    assert {name: shown_in(client.get(page))[name] for name in both} == both
    changed(client, page, place="")
    told = aws.call("GetLogDeliveryConfiguration", UserPoolId=pool)["LogDeliveryConfiguration"]
    assert len(told["LogConfigurations"]) == 1
