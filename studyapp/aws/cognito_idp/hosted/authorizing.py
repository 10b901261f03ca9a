"""The authorize endpoint, and the end of every sign-in: the browser goes back to the app."""

from __future__ import annotations

from dataclasses import replace

from studyapp.aws.cognito_idp import grants
from studyapp.aws.cognito_idp.documents import IdentityProvider, in_pool
from studyapp.aws.cognito_idp.grants import OPENID
from studyapp.aws.cognito_idp.hosted.documents import (
    CODE_LIFE,
    AuthorizationCode,
    BrowserSession,
    fingerprint,
)
from studyapp.aws.cognito_idp.hosted.endpoints import as_oauth
from studyapp.aws.cognito_idp.hosted.requests import (
    AuthorizeRequest,
    PageError,
    RedirectError,
    ascii_address,
    client_of,
)
from studyapp.aws.cognito_idp.hosted.visiting import Visiting
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.wire.errors import AwsError
from studyapp.aws.wire.http import Response

# How many of a pool's codes are looked at, at each new one, for some that are over.
_SWEPT = 4


def authorize(visiting: Visiting) -> Response:
    """Whoever is signed in already goes straight back; others to the page that asks them."""
    asked = visiting.asked
    known = visiting.browser.signed_in()
    if known and asked.prompt not in ("login", "select_account"):
        return grant(visiting, asked, *known)
    if asked.prompt == "none":
        raise RedirectError(asked, "login_required")
    return visiting.redirect(visiting.to("/login", asked))


def complete(
    visiting: Visiting, asked: AuthorizeRequest, user: User, provider: str = ""
) -> Response:
    """Somebody has just shown who they are."""
    browser, session = visiting.browser.signing_in(user, provider)
    return grant(replace(visiting, browser=browser), asked, session, user)


def grant(
    visiting: Visiting, asked: AuthorizeRequest, session: BrowserSession, user: User
) -> Response:
    """Back to the app, with a code or with tokens."""
    if asked.response_type == "code":
        return visiting.redirect(asked.location({"code": _code(visiting, asked, session, user)}))
    try:
        granted = grants.grant_tokens(
            visiting.visit(asked.client),
            user,
            scopes=asked.scopes,
            nonce=asked.nonce,
            source="HostedAuth",
            hosted=True,
            auth_time=session.auth_time,
        )
    except AwsError as error:
        raise RedirectError(asked, "invalid_request", error.message) from error
    told = as_oauth(granted)
    del told["refresh_token"]
    assert OPENID in asked.scopes or "id_token" not in told
    return visiting.redirect(asked.location({name: str(value) for name, value in told.items()}))


def _code(visiting: Visiting, asked: AuthorizeRequest, session: BrowserSession, user: User) -> str:
    ctx, site = visiting.ctx, visiting.site
    for old in ctx.store.find(AuthorizationCode, ("pool_id", site.pool_id), limit=_SWEPT):
        if old.expires <= site.now:
            ctx.store.delete(AuthorizationCode, old.id)
    code = ctx.ids.uuid()
    ctx.store.put(
        AuthorizationCode(
            id=fingerprint(code),
            pool_id=site.pool_id,
            client_id=asked.client.id,
            user_key=user.key,
            sub=user.sub,
            redirect_uri=asked.redirect_uri,
            scopes=asked.scopes,
            nonce=asked.nonce,
            challenge=asked.challenge,
            auth_time=session.auth_time,
            expires=site.now + CODE_LIFE,
        )
    )
    return code


def logout(visiting: Visiting) -> Response:
    """Signed out here; then to an address of the app's, or to sign in again."""
    given = visiting.query
    client = client_of(visiting.site, given.get("client_id"))
    to = given.get("logout_uri")
    if to is not None and to not in client.settings.get("LogoutURLs", ()):
        words = "The logout_uri is none of the app client's sign-out URLs, letter for letter."
        raise PageError("invalid_request", client.id, words)
    if to is None:
        if "redirect_uri" not in given:
            words = "The request names neither a logout_uri nor a redirect_uri."
            raise PageError("invalid_request", client.id, words)
        address = visiting.to("/login", visiting.asked)
    else:
        address = ascii_address(to)
    _remark_on_provider(visiting)
    left = replace(visiting, browser=visiting.browser.signing_out())
    return left.redirect(address)


def _remark_on_provider(visiting: Visiting) -> None:
    """What Cognito would do besides."""
    session = visiting.browser.session
    key = in_pool(visiting.site.pool_id, session.provider) if session else ""
    provider = visiting.ctx.store.get(IdentityProvider, key)
    if provider and provider.type == "SAML" and provider.details.get("IDPSignout") == "true":
        visiting.ctx.trail.remarks.append(
            f"IDPSignout is on for {provider.name}: Cognito would send the browser there first, to "
            "sign out at the provider as well. The sandbox signs out here alone."
        )
