"""People who sign up by themselves: SignUp, and the code that confirms it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.attributes import VERIFIABLE, from_list, unwritable
from studyapp.aws.cognito_idp.auth_sessions import open_session, use_up
from studyapp.aws.cognito_idp.codes import CONFIRM_SIGN_UP_LIMIT, RESEND_LIMIT, SIGN_UP_LIFE
from studyapp.aws.cognito_idp.credentials import with_password
from studyapp.aws.cognito_idp.delivery import delivery_details
from studyapp.aws.cognito_idp.progress import Progress, ask
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.sign_in import pretended_user
from studyapp.aws.cognito_idp.user_codes import (
    OLD_CODE,
    SIGN_UP,
    count,
    issue_code,
    judged,
    without_code,
)
from studyapp.aws.cognito_idp.users import User, UserStatus
from studyapp.aws.cognito_idp.visits import Site, site_of, visit_of
from studyapp.aws.operations import Context
from studyapp.aws.ports import ConflictError
from studyapp.aws.wire.errors import AwsError


@operation("SignUp")
def sign_up(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(ctx, request["ClientId"])
    name = request["Username"]
    visit.check_secret_hash(request.get("SecretHash"), name)
    if visit.settings.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly"):
        raise AwsError("NotAuthorizedException", "SignUp is not permitted for this user pool")
    given = from_list(request.get("UserAttributes", ()))
    if unwritable(given, visit.client.settings):
        raise AwsError(
            "NotAuthorizedException", "A client attempted to write unauthorized attribute"
        )
    user = new_user(visit, name, given, complete=True)
    if password := request.get("Password"):
        user = with_password(visit, user, password)
    elif not is_passwordless(visit):
        raise AwsError("InvalidParameterException", "Password is required.")
    user = keep_new(visit, user, taken="User already exists")
    sent = send_confirmation(visit, user)
    answer = {"UserConfirmed": False, "UserSub": user.sub}
    if sent:
        user, answer["CodeDeliveryDetails"] = sent
    if visit.allows("ALLOW_USER_AUTH"):
        asked = ask(visit, user, Progress("USER_AUTH"), "CONFIRM_SIGN_UP")
        answer["Session"] = asked["Session"]
    return answer


@operation("ConfirmSignUp")
def confirm_sign_up(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(ctx, request["ClientId"])
    name = request["Username"]
    visit.check_secret_hash(request.get("SecretHash"), name)
    user = visit.find(name)
    if user is None:
        if visit.hides_users:
            raise AwsError("ExpiredCodeException", OLD_CODE)
        raise AwsError("UserNotFoundException", "Username/client id combination not found.")
    user = count(visit, user, "confirm_sign_up", CONFIRM_SIGN_UP_LIMIT)
    if user.status is not UserStatus.UNCONFIRMED:
        raise AwsError(
            "NotAuthorizedException",
            f"User cannot be confirmed. Current status is {user.status}",
        )
    code = judged(visit, user, SIGN_UP, request["ConfirmationCode"])
    takes_over = request.get("ForceAliasCreation", False)

    def edit(known: User) -> User:
        proven = {
            VERIFIABLE[name]: "true"
            for name in VERIFIABLE
            if known.attributes.get(name) == code.value
        }
        return replace(
            without_code(known, SIGN_UP).with_attributes(proven), status=UserStatus.CONFIRMED
        )

    user = visit.modify(user, edit, takes_over=takes_over)
    if token := request.get("Session"):
        use_up(visit, open_session(visit, token, "CONFIRM_SIGN_UP"))
        asked = ask(visit, user, Progress("USER_AUTH"), "CONFIRMED_SIGN_UP")
        return {"Session": asked["Session"]}
    return {}


@operation("AdminConfirmSignUp")
def admin_confirm_sign_up(ctx: Context, request: dict[str, Any]) -> None:
    site = site_of(ctx, request["UserPoolId"])
    user = site.named(request["Username"])
    if user.status is not UserStatus.UNCONFIRMED:
        raise AwsError(
            "NotAuthorizedException",
            f"User cannot be confirmed. Current status is {user.status}",
        )
    site.modify(
        user, lambda known: replace(without_code(known, SIGN_UP), status=UserStatus.CONFIRMED)
    )


@operation("ResendConfirmationCode")
def resend_confirmation_code(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(ctx, request["ClientId"])
    name = request["Username"]
    visit.check_secret_hash(request.get("SecretHash"), name)
    user = visit.find(name)
    if user is None:
        if not visit.hides_users:
            raise AwsError("UserNotFoundException", "Username/client id combination not found.")
        return {"CodeDeliveryDetails": pretended_delivery(visit, name)}
    if user.status is not UserStatus.UNCONFIRMED:
        raise AwsError("InvalidParameterException", "User is already confirmed.")
    user = count(visit, user, "resend", RESEND_LIMIT)
    sent = send_confirmation(visit, user)
    if sent is None:
        raise AwsError("InvalidParameterException", "Auto verification not turned on.")
    return {"CodeDeliveryDetails": sent[1]}


# New users


def new_user(site: Site, name: str, given: Mapping[str, str], *, complete: bool) -> User:
    """A user who isn't kept yet. Raises InvalidParameterException for what the pool won't have."""
    if objection := site.naming.objection(name):
        raise AwsError("InvalidParameterException", objection)
    sub = site.ctx.ids.uuid()
    attributes = dict(given)
    address = site.naming.attribute_of(name)
    if address:
        attributes.setdefault(address, name)
    if objection := site.schema.objection(attributes, complete=complete):
        raise AwsError("InvalidParameterException", objection)
    username = sub if address else site.naming.folded(name)
    return User(
        pool_id=site.pool_id,
        name_key=site.naming.folded(username),
        username=username,
        sub=sub,
        created=site.now,
        modified=site.now,
        status=UserStatus.UNCONFIRMED,
        attributes={"sub": sub, **attributes},
    )


def keep_new(site: Site, user: User, *, taken: str, takes_over: bool = False) -> User:
    """Write a new user. Raises UsernameExistsException in the operation's own words."""
    if site.find(user.username) is not None:
        raise AwsError("UsernameExistsException", taken)
    try:
        return site.save(user, takes_over=takes_over)
    except ConflictError:
        raise AwsError("UsernameExistsException", taken) from None


def is_passwordless(site: Site) -> bool:
    """Whether people can sign in here without ever having a password."""
    policy = site.settings.get("Policies", {}).get("SignInPolicy", {})
    return bool({"EMAIL_OTP", "SMS_OTP"} & set(policy.get("AllowedFirstAuthFactors", ())))


# Codes


def send_confirmation(site: Site, user: User) -> tuple[User, dict[str, str]] | None:
    """Send a code to an address that the pool verifies; a phone first, as AWS does."""
    wanted = site.settings.get("AutoVerifiedAttributes", ())
    for attribute in ("phone_number", "email"):
        to = user.attributes.get(attribute)
        if attribute in wanted and to:
            return issue_code(site, user, SIGN_UP, attribute, to, SIGN_UP_LIFE, "SignUp")
    return None


def pretended_delivery(site: Site, name: str) -> dict[str, str]:
    """Where a code would have gone, had there been anybody."""
    pretended = pretended_user(site, name)
    return delivery_details("email", pretended.attributes["email"])
