"""User pools as a CloudFormation template: what was tried here, set up at AWS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from studyapp.sandbox.console import Console

_POOL = (
    *("AccountRecoverySetting", "AdminCreateUserConfig", "AliasAttributes"),
    *("AutoVerifiedAttributes", "DeletionProtection", "DeviceConfiguration"),
    *("EmailVerificationMessage", "EmailVerificationSubject", "LambdaConfig", "MfaConfiguration"),
    *("Policies", "SmsAuthenticationMessage", "SmsVerificationMessage"),
    *("UserAttributeUpdateSettings", "UsernameAttributes", "UsernameConfiguration"),
    *("UserPoolAddOns", "UserPoolTags", "UserPoolTier", "VerificationMessageTemplate"),
)
_CLIENT = (
    *("AccessTokenValidity", "AllowedOAuthFlows", "AllowedOAuthFlowsUserPoolClient"),
    *("AllowedOAuthScopes", "AuthSessionValidity", "CallbackURLs", "ClientName"),
    *("DefaultRedirectURI", "EnablePropagateAdditionalUserContextData"),
    *("EnableTokenRevocation", "ExplicitAuthFlows", "IdTokenValidity", "LogoutURLs"),
    *("PreventUserExistenceErrors", "ReadAttributes", "RefreshTokenRotation"),
    *("RefreshTokenValidity", "SupportedIdentityProviders", "TokenValidityUnits"),
    "WriteAttributes",
)
_GROUP = ("Description", "GroupName", "Precedence", "RoleArn")
# Every pool has them; a template may only name those that differ.
_STANDARD = re.compile(r"(?!custom:|dev:).*")


def template(consoles: list[Console]) -> dict[str, Any]:
    """The pools with their clients and groups; users are no resources that one deploys."""
    resources: dict[str, Any] = {}
    for number, console in enumerate(consoles, start=1):
        described = console.pool()
        name = f"Pool{number}"
        resources[name] = _resource(
            "UserPool",
            {
                "UserPoolName": described["Name"],
                **_some(described, _POOL),
                "Schema": [_attribute(each) for each in _custom(described)],
            },
        )
        pool = {"UserPoolId": {"Ref": name}}
        for each, client in enumerate(_clients(console), start=1):
            resources[f"{name}Client{each}"] = _resource(
                "UserPoolClient",
                {
                    **pool,
                    **_some(client, _CLIENT),
                    "GenerateSecret": bool(client.get("ClientSecret")),
                },
            )
        for each, group in enumerate(console.read("ListGroups", Limit=60)["Groups"], start=1):
            resources[f"{name}Group{each}"] = _resource(
                "UserPoolGroup", {**pool, **_some(group, _GROUP)}
            )
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "User pools as they were set up in the studyapp sandbox",
        "Resources": resources,
    }


def _clients(console: Console) -> list[Mapping[str, Any]]:
    listed = console.read("ListUserPoolClients", MaxResults=60)["UserPoolClients"]
    return [
        console.read("DescribeUserPoolClient", ClientId=each["ClientId"])["UserPoolClient"]
        for each in listed
    ]


def _custom(described: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    attributes = described.get("SchemaAttributes", [])
    return [each for each in attributes if not _STANDARD.fullmatch(each["Name"])]


def _attribute(described: Mapping[str, Any]) -> dict[str, Any]:
    """CloudFormation gives a custom attribute its prefix itself."""
    return {**described, "Name": described["Name"].removeprefix("custom:")}


def _some(described: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: described[name] for name in names if described.get(name) not in (None, {}, [])}


def _resource(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    filled = {name: value for name, value in properties.items() if value not in ([], {})}
    return {"Type": f"AWS::Cognito::{kind}", "Properties": filled}
