"""The access token of an app that acts for itself: the client credentials grant, and the operation
that does as much without a domain."""

from __future__ import annotations

import hmac
from typing import Any

from studyapp.aws.cognito_idp import tokens
from studyapp.aws.cognito_idp.claims_override import override_of_client
from studyapp.aws.cognito_idp.clients import custom_scopes
from studyapp.aws.cognito_idp.grants import issuer_of
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.signing_keys import keys_of
from studyapp.aws.cognito_idp.tokens import Lifetimes, TokenUse
from studyapp.aws.cognito_idp.visits import Visit, client_secrets, visit_of
from studyapp.aws.operations import Context
from studyapp.aws.wire.errors import AwsError


@operation("GetClientToken")
def get_client_token(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(ctx, request["ClientId"], metadata=request.get("ClientMetadata"))
    secret = request["Secret"].encode()
    known = client_secrets(visit.client)
    if not any(hmac.compare_digest(secret, one.encode()) for one in known):
        raise AwsError(
            "NotAuthorizedException", f"Unable to verify secret for client {visit.client_id}"
        )
    # AWS asks for the flow ALLOW_CLIENT_TOKEN_AUTH, which botocore's model lets no client have yet:
    # what makes an app one that acts for itself is OAuth's grant here, as at the token endpoint.
    if "client_credentials" not in visit.client.settings.get("AllowedOAuthFlows", ()):
        raise AwsError(
            "OperationNotEnabledException", "client_credentials is not enabled for the client."
        )
    scopes = machine_scopes(visit, tuple(request.get("Scopes", ())))
    if scopes is None:
        raise AwsError("InvalidParameterException", "Invalid scope requested.")
    return {"ClientAuthenticationResult": machine_token(visit, scopes)}


def machine_scopes(visit: Visit, asked: tuple[str, ...]) -> tuple[str, ...] | None:
    """Those of a resource server's that the client is allowed: the ones it asks for, or all; None
    if it asks for another."""
    known = custom_scopes(visit.ctx, visit.pool_id)
    allowed = [s for s in visit.client.settings.get("AllowedOAuthScopes", ()) if s in known]
    if not set(asked) <= set(allowed):
        return None
    return tuple(dict.fromkeys(asked or allowed))


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
