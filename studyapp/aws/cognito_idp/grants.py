"""A completed sign-in: its tokens, and what is kept so that they can be refreshed and revoked.

What a sign-in leaves behind is one document, named by its origin_jti, which every token of it
carries. A refresh token says nothing but which document it belongs to and which turn of its
rotation it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from studyapp.aws.cognito_idp import tokens
from studyapp.aws.cognito_idp.attributes import readable
from studyapp.aws.cognito_idp.auth_sessions import AuthSession
from studyapp.aws.cognito_idp.claims_override import override_of
from studyapp.aws.cognito_idp.documents import UserPool
from studyapp.aws.cognito_idp.event_log import AuthEvent
from studyapp.aws.cognito_idp.session_tracking import SessionTracking
from studyapp.aws.cognito_idp.signing_keys import keys_of
from studyapp.aws.cognito_idp.standing import standing_of
from studyapp.aws.cognito_idp.tokens import (
    Bearer,
    ExpiredTokenError,
    Grant,
    Lifetimes,
    TokenError,
    TokenUse,
)
from studyapp.aws.cognito_idp.usernames import Naming
from studyapp.aws.cognito_idp.users import User, delete_user, user_key
from studyapp.aws.cognito_idp.visits import Site, Visit
from studyapp.aws.operations import Context
from studyapp.aws.ports import ConflictError, Document, Store
from studyapp.aws.wire.errors import AwsError

# How many of a user's sessions are looked at, at each sign-in, for some that are over.
_SWEPT = 2

_REFRESHED = "RefreshTokens"
OPENID = "openid"
_AWS_ISSUERS = {
    "ORIGINAL": "https://cognito-idp.{}.amazonaws.com",
    "UPDATED": "https://issuer-cognito-idp.{}.amazonaws.com",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSession(Document):
    """``turn`` counts rotations; the turn before the last is taken until ``grace_ends``."""

    kind: ClassVar[str] = "cognito-idp/token-session"
    indexes: ClassVar[tuple[str, ...]] = ("pool_id", "owner")

    id: str
    pool_id: str
    client_id: str
    name_key: str
    event_id: str
    auth_time: datetime
    last_active: datetime
    expires: datetime
    scopes: tuple[str, ...]
    device_key: str = ""
    nonce: str | None = None
    turn: int = 0
    grace_ends: datetime | None = None
    revoked: bool = False
    source_ip: str = ""
    hosted: bool = False
    """Whether it was granted by OAuth, on the pool's own pages."""

    @property
    def key(self) -> str:
        return self.id

    @property
    def owner(self) -> str:
        return user_key(self.pool_id, self.name_key)

    @property
    def grant(self) -> Grant:
        return Grant(
            self.id, self.event_id, self.auth_time, self.scopes, self.nonce, self.device_key or None
        )


def issuer_of(site: Site) -> str:
    """Who the tokens say they are from: the pool as it is reached here; or as it would be at AWS,
    for clients that insist (aws-jwt-verify), where the pool has an IssuerConfiguration."""
    kind = (site.settings.get("IssuerConfiguration") or {}).get("Type")
    base = _AWS_ISSUERS[kind].format(site.ctx.region) if kind else site.ctx.base
    return f"{base}/{site.pool_id}"


def grant_tokens(
    visit: Visit,
    user: User,
    *,
    scopes: tuple[str, ...] = (tokens.USER_SCOPE,),
    nonce: str | None = None,
    device_key: str = "",
    source: str = "Authentication",
    event_id: str = "",
    hosted: bool = False,
    auth_time: datetime | None = None,
) -> dict[str, Any]:
    """AuthenticationResult of a sign-in that is complete; ``source`` is what triggers are told of
    how it was, ``event_id`` the event that threat protection keeps of it, ``auth_time`` when it
    was, if that isn't now."""
    ctx = visit.ctx
    session = TokenSession(
        id=ctx.ids.uuid(),
        pool_id=visit.pool_id,
        client_id=visit.client_id,
        name_key=user.name_key,
        event_id=event_id or ctx.ids.uuid(),
        auth_time=auth_time or visit.now,
        last_active=visit.now,
        expires=visit.now + Lifetimes.of(visit.client.settings).refresh,
        scopes=scopes,
        nonce=nonce,
        device_key=device_key,
        source_ip=ctx.source_ip,
        hosted=hosted,
    )
    # Signed before anything is written: it takes longer than all the writing, and others wait.
    issued = _issued(visit, user, session, source)
    for old in ctx.store.find(TokenSession, ("owner", session.owner), limit=_SWEPT):
        if old.expires <= visit.now:
            ctx.store.delete(TokenSession, old.id)
    _make_room(visit, user)
    ctx.store.put(session)
    return {**issued, "RefreshToken": _refresh_token(visit, session)}


def _issued(visit: Visit, user: User, session: TokenSession, source: str) -> dict[str, Any]:
    ids, life = visit.ctx.ids, Lifetimes.of(visit.client.settings)
    bearer, key = _bearer(visit, user, session), keys_of(visit.ctx, visit.pool_id).newest
    override = override_of(visit, user, bearer, source, session.scopes)
    bearer = override.bearer(bearer) if override else bearer
    about = {"issuer": issuer_of(visit), "client_id": visit.client_id}
    identity = tokens.id_claims(bearer, session.grant, jti=ids.uuid(), **about)
    access = tokens.access_claims(bearer, session.grant, jti=ids.uuid(), **about)
    if override:
        identity, access = override.identity(identity), override.access(access)
    if session.hosted:
        access["version"] = 2
    access_token = tokens.sign(tokens.stamped(access, visit.now, life.access), key)
    issued = {
        "AccessToken": access_token,
        "ExpiresIn": int(life.access.total_seconds()),
        "TokenType": "Bearer",
    }
    if session.hosted:
        if OPENID not in session.scopes:
            return issued
        identity["at_hash"] = tokens.half_hash(access_token)
    identity_token = tokens.sign(tokens.stamped(identity, visit.now, life.id), key)
    return {**issued, "IdToken": identity_token}


def _bearer(visit: Visit, user: User, session: TokenSession) -> Bearer:
    standing = standing_of(visit.ctx.store, user.key)
    attributes = readable(user.attributes, visit.client.settings)
    return Bearer(
        username=user.username,
        sub=user.sub,
        attributes=in_scope(attributes, session.scopes) if session.hosted else attributes,
        groups=standing.groups,
        roles=standing.roles,
        preferred_role=standing.preferred_role,
        identities=user.identities,
    )


# What each scope lets a client know of a user (OpenID Connect, as Cognito reads it).
_ADDRESSES = frozenset({"email", "email_verified", "phone_number", "phone_number_verified"})
_OF_SCOPE = {
    "email": frozenset({"email", "email_verified"}),
    "phone": frozenset({"phone_number", "phone_number_verified"}),
}


def in_scope(attributes: Mapping[str, str], scopes: Sequence[str]) -> dict[str, str]:
    """What an ID token may tell. ``openid`` alone lets it tell everything."""
    if not {"email", "phone", "profile"} & set(scopes):
        return dict(attributes)
    named = frozenset({"sub"}).union(*(_OF_SCOPE.get(scope, frozenset()) for scope in scopes))
    return {
        name: value
        for name, value in attributes.items()
        if name in named or ("profile" in scopes and name not in _ADDRESSES)
    }


def _refresh_token(visit: Visit, session: TokenSession) -> str:
    content = {"origin_jti": session.id, "turn": session.turn}
    sealing = keys_of(visit.ctx, visit.pool_id).sealing
    return tokens.seal(content, sealing, visit.ctx.keys.random(12))


# Refreshing and revoking


def rotates(visit: Visit) -> bool:
    rotation = visit.client.settings.get("RefreshTokenRotation", {})
    return bool(rotation.get("Feature") == "ENABLED")


def refresh(visit: Visit, token: str) -> dict[str, Any]:
    """AuthenticationResult of a refresh token; with a new one, where the client rotates them."""
    session, turn = read_refresh_token(visit, token)
    user = visit.ctx.store.get(User, session.owner)
    if user is None:
        raise AwsError("NotAuthorizedException", "Invalid Refresh Token")
    if not user.enabled:
        raise AwsError("NotAuthorizedException", "User is disabled.")
    _check_turn(visit, session, turn)
    issued = _issued(visit, user, session, _REFRESHED)
    if not rotates(visit):
        # Two may refresh at once: both get their tokens, and one of them is told to be the last.
        with suppress(ConflictError):
            visit.ctx.store.put(replace(session, last_active=visit.now))
        return issued
    if turn == session.turn:
        rotation = visit.client.settings["RefreshTokenRotation"]
        grace = timedelta(seconds=rotation.get("RetryGracePeriodSeconds", 0))
        session = replace(
            session, turn=turn + 1, grace_ends=visit.now + grace, last_active=visit.now
        )
        session = visit.ctx.store.put(session)
    return {**issued, "RefreshToken": _refresh_token(visit, session)}


def _check_turn(visit: Visit, session: TokenSession, turn: int) -> None:
    """That a refresh token of that turn may still be used."""
    if session.revoked:
        raise AwsError("NotAuthorizedException", "Refresh Token has been revoked")
    if visit.now >= session.expires:
        raise AwsError("NotAuthorizedException", "Refresh Token has expired")
    in_grace = (
        turn == session.turn - 1
        and session.grace_ends is not None
        and visit.now < session.grace_ends
    )
    if turn != session.turn and not in_grace:
        # Two have this token, or one has it twice: neither goes on.
        visit.ctx.store.put(replace(session, revoked=True))
        raise AwsError("RefreshTokenReuseException", "Refresh token has been used already.")


def read_refresh_token(visit: Visit, token: str) -> tuple[TokenSession, int]:
    """The session a refresh token belongs to, whatever its state, and the turn it is of."""
    try:
        content = tokens.unseal(token, keys_of(visit.ctx, visit.pool_id).sealing)
        session_id, turn = content["origin_jti"], int(content["turn"])
    except (TokenError, LookupError) as error:
        raise AwsError("NotAuthorizedException", "Invalid Refresh Token") from error
    session = visit.ctx.store.get(TokenSession, session_id)
    if session is None or session.client_id != visit.client_id:
        raise AwsError("NotAuthorizedException", "Invalid Refresh Token")
    return session, turn


def active_sessions(site: Site, user: User) -> list[TokenSession]:
    """The sign-ins of a user that go on, the one longest out of use first."""
    found = site.ctx.store.find(TokenSession, ("owner", user.key))
    going_on = [session for session in found if not session.revoked and session.expires > site.now]
    return sorted(going_on, key=lambda session: session.last_active)


def _make_room(visit: Visit, user: User) -> None:
    """Where the pool keeps track, a sign-in too many ends the one longest out of use."""
    tracking = visit.ctx.store.get(SessionTracking, visit.pool_id)
    if tracking is None or not tracking.enabled:
        return
    sessions = active_sessions(visit, user)
    for session in sessions[: max(len(sessions) + 1 - tracking.most, 0)]:
        visit.ctx.store.put(replace(session, revoked=True))


def revoke_all(store: Store, user: User) -> None:
    """Every sign-in of this user is over."""
    for session in store.find(TokenSession, ("owner", user.key)):
        if not session.revoked:
            store.put(replace(session, revoked=True))


def take_away(site: Site, user: User) -> None:
    """Delete a user, and every sign-in that is going on or waiting for an answer: whoever gets
    the name next is somebody else."""
    store = site.ctx.store
    for session in store.find(TokenSession, ("owner", user.key)):
        store.delete(TokenSession, session.key)
    for waiting in store.find(AuthSession, ("owner", user.key)):
        store.delete(AuthSession, waiting.key)
    for event in store.find(AuthEvent, ("user_key", user.key)):
        store.delete(AuthEvent, event.key)
    delete_user(store, site.naming, user)


# Access tokens


@dataclass(frozen=True, slots=True)
class SignedIn(Site):
    """A call by a user who is signed in."""

    user: User
    session: TokenSession
    claims: Mapping[str, Any]


def pool_of_token(token: str) -> str | None:
    """Which pool an access token says it is from."""
    try:
        issuer = tokens.peek(token).get("iss")
    except TokenError:
        return None
    return issuer.rpartition("/")[2] if isinstance(issuer, str) else None


def signed_in(
    ctx: Context,
    access_token: str,
    metadata: Mapping[str, str] | None = None,
    *,
    scope: str = tokens.USER_SCOPE,
) -> SignedIn:
    """Whose access token this is. Raises NotAuthorizedException unless it is good for what
    ``scope`` stands for: the API, if nothing is said."""
    invalid = AwsError("NotAuthorizedException", "Invalid Access Token")
    pool_id = pool_of_token(access_token)
    pool = ctx.store.get(UserPool, pool_id) if pool_id else None
    if pool is None:
        raise invalid
    now = ctx.clock.now()
    try:
        # The keys are this pool's alone, by whichever of its addresses it was reached.
        claims = tokens.read(
            access_token, keys_of(ctx, pool.id).public, use=TokenUse.ACCESS, now=now
        )
    except ExpiredTokenError:
        raise AwsError("NotAuthorizedException", "Access Token has expired") from None
    except TokenError:
        raise invalid from None
    # Of a client that acts for itself there is no session.
    if "origin_jti" not in claims or scope not in claims["scope"].split():
        raise AwsError("NotAuthorizedException", "Access Token does not have required scopes")
    # Whoever is gone or disabled has lost every session as well, and is told the reason for it.
    name = Naming.of(pool.settings).folded(claims["username"])
    user = ctx.store.get(User, user_key(pool.id, name))
    if user is None or user.sub != claims["sub"]:
        raise AwsError("UserNotFoundException", "User does not exist.")
    if not user.enabled:
        raise AwsError("NotAuthorizedException", "User is disabled.")
    session = ctx.store.get(TokenSession, claims["origin_jti"])
    if session is None or session.revoked:
        raise AwsError("NotAuthorizedException", "Access Token has been revoked")
    return SignedIn(ctx, pool, now, user, session, claims, metadata=metadata or {})
