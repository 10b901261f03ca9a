"""Identity providers that a pool's users may come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.documents import IdentityProvider, UserPool, in_pool
from studyapp.aws.cognito_idp.resources import (
    access_pool,
    in_pool_of,
    invalid,
    not_found,
    over_limit,
    page_of,
)
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.operations import Context
from studyapp.aws.ports import ConflictError
from studyapp.aws.wire.errors import AwsError

MAX_PROVIDERS = 300

# What AWS adds to the details of the social providers (recorded answers).
_ADDED: Mapping[str, Mapping[str, str]] = {
    "Google": {
        "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "oidc_issuer": "https://accounts.google.com",
        "token_request_method": "POST",
        "token_url": "https://www.googleapis.com/oauth2/v4/token",
    },
    "Facebook": {
        "attributes_url": "https://graph.facebook.com/v17.0/me?fields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": "https://www.facebook.com/v17.0/dialog/oauth",
        "token_request_method": "GET",
        "token_url": "https://graph.facebook.com/v17.0/oauth/access_token",
    },
    "LoginWithAmazon": {
        "attributes_url": "https://api.amazon.com/user/profile",
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://www.amazon.com/ap/oa",
        "token_request_method": "POST",
        "token_url": "https://api.amazon.com/auth/o2/token",
    },
    "SignInWithApple": {
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://appleid.apple.com/auth/authorize",
        "oidc_issuer": "https://appleid.apple.com",
        "token_request_method": "POST",
        "token_url": "https://appleid.apple.com/auth/token",
    },
}
_SOCIAL = ("client_id", "client_secret", "authorize_scopes")
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "Google": _SOCIAL,
    "Facebook": _SOCIAL,
    "LoginWithAmazon": _SOCIAL,
    "SignInWithApple": ("client_id", "team_id", "key_id", "private_key", "authorize_scopes"),
    "OIDC": ("client_id", "attributes_request_method", "authorize_scopes", "oidc_issuer"),
    "SAML": (),
}
# What a provider calls its users, where no mapping says otherwise.
_NAMED_BY = {"Facebook": "id", "LoginWithAmazon": "user_id", "SAML": None}


@operation("CreateIdentityProvider")
def create_identity_provider(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool = access_pool(context, request["UserPoolId"])
    if context.store.count(IdentityProvider, ("pool_id", pool.id)) >= MAX_PROVIDERS:
        raise over_limit(f"The user pool has its {MAX_PROVIDERS} identity providers already.")
    name, kind = request["ProviderName"], request["ProviderType"]
    if kind in _ADDED and name != kind:
        raise invalid(f"ProviderName must be {kind} when ProviderType is {kind}.")
    if name == "COGNITO" or (kind not in _ADDED and name in _ADDED):
        raise invalid(f"ProviderName {name} is reserved.")
    _check_details(kind, request["ProviderDetails"])
    identifiers = _checked_identifiers(context, pool, name, request.get("IdpIdentifiers", ()))
    now = context.clock.now()
    provider = IdentityProvider(
        pool_id=pool.id,
        name=name,
        type=kind,
        details={**_ADDED.get(kind, {}), **request["ProviderDetails"]},
        mapping=_checked_mapping(pool, kind, request.get("AttributeMapping", {})),
        identifiers=identifiers,
        acr=request.get("AcrMapping"),
        created=now,
        modified=now,
    )
    try:
        return {"IdentityProvider": described(context.store.put(provider))}
    except ConflictError:
        raise AwsError(
            "DuplicateProviderException", f"Identity provider {name} already exists."
        ) from None


@operation("UpdateIdentityProvider")
def update_identity_provider(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    provider = _access(context, request)
    pool = access_pool(context, provider.pool_id)
    details = {**provider.details, **request.get("ProviderDetails", {})}
    _check_details(provider.type, details)
    mapping = request.get("AttributeMapping", provider.mapping)
    identifiers = request.get("IdpIdentifiers", provider.identifiers)
    changed = replace(
        provider,
        details=details,
        mapping=_checked_mapping(pool, provider.type, mapping),
        identifiers=_checked_identifiers(context, pool, provider.name, identifiers),
        acr=request.get("AcrMapping", provider.acr),
        modified=context.clock.now(),
    )
    return {"IdentityProvider": described(context.store.put(changed))}


@operation("DescribeIdentityProvider")
def describe_identity_provider(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    return {"IdentityProvider": described(_access(context, request))}


@operation("GetIdentityProviderByIdentifier")
def get_identity_provider_by_identifier(
    context: Context, request: dict[str, Any]
) -> dict[str, Any]:
    pool = access_pool(context, request["UserPoolId"])
    identifier = request["IdpIdentifier"]
    for provider in in_pool_of(context, IdentityProvider, pool.id):
        if identifier in provider.identifiers:
            return {"IdentityProvider": described(provider)}
    raise not_found(f"Identity provider with identifier {identifier} does not exist.")


@operation("ListIdentityProviders")
def list_identity_providers(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool = access_pool(context, request["UserPoolId"])
    providers, more = page_of(context, IdentityProvider, ("pool_id", pool.id), request)
    return {
        "Providers": [
            {
                "ProviderName": provider.name,
                "ProviderType": provider.type,
                "LastModifiedDate": provider.modified,
                "CreationDate": provider.created,
            }
            for provider in providers
        ],
        **more,
    }


@operation("DeleteIdentityProvider")
def delete_identity_provider(context: Context, request: dict[str, Any]) -> None:
    context.store.delete(IdentityProvider, _access(context, request).key)


def _access(context: Context, request: Mapping[str, Any]) -> IdentityProvider:
    pool = access_pool(context, request["UserPoolId"])
    name = request["ProviderName"]
    provider = context.store.get(IdentityProvider, in_pool(pool.id, name))
    if provider is None:
        raise not_found(f"Identity provider {name} does not exist.")
    return provider


def described(provider: IdentityProvider) -> dict[str, Any]:
    """IdentityProviderType."""
    return {
        "UserPoolId": provider.pool_id,
        "ProviderName": provider.name,
        "ProviderType": provider.type,
        "ProviderDetails": provider.details,
        "AttributeMapping": provider.mapping,
        "IdpIdentifiers": list(provider.identifiers),
        "AcrMapping": provider.acr,
        "LastModifiedDate": provider.modified,
        "CreationDate": provider.created,
    }


def _check_details(kind: str, details: Mapping[str, str]) -> None:
    missing = [name for name in _REQUIRED[kind] if not details.get(name)]
    if missing:
        raise invalid(f"ProviderDetails of {kind} must have {', '.join(missing)}.")
    if kind == "SAML" and not (details.get("MetadataURL") or details.get("MetadataFile")):
        raise invalid("ProviderDetails of SAML must have MetadataURL or MetadataFile.")


def _checked_mapping(pool: UserPool, kind: str, mapping: Mapping[str, str]) -> Mapping[str, str]:
    known = {entry["Name"] for entry in pool.settings["SchemaAttributes"]} | {"username"}
    for name in mapping:
        if name not in known:
            raise invalid(
                f"Attribute {name} of the AttributeMapping is not in the user pool's schema."
            )
    named_by = _NAMED_BY.get(kind, "sub")
    return (
        mapping if "username" in mapping or named_by is None else {**mapping, "username": named_by}
    )


def _checked_identifiers(
    context: Context, pool: UserPool, name: str, identifiers: Any
) -> tuple[str, ...]:
    others = {
        identifier
        for provider in in_pool_of(context, IdentityProvider, pool.id)
        if provider.name != name
        for identifier in provider.identifiers
    }
    for identifier in identifiers:
        if identifier in others:
            raise invalid(f"IdpIdentifier {identifier} is already in use.")
    return tuple(identifiers)
