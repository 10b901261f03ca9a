"""Signing up: the code that confirms it, names that are taken, and what may be known of others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.aws.clients import Running
from tests.aws.cognito_idp.pools import PASSWORD, Pool, make_pool, refused

WRONG_CODE = "Invalid verification code provided, please try again."
OLD_CODE = "Invalid code provided, please request a code again."
TOO_OFTEN = "Attempt limit exceeded, please try after some time."
EMAIL = {"Name": "email", "Value": "ada@example.com"}


def sign_up(pool: Pool, name: str = "ada", password: str = PASSWORD, **more: object) -> dict:
    request = {"UserAttributes": [EMAIL], **more}
    return pool.api.sign_up(ClientId=pool.client_id, Username=name, Password=password, **request)


def confirm(pool: Pool, code: str, name: str = "ada", **more: object) -> None:
    pool.api.confirm_sign_up(ClientId=pool.client_id, Username=name, ConfirmationCode=code, **more)


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_that_was_sent_confirms(pool: Pool) -> None:
    answer = sign_up(pool)
    assert answer["UserConfirmed"] is False
    assert answer["CodeDeliveryDetails"] == {
        "Destination": "a***@e***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    assert pool.messages[-1].to == "ada@example.com"
    with refused("UserNotConfirmedException", "User is not confirmed."):
        pool.begin(USERNAME="ada", PASSWORD=PASSWORD)
    code = pool.code
    with refused("CodeMismatchException", WRONG_CODE):
        confirm(pool, another(code))
    confirm(pool, code)
    assert pool.described()["UserStatus"] == "CONFIRMED"
    assert pool.attributes() == {
        "sub": answer["UserSub"],
        "email": "ada@example.com",
        "email_verified": "true",
    }
    assert "AccessToken" in pool.sign_in()
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        confirm(pool, code)


def test_a_code_lives_for_a_day_and_until_the_next(pool: Pool) -> None:
    sign_up(pool)
    first = pool.code
    pool.sandbox.clock.ahead = timedelta(hours=24)
    with refused("ExpiredCodeException", OLD_CODE):
        confirm(pool, first)
    answer = pool.api.resend_confirmation_code(ClientId=pool.client_id, Username="ada")
    assert answer["CodeDeliveryDetails"]["Destination"] == "a***@e***"
    confirm(pool, pool.code)


def test_codes_are_tried_and_sent_only_so_often(pool: Pool) -> None:
    sign_up(pool)
    code = pool.code
    for _ in range(15):
        with refused("CodeMismatchException"):
            confirm(pool, another(code))
    with refused("LimitExceededException", TOO_OFTEN):
        confirm(pool, code)
    for _ in range(5):
        pool.api.resend_confirmation_code(ClientId=pool.client_id, Username="ada")
    with refused("LimitExceededException", TOO_OFTEN):
        pool.api.resend_confirmation_code(ClientId=pool.client_id, Username="ada")
    pool.sandbox.clock.ahead = timedelta(hours=1)
    confirm(pool, pool.code)


def test_a_name_is_taken_once(pool: Pool) -> None:
    sign_up(pool)
    with refused("UsernameExistsException", "User already exists"):
        sign_up(pool)
    with refused("UsernameExistsException", "User account already exists"):
        pool.api.admin_create_user(UserPoolId=pool.id, Username="ada")


def test_an_address_as_username_is_taken_once(sandbox: Running) -> None:
    pool = make_pool(sandbox, UsernameAttributes=["email"], AutoVerifiedAttributes=["email"])
    answer = sign_up(pool, "ada@example.com", UserAttributes=[])
    assert pool.described("ada@example.com")["Username"] == answer["UserSub"]
    with refused("UsernameExistsException", "An account with the given email already exists."):
        sign_up(pool, "ada@example.com")
    with refused("InvalidParameterException", "Username should be an email."):
        sign_up(pool, "ada")
    confirm(pool, pool.code, "ada@example.com")
    assert "AccessToken" in pool.sign_in("ada@example.com")
    assert "AccessToken" in pool.sign_in(answer["UserSub"])


def test_an_alias_belongs_to_who_proves_it(sandbox: Running) -> None:
    pool = make_pool(sandbox, AliasAttributes=["email"], AutoVerifiedAttributes=["email"])
    with refused(
        "InvalidParameterException",
        "Username cannot be of email format, since user pool is configured for email alias.",
    ):
        sign_up(pool, "ada@example.com")
    sign_up(pool, "ada")
    confirm(pool, pool.code, "ada")
    assert "AccessToken" in pool.sign_in("ada@example.com")
    sign_up(pool, "countess")
    code = pool.code
    with refused("AliasExistsException", "An account with the given email already exists."):
        confirm(pool, code, "countess")
    confirm(pool, code, "countess", ForceAliasCreation=True)
    taken = pool.described("ada@example.com")
    assert taken["Username"] == "countess"
    assert pool.attributes("ada")["email_verified"] == "false"


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Passw0!", "Password not long enough"),
        ("passw0rd!", "Password must have uppercase characters"),
        ("PASSW0RD!", "Password must have lowercase characters"),
        ("Password!", "Password must have numeric characters"),
        ("Passw0rds", "Password must have symbol characters"),
    ],
)
def test_a_password_conforms_to_the_policy(pool: Pool, password: str, reason: str) -> None:
    with refused("InvalidPasswordException", f"Password did not conform with policy: {reason}"):
        sign_up(pool, password=password)


def test_attributes_conform_to_the_schema(pool: Pool) -> None:
    with refused(
        "InvalidParameterException",
        "Attributes did not conform to the schema: custom:level: "
        "Attribute does not exist in the schema.\n",
    ):
        sign_up(pool, UserAttributes=[{"Name": "custom:level", "Value": "1"}])
    with refused("InvalidParameterException", "Invalid email address format."):
        sign_up(pool, UserAttributes=[{"Name": "email", "Value": "ada"}])
    for own in ("email_verified", "sub", "identities"):
        with refused(
            "NotAuthorizedException", "A client attempted to write unauthorized attribute"
        ):
            sign_up(pool, UserAttributes=[{"Name": own, "Value": "true"}])
    with refused("InvalidParameterException", "user.sub: Attribute cannot be updated.\n"):
        pool.api.admin_create_user(
            UserPoolId=pool.id, Username="ada", UserAttributes=[{"Name": "sub", "Value": "mine"}]
        )


def test_a_pool_may_be_for_invited_people_only(sandbox: Running) -> None:
    pool = make_pool(sandbox, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    with refused("NotAuthorizedException", "SignUp is not permitted for this user pool"):
        sign_up(pool)


def test_an_administrator_confirms_without_a_code(pool: Pool) -> None:
    sign_up(pool)
    pool.api.admin_confirm_sign_up(UserPoolId=pool.id, Username="ada")
    assert "AccessToken" in pool.sign_in()
    assert "email_verified" not in pool.attributes()
    with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
        pool.api.admin_confirm_sign_up(UserPoolId=pool.id, Username="ada")
    with refused("InvalidParameterException", "User is already confirmed."):
        pool.api.resend_confirmation_code(ClientId=pool.client_id, Username="ada")


def test_nobody_has_no_code_to_confirm(pool: Pool) -> None:
    with refused("UserNotFoundException", "Username/client id combination not found."):
        confirm(pool, "123456")
    with refused("UserNotFoundException", "Username/client id combination not found."):
        pool.api.resend_confirmation_code(ClientId=pool.client_id, Username="ada")


def test_nobody_looks_like_somebody_where_that_is_hidden(sandbox: Running) -> None:
    pool = make_pool(sandbox, {"PreventUserExistenceErrors": "ENABLED"})
    with refused("ExpiredCodeException", OLD_CODE):
        confirm(pool, "123456")
    resend = pool.api.resend_confirmation_code(ClientId=pool.client_id, Username="ada")
    forgot = pool.api.forgot_password(ClientId=pool.client_id, Username="ada")
    assert resend["CodeDeliveryDetails"]["Destination"].startswith("a***@")
    assert resend["CodeDeliveryDetails"] == forgot["CodeDeliveryDetails"]
    assert pool.messages == []


def test_whoever_just_confirmed_is_signed_in_without_another_code(pool: Pool) -> None:
    session = sign_up(pool)["Session"]
    answer = pool.api.confirm_sign_up(
        ClientId=pool.client_id, Username="ada", ConfirmationCode=pool.code, Session=session
    )
    result = pool.api.initiate_auth(
        ClientId=pool.client_id,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": "ada"},
        Session=answer["Session"],
    )
    assert "AccessToken" in result["AuthenticationResult"]
    with refused("NotAuthorizedException"):
        pool.api.initiate_auth(
            ClientId=pool.client_id,
            AuthFlow="USER_AUTH",
            AuthParameters={"USERNAME": "ada"},
            Session=answer["Session"],
        )


def test_a_pool_says_it_in_its_own_words(sandbox: Running) -> None:
    pool = make_pool(
        sandbox,
        AutoVerifiedAttributes=["email"],
        VerificationMessageTemplate={
            "EmailSubject": "Welcome, {username}",
            "EmailMessage": "Dear {username}, it is {####}.",
        },
    )
    sign_up(pool)
    assert pool.messages[-1].subject == "Welcome, ada"
    assert pool.messages[-1].body == f"Dear ada, it is {pool.code}."
