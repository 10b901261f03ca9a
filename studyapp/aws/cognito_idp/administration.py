"""What an administrator does with users: make, list, switch off, delete."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.attributes import from_list
from studyapp.aws.cognito_idp.credentials import generated_password, with_temporary_password
from studyapp.aws.cognito_idp.delivery import invite
from studyapp.aws.cognito_idp.filters import Filter, FilterError
from studyapp.aws.cognito_idp.grants import revoke_all, take_away
from studyapp.aws.cognito_idp.newcomers import is_passwordless, keep_new, new_user, screened
from studyapp.aws.cognito_idp.profiles import described
from studyapp.aws.cognito_idp.resources import key_of, token_of
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.users import User, UserStatus
from studyapp.aws.cognito_idp.visits import Site, site_of
from studyapp.aws.operations import Context
from studyapp.aws.wire.errors import AwsError

_PAGE = 60
_TAKEN = "User account already exists"


@operation("AdminCreateUser")
def admin_create_user(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    site = site_of(ctx, request["UserPoolId"], request.get("ClientMetadata"))
    if request.get("MessageAction") == "RESEND":
        return {"User": described(_invited_again(site, request))}
    given = from_list(request.get("UserAttributes", ()))
    user = new_user(site, request["Username"], given, complete=False)
    password = request.get("TemporaryPassword")
    if password is None and is_passwordless(site):
        user = replace(user, status=UserStatus.CONFIRMED)
    else:
        password = password or generated_password(site)
        user = with_temporary_password(site, user, password)
    screened(site, user, "PreSignUp_AdminCreateUser", request.get("ValidationData", ()))
    user = keep_new(site, user, taken=_TAKEN, takes_over=request.get("ForceAliasCreation", False))
    if request.get("MessageAction") != "SUPPRESS":
        invite(site, user, request.get("DesiredDeliveryMediums", ["SMS"]), password or "")
    return {"User": described(user)}


def _invited_again(site: Site, request: dict[str, Any]) -> User:
    user = site.named(request["Username"])
    if user.status is not UserStatus.FORCE_CHANGE_PASSWORD:
        raise AwsError(
            "UnsupportedUserStateException", f"Resend not possible. User status is {user.status}"
        )
    password = request.get("TemporaryPassword") or generated_password(site)
    user = site.modify(user, lambda known: with_temporary_password(site, known, password))
    invite(site, user, request.get("DesiredDeliveryMediums", ["SMS"]), password)
    return user


@operation("AdminDeleteUser")
def admin_delete_user(ctx: Context, request: dict[str, Any]) -> None:
    site = site_of(ctx, request["UserPoolId"])
    take_away(site, site.named(request["Username"]))


@operation("AdminEnableUser")
def admin_enable_user(ctx: Context, request: dict[str, Any]) -> None:
    site = site_of(ctx, request["UserPoolId"])
    site.modify(site.named(request["Username"]), lambda user: replace(user, enabled=True))


@operation("AdminDisableUser")
def admin_disable_user(ctx: Context, request: dict[str, Any]) -> None:
    site = site_of(ctx, request["UserPoolId"])
    user = site.modify(site.named(request["Username"]), lambda user: replace(user, enabled=False))
    revoke_all(ctx.store, user)


# Listing


@operation("ListUsers")
def list_users(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    site = site_of(ctx, request["UserPoolId"])
    wanted = request.get("AttributesToGet")
    for name in wanted or ():
        if name not in site.schema.entries:
            raise AwsError(
                "InvalidParameterException", "One or more requested attributes do not exist."
            )
    limit = request.get("Limit", _PAGE)
    found = _matching(site, request.get("Filter", ""), request.get("PaginationToken", ""), limit)
    page, more = found[:limit], len(found) > limit
    users = [described(user) for user in page]
    if wanted is not None:
        for told in users:
            told["Attributes"] = [a for a in told["Attributes"] if a["Name"] in wanted]
    rest = {"PaginationToken": token_of(page[-1].key)} if more and page else {}
    return {"Users": users, **rest}


def _matching(site: Site, text: str, after: str, limit: int) -> list[User]:
    """Users that a Filter takes, in the order of their keys: one more than ``limit``, if there
    are more. Raises InvalidParameterException."""
    after = after and key_of(after)
    if after and not after.startswith(f"{site.pool_id}/"):
        raise AwsError("InvalidParameterException", "Invalid pagination token.")
    where = ("pool_id", site.pool_id)
    if not text.strip():
        return site.ctx.store.find(User, where, after=after, limit=limit + 1)
    try:
        condition = Filter.parse(text)
    except FilterError as error:
        raise AwsError("InvalidParameterException", str(error)) from error
    found: list[User] = []
    while len(found) <= limit:
        batch = site.ctx.store.find(User, where, after=after, limit=_BATCH)
        found += [user for user in batch if condition.takes(_searchable(user))]
        if len(batch) < _BATCH:
            break
        after = batch[-1].key
    return found[: limit + 1]


_BATCH = 500


def _searchable(user: User) -> dict[str, str]:
    return {
        **user.attributes,
        "username": user.username,
        "cognito:user_status": user.status.value,
        "status": "Enabled" if user.enabled else "Disabled",
    }
