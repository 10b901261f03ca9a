"""The access token of an app that acts for itself: the client credentials grant."""

from __future__ import annotations

from typing import Any

from studyapp.aws.cognito_idp import tokens
from studyapp.aws.cognito_idp.claims_override import override_of_client
from studyapp.aws.cognito_idp.grants import issuer_of
from studyapp.aws.cognito_idp.signing_keys import keys_of
from studyapp.aws.cognito_idp.tokens import Lifetimes, TokenUse
from studyapp.aws.cognito_idp.visits import Visit


def machine_token(visit: Visit, scopes: tuple[str, ...]) -> dict[str, Any]:
    """As an AuthenticationResult. There is no user behind it, and nothing to refresh."""
    life = Lifetimes.of(visit.client.settings).access
    claims: dict[str, Any] = {
        "sub": visit.client_id,
        "token_use": TokenUse.ACCESS.value,
        "scope": " ".join(scopes),
        "auth_time": int(visit.now.timestamp()),
        "iss": issuer_of(visit),
        "version": 2,
        "jti": visit.ctx.ids.uuid(),
        "client_id": visit.client_id,
    }
    if override := override_of_client(visit, scopes):
        claims = override.access(claims)
    key = keys_of(visit.ctx, visit.pool_id).newest
    return {
        "AccessToken": tokens.sign(tokens.stamped(claims, visit.now, life), key),
        "ExpiresIn": int(life.total_seconds()),
        "TokenType": "Bearer",
    }
