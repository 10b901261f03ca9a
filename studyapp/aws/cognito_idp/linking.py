"""Identities of other providers, linked to users of the pool."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.documents import IdentityProvider, in_pool
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.users import User, UserStatus, find_linked
from studyapp.aws.cognito_idp.visits import Site, site_of
from studyapp.aws.operations import Context
from studyapp.aws.wire.errors import AwsError

MAX_LINKED = 5
"""Identities a user (developer guide, quotas)."""


@operation("AdminLinkProviderForUser")
def admin_link_provider_for_user(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    site = site_of(ctx, request["UserPoolId"])
    source, destination = request["SourceUser"], request["DestinationUser"]
    if destination.get("ProviderName", "Cognito") != "Cognito":
        raise AwsError("InvalidParameterException", "DestinationUser must be a user of the pool.")
    user = site.named(_given(destination, "ProviderAttributeValue"))
    provider = _provider(site, _given(source, "ProviderName"))
    user_id = _given(source, "ProviderAttributeValue")
    known = find_linked(ctx.store, site.pool_id, provider.name, user_id)
    if known is not None and known.status is UserStatus.EXTERNAL_PROVIDER:
        raise AwsError(
            "InvalidParameterException",
            "Merging is not currently supported, provide a SourceUser that has not been signed up "
            "in order to link",
        )
    if known is not None:
        raise AwsError(
            "InvalidParameterException", "SourceUser is already linked to DestinationUser"
        )
    if len(user.identities) >= MAX_LINKED:
        raise AwsError(
            "LimitExceededException", f"A user can have at most {MAX_LINKED} linked identities."
        )
    entry = {
        "userId": user_id,
        "providerName": provider.name,
        "providerType": provider.type,
        "issuer": None,
        "primary": False,
        "dateCreated": int(site.now.timestamp() * 1000),
    }
    site.modify(user, lambda known: with_identities(known, (*known.identities, entry)))
    return {}


@operation("AdminDisableProviderForUser")
def admin_disable_provider_for_user(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    site = site_of(ctx, request["UserPoolId"])
    name = _given(request["User"], "ProviderName")
    user_id = _given(request["User"], "ProviderAttributeValue")
    user = find_linked(ctx.store, site.pool_id, name, user_id)
    if user is None:
        raise AwsError("UserNotFoundException", "User does not exist.")

    def edit(known: User) -> User:
        left = tuple(
            entry
            for entry in known.identities
            if (entry["providerName"], entry["userId"]) != (name, user_id)
        )
        return with_identities(known, left)

    site.modify(user, edit)
    return {}


def with_identities(user: User, identities: tuple[Mapping[str, Any], ...]) -> User:
    """The attribute tells of them too, as JSON."""
    told = (
        json.dumps([dict(entry) for entry in identities], separators=(",", ":"))
        if identities
        else ""
    )
    return replace(user.with_attributes({"identities": told}), identities=identities)


def _given(identifier: dict[str, str], name: str) -> str:
    value = identifier.get(name)
    if not value:
        raise AwsError("InvalidParameterException", f"Missing required parameter {name}")
    return value


def _provider(site: Site, name: str) -> IdentityProvider:
    provider = site.ctx.store.get(IdentityProvider, in_pool(site.pool_id, name))
    if provider is None:
        raise AwsError("ResourceNotFoundException", f"Identity provider {name} does not exist.")
    return provider
