"""Sign-ins that go on: refreshed, revoked, signed out of everywhere."""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp import grants
from studyapp.aws.cognito_idp.grants import revoke_all, signed_in
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.visits import Visit, client_secrets, site_of, visit_of
from studyapp.aws.operations import Context
from studyapp.aws.wire.errors import AwsError


@operation("GetTokensFromRefreshToken")
def get_tokens_from_refresh_token(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(ctx, request["ClientId"], metadata=request.get("ClientMetadata"))
    _check_secret(visit, request.get("ClientSecret"), "NotAuthorizedException")
    return {"AuthenticationResult": grants.refresh(visit, request["RefreshToken"])}


@operation("RevokeToken")
def revoke_token(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(ctx, request["ClientId"])
    _check_secret(visit, request.get("ClientSecret"), "UnauthorizedException")
    revoke(visit, request["Token"])
    return {}


def revoke(visit: Visit, token: str) -> None:
    """End the sign-in a refresh token is of. Raises AwsError."""
    if visit.client.settings.get("EnableTokenRevocation") is False:
        raise AwsError(
            "UnsupportedOperationException", "Revoke token is not supported for this client"
        )
    if token.count(".") == 2:
        raise AwsError("UnsupportedTokenTypeException", "Unsupported token type")
    try:
        session, _ = grants.read_refresh_token(visit, token)
    except AwsError:
        raise AwsError("UnauthorizedException", "Invalid Refresh Token") from None
    if not session.revoked:
        visit.ctx.store.put(replace(session, revoked=True))


def _check_secret(visit: Visit, given: str | None, code: str) -> None:
    """That the caller knows a secret of the client, if it has one."""
    secrets = client_secrets(visit.client)
    if secrets and not any(
        hmac.compare_digest((given or "").encode(), secret.encode()) for secret in secrets
    ):
        raise AwsError(code, f"Unable to verify secret for client {visit.client_id}")


@operation("GlobalSignOut")
def global_sign_out(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    revoke_all(ctx.store, signed_in(ctx, request["AccessToken"]).user)
    return {}


@operation("AdminUserGlobalSignOut")
def admin_user_global_sign_out(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    revoke_all(ctx.store, site_of(ctx, request["UserPoolId"]).named(request["Username"]))
    return {}
