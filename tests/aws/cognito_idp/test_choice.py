"""Choosing how to sign in: a password, a code, a passkey."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pycognito.aws_srp import AWSSRP

from tests.aws.authenticator import Authenticator
from tests.aws.clients import Running
from tests.aws.cognito_idp.pools import PASSWORD, Pool, make_pool, refused
from tests.aws.cognito_idp.test_mfa import TOTP, with_app

FACTORS = {
    "Policies": {
        "SignInPolicy": {
            "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]
        }
    },
    "WebAuthnConfiguration": {"RelyingPartyId": "example.com", "UserVerification": "preferred"},
}


@pytest.fixture
def ada(sandbox: Running) -> Pool:
    pool = make_pool(sandbox, **FACTORS)
    pool.user(email="ada@example.com", phone_number="+491711234567")
    return pool


def choose(pool: Pool, preferred: str | None = None, **more: str) -> dict[str, Any]:
    wanted = {"PREFERRED_CHALLENGE": preferred} if preferred else {}
    return pool.begin("USER_AUTH", USERNAME="ada", **wanted, **more)


def with_passkey(pool: Pool, authenticator: Authenticator) -> Authenticator:
    access = pool.sign_in()["AccessToken"]
    options = pool.api.start_web_authn_registration(AccessToken=access)
    pool.api.complete_web_authn_registration(
        AccessToken=access,
        Credential=authenticator.create(options["CredentialCreationOptions"]),
    )
    return authenticator


def passkey_answer(asked: dict[str, Any], authenticator: Authenticator) -> str:
    options = json.loads(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    return json.dumps(authenticator.get(options))


def test_what_there_is_to_choose_from(ada: Pool) -> None:
    asked = choose(ada)
    assert asked["ChallengeName"] == "SELECT_CHALLENGE"
    assert asked["AvailableChallenges"] == ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP"]
    with refused("InvalidParameterException"):
        ada.answer(asked, USERNAME="ada", ANSWER="WEB_AUTHN")
    told = ada.api.admin_get_user_auth_factors(UserPoolId=ada.id, Username="ada")
    assert told["ConfiguredUserAuthFactors"] == ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]


def test_a_password_is_taken_with_the_choice_or_after_it(ada: Pool) -> None:
    together = ada.answer(choose(ada), USERNAME="ada", ANSWER="PASSWORD", PASSWORD=PASSWORD)
    assert "AuthenticationResult" in together
    asked = ada.answer(choose(ada), USERNAME="ada", ANSWER="PASSWORD")
    assert asked["ChallengeName"] == "PASSWORD"
    with refused("NotAuthorizedException", "Incorrect username or password."):
        ada.answer(asked, USERNAME="ada", PASSWORD="Passw0rd?")
    assert "AuthenticationResult" in ada.answer(asked, USERNAME="ada", PASSWORD=PASSWORD)
    assert "AuthenticationResult" in choose(ada, "PASSWORD", PASSWORD=PASSWORD)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_password_is_proven_without_being_sent(ada: Pool, at_once: bool) -> None:
    client = AWSSRP("ada", PASSWORD, ada.id, ada.client_id, client=ada.api)
    public = client.get_auth_params()["SRP_A"]
    if at_once:
        asked = choose(ada, "PASSWORD_SRP", SRP_A=public)
    else:
        chosen = ada.answer(choose(ada), USERNAME="ada", ANSWER="PASSWORD_SRP")
        asked = ada.answer(chosen, USERNAME="ada", SRP_A=public)
    assert asked["ChallengeName"] == "PASSWORD_VERIFIER"
    responses = client.process_challenge(asked["ChallengeParameters"], client.get_auth_params())
    assert "AuthenticationResult" in ada.answer(asked, **responses)


@pytest.mark.parametrize(
    ("factor", "to", "proven"),
    [
        ("EMAIL_OTP", "ada@example.com", "email_verified"),
        ("SMS_OTP", "+491711234567", "phone_number_verified"),
    ],
)
def test_a_code_signs_in_and_proves_the_address(
    ada: Pool, factor: str, to: str, proven: str
) -> None:
    asked = choose(ada, factor)
    assert asked["ChallengeName"] == factor
    assert ada.messages[-1].to == to
    code = ada.code
    assert len(code) == 8
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    with refused("CodeMismatchException", "Invalid code or auth state for the user."):
        ada.answer(asked, USERNAME="ada", **{f"{factor}_CODE": wrong})
    answer = ada.answer(asked, USERNAME="ada", **{f"{factor}_CODE": code})
    assert "AuthenticationResult" in answer
    assert ada.attributes()[proven] == "true"
    with refused(
        "NotAuthorizedException", "Invalid session for the user, session can only be used once."
    ):
        ada.answer(asked, USERNAME="ada", **{f"{factor}_CODE": code})


def test_a_passkey_signs_in(ada: Pool) -> None:
    phone = with_passkey(ada, Authenticator())
    asked = choose(ada, "WEB_AUTHN")
    assert asked["ChallengeName"] == "WEB_AUTHN"
    answer = passkey_answer(asked, phone)
    with refused("NotAuthorizedException"):
        ada.answer(asked, USERNAME="ada", CREDENTIAL=passkey_answer(asked, Authenticator()))
    assert "AuthenticationResult" in ada.answer(asked, USERNAME="ada", CREDENTIAL=answer)
    with refused("NotAuthorizedException"):
        ada.answer(choose(ada, "WEB_AUTHN"), USERNAME="ada", CREDENTIAL=answer)
    chosen = choose(ada)
    at_once = ada.answer(
        chosen, USERNAME="ada", ANSWER="WEB_AUTHN", CREDENTIAL=passkey_answer(chosen, phone)
    )
    assert "AuthenticationResult" in at_once


def test_passkeys_are_listed_and_deleted(ada: Pool) -> None:
    with_passkey(ada, Authenticator())
    with_passkey(ada, Authenticator("https://login.example.com"))
    access = ada.sign_in()["AccessToken"]
    first = ada.api.list_web_authn_credentials(AccessToken=access, MaxResults=1)
    assert first["Credentials"][0]["RelyingPartyId"] == "example.com"
    assert first["Credentials"][0]["AuthenticatorTransports"] == ["internal"]
    rest = ada.api.list_web_authn_credentials(AccessToken=access, NextToken=first["NextToken"])
    gone = rest["Credentials"][0]["CredentialId"]
    ada.api.delete_web_authn_credential(AccessToken=access, CredentialId=gone)
    with refused("ResourceNotFoundException"):
        ada.api.delete_web_authn_credential(AccessToken=access, CredentialId=gone)
    assert len(ada.api.list_web_authn_credentials(AccessToken=access)["Credentials"]) == 1


def test_a_passkey_is_registered_for_its_challenge_and_its_party(ada: Pool) -> None:
    access = ada.sign_in()["AccessToken"]

    def complete(authenticator: Authenticator, started: dict[str, Any]) -> None:
        ada.api.complete_web_authn_registration(
            AccessToken=access, Credential=authenticator.create(started)
        )

    def start() -> dict[str, Any]:
        answer = ada.api.start_web_authn_registration(AccessToken=access)
        options: dict[str, Any] = answer["CredentialCreationOptions"]
        return options

    first = start()
    second = start()
    with refused("WebAuthnChallengeNotFoundException"):
        complete(Authenticator(), first)
    with refused("WebAuthnOriginNotAllowedException"):
        complete(Authenticator("https://evil.example.org"), second)
    complete(Authenticator(), second)
    with refused("WebAuthnChallengeNotFoundException"):
        complete(Authenticator(), second)


def test_passkeys_are_for_pools_that_take_them(sandbox: Running) -> None:
    pool = make_pool(sandbox)
    pool.user()
    access = pool.sign_in()["AccessToken"]
    with refused("WebAuthnNotEnabledException"):
        pool.api.start_web_authn_registration(AccessToken=access)
    nowhere = make_pool(sandbox, Policies=FACTORS["Policies"])
    nowhere.user()
    access = nowhere.sign_in()["AccessToken"]
    with refused("WebAuthnConfigurationMissingException"):
        nowhere.api.start_web_authn_registration(AccessToken=access)


def test_who_needs_two_factors_is_offered_no_single_one(sandbox: Running) -> None:
    pool = make_pool(sandbox, MfaConfiguration="OPTIONAL", **FACTORS, **TOTP)
    pool.user(email="ada@example.com")
    with_app(pool)
    assert choose(pool)["AvailableChallenges"] == ["PASSWORD", "PASSWORD_SRP"]


def test_a_passkey_that_knows_its_person_may_be_two_factors(sandbox: Running) -> None:
    settings = {
        **FACTORS,
        "WebAuthnConfiguration": {
            "RelyingPartyId": "example.com",
            "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION",
        },
    }
    pool = make_pool(sandbox, MfaConfiguration="OPTIONAL", **settings, **TOTP)
    pool.user()
    sure = with_passkey(pool, Authenticator())
    careless = with_passkey(pool, Authenticator(verifies=False))
    with_app(pool)
    asked = choose(pool, "WEB_AUTHN")
    answer = pool.answer(asked, USERNAME="ada", CREDENTIAL=passkey_answer(asked, sure))
    assert "AuthenticationResult" in answer
    asked = choose(pool, "WEB_AUTHN")
    answer = pool.answer(asked, USERNAME="ada", CREDENTIAL=passkey_answer(asked, careless))
    assert answer["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


def test_nobody_is_offered_a_code_that_never_comes(sandbox: Running) -> None:
    pool = make_pool(sandbox, {"PreventUserExistenceErrors": "ENABLED"}, **FACTORS)
    asked = choose(pool, "EMAIL_OTP")
    assert asked["ChallengeName"] == "EMAIL_OTP"
    assert pool.messages == []
    with refused("CodeMismatchException", "Invalid code or auth state for the user."):
        pool.answer(asked, USERNAME="ada", EMAIL_OTP_CODE="12345678")


def test_people_sign_up_without_a_password(sandbox: Running) -> None:
    pool = make_pool(sandbox, AutoVerifiedAttributes=["email"], **FACTORS)
    pool.api.sign_up(
        ClientId=pool.client_id,
        Username="ada",
        UserAttributes=[{"Name": "email", "Value": "ada@example.com"}],
    )
    pool.api.confirm_sign_up(ClientId=pool.client_id, Username="ada", ConfirmationCode=pool.code)
    assert choose(pool)["AvailableChallenges"] == ["EMAIL_OTP"]
    asked = choose(pool, "EMAIL_OTP")
    answer = pool.answer(asked, USERNAME="ada", EMAIL_OTP_CODE=pool.code)
    assert "AuthenticationResult" in answer
    with refused("NotAuthorizedException", "Incorrect username or password."):
        pool.begin(USERNAME="ada", PASSWORD=PASSWORD)
