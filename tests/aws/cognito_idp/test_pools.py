"""User pools, as boto3 makes and changes them."""

from __future__ import annotations

from typing import Any

import pytest

from studyapp.aws.cognito_idp.documents import Client, Group, in_pool
from tests.aws.clients import Running, refusal

SMS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}
INVALID = "InvalidParameterException"


def make(sandbox: Running, **settings: Any) -> dict[str, Any]:
    pool: dict[str, Any] = sandbox.client().create_user_pool(PoolName="shop", **settings)[
        "UserPool"
    ]
    return pool


def describe(sandbox: Running, pool_id: str) -> dict[str, Any]:
    pool: dict[str, Any] = sandbox.client().describe_user_pool(UserPoolId=pool_id)["UserPool"]
    return pool


def test_a_pool_made_of_a_name_has_awss_defaults(sandbox: Running) -> None:
    pool = make(sandbox)
    assert pool["Id"].startswith("us-east-1_")
    assert pool["Arn"] == f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool['Id']}"
    assert pool["Policies"] == {
        "PasswordPolicy": {
            "MinimumLength": 8,
            "RequireUppercase": True,
            "RequireLowercase": True,
            "RequireNumbers": True,
            "RequireSymbols": True,
            "TemporaryPasswordValidityDays": 7,
        },
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
    }
    assert pool["MfaConfiguration"] == "OFF"
    assert pool["EmailConfiguration"] == {"EmailSendingAccount": "COGNITO_DEFAULT"}
    assert pool["AdminCreateUserConfig"] == {
        "AllowAdminCreateUserOnly": False,
        "UnusedAccountValidityDays": 7,
    }
    assert pool["VerificationMessageTemplate"] == {"DefaultEmailOption": "CONFIRM_WITH_CODE"}
    assert (pool["LambdaConfig"], pool["UserPoolTags"]) == ({}, {})
    assert (pool["DeletionProtection"], pool["UserPoolTier"]) == ("INACTIVE", "ESSENTIALS")
    schema = {entry["Name"]: entry for entry in pool["SchemaAttributes"]}
    assert len(schema) == 21
    assert schema["sub"]["Required"] is True
    assert schema["birthdate"]["StringAttributeConstraints"] == {
        "MinLength": "10",
        "MaxLength": "10",
    }
    assert describe(sandbox, pool["Id"]) == pool


def test_a_password_policy_given_in_part_asks_for_no_more(sandbox: Running) -> None:
    pool = make(sandbox, Policies={"PasswordPolicy": {"MinimumLength": 6, "RequireNumbers": True}})
    assert pool["Policies"]["PasswordPolicy"] == {
        "MinimumLength": 6,
        "RequireUppercase": False,
        "RequireLowercase": False,
        "RequireNumbers": True,
        "RequireSymbols": False,
        "TemporaryPasswordValidityDays": 7,
    }


def test_an_update_gives_back_its_default_to_what_it_does_not_name(sandbox: Running) -> None:
    pool = make(
        sandbox,
        AutoVerifiedAttributes=["email"],
        UsernameAttributes=["email"],
        DeletionProtection="ACTIVE",
        UserPoolTags={"team": "a"},
        Schema=[{"Name": "plan", "AttributeDataType": "String"}],
    )
    sandbox.client().update_user_pool(
        UserPoolId=pool["Id"], Policies={"PasswordPolicy": {"MinimumLength": 12}}
    )
    changed = describe(sandbox, pool["Id"])
    assert changed["Policies"]["PasswordPolicy"]["MinimumLength"] == 12
    assert changed["DeletionProtection"] == "INACTIVE"
    assert "AutoVerifiedAttributes" not in changed
    assert changed["UsernameAttributes"] == ["email"]
    assert changed["SchemaAttributes"] == pool["SchemaAttributes"]
    assert (changed["Name"], changed["UserPoolTags"]) == ("shop", {"team": "a"})
    assert changed["LastModifiedDate"] > pool["LastModifiedDate"]


def test_pools_are_listed_page_by_page_and_by_region(sandbox: Running) -> None:
    made = {make(sandbox)["Id"] for _ in range(5)}
    sandbox.client(region="eu-west-1").create_user_pool(PoolName="elsewhere")
    client, seen, token = sandbox.client(), [], {}
    for expected in (2, 2, 1):
        page = client.list_user_pools(MaxResults=2, **token)
        seen += [pool["Id"] for pool in page["UserPools"]]
        assert len(page["UserPools"]) == expected
        token = {"NextToken": page["NextToken"]} if "NextToken" in page else {}
    assert token == {}
    assert set(seen) == made
    code = refusal(client.list_user_pools, MaxResults=2, NextToken="no-token")
    assert code == (INVALID, "Invalid pagination token.")


def test_a_pool_that_is_not_there(sandbox: Running) -> None:
    assert refusal(sandbox.client().describe_user_pool, UserPoolId="us-east-1_none") == (
        "ResourceNotFoundException",
        "User pool us-east-1_none does not exist.",
    )


def test_a_deleted_pool_takes_along_what_was_in_it(sandbox: Running) -> None:
    client = sandbox.client()
    pool_id = make(sandbox)["Id"]
    app = client.create_user_pool_client(UserPoolId=pool_id, ClientName="app")["UserPoolClient"]
    client.create_group(UserPoolId=pool_id, GroupName="staff")
    client.delete_user_pool(UserPoolId=pool_id)
    assert refusal(client.describe_user_pool, UserPoolId=pool_id)[0] == "ResourceNotFoundException"
    assert sandbox.cloud.home_of(Client, app["ClientId"]) is None
    assert sandbox.cloud.home_of(Group, in_pool(pool_id, "staff")) is None


def test_a_protected_pool_is_not_deleted(sandbox: Running) -> None:
    pool = make(sandbox, DeletionProtection="ACTIVE")
    assert refusal(sandbox.client().delete_user_pool, UserPoolId=pool["Id"]) == (
        INVALID,
        "The user pool cannot be deleted because deletion protection is activated. "
        "Deletion protection must be inactivated first.",
    )


def test_a_pool_with_a_domain_is_not_deleted(sandbox: Running) -> None:
    client, pool_id = sandbox.client(), make(sandbox)["Id"]
    client.create_user_pool_domain(Domain="shop", UserPoolId=pool_id)
    assert describe(sandbox, pool_id)["Domain"] == "shop"
    assert refusal(client.delete_user_pool, UserPoolId=pool_id) == (
        INVALID,
        "User pool cannot be deleted. It has a domain configured that should be deleted first.",
    )
    client.delete_user_pool_domain(Domain="shop", UserPoolId=pool_id)
    client.delete_user_pool(UserPoolId=pool_id)


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        (
            {"AliasAttributes": ["email"], "UsernameAttributes": ["email"]},
            INVALID,
            "Only one of aliasAttributes or usernameAttributes can be set in a user pool.",
        ),
        (
            {"AutoVerifiedAttributes": ["phone_number"]},
            INVALID,
            "SMS configuration is required when phone_number is selected for auto verification",
        ),
        (
            {"MfaConfiguration": "ON"},
            INVALID,
            "SMS configuration and Auto verification for phone_number are required when MFA is "
            "required/optional",
        ),
        (
            {
                "Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 3}},
                "AdminCreateUserConfig": {"UnusedAccountValidityDays": 3},
            },
            INVALID,
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of "
            "UnusedAccountValidityDays",
        ),
        (
            {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}},
            "FeatureUnavailableInTierException",
            "Threat protection is not available in the ESSENTIALS tier of this user pool.",
        ),
        (
            {
                "UserPoolTier": "LITE",
                "LambdaConfig": {
                    "PreTokenGenerationConfig": {
                        "LambdaVersion": "V2_0",
                        "LambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
                    }
                },
            },
            "FeatureUnavailableInTierException",
            "Access token customization is not available in the LITE tier of this user pool.",
        ),
        (
            {"Schema": [{"Name": "email", "AttributeDataType": "Number"}]},
            INVALID,
            "You can not change AttributeDataType or set developerOnlyAttribute for standard "
            "schema attribute email",
        ),
        (
            {"Schema": [{"Name": "plan", "AttributeDataType": "String", "Required": True}]},
            INVALID,
            "Required custom attributes are not supported currently.",
        ),
        (
            {
                "Schema": [
                    {
                        "Name": "plan",
                        "AttributeDataType": "String",
                        "StringAttributeConstraints": {"MinLength": "5", "MaxLength": "2"},
                    }
                ]
            },
            INVALID,
            "user.custom:plan: Max length cannot be less than min length.",
        ),
        (
            {
                "Schema": [
                    {
                        "Name": "plan",
                        "AttributeDataType": "Number",
                        "NumberAttributeConstraints": {"MinValue": "many"},
                    }
                ]
            },
            INVALID,
            "Invalid MinValue for schema attribute custom:plan",
        ),
    ],
)
def test_pools_that_aws_will_not_make(
    sandbox: Running, asked: dict[str, Any], code: str, message: str
) -> None:
    client = sandbox.client()
    assert refusal(client.create_user_pool, PoolName="shop", **asked) == (code, message)
    assert client.list_user_pools(MaxResults=1)["UserPools"] == []


def test_custom_attributes_are_added_and_never_doubled(sandbox: Running) -> None:
    client = sandbox.client()
    pool_id = make(sandbox, Schema=[{"Name": "plan", "AttributeDataType": "String"}])["Id"]
    seats = {
        "Name": "seats",
        "AttributeDataType": "Number",
        "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"},
    }
    client.add_custom_attributes(UserPoolId=pool_id, CustomAttributes=[seats])
    schema = {entry["Name"]: entry for entry in describe(sandbox, pool_id)["SchemaAttributes"]}
    assert schema["custom:seats"] == {
        **seats,
        "Name": "custom:seats",
        "DeveloperOnlyAttribute": False,
        "Mutable": True,
        "Required": False,
    }
    again = refusal(client.add_custom_attributes, UserPoolId=pool_id, CustomAttributes=[seats])
    assert again == (INVALID, "custom:seats: Existing attribute already has name custom:seats.")
    many = [{"Name": f"a{n}", "AttributeDataType": "String"} for n in range(25)]
    client.add_custom_attributes(UserPoolId=pool_id, CustomAttributes=many)
    more = [{"Name": f"b{n}", "AttributeDataType": "String"} for n in range(24)]
    assert refusal(client.add_custom_attributes, UserPoolId=pool_id, CustomAttributes=more) == (
        INVALID,
        "A user pool can have at most 50 custom attributes.",
    )


def test_a_standard_attribute_may_be_required_and_fixed(sandbox: Running) -> None:
    pool = make(
        sandbox,
        Schema=[
            {
                "Name": "email",
                "AttributeDataType": "String",
                "Required": True,
                "Mutable": False,
                "StringAttributeConstraints": {"MinLength": "5", "MaxLength": "50"},
            }
        ],
    )
    (email,) = (entry for entry in pool["SchemaAttributes"] if entry["Name"] == "email")
    assert (email["Required"], email["Mutable"]) == (True, False)
    assert email["StringAttributeConstraints"] == {"MinLength": "5", "MaxLength": "50"}


def test_mfa_is_configured_apart_and_survives_an_update(sandbox: Running) -> None:
    client, pool_id = sandbox.client(), make(sandbox)["Id"]
    assert "SoftwareTokenMfaConfiguration" not in client.get_user_pool_mfa_config(
        UserPoolId=pool_id
    )
    client.set_user_pool_mfa_config(
        UserPoolId=pool_id,
        SoftwareTokenMfaConfiguration={"Enabled": True},
        MfaConfiguration="OPTIONAL",
        WebAuthnConfiguration={"RelyingPartyId": "localhost", "UserVerification": "required"},
    )
    assert describe(sandbox, pool_id)["MfaConfiguration"] == "OPTIONAL"
    assert "SoftwareTokenMfaConfiguration" not in describe(sandbox, pool_id)
    client.update_user_pool(UserPoolId=pool_id, MfaConfiguration="OPTIONAL")
    told = client.get_user_pool_mfa_config(UserPoolId=pool_id)
    del told["ResponseMetadata"]
    assert told == {
        "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": {"Enabled": True},
        "WebAuthnConfiguration": {"RelyingPartyId": "localhost", "UserVerification": "required"},
    }


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"MfaConfiguration": "ON"},
            "Invalid MFA configuration given, can't disable all MFAs with a required or optional "
            "configuration.",
        ),
        (
            {"SoftwareTokenMfaConfiguration": {"Enabled": True}},
            "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
        ),
    ],
)
def test_mfa_that_aws_will_not_have(sandbox: Running, asked: dict[str, Any], message: str) -> None:
    client, pool_id = sandbox.client(), make(sandbox)["Id"]
    told = refusal(client.set_user_pool_mfa_config, UserPoolId=pool_id, **asked)
    assert told == (INVALID, message)


def test_sms_mfa_comes_with_its_configuration(sandbox: Running) -> None:
    client, pool_id = sandbox.client(), make(sandbox)["Id"]
    sms = {"SmsConfiguration": SMS, "SmsAuthenticationMessage": "Your code: {####}"}
    told = client.set_user_pool_mfa_config(
        UserPoolId=pool_id, SmsMfaConfiguration=sms, MfaConfiguration="ON"
    )
    assert told["SmsMfaConfiguration"] == sms
    assert describe(sandbox, pool_id)["SmsConfiguration"] == SMS


def test_logs_are_delivered_where_they_can_be(sandbox: Running) -> None:
    client, pool_id = sandbox.client(), make(sandbox)["Id"]
    notices = {
        "LogLevel": "ERROR",
        "EventSource": "userNotification",
        "CloudWatchLogsConfiguration": {
            "LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:a"
        },
    }
    client.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=[notices])
    told = client.get_log_delivery_configuration(UserPoolId=pool_id)["LogDeliveryConfiguration"]
    assert told == {"UserPoolId": pool_id, "LogConfigurations": [notices]}
    events = {**notices, "EventSource": "userAuthEvents", "LogLevel": "INFO"}
    told = refusal(
        client.set_log_delivery_configuration, UserPoolId=pool_id, LogConfigurations=[events]
    )
    assert told[0] == "FeatureUnavailableInTierException"


def test_the_header_of_an_import_has_all_attributes_of_the_pool(sandbox: Running) -> None:
    pool = make(sandbox, Schema=[{"Name": "plan", "AttributeDataType": "String"}])
    header = sandbox.client().get_csv_header(UserPoolId=pool["Id"])["CSVHeader"]
    assert header[:2] == ["name", "given_name"]
    assert header[-3:] == ["custom:plan", "cognito:mfa_enabled", "cognito:username"]
    assert "sub" not in header


def test_tags_are_the_pools(sandbox: Running) -> None:
    client, pool = sandbox.client(), make(sandbox, UserPoolTags={"a": "1"})
    arn = pool["Arn"]
    client.tag_resource(ResourceArn=arn, Tags={"b": "2", "c": "3"})
    client.untag_resource(ResourceArn=arn, TagKeys=["a", "c"])
    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"b": "2"}
    assert describe(sandbox, pool["Id"])["UserPoolTags"] == {"b": "2"}
    strange = arn.replace("123456789012", "210987654321")
    code, _ = refusal(client.list_tags_for_resource, ResourceArn=strange)
    assert code == "ResourceNotFoundException"
    many = {f"t{number}": "" for number in range(50)}
    assert refusal(client.tag_resource, ResourceArn=arn, Tags=many)[0] == INVALID
