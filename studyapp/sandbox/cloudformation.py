"""User pools as a CloudFormation template: what was tried here, set up at AWS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from studyapp.aws.wire.errors import AwsError
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


_DOMAIN = ("CustomDomainConfig", "Domain", "ManagedLoginVersion")
_SERVER = ("Identifier", "Name", "Scopes")
_PROVIDER = ("AttributeMapping", "IdpIdentifiers", "ProviderName", "ProviderType")
_RISK = (
    *("AccountTakeoverRiskConfiguration", "CompromisedCredentialsRiskConfiguration"),
    "RiskExceptionConfiguration",
)
_BRANDING = ("Assets", "Settings", "UseCognitoProvidedValues")
_TERMS = ("Enforcement", "Links", "TermsName", "TermsSource")
_SECRETS = ("client_secret", "private_key")
"""Of a provider: who deploys the template says them anew."""
_EVERY_CLIENT = "ALL"


class _Template:
    """A template as far as it is written."""

    def __init__(self) -> None:
        self.resources: dict[str, Any] = {}
        self.parameters: dict[str, Any] = {}

    def add(self, name: str, kind: str, *after: str, **properties: Any) -> str:
        """A resource, made after others that it only names; its name."""
        filled = {key: value for key, value in properties.items() if value not in (None, [], {})}
        self.resources[name] = {
            "Type": f"AWS::Cognito::{kind}",
            **({"DependsOn": list(after)} if after else {}),
            "Properties": filled,
        }
        return name

    def secret(self, name: str) -> dict[str, str]:
        """A parameter that no console shows."""
        self.parameters[name] = {"Type": "String", "NoEcho": True}
        return {"Ref": name}


def template(consoles: list[Console]) -> dict[str, Any]:
    """The pools with all that is set up in them; users are no resources that one deploys."""
    made = _Template()
    for number, console in enumerate(consoles, start=1):
        _add_pool(made, f"Pool{number}", console)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "User pools as they were set up in the studyapp sandbox",
        **({"Parameters": made.parameters} if made.parameters else {}),
        "Resources": made.resources,
    }


def _add_pool(made: _Template, name: str, console: Console) -> None:
    described = console.pool()
    made.add(
        name,
        "UserPool",
        UserPoolName=described["Name"],
        **_some(described, _POOL),
        **_factors(console.read("GetUserPoolMfaConfig")),
        Schema=[_attribute(each) for each in _custom(described)],
    )
    pool = {"UserPoolId": {"Ref": name}}
    groups = _listed(console, "ListGroups", "Groups", Limit=60)
    for each, group in enumerate(groups, start=1):
        made.add(f"{name}Group{each}", "UserPoolGroup", **pool, **_some(group, _GROUP))
    domains = [described[kind] for kind in ("Domain", "CustomDomain") if described.get(kind)]
    for each, domain in enumerate(domains, start=1):
        found = console.aws.call("DescribeUserPoolDomain", Domain=domain)["DomainDescription"]
        made.add(f"{name}Domain{each}", "UserPoolDomain", **pool, **_some(found, _DOMAIN))
    servers = _listed(console, "ListResourceServers", "ResourceServers", MaxResults=50)
    first = [
        made.add(f"{name}Server{each}", "UserPoolResourceServer", **pool, **_some(server, _SERVER))
        for each, server in enumerate(servers, start=1)
    ]
    listed = _listed(console, "ListIdentityProviders", "Providers", MaxResults=60)
    for each, provider in enumerate(listed, start=1):
        first.append(_add_provider(made, f"{name}Provider{each}", console, provider, pool))
    clients = {}
    listed = _listed(console, "ListUserPoolClients", "UserPoolClients", MaxResults=60)
    for each, client in enumerate(listed, start=1):
        added = _add_client(made, f"{name}Client{each}", console, client["ClientId"], pool, first)
        clients[client["ClientId"]] = added
    for client_id, owner in {_EVERY_CLIENT: name, **clients}.items():
        _add_looks(made, owner, console, client_id, pool)
    listed = _listed(console, "ListTerms", "Terms", MaxResults=60)
    for each, term in enumerate(listed, start=1):
        terms = console.read("DescribeTerms", TermsId=term["TermsId"])["Terms"]
        client = {"ClientId": {"Ref": clients[terms["ClientId"]]}}
        made.add(f"{name}Terms{each}", "Terms", **pool, **client, **_some(terms, _TERMS))
    logs = console.read("GetLogDeliveryConfiguration")["LogDeliveryConfiguration"]
    if logs["LogConfigurations"]:
        told = _some(logs, ("LogConfigurations",))
        made.add(f"{name}Logs", "LogDeliveryConfiguration", **pool, **told)


def _factors(described: Mapping[str, Any]) -> dict[str, Any]:
    """What a template says of second factors and passkeys."""
    email = described.get("EmailMfaConfiguration")
    passkeys = described.get("WebAuthnConfiguration", {})
    enabled = {
        "SMS_MFA": described.get("SmsMfaConfiguration"),
        "SOFTWARE_TOKEN_MFA": described.get("SoftwareTokenMfaConfiguration", {}).get("Enabled"),
        "EMAIL_OTP": email is not None,
    }
    return {
        "EnabledMfas": [factor for factor, is_on in enabled.items() if is_on],
        "EmailAuthenticationMessage": (email or {}).get("Message"),
        "EmailAuthenticationSubject": (email or {}).get("Subject"),
        "WebAuthnRelyingPartyID": passkeys.get("RelyingPartyId"),
        "WebAuthnUserVerification": passkeys.get("UserVerification"),
    }


def _add_provider(
    made: _Template, name: str, console: Console, listed: Mapping[str, Any], pool: dict[str, Any]
) -> str:
    asked = console.read("DescribeIdentityProvider", ProviderName=listed["ProviderName"])
    provider = asked["IdentityProvider"]
    details = {
        key: made.secret(f"{name}{key.title().replace('_', '')}") if key in _SECRETS else value
        for key, value in provider["ProviderDetails"].items()
    }
    told = {**pool, **_some(provider, _PROVIDER), "ProviderDetails": details}
    return made.add(name, "UserPoolIdentityProvider", **told)


def _add_client(
    made: _Template,
    name: str,
    console: Console,
    client_id: str,
    pool: dict[str, Any],
    first: list[str],
) -> str:
    client = console.client(client_id)
    has_secret = bool(client.get("ClientSecret"))
    told = {**pool, **_some(client, _CLIENT), "GenerateSecret": has_secret}
    return made.add(name, "UserPoolClient", *first, **told)


def _add_looks(
    made: _Template, owner: str, console: Console, client_id: str, pool: dict[str, Any]
) -> None:
    """What a client has of its own, or all that have nothing: its risk, its pages' looks."""
    told = {
        **pool,
        "ClientId": client_id if client_id == _EVERY_CLIENT else {"Ref": owner},
    }
    ask = {} if client_id == _EVERY_CLIENT else {"ClientId": client_id}
    risk = _optional(console, "DescribeRiskConfiguration", **ask).get("RiskConfiguration", {})
    if risk.get("ClientId") == ask.get("ClientId") and _some(risk, _RISK):
        kind = "UserPoolRiskConfigurationAttachment"
        made.add(f"{owner}Risk", kind, **told, **_some(risk, _RISK))
    looks = _optional(console, "GetUICustomization", **ask).get("UICustomization", {})
    if looks.get("ClientId", _EVERY_CLIENT) == client_id and looks.get("CSS"):
        kind = "UserPoolUICustomizationAttachment"
        made.add(f"{owner}Looks", kind, **told, CSS=looks["CSS"])
    if ask:
        found = _optional(console, "DescribeManagedLoginBrandingByClient", **ask)
        if branding := found.get("ManagedLoginBranding"):
            kind = "ManagedLoginBranding"
            made.add(f"{owner}Branding", kind, **told, **_some(branding, _BRANDING))


def _optional(console: Console, operation: str, **request: Any) -> dict[str, Any]:
    """What is described; nothing where AWS says that there is no such thing."""
    try:
        answer: dict[str, Any] = console.call(operation, **request)
    except AwsError:
        return {}
    return answer


def _listed(console: Console, operation: str, member: str, **limit: int) -> list[dict[str, Any]]:
    """All there are, page by page."""
    found: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        answer = console.read(operation, **limit, **token)
        found += answer[member]
        if not answer.get("NextToken"):
            return found
        token = {"NextToken": answer["NextToken"]}


def _custom(described: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    attributes = described.get("SchemaAttributes", [])
    return [each for each in attributes if not _STANDARD.fullmatch(each["Name"])]


def _attribute(described: Mapping[str, Any]) -> dict[str, Any]:
    """CloudFormation gives a custom attribute its prefix itself."""
    return {**described, "Name": described["Name"].removeprefix("custom:")}


def _some(described: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: described[name] for name in names if described.get(name) not in (None, {}, [])}
