"""Whoever comes from a provider: found again, linked, or made a user of the pool."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.attributes import VERIFIABLE
from studyapp.aws.cognito_idp.documents import Group, IdentityProvider, Membership, in_pool
from studyapp.aws.cognito_idp.federation.oauth_providers import ProviderError
from studyapp.aws.cognito_idp.linking import with_identities
from studyapp.aws.cognito_idp.newcomers import keep_new, screened
from studyapp.aws.cognito_idp.sign_up import confirmed
from studyapp.aws.cognito_idp.triggers import call, told
from studyapp.aws.cognito_idp.users import User, UserStatus, find_linked
from studyapp.aws.cognito_idp.visits import Visit
from studyapp.aws.ports import ConflictError
from studyapp.aws.wire.errors import AwsError


def arrive(
    visit: Visit, provider: IdentityProvider, user_id: str, claims: Mapping[str, Any]
) -> User:
    """The user of the pool that a provider's ``user_id`` is. Raises ProviderError."""
    try:
        given = _mapped(provider, _as_trigger_has_them(visit, provider, user_id, claims))
        user = find_linked(visit.ctx.store, visit.pool_id, provider.name, user_id)
        if user is None:
            return _newcomer(visit, provider, user_id, given)
        if not user.enabled:
            raise ProviderError("User is disabled.")
        user = _updated(visit, user, given)
        post = told(user, visit, newDeviceUsed=False)
        call(visit, "PostAuthentication_Authentication", user.username, post, {})
    except AwsError as error:
        raise ProviderError(error.message.strip()) from error
    return user


def _as_trigger_has_them(
    visit: Visit, provider: IdentityProvider, user_id: str, claims: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What a provider says, as the inbound federation trigger would have it: all that it answers
    and nothing else; an answer that is empty leaves all as it is. Raises AwsError."""
    source = "samlResponse" if provider.type == "SAML" else "idToken"
    request = {
        "providerName": provider.name,
        "providerType": provider.type,
        "attributes": {source: dict(claims)},
    }
    answered = call(
        visit,
        "InboundFederation_ExternalProvider",
        f"{provider.name}_{user_id}",
        request,
        {"userAttributesToMap": {}},
    )
    changed = answered.get("userAttributesToMap")
    return changed if isinstance(changed, dict) and changed else claims


def _mapped(provider: IdentityProvider, claims: Mapping[str, Any]) -> dict[str, str]:
    """The pool's attributes, as the provider's mapping makes them of what it says."""
    given = {}
    for name, source in provider.mapping.items():
        if name == "username" or claims.get(source) in (None, ""):
            continue
        value = claims[source]
        if isinstance(value, bool):
            value = str(value).lower()
        elif isinstance(value, list):
            value = f"[{', '.join(map(str, value))}]"
        elif isinstance(value, dict):
            value = json.dumps(value, separators=(",", ":"))
        given[name] = str(value)
    return given


def _newcomer(
    visit: Visit, provider: IdentityProvider, user_id: str, given: Mapping[str, str]
) -> User:
    if missing := visit.schema.missing(given):
        raise ProviderError(f"attributes required: [{', '.join(missing)}]")
    if objection := visit.schema.objection(given, complete=True):
        raise ProviderError(objection.strip())
    username = visit.naming.folded(f"{provider.name}_{user_id}")
    sub = visit.ctx.ids.uuid()
    unproven = {says: "false" for name, says in VERIFIABLE.items() if name in given}
    user = User(
        pool_id=visit.pool_id,
        name_key=username,
        username=username,
        sub=sub,
        created=visit.now,
        modified=visit.now,
        status=UserStatus.EXTERNAL_PROVIDER,
        attributes={"sub": sub, **unproven, **given},
    )
    user = screened(visit, user, "PreSignUp_ExternalProvider", ())
    entry = {
        "userId": user_id,
        "providerName": provider.name,
        "providerType": provider.type,
        "issuer": provider.details.get("oidc_issuer") if provider.type == "OIDC" else None,
        "primary": True,
        "dateCreated": int(visit.now.timestamp() * 1000),
    }
    user = replace(with_identities(user, (entry,)), status=UserStatus.EXTERNAL_PROVIDER)
    # A trigger may have linked them to somebody just now: then that is who they are.
    linked = find_linked(visit.ctx.store, visit.pool_id, provider.name, user_id)
    if linked is not None:
        return _updated(visit, linked, given)
    user = keep_new(visit, user, taken=f"Already found an entry for username {username}")
    _join(visit, user, provider)
    confirmed(visit, user)
    return user


def _updated(visit: Visit, user: User, given: Mapping[str, str]) -> User:
    """With what the provider says now; it says so at every sign-in."""
    changed = {name: value for name, value in given.items() if user.attributes.get(name) != value}
    if not changed:
        return user
    if objection := visit.schema.update_objection(changed, by_admin=True):
        raise ProviderError(objection.strip())
    for name, says in VERIFIABLE.items():
        if name in changed and says not in given:
            changed[says] = "false"
    return visit.modify(user, lambda known: known.with_attributes(changed))


def _join(visit: Visit, user: User, provider: IdentityProvider) -> None:
    """The group of all who come from one provider, which Cognito makes by itself."""
    store, name = visit.ctx.store, f"{visit.pool_id}_{provider.name}"
    try:
        if store.get(Group, in_pool(visit.pool_id, name)) is None:
            store.put(
                Group(
                    pool_id=visit.pool_id,
                    name=name,
                    description=f"Autogenerated group for users who sign in using {provider.name}",
                    created=visit.now,
                    modified=visit.now,
                )
            )
        store.put(Membership(pool_id=visit.pool_id, group=name, user_key=user.key))
    except ConflictError:
        # Somebody else of theirs came at the same moment; the group is there now.
        store.put(Membership(pool_id=visit.pool_id, group=name, user_key=user.key))
