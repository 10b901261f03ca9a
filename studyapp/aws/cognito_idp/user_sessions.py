"""A user's sign-ins, one by one: listed and revoked, where the pool keeps track of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.grants import TokenSession, active_sessions, signed_in
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.session_tracking import (
    DEFAULT_SSO_MINUTES,
    SessionTracking,
    public_id,
)
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import Site, site_of, visit_of
from studyapp.aws.operations import Context
from studyapp.aws.wire.errors import AwsError

_PLANS = ("ESSENTIALS", "PLUS")


@operation("GetUserPoolSessionConfiguration")
def get_user_pool_session_configuration(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    return _described(_tracking(site_of(ctx, request["UserPoolId"])))


@operation("SetUserPoolSessionConfiguration")
def set_user_pool_session_configuration(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    site = site_of(ctx, request["UserPoolId"])
    _check_plan(site)
    changed = replace(
        _tracking(site),
        enabled=request["UserSessionTracking"] == "ENABLED",
        most=request["TokenSession"]["MaxPerUser"],
    )
    return _described(ctx.store.put(changed))


@operation("GetUserPoolClientSessionConfiguration")
def get_user_pool_client_session_configuration(
    ctx: Context, request: dict[str, Any]
) -> dict[str, Any]:
    visit = visit_of(ctx, request["ClientId"], request["UserPoolId"])
    return _described_client(_tracking(visit), visit.client_id)


@operation("SetUserPoolClientSessionConfiguration")
def set_user_pool_client_session_configuration(
    ctx: Context, request: dict[str, Any]
) -> dict[str, Any]:
    visit = visit_of(ctx, request["ClientId"], request["UserPoolId"])
    _check_plan(visit)
    tracking = _tracked(visit)
    minutes = request["SSOSession"]["MaxValidityMinutes"]
    changed = replace(tracking, sso_minutes={**tracking.sso_minutes, visit.client_id: minutes})
    return _described_client(ctx.store.put(changed), visit.client_id)


@operation("ListUserSessions")
def list_user_sessions(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"])
    return _listed(caller, caller.user, current=caller.session.id)


@operation("AdminListUserSessions")
def admin_list_user_sessions(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    site = site_of(ctx, request["UserPoolId"])
    return _listed(site, site.named(request["Username"]))


@operation("RevokeUserSession")
def revoke_user_session(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"])
    if request["SessionId"] == public_id(caller.session.id):
        raise AwsError("InvalidParameterException", "The current session cannot be revoked.")
    return _revoke(caller, caller.user, request["SessionId"])


@operation("AdminRevokeUserSession")
def admin_revoke_user_session(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    site = site_of(ctx, request["UserPoolId"])
    return _revoke(site, site.named(request["Username"]), request["SessionId"])


def _tracking(site: Site) -> SessionTracking:
    known = site.ctx.store.get(SessionTracking, site.pool_id)
    return known or SessionTracking(pool_id=site.pool_id)


def _tracked(site: Site) -> SessionTracking:
    tracking = _tracking(site)
    if not tracking.enabled:
        raise AwsError(
            "InvalidParameterException", "Session tracking is not enabled for the user pool."
        )
    return tracking


def _check_plan(site: Site) -> None:
    if site.settings.get("UserPoolTier", "ESSENTIALS") not in _PLANS:
        raise AwsError(
            "FeatureUnavailableInTierException",
            "Session tracking is not available in the user pool's feature plan.",
        )


def _listed(site: Site, user: User, *, current: str = "") -> dict[str, Any]:
    _tracked(site)
    sessions = active_sessions(site, user)
    return {
        "Sessions": [_session(session, is_current=session.id == current) for session in sessions]
    }


def _session(session: TokenSession, *, is_current: bool) -> dict[str, Any]:
    """SessionDescriptionType."""
    return {
        "SessionId": public_id(session.id),
        "SessionType": "TOKEN",
        "ClientId": session.client_id,
        "CreateDate": session.auth_time,
        "LastActiveDate": session.last_active,
        "DeviceType": "unknown",
        "LastIPAddress": session.source_ip,
        "IsCurrentSession": is_current,
    }


def _revoke(site: Site, user: User, session_id: str) -> dict[str, Any]:
    _tracked(site)
    for session in active_sessions(site, user):
        if public_id(session.id) == session_id:
            site.ctx.store.put(replace(session, revoked=True))
            return {}
    raise AwsError("ResourceNotFoundException", "Session does not exist.")


def _described(tracking: SessionTracking) -> dict[str, Any]:
    return {
        "UserPoolId": tracking.pool_id,
        "UserSessionTracking": "ENABLED" if tracking.enabled else "DISABLED",
        "TokenSession": {"MaxPerUser": tracking.most},
    }


def _described_client(tracking: SessionTracking, client_id: str) -> dict[str, Any]:
    minutes = tracking.sso_minutes.get(client_id, DEFAULT_SSO_MINUTES)
    return {
        "UserPoolId": tracking.pool_id,
        "ClientId": client_id,
        "SSOSession": {"MaxValidityMinutes": minutes},
    }
