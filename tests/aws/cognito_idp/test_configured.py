"""What is configured in a pool: groups, identity providers, resource servers, domains, risk."""

from __future__ import annotations

from typing import Any

import pytest

from tests.aws.clients import Running, refusal

INVALID, MISSING = "InvalidParameterException", "ResourceNotFoundException"
GOOGLE = {"client_id": "id", "client_secret": "hush", "authorize_scopes": "openid email"}


@pytest.fixture
def pool_id(sandbox: Running) -> str:
    made: str = sandbox.client().create_user_pool(PoolName="shop")["UserPool"]["Id"]
    return made


# Groups


def test_a_group_is_made_changed_and_deleted(sandbox: Running, pool_id: str) -> None:
    client, which = sandbox.client(), {"UserPoolId": pool_id, "GroupName": "staff/eu"}
    role = "arn:aws:iam::123456789012:role/staff"
    made = client.create_group(**which, Precedence=1, RoleArn=role)["Group"]
    assert (made["GroupName"], made["Precedence"], made["RoleArn"]) == ("staff/eu", 1, role)
    assert "Description" not in made
    client.update_group(**which, Description="All of Europe")
    told = client.get_group(**which)["Group"]
    assert (told["Description"], told["Precedence"]) == ("All of Europe", 1)
    assert refusal(client.create_group, **which) == (
        "GroupExistsException",
        "A group with the name staff/eu already exists.",
    )
    client.delete_group(**which)
    assert refusal(client.get_group, **which) == (MISSING, "Group not found.")


def test_groups_are_listed_page_by_page(sandbox: Running, pool_id: str) -> None:
    client = sandbox.client()
    for name in ("c", "a", "b"):
        client.create_group(UserPoolId=pool_id, GroupName=name)
    first = client.list_groups(UserPoolId=pool_id, Limit=2)
    rest = client.list_groups(UserPoolId=pool_id, Limit=2, NextToken=first["NextToken"])
    names = [group["GroupName"] for page in (first, rest) for group in page["Groups"]]
    assert names == ["a", "b", "c"]
    assert "NextToken" not in rest


# Identity providers


def test_a_social_provider_is_completed_as_aws_does_it(sandbox: Running, pool_id: str) -> None:
    client = sandbox.client()
    made = client.create_identity_provider(
        UserPoolId=pool_id,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails=GOOGLE,
        AttributeMapping={"email": "email"},
        IdpIdentifiers=["example.org"],
    )["IdentityProvider"]
    assert made["ProviderDetails"]["oidc_issuer"] == "https://accounts.google.com"
    assert made["AttributeMapping"] == {"email": "email", "username": "sub"}
    found = client.get_identity_provider_by_identifier(
        UserPoolId=pool_id, IdpIdentifier="example.org"
    )
    assert found["IdentityProvider"] == made
    (listed,) = client.list_identity_providers(UserPoolId=pool_id)["Providers"]
    assert (listed["ProviderName"], listed["ProviderType"]) == ("Google", "Google")
    app = client.create_user_pool_client(
        UserPoolId=pool_id, ClientName="app", SupportedIdentityProviders=["COGNITO", "Google"]
    )
    assert app["UserPoolClient"]["SupportedIdentityProviders"] == ["COGNITO", "Google"]


def test_a_provider_is_changed_in_part_and_deleted(sandbox: Running, pool_id: str) -> None:
    client, which = sandbox.client(), {"UserPoolId": pool_id, "ProviderName": "Google"}
    client.create_identity_provider(**which, ProviderType="Google", ProviderDetails=GOOGLE)
    client.update_identity_provider(**which, ProviderDetails={"client_secret": "new"})
    told = client.describe_identity_provider(**which)["IdentityProvider"]
    assert told["ProviderDetails"]["client_secret"] == "new"
    assert told["ProviderDetails"]["client_id"] == "id"
    client.delete_identity_provider(**which)
    assert refusal(client.describe_identity_provider, **which) == (
        MISSING,
        "Identity provider Google does not exist.",
    )


@pytest.mark.parametrize(
    ("name", "kind", "details", "code"),
    [
        ("Mine", "Google", GOOGLE, INVALID),
        ("Google", "OIDC", {}, INVALID),
        ("Google", "Google", {"client_id": "id"}, INVALID),
        ("Corp", "SAML", {"IDPSignout": "true"}, INVALID),
        ("Known", "SAML", {"MetadataURL": "https://idp.example/"}, "DuplicateProviderException"),
    ],
)
def test_providers_that_aws_will_not_have(
    sandbox: Running, pool_id: str, name: str, kind: str, details: dict[str, str], code: str
) -> None:
    client = sandbox.client()
    client.create_identity_provider(
        UserPoolId=pool_id,
        ProviderName="Known",
        ProviderType="SAML",
        ProviderDetails={"MetadataURL": "https://idp.example/"},
    )
    told = refusal(
        client.create_identity_provider,
        UserPoolId=pool_id,
        ProviderName=name,
        ProviderType=kind,
        ProviderDetails=details,
    )
    assert told[0] == code


def test_an_identifier_leads_to_one_provider(sandbox: Running, pool_id: str) -> None:
    client = sandbox.client()
    saml: dict[str, Any] = {
        "UserPoolId": pool_id,
        "ProviderType": "SAML",
        "ProviderDetails": {"MetadataURL": "https://idp.example/"},
    }
    client.create_identity_provider(**saml, ProviderName="one", IdpIdentifiers=["x"])
    told = refusal(
        client.create_identity_provider, **saml, ProviderName="two", IdpIdentifiers=["x"]
    )
    assert told == (INVALID, "IdpIdentifier x is already in use.")


# Resource servers


def test_a_resource_server_has_scopes(sandbox: Running, pool_id: str) -> None:
    client, which = sandbox.client(), {"UserPoolId": pool_id, "Identifier": "https://api.example"}
    scope = {"ScopeName": "read", "ScopeDescription": "See all"}
    made = client.create_resource_server(**which, Name="API", Scopes=[scope])["ResourceServer"]
    assert made == {**which, "Name": "API", "Scopes": [scope]}
    assert refusal(client.create_resource_server, **which, Name="Again")[0] == INVALID
    client.update_resource_server(**which, Name="Service")
    assert client.list_resource_servers(UserPoolId=pool_id)["ResourceServers"] == [
        {**which, "Name": "Service", "Scopes": []}
    ]
    client.delete_resource_server(**which)
    assert refusal(client.describe_resource_server, **which)[0] == MISSING


def test_scopes_of_a_server_have_a_name_each(sandbox: Running, pool_id: str) -> None:
    scope = {"ScopeName": "read", "ScopeDescription": "See all"}
    told = refusal(
        sandbox.client().create_resource_server,
        UserPoolId=pool_id,
        Identifier="api",
        Name="API",
        Scopes=[scope, scope],
    )
    assert told[0] == INVALID


# Domains


def test_a_domain_belongs_to_one_pool(sandbox: Running, pool_id: str) -> None:
    client = sandbox.client()
    client.create_user_pool_domain(Domain="shop", UserPoolId=pool_id, ManagedLoginVersion=2)
    told = client.describe_user_pool_domain(Domain="shop")["DomainDescription"]
    assert (told["UserPoolId"], told["Status"], told["ManagedLoginVersion"]) == (
        pool_id,
        "ACTIVE",
        2,
    )
    other = client.create_user_pool(PoolName="other")["UserPool"]["Id"]
    assert refusal(client.create_user_pool_domain, Domain="shop", UserPoolId=other) == (
        INVALID,
        "Domain already associated with another user pool.",
    )
    assert refusal(client.create_user_pool_domain, Domain="more", UserPoolId=pool_id) == (
        INVALID,
        "User pool already has a domain configured.",
    )


def test_a_domain_of_ones_own_beside_amazons(sandbox: Running, pool_id: str) -> None:
    client = sandbox.client()
    client.create_user_pool_domain(Domain="shop", UserPoolId=pool_id)
    own = client.create_user_pool_domain(
        Domain="login.shop.example",
        UserPoolId=pool_id,
        CustomDomainConfig={"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/a"},
    )
    assert f"http://{own['CloudFrontDomain']}" == f"{sandbox.endpoint}/domains/login.shop.example"
    pool = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    assert (pool["Domain"], pool["CustomDomain"]) == ("shop", "login.shop.example")


def test_a_domain_there_is_none_of_is_described_as_nothing(sandbox: Running) -> None:
    told = sandbox.client().describe_user_pool_domain(Domain="nothing")
    assert told["DomainDescription"] == {}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("my-cognito", "Domain cannot contain reserved word: cognito"),
        ("shop.example", "Domain shop.example is not a valid prefix."),
        ("Shop", "Domain Shop is not a valid prefix."),
    ],
)
def test_prefixes_that_aws_will_not_have(
    sandbox: Running, pool_id: str, name: str, message: str
) -> None:
    told = refusal(sandbox.client().create_user_pool_domain, Domain=name, UserPoolId=pool_id)
    assert told == (INVALID, message)


# Risk


def test_risk_is_configured_for_a_pool_and_for_a_client(sandbox: Running) -> None:
    client = sandbox.client()
    pool_id = client.create_user_pool(
        PoolName="shop",
        UserPoolTier="PLUS",
        UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"},
    )["UserPool"]["Id"]
    app = client.create_user_pool_client(UserPoolId=pool_id, ClientName="app")["UserPoolClient"]
    mine = {"UserPoolId": pool_id, "ClientId": app["ClientId"]}
    block = {"Actions": {"EventAction": "BLOCK"}}
    assert client.describe_risk_configuration(UserPoolId=pool_id)["RiskConfiguration"] == {
        "UserPoolId": pool_id
    }
    client.set_risk_configuration(UserPoolId=pool_id, CompromisedCredentialsRiskConfiguration=block)
    inherited = client.describe_risk_configuration(**mine)["RiskConfiguration"]
    assert inherited["CompromisedCredentialsRiskConfiguration"] == block
    client.set_risk_configuration(
        **mine, RiskExceptionConfiguration={"BlockedIPRangeList": ["10.0.0.0/8"]}
    )
    client.set_risk_configuration(
        **mine, RiskExceptionConfiguration={"BlockedIPRangeList": ["192.168.0.0/16"]}
    )
    own = client.describe_risk_configuration(**mine)["RiskConfiguration"]
    assert own["ClientId"] == app["ClientId"]
    assert own["RiskExceptionConfiguration"]["BlockedIPRangeList"] == ["192.168.0.0/16"]
    told = refusal(
        client.set_risk_configuration,
        **mine,
        RiskExceptionConfiguration={"SkippedIPRangeList": ["10.0.0.0/99"]},
    )
    assert told[0] == INVALID
    client.set_risk_configuration(**mine)
    again = client.describe_risk_configuration(**mine)["RiskConfiguration"]
    assert again["CompromisedCredentialsRiskConfiguration"] == block


def test_risk_needs_threat_protection(sandbox: Running, pool_id: str) -> None:
    told = refusal(sandbox.client().describe_risk_configuration, UserPoolId=pool_id)
    assert told[0] == "UserPoolAddOnNotEnabledException"
