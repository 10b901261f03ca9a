"""App clients of a pool, and their secrets."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from studyapp.aws.cognito_idp.documents import (
    Client,
    ClientSecret,
    IdentityProvider,
    ResourceServer,
    UserPool,
    in_pool,
)
from studyapp.aws.cognito_idp.resources import (
    access_client,
    access_pool,
    in_pool_of,
    invalid,
    not_found,
    over_limit,
    page_of,
)
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.operations import Context
from studyapp.aws.ports import change
from studyapp.aws.wire.errors import AwsError

MAX_CLIENTS = 1000
MAX_SECRETS = 2

STANDARD_SCOPES = frozenset(
    {"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"}
)
_LOWER = string.ascii_lowercase + string.digits
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})

_DEFAULTS: Mapping[str, Any] = {
    "RefreshTokenValidity": 30,
    "TokenValidityUnits": {},
    "AllowedOAuthFlowsUserPoolClient": False,
    "EnableTokenRevocation": True,
    "EnablePropagateAdditionalUserContextData": False,
    "AuthSessionValidity": 3,
}
_UNITS = {
    "seconds": timedelta(seconds=1),
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
}
# How long each token may live (developer guide, quotas), and what its number counts by default.
_LIFETIMES = {
    "IdToken": ("hours", timedelta(minutes=5), timedelta(days=1)),
    "AccessToken": ("hours", timedelta(minutes=5), timedelta(days=1)),
    "RefreshToken": ("days", timedelta(hours=1), timedelta(days=3650)),
}


@operation("CreateUserPoolClient")
def create_user_pool_client(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool = access_pool(context, request.pop("UserPoolId"))
    if context.store.count(Client, ("pool_id", pool.id)) >= MAX_CLIENTS:
        raise over_limit(f"The user pool has its {MAX_CLIENTS} app clients already.")
    generates, own = request.pop("GenerateSecret", False), request.pop("ClientSecret", None)
    if generates and own is not None:
        raise invalid("GenerateSecret and ClientSecret can not be used together.")
    secrets = (_new_secret(context, own),) if generates or own is not None else ()
    now = context.clock.now()
    client = Client(
        id=context.ids.text(26, _LOWER),
        pool_id=pool.id,
        name=request.pop("ClientName"),
        settings=_settings(context, pool, request, has_secret=bool(secrets)),
        secrets=secrets,
        created=now,
        modified=now,
    )
    return {"UserPoolClient": described(context.store.put(client))}


@operation("UpdateUserPoolClient")
def update_user_pool_client(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    """What the request doesn't name gets its default again, as AWS does it."""
    pool_id = request.pop("UserPoolId")
    client = access_client(context, pool_id, request.pop("ClientId"))
    changed = replace(
        client,
        name=request.pop("ClientName", client.name),
        settings=_settings(
            context,
            access_pool(context, pool_id),
            request,
            has_secret=bool(client.secrets),
        ),
        modified=context.clock.now(),
    )
    return {"UserPoolClient": described(context.store.put(changed))}


@operation("DescribeUserPoolClient")
def describe_user_pool_client(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    client = access_client(context, request["UserPoolId"], request["ClientId"])
    return {"UserPoolClient": described(client)}


@operation("ListUserPoolClients")
def list_user_pool_clients(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool = access_pool(context, request["UserPoolId"])
    clients, more = page_of(context, Client, ("pool_id", pool.id), request)
    return {
        "UserPoolClients": [
            {"ClientId": client.id, "UserPoolId": pool.id, "ClientName": client.name}
            for client in clients
        ],
        **more,
    }


@operation("DeleteUserPoolClient")
def delete_user_pool_client(context: Context, request: dict[str, Any]) -> None:
    client = access_client(context, request["UserPoolId"], request["ClientId"])
    context.store.delete(Client, client.id)


def described(client: Client) -> dict[str, Any]:
    """UserPoolClientType."""
    secret = {"ClientSecret": client.secrets[0].value} if client.secrets else {}
    return {
        **client.settings,
        **secret,
        "UserPoolId": client.pool_id,
        "ClientId": client.id,
        "ClientName": client.name,
        "CreationDate": client.created,
        "LastModifiedDate": client.modified,
    }


# Secrets


@operation("AddUserPoolClientSecret")
def add_user_pool_client_secret(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    client = access_client(context, request["UserPoolId"], request["ClientId"])
    secret = _new_secret(context, request.get("ClientSecret"))

    def with_secret(client: Client) -> Client:
        if not client.secrets:
            raise invalid("A client without a secret can not be given one.")
        if len(client.secrets) >= MAX_SECRETS:
            raise over_limit(f"A client can have at most {MAX_SECRETS} secrets.")
        return replace(client, secrets=(*client.secrets, secret))

    change(context.store, Client, client.id, with_secret)
    return {"ClientSecretDescriptor": {**_secret(secret), "ClientSecretValue": secret.value}}


@operation("ListUserPoolClientSecrets")
def list_user_pool_client_secrets(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    client = access_client(context, request["UserPoolId"], request["ClientId"])
    return {"ClientSecrets": [_secret(secret) for secret in client.secrets]}


@operation("DeleteUserPoolClientSecret")
def delete_user_pool_client_secret(context: Context, request: dict[str, Any]) -> None:
    client = access_client(context, request["UserPoolId"], request["ClientId"])
    wanted = request["ClientSecretId"]

    def without_secret(client: Client) -> Client:
        rest = tuple(secret for secret in client.secrets if secret.id != wanted)
        if len(rest) == len(client.secrets):
            raise not_found(f"Client secret {wanted} does not exist.")
        if not rest:
            raise invalid("The only secret of a client can not be deleted.")
        return replace(client, secrets=rest)

    change(context.store, Client, client.id, without_secret)


def _new_secret(context: Context, value: str | None) -> ClientSecret:
    return ClientSecret(
        id=context.ids.uuid(),
        value=value or context.ids.text(51, _LOWER),
        created=context.clock.now(),
    )


def _secret(secret: ClientSecret) -> dict[str, Any]:
    """A secret as it is listed, its value withheld."""
    return {"ClientSecretId": secret.id, "ClientSecretCreateDate": secret.created}


# What a client may be


def _settings(
    context: Context, pool: UserPool, request: dict[str, Any], *, has_secret: bool
) -> dict[str, Any]:
    """What a request configures, and the defaults of what it doesn't. Raises AwsError."""
    settings = {**_DEFAULTS, **request}
    _check_flows(settings)
    _check_lifetimes(settings)
    _check_attributes(pool, settings)
    _check_providers(context, pool, settings)
    _check_oauth(context, pool, settings, has_secret=has_secret)
    return settings


def _check_flows(settings: Mapping[str, Any]) -> None:
    flows = settings.get("ExplicitAuthFlows", ())
    if len({flow.startswith("ALLOW_") for flow in flows}) > 1:
        raise invalid("ExplicitAuthFlows can not mix values with and without the prefix ALLOW_.")
    rotates = settings.get("RefreshTokenRotation", {}).get("Feature") == "ENABLED"
    if rotates and "ALLOW_REFRESH_TOKEN_AUTH" in flows:
        raise invalid("Refresh token rotation can not be used with ALLOW_REFRESH_TOKEN_AUTH.")


def _check_lifetimes(settings: Mapping[str, Any]) -> None:
    units = settings["TokenValidityUnits"]
    for token, (unit, shortest, longest) in _LIFETIMES.items():
        count = settings.get(f"{token}Validity")
        # A refresh token's 0 is the default of 30 days.
        if count and not shortest <= count * _UNITS[units.get(token, unit)] <= longest:
            raise invalid("Invalid range for token validity.")


def _check_attributes(pool: UserPool, settings: Mapping[str, Any]) -> None:
    schema = {entry["Name"]: entry for entry in pool.settings["SchemaAttributes"]}
    for access in ("read", "write"):
        names = settings.get(f"{access.capitalize()}Attributes", ())
        if not set(names) <= set(schema) or (access == "write" and "sub" in names):
            raise invalid(f"Invalid {access} attributes specified while creating a client")
    written = settings.get("WriteAttributes")
    required = {name for name, entry in schema.items() if entry["Required"]} - {"sub"}
    if written is not None and not required <= set(written):
        raise invalid("Invalid write attributes specified while creating a client")


def _check_providers(context: Context, pool: UserPool, settings: Mapping[str, Any]) -> None:
    for name in settings.get("SupportedIdentityProviders", ()):
        if name != "COGNITO" and not context.store.get(IdentityProvider, in_pool(pool.id, name)):
            raise invalid(f"The provider {name} does not exist for User Pool {pool.id}.")


def _check_oauth(
    context: Context, pool: UserPool, settings: Mapping[str, Any], *, has_secret: bool
) -> None:
    flows = settings.get("AllowedOAuthFlows", ())
    scopes = settings.get("AllowedOAuthScopes", ())
    if settings["AllowedOAuthFlowsUserPoolClient"] and not (flows and scopes):
        raise invalid(
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed "
            "to use OAuth flows."
        )
    known = STANDARD_SCOPES | custom_scopes(context, pool.id)
    for scope in scopes:
        if scope not in known:
            raise AwsError("ScopeDoesNotExistException", f"Invalid scope requested: {scope}")
    if "client_credentials" in flows:
        _check_client_credentials(flows, scopes, has_secret=has_secret)
    addresses = settings.get("CallbackURLs", ())
    for address in (*addresses, *settings.get("LogoutURLs", ())):
        _check_address(address)
    default = settings.get("DefaultRedirectURI")
    if default is not None and default not in addresses:
        raise invalid("The DefaultRedirectURI must be in the list of CallbackURLs.")


def _check_client_credentials(
    flows: Sequence[str], scopes: Sequence[str], *, has_secret: bool
) -> None:
    if len(flows) > 1:
        raise _bad_flow(
            "client_credentials flow can not be selected along with code flow or implicit flow."
        )
    if not has_secret:
        raise _bad_flow(
            "client_credentials flow can not be selected if client does not have a client secret."
        )
    for scope in scopes:
        if scope in STANDARD_SCOPES:
            raise _bad_flow(f"{scope} is not supported with client_credentials flow")


def _bad_flow(message: str) -> AwsError:
    return AwsError("InvalidOAuthFlowException", message)


def custom_scopes(context: Context, pool_id: str) -> set[str]:
    """The scopes that a pool's resource servers have, as tokens name them."""
    return {
        f"{server.identifier}/{scope.name}"
        for server in in_pool_of(context, ResourceServer, pool_id)
        for scope in server.scopes
    }


def _check_address(address: str) -> None:
    """A place to send people back to: HTTPS, an app's own scheme, or HTTP on their machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise invalid(f"{address} is not a valid URL.") from None
    if not parts.scheme:
        raise invalid(f"{address} must have a scheme.")
    if parts.fragment:
        raise invalid(f"{address} cannot have a fragment.")
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        raise invalid(f"{address} cannot use the HTTP protocol.")
