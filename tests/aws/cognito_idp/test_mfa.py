"""Second factors: asked for, chosen, set up."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from studyapp.aws.cognito_idp.totp import code_at, step_at
from tests.aws.clients import Running
from tests.aws.cognito_idp.pools import PASSWORD, Pool, make_pool, refused

TOTP = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
SMS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}}
EMAIL: dict[str, Any] = {"EmailMfaConfiguration": {}}
EVERYTHING = {**TOTP, **SMS, **EMAIL}
BOTH = {
    "email": "ada@example.com",
    "email_verified": "true",
    "phone_number": "+491711234567",
    "phone_number_verified": "true",
}


class App:
    """An authenticator app."""

    def __init__(self, pool: Pool, secret: str) -> None:
        self.pool = pool
        self.secret = base64.b32decode(secret + "=" * (-len(secret) % 8))

    def code(self, steps: int = 0) -> str:
        now: datetime = self.pool.sandbox.clock.now()
        return code_at(self.secret, step_at(now) + steps)


def with_app(pool: Pool, *, preferred: bool = True) -> App:
    """Ada with an authenticator app, whose next code is of the next half minute."""
    access = pool.sign_in()["AccessToken"]
    app = App(pool, pool.api.associate_software_token(AccessToken=access)["SecretCode"])
    pool.api.verify_software_token(AccessToken=access, UserCode=app.code())
    pool.api.set_user_mfa_preference(
        AccessToken=access,
        SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": preferred},
    )
    pool.sandbox.clock.ahead += timedelta(seconds=60)
    return app


def ada(sandbox: Running, mode: str = "OPTIONAL", **settings: Any) -> Pool:
    pool = make_pool(sandbox, MfaConfiguration=mode, **(settings or EVERYTHING))
    pool.user(**BOTH)
    return pool


def begin(pool: Pool) -> dict[str, Any]:
    return pool.begin(USERNAME="ada", PASSWORD=PASSWORD)


def test_an_app_is_asked_after_the_password(sandbox: Running) -> None:
    pool = ada(sandbox)
    app = with_app(pool)
    told = pool.described()
    assert told["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
    assert told["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"
    asked = begin(pool)
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert "AuthenticationResult" not in asked
    with refused("CodeMismatchException", "Invalid code received for user"):
        pool.answer(asked, USERNAME="ada", SOFTWARE_TOKEN_MFA_CODE=app.code(5))
    code = app.code()
    answer = pool.answer(asked, USERNAME="ada", SOFTWARE_TOKEN_MFA_CODE=code)
    assert "AuthenticationResult" in answer
    with refused("ExpiredCodeException", "Your software token has already been used once."):
        pool.answer(begin(pool), USERNAME="ada", SOFTWARE_TOKEN_MFA_CODE=code)


def test_wrong_codes_lock_a_user_as_wrong_passwords_do(sandbox: Running) -> None:
    pool = ada(sandbox)
    app = with_app(pool)
    asked = begin(pool)

    def wrong() -> None:
        with refused("CodeMismatchException"):
            pool.answer(asked, USERNAME="ada", SOFTWARE_TOKEN_MFA_CODE=app.code(50))

    for _ in range(4):
        wrong()
    asked = begin(pool)  # the password alone forgives nothing
    for locked in (0, 1, 2, 4, 8, 16, 32):
        sandbox.clock.ahead += timedelta(seconds=locked)
        wrong()
    for _ in range(2):
        with refused("NotAuthorizedException", "Password attempts exceeded"):
            pool.answer(asked, USERNAME="ada", SOFTWARE_TOKEN_MFA_CODE=app.code())
        with refused("NotAuthorizedException", "Password attempts exceeded"):
            begin(pool)
    sandbox.clock.ahead += timedelta(seconds=64)
    pool.answer(asked, USERNAME="ada", SOFTWARE_TOKEN_MFA_CODE=app.code())
    asked = begin(pool)
    for _ in range(4):
        wrong()
    pool.answer(asked, USERNAME="ada", SOFTWARE_TOKEN_MFA_CODE=app.code(1))


def test_each_user_has_a_secret_of_its_own(sandbox: Running) -> None:
    pool = ada(sandbox)
    access = pool.sign_in()["AccessToken"]
    first, second = (
        pool.api.associate_software_token(AccessToken=access)["SecretCode"] for _ in range(2)
    )
    assert first != second
    assert len(first) == 52


def test_an_app_is_verified_by_its_code(sandbox: Running) -> None:
    pool = ada(sandbox)
    access = pool.sign_in()["AccessToken"]
    with refused("InvalidParameterException"):
        pool.api.verify_software_token(AccessToken=access, UserCode="123456")
    app = App(pool, pool.api.associate_software_token(AccessToken=access)["SecretCode"])
    with refused("EnableSoftwareTokenMFAException", "Code mismatch"):
        pool.api.verify_software_token(AccessToken=access, UserCode=app.code(5))
    with refused("InvalidParameterException", "User has not verified software token mfa"):
        pool.api.set_user_mfa_preference(
            AccessToken=access, SoftwareTokenMfaSettings={"Enabled": True}
        )
    assert (
        pool.api.verify_software_token(AccessToken=access, UserCode=app.code())["Status"]
        == "SUCCESS"
    )


@pytest.mark.parametrize(
    ("setting", "challenge", "medium", "destination"),
    [
        ("SMSMfaSettings", "SMS_MFA", "SMS", "+********4567"),
        ("EmailMfaSettings", "EMAIL_OTP", "EMAIL", "a***@e***"),
    ],
)
def test_a_code_is_sent_after_the_password(
    sandbox: Running, setting: str, challenge: str, medium: str, destination: str
) -> None:
    pool = ada(sandbox)
    pool.api.admin_set_user_mfa_preference(
        UserPoolId=pool.id, Username="ada", **{setting: {"Enabled": True, "PreferredMfa": True}}
    )
    asked = begin(pool)
    assert asked["ChallengeName"] == challenge
    assert asked["ChallengeParameters"] == {
        "CODE_DELIVERY_DELIVERY_MEDIUM": medium,
        "CODE_DELIVERY_DESTINATION": destination,
        "USER_ID_FOR_SRP": "ada",
    }
    code = pool.code
    assert len(code) == 6
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    with refused("CodeMismatchException", "Invalid code or auth state for the user."):
        pool.answer(asked, USERNAME="ada", **{f"{challenge}_CODE": wrong})
    answer = pool.answer(asked, USERNAME="ada", **{f"{challenge}_CODE": code})
    assert "AuthenticationResult" in answer


def test_who_has_several_without_preferring_one_chooses(sandbox: Running) -> None:
    pool = ada(sandbox)
    app = with_app(pool, preferred=False)
    pool.api.admin_set_user_mfa_preference(
        UserPoolId=pool.id, Username="ada", EmailMfaSettings={"Enabled": True}
    )
    asked = begin(pool)
    assert asked["ChallengeName"] == "SELECT_MFA_TYPE"
    choices = json.loads(asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"])
    assert choices == ["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]
    with refused("MFAMethodNotFoundException"):
        pool.answer(asked, USERNAME="ada", ANSWER="SMS_MFA")
    chosen = pool.answer(asked, USERNAME="ada", ANSWER="SOFTWARE_TOKEN_MFA")
    assert chosen["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    answer = pool.answer(chosen, USERNAME="ada", SOFTWARE_TOKEN_MFA_CODE=app.code())
    assert "AuthenticationResult" in answer
    mailed = pool.answer(begin(pool), USERNAME="ada", ANSWER="EMAIL_MFA")
    assert mailed["ChallengeName"] == "EMAIL_OTP"


def test_a_pool_that_requires_a_factor_has_it_set_up_at_the_sign_in(sandbox: Running) -> None:
    pool = make_pool(sandbox, MfaConfiguration="ON", **TOTP)
    pool.user()
    asked = begin(pool)
    assert asked["ChallengeName"] == "MFA_SETUP"
    assert asked["ChallengeParameters"]["MFAS_CAN_SETUP"] == '["SOFTWARE_TOKEN_MFA"]'
    with refused("SoftwareTokenMFANotFoundException"):
        pool.answer(asked, USERNAME="ada")
    associated = pool.api.associate_software_token(Session=begin(pool)["Session"])
    app = App(pool, associated["SecretCode"])
    with refused("EnableSoftwareTokenMFAException", "Code mismatch"):
        pool.api.verify_software_token(Session=associated["Session"], UserCode=app.code(5))
    verified = pool.api.verify_software_token(
        Session=associated["Session"], UserCode=app.code(), FriendlyDeviceName="Phone"
    )
    assert verified["Status"] == "SUCCESS"
    answer = pool.answer({**asked, "Session": verified["Session"]}, USERNAME="ada")
    assert "AuthenticationResult" in answer
    again = begin(pool)
    assert again["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert again["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"] == "Phone"


def test_where_a_factor_is_required_a_phone_will_do(sandbox: Running) -> None:
    pool = ada(sandbox, "ON", **SMS)
    assert begin(pool)["ChallengeName"] == "SMS_MFA"


def test_a_pool_without_second_factors_asks_for_none(sandbox: Running) -> None:
    pool = ada(sandbox, "OFF")
    pool.api.admin_set_user_mfa_preference(
        UserPoolId=pool.id, Username="ada", SMSMfaSettings={"Enabled": True}
    )
    assert "AuthenticationResult" in begin(pool)


def test_preferences_name_what_is_there(sandbox: Running) -> None:
    pool = make_pool(sandbox, MfaConfiguration="OPTIONAL", **SMS, **TOTP)
    pool.user()
    access = pool.sign_in()["AccessToken"]
    with refused(
        "InvalidParameterException",
        "User does not have delivery config set to turn on SMS_MFA",
    ):
        pool.api.set_user_mfa_preference(AccessToken=access, SMSMfaSettings={"Enabled": True})
    with refused("InvalidParameterException"):
        pool.api.set_user_mfa_preference(
            AccessToken=access, SMSMfaSettings={"Enabled": False, "PreferredMfa": True}
        )
    with refused("SoftwareTokenMFANotFoundException"):
        pool.api.admin_delete_software_token(UserPoolId=pool.id, Username="ada")


def test_a_lost_app_is_taken_away(sandbox: Running) -> None:
    pool = ada(sandbox)
    with_app(pool)
    pool.api.admin_delete_software_token(UserPoolId=pool.id, Username="ada")
    assert "UserMFASettingList" not in pool.described()
    assert "AuthenticationResult" in begin(pool)


def test_the_old_way_knows_of_text_messages(sandbox: Running) -> None:
    pool = ada(sandbox)
    access = pool.sign_in()["AccessToken"]
    option = [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
    pool.api.set_user_settings(AccessToken=access, MFAOptions=option)
    assert begin(pool)["ChallengeName"] == "SMS_MFA"
    pool.api.admin_set_user_settings(UserPoolId=pool.id, Username="ada", MFAOptions=[])
    assert "AuthenticationResult" in begin(pool)
