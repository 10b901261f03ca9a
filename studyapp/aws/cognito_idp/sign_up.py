"""People who sign up by themselves: SignUp, and the code that confirms it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.attributes import VERIFIABLE, from_list, unwritable
from studyapp.aws.cognito_idp.auth_sessions import open_session, use_up
from studyapp.aws.cognito_idp.codes import CONFIRM_SIGN_UP_LIMIT, RESEND_LIMIT, SIGN_UP_LIFE
from studyapp.aws.cognito_idp.credentials import with_password
from studyapp.aws.cognito_idp.delivery import delivery_details
from studyapp.aws.cognito_idp.event_log import note
from studyapp.aws.cognito_idp.newcomers import is_passwordless, keep_new, new_user, screened
from studyapp.aws.cognito_idp.pretending import pretended_user
from studyapp.aws.cognito_idp.progress import Progress, ask
from studyapp.aws.cognito_idp.protection import check_new_password
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.triggers import call, told
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
from studyapp.aws.wire.errors import AwsError


@operation("SignUp")
def sign_up(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(
        ctx,
        request["ClientId"],
        metadata=request.get("ClientMetadata"),
        context_data=request.get("UserContextData"),
    )
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
        check_new_password(visit, password, "SIGN_UP")
        user = with_password(visit, user, password)
    elif not is_passwordless(visit):
        raise AwsError("InvalidParameterException", "Password is required.")
    user = screened(visit, user, "PreSignUp_SignUp", request.get("ValidationData", ()))
    user = keep_new(visit, user, taken="User already exists")
    note(visit, user, "SignUp")
    is_confirmed = user.status is UserStatus.CONFIRMED
    answer = {"UserConfirmed": is_confirmed, "UserSub": user.sub}
    if is_confirmed:
        confirmed(visit, user)
    elif sent := send_confirmation(visit, user, "SignUp"):
        user, answer["CodeDeliveryDetails"] = sent
    if visit.allows("ALLOW_USER_AUTH"):
        asked = ask(visit, user, Progress("USER_AUTH"), "CONFIRM_SIGN_UP")
        answer["Session"] = asked["Session"]
    return answer


@operation("ConfirmSignUp")
def confirm_sign_up(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
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
    confirmed(visit, user)
    if token := request.get("Session"):
        use_up(visit, open_session(visit, token, "CONFIRM_SIGN_UP"))
        asked = ask(visit, user, Progress("USER_AUTH"), "CONFIRMED_SIGN_UP")
        return {"Session": asked["Session"]}
    return {}


@operation("AdminConfirmSignUp")
def admin_confirm_sign_up(ctx: Context, request: dict[str, Any]) -> None:
    site = site_of(ctx, request["UserPoolId"], request.get("ClientMetadata"))
    user = site.named(request["Username"])
    if user.status is not UserStatus.UNCONFIRMED:
        raise AwsError(
            "NotAuthorizedException",
            f"User cannot be confirmed. Current status is {user.status}",
        )
    user = site.modify(
        user, lambda known: replace(without_code(known, SIGN_UP), status=UserStatus.CONFIRMED)
    )
    confirmed(site, user)


@operation("ResendConfirmationCode")
def resend_confirmation_code(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
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
        if not visit.hides_users:
            raise AwsError("UserNotFoundException", "Username/client id combination not found.")
        return {"CodeDeliveryDetails": pretended_delivery(visit, name)}
    if user.status is not UserStatus.UNCONFIRMED:
        raise AwsError("InvalidParameterException", "User is already confirmed.")
    user = count(visit, user, "resend", RESEND_LIMIT)
    sent = send_confirmation(visit, user, "ResendCode")
    if sent is None:
        raise AwsError("InvalidParameterException", "Auto verification not turned on.")
    note(visit, user, "ResendCode")
    return {"CodeDeliveryDetails": sent[1]}


# New users


def confirmed(site: Site, user: User, source: str = "PostConfirmation_ConfirmSignUp") -> None:
    """Tell the post confirmation trigger."""
    call(site, source, user.username, told(user, site), {})


# Codes


def send_confirmation(site: Site, user: User, occasion: str) -> tuple[User, dict[str, str]] | None:
    """Send a code to an address that the pool verifies; a phone first, as AWS does."""
    wanted = site.settings.get("AutoVerifiedAttributes", ())
    for attribute in ("phone_number", "email"):
        to = user.attributes.get(attribute)
        if attribute in wanted and to:
            return issue_code(site, user, SIGN_UP, attribute, to, SIGN_UP_LIFE, occasion)
    return None


def pretended_delivery(site: Site, name: str) -> dict[str, str]:
    """Where a code would have gone, had there been anybody."""
    pretended = pretended_user(site, name)
    return delivery_details("email", pretended.attributes["email"])
