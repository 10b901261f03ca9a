"""The pre token generation trigger: what a function may change of the tokens it is told of.

Version 1 changes the ID token; 2 and 3 the access token and its scopes too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from studyapp.aws.cognito_idp.tokens import Bearer
from studyapp.aws.cognito_idp.triggers import arn_of, call, told
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import Visit

# What no function can set or take away (developer guide, "Pre token generation Lambda trigger").
_PROTECTED = frozenset(
    {
        *("acr", "amr", "at_hash", "aud", "auth_time", "azp", "client_id", "cognito:username"),
        *("device_key", "event_id", "exp", "iat", "identities", "iss", "jti", "nbf", "nonce"),
        *("origin_jti", "scope", "sub", "token_use", "username", "version"),
    }
)
_VERSIONS = {"V1_0": "1", "V2_0": "2", "V3_0": "3"}

Claims = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Override:
    """What to do to each token's claims, and to the scopes. ``groups`` None: as they are."""

    id_set: Mapping[str, Any]
    id_gone: tuple[str, ...]
    access_set: Mapping[str, Any]
    access_gone: tuple[str, ...]
    scopes_more: tuple[str, ...]
    scopes_gone: tuple[str, ...]
    groups: Mapping[str, Any] | None

    def bearer(self, bearer: Bearer) -> Bearer:
        if self.groups is None:
            return bearer
        return replace(
            bearer,
            groups=tuple(self.groups.get("groupsToOverride") or ()),
            roles=tuple(self.groups.get("iamRolesToOverride") or ()),
            preferred_role=self.groups.get("preferredRole"),
        )

    def identity(self, claims: Claims) -> Claims:
        return _overridden(claims, self.id_set, self.id_gone)

    def access(self, claims: Claims) -> Claims:
        changed = _overridden(claims, self.access_set, self.access_gone)
        scopes = [s for s in claims["scope"].split() if s not in self.scopes_gone]
        more = [scope for scope in self.scopes_more if scope not in scopes]
        return {**changed, "scope": " ".join([*scopes, *more])}


def _overridden(claims: Claims, given: Mapping[str, Any], gone: tuple[str, ...]) -> Claims:
    kept = {k: v for k, v in claims.items() if k not in gone or k in _PROTECTED}
    return {**kept, **{k: v for k, v in given.items() if k not in _PROTECTED}}


def override_of(
    visit: Visit, user: User, bearer: Bearer, source: str, scopes: tuple[str, ...]
) -> Override | None:
    """What the pool's trigger wants changed; None if it has none, or nothing is to be changed."""
    if arn_of(visit, "PreTokenGeneration") is None:
        return None
    groups = {
        "groupsToOverride": list(bearer.groups),
        "iamRolesToOverride": list(bearer.roles),
        "preferredRole": bearer.preferred_role,
    }
    version = _version(visit)
    more = {} if version == "1" else {"scopes": list(scopes)}
    request = told(user, visit, groupConfiguration=groups, **more)
    return _asked(visit, user.username, source, request, version)


def override_of_client(visit: Visit, scopes: tuple[str, ...]) -> Override | None:
    """The same of a client that acts for itself, which version 3 alone is asked about."""
    version = _version(visit)
    if arn_of(visit, "PreTokenGeneration") is None or version != "3":
        return None
    request = {
        "userAttributes": {},
        "groupConfiguration": {},
        "scopes": list(scopes),
        "clientMetadata": dict(visit.metadata),
    }
    return _asked(visit, visit.client_id, "ClientCredentials", request, version)


def _version(visit: Visit) -> str:
    config = visit.settings.get("LambdaConfig", {}).get("PreTokenGenerationConfig", {})
    return _VERSIONS[config.get("LambdaVersion", "V1_0")]


def _asked(
    visit: Visit, username: str, source: str, request: Mapping[str, Any], version: str
) -> Override | None:
    details = "claimsOverrideDetails" if version == "1" else "claimsAndScopeOverrideDetails"
    given = call(
        visit,
        f"TokenGeneration_{source}",
        username,
        request,
        {details: None},
        version=version,
    )
    wanted = given.get(details)
    if not isinstance(wanted, dict):
        return None
    identity = wanted if version == "1" else wanted.get("idTokenGeneration") or {}
    access = {} if version == "1" else wanted.get("accessTokenGeneration") or {}
    return Override(
        id_set=identity.get("claimsToAddOrOverride") or {},
        id_gone=tuple(identity.get("claimsToSuppress") or ()),
        access_set=access.get("claimsToAddOrOverride") or {},
        access_gone=tuple(access.get("claimsToSuppress") or ()),
        scopes_more=tuple(access.get("scopesToAdd") or ()),
        scopes_gone=tuple(access.get("scopesToSuppress") or ()),
        groups=wanted.get("groupOverrideDetails") or None,
    )
