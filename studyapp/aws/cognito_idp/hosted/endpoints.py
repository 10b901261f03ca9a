"""The endpoints that apps call themselves: tokens for a code, for a client or for a refresh token;
who a token is of; revoking one (RFC 6749, 7009, 7636; OpenID Connect Core)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote_plus

from studyapp.aws.cognito_idp import grants
from studyapp.aws.cognito_idp.attributes import readable
from studyapp.aws.cognito_idp.documents import Client
from studyapp.aws.cognito_idp.grants import OPENID
from studyapp.aws.cognito_idp.hosted.documents import AuthorizationCode, fingerprint
from studyapp.aws.cognito_idp.hosted.requests import allows_flow
from studyapp.aws.cognito_idp.hosted.visiting import Visiting, as_json
from studyapp.aws.cognito_idp.machine_tokens import machine_scopes, machine_token
from studyapp.aws.cognito_idp.sessions import revoke
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import client_secrets
from studyapp.aws.wire.errors import AwsError
from studyapp.aws.wire.http import Response

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class OAuthError(Exception):
    """An error by its name in the RFCs."""

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.description = description


# Which client calls


def _client(visiting: Visiting) -> Client:
    """The client that calls, by its secret if it has one. Raises OAuthError."""
    client_id, secret = _credentials(visiting)
    client = visiting.ctx.store.get(Client, client_id) if client_id else None
    if client is None or client.pool_id != visiting.site.pool_id:
        raise OAuthError("invalid_client")
    known = client_secrets(client)
    if known and not any(hmac.compare_digest(secret.encode(), one.encode()) for one in known):
        raise OAuthError("invalid_client", "invalid_client_secret")
    if not known and secret:
        raise OAuthError("invalid_client", "invalid_client_secret")
    return client


def _credentials(visiting: Visiting) -> tuple[str, str]:
    """client_secret_basic or client_secret_post."""
    form = visiting.form
    header = visiting.request.headers.get("authorization", "")
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise OAuthError("invalid_client") from None
    client_id, _, secret = (unquote_plus(part) for part in text.partition(":"))
    if form.get("client_id", client_id) != client_id:
        raise OAuthError("invalid_request")
    return client_id, secret


# Tokens


def token(visiting: Visiting) -> Response:
    try:
        kind = visiting.form.get("grant_type")
        if not kind:
            raise OAuthError("invalid_request")
        grant = _GRANTS.get(kind)
        if grant is None:
            raise OAuthError("unsupported_grant_type")
        return as_json(grant(visiting, _client(visiting)), Pragma="no-cache")
    except OAuthError as error:
        return _refused(visiting, error)


def _refused(visiting: Visiting, error: OAuthError) -> Response:
    visiting.ctx.trail.refuse(error.error, error.description)
    told = {"error": error.error}
    if error.description:
        told["error_description"] = error.description
    return as_json(told, 400)


def _for_code(visiting: Visiting, client: Client) -> dict[str, Any]:
    form, ctx, now = visiting.form, visiting.ctx, visiting.site.now
    if not allows_flow(client, "code"):
        raise OAuthError("unauthorized_client")
    if not form.get("code") or not form.get("redirect_uri"):
        raise OAuthError("invalid_request")
    if form["redirect_uri"] not in client.settings.get("CallbackURLs", ()):
        raise OAuthError("unauthorized_client")
    code = ctx.store.get(AuthorizationCode, fingerprint(form["code"]))
    if code is None or code.client_id != client.id:
        raise OAuthError("invalid_grant")
    # Of two who show the same code, one finds it.
    if not ctx.store.delete(AuthorizationCode, code.key) or now >= code.expires:
        raise OAuthError("invalid_grant")
    if code.redirect_uri != form["redirect_uri"]:
        raise OAuthError("invalid_grant")
    if not _is_proven(code, form.get("code_verifier")):
        raise OAuthError("invalid_grant")
    user = ctx.store.get(User, code.user_key)
    if user is None or user.sub != code.sub or not user.enabled:
        raise OAuthError("invalid_grant")
    try:
        granted = grants.grant_tokens(
            visiting.visit(client),
            user,
            scopes=code.scopes,
            nonce=code.nonce,
            source="HostedAuth",
            hosted=True,
            auth_time=code.auth_time,
        )
    except AwsError as error:
        raise OAuthError("invalid_grant", error.message) from error
    return as_oauth(granted)


def _is_proven(code: AuthorizationCode, verifier: str | None) -> bool:
    """PKCE: whoever shows the code is who asked for it."""
    if code.challenge is None:
        return verifier is None
    if verifier is None or _VERIFIER.fullmatch(verifier) is None:
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=")
    return hmac.compare_digest(made, code.challenge.encode())


def _for_refresh(visiting: Visiting, client: Client) -> dict[str, Any]:
    given = visiting.form.get("refresh_token")
    if not given:
        raise OAuthError("invalid_request")
    try:
        return as_oauth(grants.refresh(visiting.visit(client), given))
    except AwsError as error:
        raise OAuthError("invalid_grant", error.message) from error


def _for_client(visiting: Visiting, client: Client) -> dict[str, Any]:
    if not client.settings.get("AllowedOAuthFlowsUserPoolClient"):
        raise OAuthError("invalid_grant")
    if not allows_flow(client, "client_credentials"):
        raise OAuthError("unauthorized_client")
    visit = visiting.visit(client)
    scopes = machine_scopes(visit, tuple(visiting.form.get("scope", "").split()))
    if scopes is None:
        raise OAuthError("invalid_scope")
    try:
        return as_oauth(machine_token(visit, scopes))
    except AwsError as error:
        raise OAuthError("invalid_grant", error.message) from error


_GRANTS: Mapping[str, Callable[[Visiting, Client], dict[str, Any]]] = {
    "authorization_code": _for_code,
    "refresh_token": _for_refresh,
    "client_credentials": _for_client,
}
_NAMES = {
    "IdToken": "id_token",
    "AccessToken": "access_token",
    "RefreshToken": "refresh_token",
    "ExpiresIn": "expires_in",
    "TokenType": "token_type",
}


def as_oauth(granted: Mapping[str, Any]) -> dict[str, Any]:
    """An AuthenticationResult in the words of OAuth."""
    return {name: granted[member] for member, name in _NAMES.items() if member in granted}


# Who a token is of


def user_info(visiting: Visiting) -> Response:
    scheme, _, given = visiting.request.headers.get("authorization", "").partition(" ")
    given = given.strip() if scheme.lower() == "bearer" else visiting.form.get("access_token", "")
    if not given:
        return _challenge(visiting, "invalid_request", "The access token is missing.", 400)
    try:
        caller = grants.signed_in(visiting.ctx, given, scope=OPENID)
    except AwsError as error:
        return _challenge(visiting, "invalid_token", error.message, 401)
    if caller.pool_id != visiting.site.pool_id:
        return _challenge(visiting, "invalid_token", "Invalid Access Token", 401)
    client = visiting.ctx.store.get(Client, caller.session.client_id)
    attributes = readable(caller.user.attributes, client.settings if client else {})
    told = grants.in_scope(attributes, caller.claims["scope"].split())
    return as_json({**told, "username": caller.user.username})


def _challenge(visiting: Visiting, error: str, description: str, status: int) -> Response:
    visiting.ctx.trail.refuse(error, description)
    told = {"error": error, "error_description": description}
    header = f'Bearer error="{error}", error_description="{description}"'
    return as_json(told, status, **{"WWW-Authenticate": header})


# Revoking


def revoke_token(visiting: Visiting) -> Response:
    try:
        client = _client(visiting)
        given = visiting.form.get("token")
        if not given:
            raise OAuthError("invalid_request")
        try:
            revoke(visiting.visit(client), given)
        except AwsError as error:
            raise OAuthError(_REVOCATION[error.code], error.message) from error
    except OAuthError as error:
        return _refused(visiting, error)
    return Response(200)


_REVOCATION = {
    "UnsupportedOperationException": "invalid_request",
    "UnsupportedTokenTypeException": "unsupported_token_type",
    "UnauthorizedException": "invalid_request",
}
