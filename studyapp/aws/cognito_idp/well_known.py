"""What anybody may read of a pool: the keys its tokens are signed with, and where things are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from studyapp.aws.cognito_idp.documents import Domain, UserPool
from studyapp.aws.cognito_idp.grants import issuer_of
from studyapp.aws.cognito_idp.hosted.visiting import address_of
from studyapp.aws.cognito_idp.resources import in_pool_of
from studyapp.aws.cognito_idp.service import page
from studyapp.aws.cognito_idp.signing_keys import keys_of
from studyapp.aws.cognito_idp.visits import site_of
from studyapp.aws.operations import Context
from studyapp.aws.wire.http import Response

_POOL = r"/([\w-]+_[0-9A-Za-z]+)/\.well-known/"


@page(_POOL + r"jwks\.json", UserPool)
def jwks(ctx: Context, pool_id: str) -> Response:
    return _json(keys_of(ctx, pool_id).jwks())


@page(_POOL + "openid-configuration", UserPool)
def openid_configuration(ctx: Context, pool_id: str) -> Response:
    """Wherever the issuer is said to be, the keys are read here, and people sign in here."""
    return _json(
        {
            **_endpoints(ctx, pool_id),
            "id_token_signing_alg_values_supported": ["RS256"],
            "issuer": issuer_of(site_of(ctx, pool_id)),
            "jwks_uri": f"{ctx.base}/{pool_id}/.well-known/jwks.json",
            "response_types_supported": ["code", "token"],
            "scopes_supported": ["openid", "email", "phone", "profile"],
            "subject_types_supported": ["public"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }
    )


def _endpoints(ctx: Context, pool_id: str) -> dict[str, str]:
    """Where the pool's domain has what; nothing of a pool that has none."""
    domains = in_pool_of(ctx, Domain, pool_id)
    if not domains:
        return {}
    address = address_of(ctx, domains[0].name)
    return {
        "authorization_endpoint": f"{address}/oauth2/authorize",
        "end_session_endpoint": f"{address}/logout",
        "revocation_endpoint": f"{address}/oauth2/revoke",
        "token_endpoint": f"{address}/oauth2/token",
        "userinfo_endpoint": f"{address}/oauth2/userInfo",
    }


def _json(content: Mapping[str, Any]) -> Response:
    body = json.dumps(content, separators=(",", ":")).encode()
    return Response(200, body, {"Content-Type": "application/json"})
