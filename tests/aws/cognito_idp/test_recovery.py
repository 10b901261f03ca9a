"""Passwords that are forgotten, changed and set."""

from __future__ import annotations

from datetime import timedelta

from tests.aws.clients import Running
from tests.aws.cognito_idp.pools import PASSWORD, Pool, make_pool, refused

NEW = "N3wPassw0rd!"
WRONG = "Incorrect username or password."
OLD_CODE = "Invalid code provided, please request a code again."


def ada(pool: Pool) -> None:
    pool.user(email="ada@example.com", email_verified="true")


def forget(pool: Pool) -> dict:
    return pool.api.forgot_password(ClientId=pool.client_id, Username="ada")


def reset(pool: Pool, code: str, password: str = NEW) -> None:
    pool.api.confirm_forgot_password(
        ClientId=pool.client_id, Username="ada", ConfirmationCode=code, Password=password
    )


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_forgotten_password_is_reset_by_a_code(pool: Pool) -> None:
    ada(pool)
    assert forget(pool)["CodeDeliveryDetails"]["Destination"] == "a***@e***"
    assert "AccessToken" in pool.sign_in()
    code = pool.code
    with refused("CodeMismatchException", "Invalid verification code provided, please try again."):
        reset(pool, another(code))
    with refused("InvalidPasswordException"):
        reset(pool, code, "short")
    reset(pool, code)
    assert "AccessToken" in pool.sign_in(password=NEW)
    with refused("NotAuthorizedException", WRONG):
        pool.sign_in()
    with refused("ExpiredCodeException", OLD_CODE):
        reset(pool, code)


def test_the_code_lives_for_an_hour(pool: Pool) -> None:
    ada(pool)
    forget(pool)
    code = pool.code
    pool.sandbox.clock.ahead = timedelta(hours=1)
    with refused("ExpiredCodeException", OLD_CODE):
        reset(pool, code)


def test_codes_are_tried_and_sent_only_so_often(pool: Pool) -> None:
    ada(pool)
    for _ in range(5):
        forget(pool)
    with refused("LimitExceededException", "Attempt limit exceeded, please try after some time."):
        forget(pool)
    code = pool.code
    for _ in range(10):
        with refused("CodeMismatchException"):
            reset(pool, another(code))
    with refused("LimitExceededException"):
        reset(pool, code)


def test_only_a_proven_address_gets_the_code(pool: Pool) -> None:
    pool.user(email="ada@example.com")
    with refused(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or "
        "phone_number",
    ):
        forget(pool)


def test_a_pool_prefers_one_way(sandbox: Running) -> None:
    both = {
        "email": "ada@example.com",
        "email_verified": "true",
        "phone_number": "+491711234567",
        "phone_number_verified": "true",
    }
    by_default = make_pool(sandbox)
    by_default.user(**both)
    assert forget(by_default)["CodeDeliveryDetails"]["DeliveryMedium"] == "SMS"
    mechanisms = [
        {"Name": "verified_email", "Priority": 1},
        {"Name": "verified_phone_number", "Priority": 2},
    ]
    by_mail = make_pool(sandbox, AccountRecoverySetting={"RecoveryMechanisms": mechanisms})
    by_mail.user(**both)
    assert forget(by_mail)["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
    only_admin = [{"Name": "admin_only", "Priority": 1}]
    by_admin = make_pool(sandbox, AccountRecoverySetting={"RecoveryMechanisms": only_admin})
    by_admin.user(**both)
    with refused("NotAuthorizedException", "Contact administrator to reset password."):
        forget(by_admin)


def test_a_temporary_password_cannot_be_forgotten(pool: Pool) -> None:
    pool.api.admin_create_user(UserPoolId=pool.id, Username="ada", MessageAction="SUPPRESS")
    with refused("NotAuthorizedException", "User password cannot be reset in the current state."):
        forget(pool)
    with refused("NotAuthorizedException", "User password cannot be reset in the current state."):
        pool.api.admin_reset_user_password(UserPoolId=pool.id, Username="ada")


def test_nobody_has_no_password_to_forget(pool: Pool) -> None:
    with refused("UserNotFoundException", "Username/client id combination not found."):
        forget(pool)
    with refused("UserNotFoundException", "Username/client id combination not found."):
        reset(pool, "123456")


def test_a_signed_in_user_changes_the_password(pool: Pool) -> None:
    pool.user()
    access = pool.sign_in()["AccessToken"]

    def change(old: str, new: str) -> None:
        pool.api.change_password(AccessToken=access, PreviousPassword=old, ProposedPassword=new)

    with refused("NotAuthorizedException", WRONG):
        change("Passw0rd?", NEW)
    with refused("InvalidPasswordException"):
        change(PASSWORD, "sh0rT!")
    change(PASSWORD, NEW)
    assert "AccessToken" in pool.sign_in(password=NEW)
    for _ in range(2):
        with refused("NotAuthorizedException", WRONG):
            change(PASSWORD, NEW)
    with refused("LimitExceededException", "Attempt limit exceeded, please try after some time."):
        change(NEW, PASSWORD)


def test_an_administrator_resets_a_password(pool: Pool) -> None:
    ada(pool)
    access = pool.sign_in()["AccessToken"]
    pool.api.admin_reset_user_password(UserPoolId=pool.id, Username="ada")
    assert pool.described()["UserStatus"] == "RESET_REQUIRED"
    with refused("PasswordResetRequiredException", "Password reset required for the user"):
        pool.sign_in()
    with refused("NotAuthorizedException", "Access Token has been revoked"):
        pool.api.get_user(AccessToken=access)
    reset(pool, pool.code)
    assert pool.described()["UserStatus"] == "CONFIRMED"
    assert "AccessToken" in pool.sign_in(password=NEW)


def test_an_administrator_sets_a_password(pool: Pool) -> None:
    pool.user()
    pool.api.admin_set_user_password(UserPoolId=pool.id, Username="ada", Password=NEW)
    assert pool.described()["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert pool.begin(USERNAME="ada", PASSWORD=NEW)["ChallengeName"] == "NEW_PASSWORD_REQUIRED"


def test_passwords_of_before_are_remembered(sandbox: Running) -> None:
    policy = {
        "MinimumLength": 8,
        "RequireUppercase": True,
        "RequireLowercase": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
        "PasswordHistorySize": 2,
    }
    pool = make_pool(sandbox, Policies={"PasswordPolicy": policy})
    pool.user()

    def set_to(password: str) -> None:
        pool.api.admin_set_user_password(
            UserPoolId=pool.id, Username="ada", Password=password, Permanent=True
        )

    with refused("PasswordHistoryPolicyViolationException"):
        set_to(PASSWORD)
    set_to(NEW)
    with refused("PasswordHistoryPolicyViolationException"):
        set_to(PASSWORD)
    set_to("An0therOne!")
    set_to(PASSWORD)
