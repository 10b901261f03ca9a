"""What a user is: read and changed by the user, or by an administrator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studyapp.aws.cognito_idp.attributes import (
    VERIFIABLE,
    as_list,
    from_list,
    readable,
    unwritable,
)
from studyapp.aws.cognito_idp.codes import (
    ATTRIBUTE_CODE_LIMIT,
    ATTRIBUTE_LIFE,
    VERIFY_ATTRIBUTE_LIMIT,
)
from studyapp.aws.cognito_idp.documents import Client
from studyapp.aws.cognito_idp.grants import SignedIn, signed_in, take_away
from studyapp.aws.cognito_idp.mfa import described_mfa
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.user_codes import count, issue_code, judged, without_code
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import Site, site_of
from studyapp.aws.operations import Context
from studyapp.aws.wire.errors import AwsError


@operation("GetUser")
def get_user(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"])
    attributes = readable(caller.user.attributes, _client_settings(caller))
    return {
        "Username": caller.user.username,
        "UserAttributes": as_list(attributes),
        **described_mfa(caller.user),
    }


@operation("AdminGetUser")
def admin_get_user(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    user = site_of(ctx, request["UserPoolId"]).named(request["Username"])
    told = described(user)
    attributes = told.pop("Attributes")
    return {**told, "UserAttributes": attributes, **described_mfa(user)}


def described(user: User) -> dict[str, Any]:
    """UserType."""
    return {
        "Username": user.username,
        "Attributes": as_list(user.attributes),
        "UserCreateDate": user.created,
        "UserLastModifiedDate": user.modified,
        "Enabled": user.enabled,
        "UserStatus": user.status.value,
    }


def _client_settings(caller: SignedIn) -> Mapping[str, Any]:
    client = caller.ctx.store.get(Client, caller.session.client_id)
    return client.settings if client else {}


# Changing


@operation("UpdateUserAttributes")
def update_user_attributes(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"], request.get("ClientMetadata"))
    given = from_list(request["UserAttributes"])
    _check_writable(caller, given)
    return {"CodeDeliveryDetailsList": _update(caller, caller.user, given, by_admin=False)}


@operation("AdminUpdateUserAttributes")
def admin_update_user_attributes(ctx: Context, request: dict[str, Any]) -> None:
    site = site_of(ctx, request["UserPoolId"], request.get("ClientMetadata"))
    user = site.named(request["Username"])
    _update(site, user, from_list(request["UserAttributes"]), by_admin=True)


@operation("DeleteUserAttributes")
def delete_user_attributes(ctx: Context, request: dict[str, Any]) -> None:
    caller = signed_in(ctx, request["AccessToken"])
    gone = dict.fromkeys(request["UserAttributeNames"], "")
    _check_writable(caller, gone)
    _update(caller, caller.user, gone, by_admin=False)


@operation("AdminDeleteUserAttributes")
def admin_delete_user_attributes(ctx: Context, request: dict[str, Any]) -> None:
    site = site_of(ctx, request["UserPoolId"])
    user = site.named(request["Username"])
    _update(site, user, dict.fromkeys(request["UserAttributeNames"], ""), by_admin=True)


def _check_writable(caller: SignedIn, given: Mapping[str, str]) -> None:
    if unwritable(given, _client_settings(caller)):
        raise AwsError(
            "NotAuthorizedException", "A client attempted to write unauthorized attribute"
        )


def _update(
    site: Site, user: User, given: Mapping[str, str], *, by_admin: bool
) -> list[dict[str, str]]:
    """Change attributes; a changed address is unproven, and a code goes to it.

    Where the pool wants the proof before the change, the old address stays until then.
    """
    if objection := site.schema.update_objection(given, by_admin=by_admin):
        raise AwsError("InvalidParameterException", objection)
    changed = {name: value for name, value in given.items() if user.attributes.get(name) != value}
    waiting = {
        name: value
        for name, value in changed.items()
        if value and name in _proven_first(site) and given.get(VERIFIABLE[name]) != "true"
    }
    now = {name: value for name, value in given.items() if name not in waiting}
    for name, says in VERIFIABLE.items():
        if name in changed and name not in waiting:
            now.setdefault(says, "false" if changed[name] else "")
    user = site.modify(user, lambda known: known.with_attributes(now))
    sent = []
    for name in VERIFIABLE:
        is_new = changed.get(name) and given.get(VERIFIABLE[name]) != "true"
        if is_new and (name in waiting or name in site.settings.get("AutoVerifiedAttributes", ())):
            user, details = issue_code(
                site,
                user,
                name,
                name,
                changed[name],
                ATTRIBUTE_LIFE,
                "UpdateUserAttribute",
            )
            sent.append(details)
    return sent


def _proven_first(site: Site) -> Sequence[str]:
    settings = site.settings.get("UserAttributeUpdateSettings") or {}
    names: Sequence[str] = settings.get("AttributesRequireVerificationBeforeUpdate", ())
    return names


# Proving an address


@operation("GetUserAttributeVerificationCode")
def get_user_attribute_verification_code(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"], request.get("ClientMetadata"))
    name = _verifiable(request["AttributeName"])
    waiting = caller.user.codes.get(name)
    to = waiting.value if waiting else caller.user.attributes.get(name)
    if not to:
        raise AwsError("InvalidParameterException", f"User does not have an {name}.")
    user = count(caller, caller.user, f"send_{name}", ATTRIBUTE_CODE_LIMIT)
    _, details = issue_code(caller, user, name, name, to, ATTRIBUTE_LIFE, "VerifyUserAttribute")
    return {"CodeDeliveryDetails": details}


@operation("VerifyUserAttribute")
def verify_user_attribute(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"])
    name = _verifiable(request["AttributeName"])
    user = count(caller, caller.user, f"verify_{name}", VERIFY_ATTRIBUTE_LIMIT)
    code = judged(caller, user, name, request["Code"])

    def edit(known: User) -> User:
        proven = {name: code.value, VERIFIABLE[name]: "true"}
        return without_code(known, name).with_attributes(proven)

    caller.modify(user, edit)
    return {}


def _verifiable(name: str) -> str:
    if name not in VERIFIABLE:
        raise AwsError("InvalidParameterException", f"Attribute {name} cannot be verified.")
    return name


@operation("DeleteUser")
def delete_own_user(ctx: Context, request: dict[str, Any]) -> None:
    caller = signed_in(ctx, request["AccessToken"])
    take_away(caller, caller.user)
