"""Passwords that are forgotten, changed, or set by an administrator."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.attributes import VERIFIABLE
from studyapp.aws.cognito_idp.codes import (
    CHANGE_PASSWORD_LIMIT,
    CONFIRM_FORGOTTEN_LIMIT,
    FORGOTTEN_LIFE,
    FORGOTTEN_LIMIT,
)
from studyapp.aws.cognito_idp.credentials import (
    WRONG_PASSWORD,
    is_password,
    with_password,
    with_temporary_password,
)
from studyapp.aws.cognito_idp.event_log import note
from studyapp.aws.cognito_idp.grants import revoke_all, signed_in
from studyapp.aws.cognito_idp.newcomers import migrated
from studyapp.aws.cognito_idp.protection import check_new_password
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.sign_up import confirmed, pretended_delivery
from studyapp.aws.cognito_idp.user_codes import (
    FORGOTTEN,
    OLD_CODE,
    count,
    issue_code,
    judged,
    without_code,
)
from studyapp.aws.cognito_idp.users import User, UserStatus
from studyapp.aws.cognito_idp.visits import Site, site_of, visit_of
from studyapp.aws.operations import Context
from studyapp.aws.wire.errors import AwsError

_MECHANISMS = {"verified_email": "email", "verified_phone_number": "phone_number"}
# What a pool does that was made without AccountRecoverySetting: a phone first (API reference).
_LEGACY = ("phone_number", "email")


@operation("ForgotPassword")
def forgot_password(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(
        ctx,
        request["ClientId"],
        metadata=request.get("ClientMetadata"),
        context_data=request.get("UserContextData"),
    )
    name = request["Username"]
    visit.check_secret_hash(request.get("SecretHash"), name)
    user = visit.find(name) or migrated(visit, name, "ForgotPassword", None)
    if user is None:
        if not visit.hides_users:
            raise AwsError("UserNotFoundException", "Username/client id combination not found.")
        return {"CodeDeliveryDetails": pretended_delivery(visit, name)}
    if not user.enabled:
        raise AwsError("NotAuthorizedException", "User is disabled.")
    if user.status in (UserStatus.FORCE_CHANGE_PASSWORD, UserStatus.EXTERNAL_PROVIDER):
        raise AwsError(
            "NotAuthorizedException", "User password cannot be reset in the current state."
        )
    attribute = _recovery_attribute(visit, user)
    user = count(visit, user, "forgot_password", FORGOTTEN_LIMIT)
    note(visit, user, "ForgotPassword")
    return {"CodeDeliveryDetails": _send_reset(visit, user, attribute)}


def _recovery_attribute(site: Site, user: User) -> str:
    """Where a code goes that resets the password: a proven address, as the pool prefers."""
    settings = site.settings.get("AccountRecoverySetting", {}).get("RecoveryMechanisms")
    order: tuple[str, ...] = _LEGACY
    if settings:
        ranked = sorted(settings, key=lambda mechanism: mechanism["Priority"])
        order = tuple(
            _MECHANISMS[mechanism["Name"]]
            for mechanism in ranked
            if mechanism["Name"] in _MECHANISMS
        )
        if not order:
            raise AwsError("NotAuthorizedException", "Contact administrator to reset password.")
    for attribute in order:
        if user.attributes.get(VERIFIABLE[attribute]) == "true" and user.attributes.get(attribute):
            return attribute
    raise AwsError(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or "
        "phone_number",
    )


def _send_reset(site: Site, user: User, attribute: str) -> dict[str, str]:
    to = user.attributes[attribute]
    _, details = issue_code(site, user, FORGOTTEN, attribute, to, FORGOTTEN_LIFE, "ForgotPassword")
    return details


@operation("ConfirmForgotPassword")
def confirm_forgot_password(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(
        ctx,
        request["ClientId"],
        metadata=request.get("ClientMetadata"),
        context_data=request.get("UserContextData"),
    )
    name = request["Username"]
    visit.check_secret_hash(request.get("SecretHash"), name)
    user = visit.find(name)
    if user is None:
        if visit.hides_users:
            raise AwsError("ExpiredCodeException", OLD_CODE)
        raise AwsError("UserNotFoundException", "Username/client id combination not found.")
    user = count(visit, user, "confirm_forgot_password", CONFIRM_FORGOTTEN_LIMIT)
    judged(visit, user, FORGOTTEN, request["ConfirmationCode"])
    check_new_password(visit, request["Password"], "PASSWORD_CHANGE")

    def edit(known: User) -> User:
        changed = without_code(with_password(visit, known, request["Password"]), FORGOTTEN)
        is_reset = changed.status is UserStatus.RESET_REQUIRED
        return replace(changed, status=UserStatus.CONFIRMED) if is_reset else changed

    user = visit.modify(user, edit)
    note(visit, user, "PasswordChange")
    confirmed(visit, user, "PostConfirmation_ConfirmForgotPassword")
    return {}


@operation("ChangePassword")
def change_password(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"])
    user = count(caller, caller.user, "change_password", CHANGE_PASSWORD_LIMIT)
    if user.verifier is not None and not is_password(
        caller, user, request.get("PreviousPassword", "")
    ):
        raise AwsError("NotAuthorizedException", WRONG_PASSWORD)
    proposed = request["ProposedPassword"]
    check_new_password(caller, proposed, "PASSWORD_CHANGE")
    user = caller.modify(user, lambda known: with_password(caller, known, proposed))
    note(caller, user, "PasswordChange")
    return {}


@operation("AdminSetUserPassword")
def admin_set_user_password(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    site = site_of(ctx, request["UserPoolId"])
    user, password = site.named(request["Username"]), request["Password"]

    def edit(known: User) -> User:
        if not request.get("Permanent"):
            return with_temporary_password(site, known, password)
        return replace(with_password(site, known, password), status=UserStatus.CONFIRMED)

    site.modify(user, edit)
    return {}


@operation("AdminResetUserPassword")
def admin_reset_user_password(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    site = site_of(ctx, request["UserPoolId"], request.get("ClientMetadata"))
    user = site.named(request["Username"])
    if user.status not in (UserStatus.CONFIRMED, UserStatus.RESET_REQUIRED):
        raise AwsError(
            "NotAuthorizedException", "User password cannot be reset in the current state."
        )
    attribute = _recovery_attribute(site, user)
    user = site.modify(user, lambda known: replace(known, status=UserStatus.RESET_REQUIRED))
    revoke_all(ctx.store, user)
    _send_reset(site, user, attribute)
    return {}
