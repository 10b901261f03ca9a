"""Second factors: what a user has switched on, and setting up an authenticator app."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.auth_sessions import AuthSession, open_session, session_id, use_up
from studyapp.aws.cognito_idp.factors import (
    EMAIL,
    SMS,
    TOTP,
    first_factors,
    has_factor,
    mfa_of_pool,
)
from studyapp.aws.cognito_idp.grants import signed_in
from studyapp.aws.cognito_idp.progress import MFA, Progress, ask
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.totp import encode_secret, matching_step
from studyapp.aws.cognito_idp.users import MfaPreference, SoftwareToken, User
from studyapp.aws.cognito_idp.visits import Site, Visit, site_of, visit_of
from studyapp.aws.operations import Context
from studyapp.aws.wire.errors import AwsError

_SECRET_BYTES = 32
_SETTINGS = {SMS: "SMSMfaSettings", TOTP: "SoftwareTokenMfaSettings", EMAIL: "EmailMfaSettings"}


def described_mfa(user: User) -> dict[str, Any]:
    """PreferredMfaSetting and UserMFASettingList, where there are any."""
    told: dict[str, Any] = {}
    if user.mfa.preferred:
        told["PreferredMfaSetting"] = user.mfa.preferred
    if user.mfa.enabled:
        told["UserMFASettingList"] = list(user.mfa.enabled)
    return told


@operation("SetUserMFAPreference")
def set_user_mfa_preference(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"])
    _prefer(caller, caller.user, request)
    return {}


@operation("AdminSetUserMFAPreference")
def admin_set_user_mfa_preference(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    site = site_of(ctx, request["UserPoolId"])
    _prefer(site, site.named(request["Username"]), request)
    return {}


def _prefer(site: Site, user: User, request: Mapping[str, Any]) -> None:
    given = {factor: request[name] for factor, name in _SETTINGS.items() if name in request}
    if sum(bool(settings.get("PreferredMfa")) for settings in given.values()) > 1:
        raise AwsError("InvalidParameterException", "Only one MFA method can be preferred.")
    enabled = [factor for factor in _SETTINGS if factor in user.mfa.enabled]
    preferred = user.mfa.preferred
    for factor, settings in given.items():
        wanted = settings.get("Enabled", False)
        if settings.get("PreferredMfa") and not wanted:
            raise AwsError("InvalidParameterException", "A preferred MFA method has to be enabled.")
        if wanted:
            _check_usable(site, user, factor)
        enabled = [known for known in enabled if known != factor] + ([factor] if wanted else [])
        if settings.get("PreferredMfa"):
            preferred = factor
        elif preferred == factor:
            preferred = ""
    chosen = MfaPreference(tuple(f for f in _SETTINGS if f in enabled), preferred)
    site.modify(user, lambda known: replace(known, mfa=chosen))


def _check_usable(site: Site, user: User, factor: str) -> None:
    if factor not in mfa_of_pool(site.settings):
        raise AwsError(
            "InvalidParameterException",
            f"User does not have delivery config set to turn on {factor}",
        )
    if has_factor(user, factor):
        return
    if factor == TOTP:
        raise AwsError("InvalidParameterException", "User has not verified software token mfa")
    raise AwsError(
        "InvalidParameterException", f"User does not have delivery config set to turn on {factor}"
    )


@operation("SetUserSettings")
def set_user_settings(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"])
    _prefer_legacy(caller, caller.user, request["MFAOptions"])
    return {}


@operation("AdminSetUserSettings")
def admin_set_user_settings(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    site = site_of(ctx, request["UserPoolId"])
    _prefer_legacy(site, site.named(request["Username"]), request["MFAOptions"])
    return {}


def _prefer_legacy(site: Site, user: User, options: list[dict[str, str]]) -> None:
    """The old way, which knows of text messages alone: any option switches them on."""
    if any(option.get("DeliveryMedium", "SMS") != "SMS" for option in options):
        raise AwsError("InvalidParameterException", "Only SMS is supported as a delivery medium.")
    _prefer(site, user, {"SMSMfaSettings": {"Enabled": bool(options)}})


# Authenticator apps


@operation("AssociateSoftwareToken")
def associate_software_token(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    secret = ctx.keys.random(_SECRET_BYTES)
    if token := request.get("Session"):
        visit, session = _setting_up(ctx, token)
        user = _user_of(visit, session)
        asked = ask(visit, user, Progress.of(session), "MFA_SETUP", software_secret=secret)
        use_up(visit, session)
        return {"SecretCode": encode_secret(secret), "Session": asked["Session"]}
    caller = signed_in(ctx, _access_token(request))
    if TOTP not in mfa_of_pool(caller.settings):
        raise _switched_off()
    # Until the new one is verified, one that was verified before is lost, as at AWS.
    caller.change(
        caller.user, lambda user: replace(user, software_token=SoftwareToken(secret=secret))
    )
    return {"SecretCode": encode_secret(secret)}


@operation("VerifySoftwareToken")
def verify_software_token(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    name = request.get("FriendlyDeviceName", "")
    if token := request.get("Session"):
        visit, session = _setting_up(ctx, token)
        verified = _verified(visit, session.software_secret, request["UserCode"], name)
        user = visit.modify(_user_of(visit, session), lambda known: _with_app(known, verified))
        asked = ask(visit, user, Progress.of(session).having(MFA), "MFA_SETUP")
        use_up(visit, session)
        return {"Status": "SUCCESS", "Session": asked["Session"]}
    caller = signed_in(ctx, _access_token(request))
    associated = caller.user.software_token
    if associated is None:
        raise AwsError("InvalidParameterException", "The user has not associated a software token.")
    verified = _verified(caller, associated.secret, request["UserCode"], name)
    caller.modify(caller.user, lambda user: replace(user, software_token=verified))
    return {"Status": "SUCCESS"}


@operation("AdminDeleteSoftwareToken")
def admin_delete_software_token(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    site = site_of(ctx, request["UserPoolId"])
    user = site.named(request["Username"])
    if user.software_token is None:
        raise AwsError(
            "SoftwareTokenMFANotFoundException", "Software token MFA is not set up for the user."
        )

    def edit(known: User) -> User:
        left = tuple(factor for factor in known.mfa.enabled if factor != TOTP)
        preferred = "" if known.mfa.preferred == TOTP else known.mfa.preferred
        return replace(known, software_token=None, mfa=MfaPreference(left, preferred))

    site.modify(user, edit)
    return {}


def _setting_up(ctx: Context, token: str) -> tuple[Visit, AuthSession]:
    """The sign-in that waits for a second factor to be set up."""
    known = ctx.store.get(AuthSession, session_id(token))
    if known is None:
        raise AwsError("NotAuthorizedException", "Invalid session for the user.")
    visit = visit_of(ctx, known.client_id)
    return visit, open_session(visit, token, "MFA_SETUP")


def _user_of(visit: Visit, session: AuthSession) -> User:
    user = visit.ctx.store.get(User, session.owner)
    if user is None:
        raise AwsError("NotAuthorizedException", "Invalid session for the user.")
    return user


def _access_token(request: Mapping[str, Any]) -> str:
    token = request.get("AccessToken")
    if not token:
        raise AwsError(
            "InvalidParameterException", "Either an access token or a session is required."
        )
    return str(token)


def _switched_off() -> AwsError:
    return AwsError(
        "SoftwareTokenMFANotFoundException",
        "Software Token MFA has not been enabled by the userPool",
    )


def _verified(site: Site, secret: bytes, code: str, name: str) -> SoftwareToken:
    """The app shows the code it should. Raises EnableSoftwareTokenMFAException."""
    step = matching_step(secret, code, site.now) if secret else None
    if step is None:
        raise AwsError("EnableSoftwareTokenMFAException", "Code mismatch")
    return SoftwareToken(secret=secret, verified=True, last_step=step, name=name)


def _with_app(user: User, token: SoftwareToken) -> User:
    """Whoever sets up an app at a sign-in has it switched on too."""
    enabled = tuple(factor for factor in _SETTINGS if factor in (*user.mfa.enabled, TOTP))
    return replace(
        user, software_token=token, mfa=MfaPreference(enabled, user.mfa.preferred or TOTP)
    )


# What there is to sign in with


@operation("GetUserAuthFactors")
def get_user_auth_factors(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"])
    return _auth_factors(caller, caller.user)


@operation("AdminGetUserAuthFactors")
def admin_get_user_auth_factors(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    site = site_of(ctx, request["UserPoolId"])
    return _auth_factors(site, site.named(request["Username"]))


def _auth_factors(site: Site, user: User) -> dict[str, Any]:
    configured = [f for f in first_factors(site.settings, user) if f != "PASSWORD_SRP"]
    return {
        "Username": user.username,
        **described_mfa(user),
        "ConfiguredUserAuthFactors": configured,
    }
