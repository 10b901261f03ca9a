"""What a user is: read, changed and proven; made, listed and deleted by an administrator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.aws.clients import Running
from tests.aws.cognito_idp.pools import SCHEMA, Pool, make_pool, refused


def as_list(**attributes: str) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in attributes.items()]


@pytest.fixture
def ada(pool: Pool) -> str:
    """An access token of Ada's."""
    pool.user(email="ada@example.com", email_verified="true", name="Ada")
    token: str = pool.sign_in()["AccessToken"]
    return token


def test_a_user_reads_what_the_client_may(sandbox: Running) -> None:
    pool = make_pool(sandbox, {"ReadAttributes": ["email"]})
    pool.user(email="ada@example.com", name="Ada")
    told = pool.api.get_user(AccessToken=pool.sign_in()["AccessToken"])
    assert told["Username"] == "ada"
    assert {a["Name"] for a in told["UserAttributes"]} == {"sub", "email"}


def test_a_changed_address_is_unproven_and_gets_a_code(pool: Pool, ada: str) -> None:
    answer = pool.api.update_user_attributes(
        AccessToken=ada, UserAttributes=as_list(email="ada@king.example", name="Ada King")
    )
    assert answer["CodeDeliveryDetailsList"] == [
        {"Destination": "a***@k***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    ]
    assert pool.attributes()["email"] == "ada@king.example"
    assert pool.attributes()["email_verified"] == "false"
    assert pool.attributes()["name"] == "Ada King"
    pool.api.verify_user_attribute(AccessToken=ada, AttributeName="email", Code=pool.code)
    assert pool.attributes()["email_verified"] == "true"


def test_an_address_may_have_to_be_proven_first(sandbox: Running) -> None:
    first = {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    pool = make_pool(sandbox, AutoVerifiedAttributes=["email"], UserAttributeUpdateSettings=first)
    pool.user(email="ada@example.com", email_verified="true")
    access = pool.sign_in()["AccessToken"]
    pool.api.update_user_attributes(
        AccessToken=access, UserAttributes=as_list(email="ada@king.example")
    )
    assert pool.messages[-1].to == "ada@king.example"
    assert pool.attributes()["email"] == "ada@example.com"
    assert pool.attributes()["email_verified"] == "true"
    pool.api.verify_user_attribute(AccessToken=access, AttributeName="email", Code=pool.code)
    assert pool.attributes()["email"] == "ada@king.example"


def test_a_code_for_an_attribute_can_be_asked_for(pool: Pool, ada: str) -> None:
    pool.api.get_user_attribute_verification_code(AccessToken=ada, AttributeName="email")
    code = pool.code
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    with refused("CodeMismatchException", "Invalid verification code provided, please try again."):
        pool.api.verify_user_attribute(AccessToken=ada, AttributeName="email", Code=wrong)
    with refused("InvalidParameterException"):
        pool.api.get_user_attribute_verification_code(AccessToken=ada, AttributeName="phone_number")
    pool.api.verify_user_attribute(AccessToken=ada, AttributeName="email", Code=code)
    with refused("ExpiredCodeException", "Invalid code provided, please request a code again."):
        pool.api.verify_user_attribute(AccessToken=ada, AttributeName="email", Code=code)


def test_some_attributes_are_not_for_users_to_write(sandbox: Running) -> None:
    custom = [
        {"Name": "custom:tenant", "AttributeDataType": "String", "Mutable": False},
        {"Name": "custom:level", "AttributeDataType": "Number", "Mutable": True},
    ]
    pool = make_pool(
        sandbox, {"WriteAttributes": ["email", "custom:tenant"]}, SchemaAttributes=SCHEMA + custom
    )
    pool.user(**{"custom:tenant": "a", "custom:level": "1"})
    access = pool.sign_in()["AccessToken"]

    def write(**attributes: str) -> None:
        pool.api.update_user_attributes(AccessToken=access, UserAttributes=as_list(**attributes))

    with refused("InvalidParameterException", "user.custom:tenant: Attribute cannot be updated.\n"):
        write(**{"custom:tenant": "b"})
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        write(**{"custom:level": "2"})
    with refused("NotAuthorizedException", "A client attempted to write unauthorized attribute"):
        pool.api.delete_user_attributes(AccessToken=access, UserAttributeNames=["custom:level"])
    pool.api.admin_delete_user_attributes(
        UserPoolId=pool.id, Username="ada", UserAttributeNames=["custom:level"]
    )
    assert "custom:level" not in pool.attributes()


def test_an_administrator_vouches_for_an_address(pool: Pool, ada: str) -> None:
    pool.api.admin_update_user_attributes(
        UserPoolId=pool.id,
        Username="ada",
        UserAttributes=as_list(email="ada@king.example", email_verified="true"),
    )
    assert pool.attributes()["email_verified"] == "true"
    assert pool.messages == []


def test_a_user_deletes_the_account(pool: Pool, ada: str) -> None:
    pool.api.delete_user(AccessToken=ada)
    with refused("UserNotFoundException", "User does not exist."):
        pool.described()
    with refused("UserNotFoundException"):
        pool.sign_in()
    pool.user()


def test_names_are_free_again_after_a_user_is_deleted(sandbox: Running) -> None:
    pool = make_pool(sandbox, UsernameAttributes=["email"])
    pool.user("ada@example.com")
    pool.api.admin_delete_user(UserPoolId=pool.id, Username="ada@example.com")
    pool.user("ada@example.com")
    pool.api.admin_update_user_attributes(
        UserPoolId=pool.id,
        Username="ada@example.com",
        UserAttributes=as_list(email="ada@king.example"),
    )
    pool.user("ada@example.com")
    with refused("AliasExistsException", "An account with the given email already exists."):
        pool.api.admin_update_user_attributes(
            UserPoolId=pool.id,
            Username="ada@example.com",
            UserAttributes=as_list(email="ada@king.example"),
        )


def test_an_administrator_invites(pool: Pool) -> None:
    made = pool.api.admin_create_user(
        UserPoolId=pool.id,
        Username="ada",
        UserAttributes=as_list(email="ada@example.com"),
        DesiredDeliveryMediums=["EMAIL"],
    )["User"]
    assert made["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert made["Enabled"] is True
    told = pool.messages[-1].body
    assert told.startswith("Your username is ada and temporary password is ")
    password = told.removeprefix("Your username is ada and temporary password is ")
    assert pool.begin(USERNAME="ada", PASSWORD=password)["ChallengeName"]
    pool.api.admin_create_user(
        UserPoolId=pool.id,
        Username="ada",
        MessageAction="RESEND",
        DesiredDeliveryMediums=["EMAIL"],
    )
    assert len(pool.messages) == 2
    with refused("NotAuthorizedException"):
        pool.begin(USERNAME="ada", PASSWORD=password)


def test_only_who_was_invited_is_invited_again(pool: Pool) -> None:
    pool.user()
    with refused("UnsupportedUserStateException", "Resend not possible. User status is CONFIRMED"):
        pool.api.admin_create_user(UserPoolId=pool.id, Username="ada", MessageAction="RESEND")


def test_users_are_found_by_their_sub(pool: Pool) -> None:
    pool.user()
    assert pool.described(pool.attributes()["sub"])["Username"] == "ada"


# Lists


def listed(pool: Pool, **request: Any) -> list[str]:
    answer = pool.api.list_users(UserPoolId=pool.id, **request)
    return [user["Username"] for user in answer["Users"]]


def test_users_are_listed_by_pages(pool: Pool) -> None:
    for number in range(7):
        pool.user(f"user{number}")
    names, request = [], {"Limit": 3}
    while True:
        answer = pool.api.list_users(UserPoolId=pool.id, **request)
        names += [user["Username"] for user in answer["Users"]]
        if "PaginationToken" not in answer:
            break
        request = {"Limit": 3, "PaginationToken": answer["PaginationToken"]}
    assert names == [f"user{number}" for number in range(7)]
    with refused("InvalidParameterException", "Invalid pagination token."):
        listed(pool, PaginationToken="us-east-1_other/ada")


def test_users_are_listed_by_a_filter(pool: Pool) -> None:
    pool.user("ada", email="ada@example.com")
    pool.user("eve", email="eve@example.com")
    pool.api.admin_disable_user(UserPoolId=pool.id, Username="eve")
    assert listed(pool, Filter='email = "Ada@example.com"') == ["ada"]
    assert listed(pool, Filter='status = "Disabled"') == ["eve"]
    assert listed(pool, Filter='username ^= "E"') == ["eve"]
    with refused("InvalidParameterException", "Error while parsing filter."):
        listed(pool, Filter="ada")
    with refused("InvalidParameterException", "Invalid search attribute: custom:level"):
        listed(pool, Filter='custom:level = "1"')
    with refused("InvalidParameterException"):
        listed(pool, AttributesToGet=["custom:level"])
    only = pool.api.list_users(UserPoolId=pool.id, AttributesToGet=["email"], Limit=1)
    assert only["Users"][0]["Attributes"] == as_list(email="ada@example.com")


def test_pools_are_apart(sandbox: Running) -> None:
    one, two = make_pool(sandbox), make_pool(sandbox)
    one.user()
    assert listed(two) == []
    two.user()
    access = one.sign_in()["AccessToken"]
    one.api.delete_user(AccessToken=access)
    assert listed(two) == ["ada"]


# Access tokens


def test_an_access_token_is_good_for_a_while_and_of_one_kind(pool: Pool, ada: str) -> None:
    result = pool.sign_in()
    for forged in (result["IdToken"], result["AccessToken"][:-2] + "AA", "x.y.z", "none"):
        with refused("NotAuthorizedException", "Invalid Access Token"):
            pool.api.get_user(AccessToken=forged)
    pool.sandbox.clock.ahead = timedelta(hours=1)
    with refused("NotAuthorizedException", "Access Token has expired"):
        pool.api.get_user(AccessToken=ada)
