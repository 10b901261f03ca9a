"""What AWS says of requests that aren't as its model wants them."""

from __future__ import annotations

from typing import Any

import pytest

from studyapp.aws.wire.models import service_model
from studyapp.aws.wire.shapes import MASK, masked, validation_message

POOL = "us-east-1_Ab12Cd34E"


def said(operation: str, service: str = "cognito-idp", **request: Any) -> str | None:
    model = service_model(service).operation(operation)
    assert model is not None
    return validation_message(model.input, request)


def test_what_is_right_is_not_remarked_upon() -> None:
    assert said("AdminGetUser", UserPoolId=POOL, Username="ann") is None


def test_one_error_and_its_value() -> None:
    assert said("AdminConfirmSignUp", UserPoolId="YOUR_USER_POOL-ID", Username="ann") == (
        "1 validation error detected: Value 'YOUR_USER_POOL-ID' at 'userPoolId' failed to satisfy "
        r"constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+"
    )


def test_all_errors_at_once_and_nobodys_secret_repeated() -> None:
    message = said("SignUp", ClientId="abc", Username="", Password="")
    assert message is not None
    assert message.startswith("3 validation errors detected: Value at 'username' failed")
    assert "Value at 'password' failed to satisfy constraint: Member must" in message


def test_what_is_missing() -> None:
    assert said("DescribeUserPoolClient", UserPoolId=POOL) == (
        "1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member "
        "must not be null"
    )
    assert said("DescribeUserPool") == (
        "1 validation error detected: Value null at 'userPoolId' failed to satisfy constraint: "
        "Member must not be null"
    )


def test_a_number_out_of_range() -> None:
    assert said("ListUserPools", MaxResults=61) == (
        "1 validation error detected: Value '61' at 'maxResults' failed to satisfy constraint: "
        "Member must have value less than or equal to 60"
    )


def test_a_value_that_is_not_one_of_those_there_are() -> None:
    assert said("CreateUserPool", PoolName="a", DeletionProtection="MAYBE") == (
        "1 validation error detected: Value 'MAYBE' at 'deletionProtection' failed to satisfy "
        "constraint: Member must satisfy enum value set: [ACTIVE, INACTIVE]"
    )


def test_members_of_a_list_are_numbered_from_one() -> None:
    message = said(
        "AdminUpdateUserAttributes",
        UserPoolId=POOL,
        Username="ann",
        UserAttributes=[{"Name": "email"}, {"Value": "x"}],
    )
    assert message is not None
    assert "at 'userAttributes.2.member.name' failed to satisfy constraint: Member must" in message


def test_a_list_of_plain_values_is_judged_as_a_whole() -> None:
    message = said("CreateUserPoolClient", UserPoolId=POOL, ClientName="a", ExplicitAuthFlows=["X"])
    assert message is not None
    assert message.startswith(
        "1 validation error detected: Value '[X]' at 'explicitAuthFlows' failed to satisfy "
        "constraint: Member must satisfy constraint: [Member must satisfy enum value set: [ADMIN_"
    )


def test_values_of_a_map_are_judged_as_a_whole() -> None:
    assert said(
        "CreateIdentityPool",
        "cognito-identity",
        IdentityPoolName="a",
        AllowUnauthenticatedIdentities=False,
        SupportedLoginProviders={"accounts.google.com": "with space "},
    ) == (
        "1 validation error detected: Value '{accounts.google.com=with space }' at "
        "'supportedLoginProviders' failed to satisfy constraint: Map value must satisfy "
        "constraint: [Member must have length less than or equal to 128, Member must have length "
        r"greater than or equal to 1, Member must satisfy regular expression pattern: [\w.;_/-]+]"
    )


def test_what_is_too_long_is_not_matched_as_well() -> None:
    message = said("DescribeUserPool", UserPoolId="-" * 100_000)
    assert message is not None
    assert message.count("failed to satisfy") == 1


@pytest.mark.parametrize(
    ("operation", "request_", "shown"),
    [
        (
            "SignUp",
            {"ClientId": "c", "Username": "ann", "Password": "Pa55word!"},
            {"ClientId": "c", "Username": "ann", "Password": MASK},
        ),
        (
            "InitiateAuth",
            {"AuthFlow": "F", "AuthParameters": {"USERNAME": "ann", "PASSWORD": "Pa55word!"}},
            {"AuthFlow": "F", "AuthParameters": {"USERNAME": "ann", "PASSWORD": MASK}},
        ),
    ],
)
def test_secrets_are_masked_and_nothing_else(
    operation: str, request_: dict[str, Any], shown: dict[str, Any]
) -> None:
    model = service_model("cognito-idp").operation(operation)
    assert model is not None
    assert masked(model.input, request_) == shown
