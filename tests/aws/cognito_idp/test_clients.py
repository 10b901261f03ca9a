"""App clients and their secrets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.aws.clients import Running, refusal

INVALID = "InvalidParameterException"
OAUTH = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
}


@pytest.fixture
def pool_id(sandbox: Running) -> str:
    made: str = sandbox.client().create_user_pool(PoolName="shop")["UserPool"]["Id"]
    return made


def make(sandbox: Running, pool_id: str, **settings: Any) -> dict[str, Any]:
    client: dict[str, Any] = sandbox.client().create_user_pool_client(
        UserPoolId=pool_id, ClientName="app", **settings
    )["UserPoolClient"]
    return client


def test_a_client_made_of_a_name_has_awss_defaults(sandbox: Running, pool_id: str) -> None:
    client = make(sandbox, pool_id)
    assert len(client["ClientId"]) == 26
    assert "ClientSecret" not in client
    expected = {
        "RefreshTokenValidity": 30,
        "TokenValidityUnits": {},
        "AllowedOAuthFlowsUserPoolClient": False,
        "EnableTokenRevocation": True,
        "EnablePropagateAdditionalUserContextData": False,
        "AuthSessionValidity": 3,
    }
    assert {name: client[name] for name in expected} == expected
    told = sandbox.client().describe_user_pool_client(
        UserPoolId=pool_id, ClientId=client["ClientId"]
    )
    assert told["UserPoolClient"] == client


def test_an_update_keeps_the_secret_and_gives_back_the_defaults(
    sandbox: Running, pool_id: str
) -> None:
    client = make(sandbox, pool_id, GenerateSecret=True, RefreshTokenValidity=5)
    assert len(client["ClientSecret"]) == 51
    changed = sandbox.client().update_user_pool_client(
        UserPoolId=pool_id, ClientId=client["ClientId"], ClientName="web", AuthSessionValidity=9
    )["UserPoolClient"]
    assert changed["ClientSecret"] == client["ClientSecret"]
    assert (changed["ClientName"], changed["AuthSessionValidity"]) == ("web", 9)
    assert changed["RefreshTokenValidity"] == 30


def test_clients_are_listed_and_deleted(sandbox: Running, pool_id: str) -> None:
    client = sandbox.client()
    first, second = (make(sandbox, pool_id)["ClientId"] for _ in range(2))
    listed = client.list_user_pool_clients(UserPoolId=pool_id)["UserPoolClients"]
    assert {entry["ClientId"] for entry in listed} == {first, second}
    client.delete_user_pool_client(UserPoolId=pool_id, ClientId=first)
    assert refusal(client.describe_user_pool_client, UserPoolId=pool_id, ClientId=first) == (
        "ResourceNotFoundException",
        f"User pool client {first} does not exist.",
    )


def test_a_client_is_not_found_through_another_pool(sandbox: Running, pool_id: str) -> None:
    other = sandbox.client().create_user_pool(PoolName="other")["UserPool"]["Id"]
    client_id = make(sandbox, pool_id)["ClientId"]
    code, _ = refusal(
        sandbox.client().describe_user_pool_client, UserPoolId=other, ClientId=client_id
    )
    assert code == "ResourceNotFoundException"


def test_a_secret_is_rotated_by_adding_one_and_deleting_the_old(
    sandbox: Running, pool_id: str
) -> None:
    client = sandbox.client()
    client_id = make(sandbox, pool_id, GenerateSecret=True)["ClientId"]
    which = {"UserPoolId": pool_id, "ClientId": client_id}
    added = client.add_user_pool_client_secret(**which)["ClientSecretDescriptor"]
    assert len(added["ClientSecretValue"]) == 51
    listed = client.list_user_pool_client_secrets(**which)["ClientSecrets"]
    assert len(listed) == 2
    assert not any("ClientSecretValue" in secret for secret in listed)
    assert refusal(client.add_user_pool_client_secret, **which)[0] == "LimitExceededException"
    old = listed[0]["ClientSecretId"]
    client.delete_user_pool_client_secret(**which, ClientSecretId=old)
    told = client.describe_user_pool_client(**which)["UserPoolClient"]
    assert told["ClientSecret"] == added["ClientSecretValue"]
    last = refusal(
        client.delete_user_pool_client_secret, **which, ClientSecretId=added["ClientSecretId"]
    )
    assert last[0] == INVALID
    gone = refusal(client.delete_user_pool_client_secret, **which, ClientSecretId=old)
    assert gone[0] == "ResourceNotFoundException"


def test_secrets_never_reach_the_trace(sandbox: Running, pool_id: str) -> None:
    client = make(sandbox, pool_id, GenerateSecret=True)
    assert client["ClientSecret"] not in repr(sandbox.entries)


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        (
            {"AllowedOAuthFlowsUserPoolClient": True},
            INVALID,
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed "
            "to use OAuth flows.",
        ),
        (
            {**OAUTH, "AllowedOAuthScopes": ["Cognito"]},
            "ScopeDoesNotExistException",
            "Invalid scope requested: Cognito",
        ),
        (
            {**OAUTH, "AllowedOAuthFlows": ["code", "client_credentials"]},
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected along with code flow or implicit flow.",
        ),
        (
            {**OAUTH, "AllowedOAuthFlows": ["client_credentials"]},
            "InvalidOAuthFlowException",
            "client_credentials flow can not be selected if client does not have a client secret.",
        ),
        (
            {**OAUTH, "AllowedOAuthFlows": ["client_credentials"], "GenerateSecret": True},
            "InvalidOAuthFlowException",
            "openid is not supported with client_credentials flow",
        ),
        (
            {"CallbackURLs": ["http://shop.example/back"]},
            INVALID,
            "http://shop.example/back cannot use the HTTP protocol.",
        ),
        (
            {"SupportedIdentityProviders": ["COGNITO", "Google"]},
            INVALID,
            "The provider Google does not exist for User Pool {pool}.",
        ),
        (
            {"ReadAttributes": ["email", "shoe_size"]},
            INVALID,
            "Invalid read attributes specified while creating a client",
        ),
        (
            {"WriteAttributes": ["sub"]},
            INVALID,
            "Invalid write attributes specified while creating a client",
        ),
        ({"AccessTokenValidity": 25}, INVALID, "Invalid range for token validity."),
        (
            {"IdTokenValidity": 4, "TokenValidityUnits": {"IdToken": "minutes"}},
            INVALID,
            "Invalid range for token validity.",
        ),
        ({"RefreshTokenValidity": 3651}, INVALID, "Invalid range for token validity."),
    ],
)
def test_clients_that_aws_will_not_make(
    sandbox: Running, pool_id: str, asked: dict[str, Any], code: str, message: str
) -> None:
    call = sandbox.client().create_user_pool_client
    told = refusal(call, UserPoolId=pool_id, ClientName="app", **asked)
    assert told == (code, message.format(pool=pool_id))


@pytest.mark.parametrize(
    "address", ["https://shop.example/back", "http://localhost:3000/", "myapp://signed-in"]
)
def test_places_to_come_back_to(sandbox: Running, pool_id: str, address: str) -> None:
    client = make(sandbox, pool_id, CallbackURLs=[address], DefaultRedirectURI=address, **OAUTH)
    assert client["CallbackURLs"] == [address]


def test_a_client_may_have_scopes_of_a_resource_server(sandbox: Running, pool_id: str) -> None:
    sandbox.client().create_resource_server(
        UserPoolId=pool_id,
        Identifier="orders",
        Name="Orders",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "See orders"}],
    )
    client = make(
        sandbox,
        pool_id,
        GenerateSecret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["orders/read"],
    )
    assert client["AllowedOAuthScopes"] == ["orders/read"]
