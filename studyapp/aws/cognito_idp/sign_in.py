"""How a sign-in begins: InitiateAuth, AdminInitiateAuth, and the first factor of each flow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from studyapp.aws.cognito_idp import custom_auth, grants
from studyapp.aws.cognito_idp.auth_sessions import open_session, use_up
from studyapp.aws.cognito_idp.ceremonies import CHALLENGE_BYTES, RelyingParty, request_options
from studyapp.aws.cognito_idp.credentials import (
    check_may_try,
)
from studyapp.aws.cognito_idp.factors import first_factors
from studyapp.aws.cognito_idp.newcomers import migrated
from studyapp.aws.cognito_idp.password_factor import ask_srp, take_password
from studyapp.aws.cognito_idp.pretending import pretended_user
from studyapp.aws.cognito_idp.progress import (
    OTP,
    Progress,
    ask,
    ask_factor,
    compact,
    go_on,
)
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.triggers import about, call
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import Site, Visit, client_secrets, required, visit_of
from studyapp.aws.operations import Context
from studyapp.aws.wire.errors import AwsError

# What a client has to allow for a flow, by its old name too; and what AWS says if it doesn't.
_ALLOWED_BY = {
    "USER_SRP_AUTH": (("ALLOW_USER_SRP_AUTH",), "USER_SRP_AUTH is not enabled for the client."),
    "USER_PASSWORD_AUTH": (
        ("ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"),
        "USER_PASSWORD_AUTH flow not enabled for this client",
    ),
    "ADMIN_USER_PASSWORD_AUTH": (
        ("ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"),
        "Auth flow not enabled for this client",
    ),
    "CUSTOM_AUTH": (
        ("ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH_FLOW_ONLY"),
        "CUSTOM_AUTH is not enabled for the client.",
    ),
    "USER_AUTH": (("ALLOW_USER_AUTH",), "USER_AUTH is not enabled for the client."),
    "REFRESH_TOKEN_AUTH": (
        ("ALLOW_REFRESH_TOKEN_AUTH",),
        "REFRESH_TOKEN_AUTH is not enabled for the client.",
    ),
}
_SAME = {"ADMIN_NO_SRP_AUTH": "ADMIN_USER_PASSWORD_AUTH", "REFRESH_TOKEN": "REFRESH_TOKEN_AUTH"}
_NOT_BY_USERS = frozenset({"ADMIN_USER_PASSWORD_AUTH"})
_NOT_BY_ADMINS = frozenset({"USER_PASSWORD_AUTH"})


@operation("InitiateAuth")
def initiate_auth(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    return _initiate(
        visit_of(
            ctx,
            request["ClientId"],
            metadata=request.get("ClientMetadata"),
            context_data=request.get("UserContextData"),
        ),
        request,
        _NOT_BY_USERS,
    )


@operation("AdminInitiateAuth")
def admin_initiate_auth(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(
        ctx,
        request["ClientId"],
        request["UserPoolId"],
        request.get("ClientMetadata"),
        request.get("ContextData"),
    )
    return _initiate(visit, request, _NOT_BY_ADMINS)


def _initiate(visit: Visit, request: Mapping[str, Any], refused: frozenset[str]) -> dict[str, Any]:
    flow = _SAME.get(request["AuthFlow"], request["AuthFlow"])
    if flow in refused:
        raise AwsError("InvalidParameterException", "Initiate Auth method not supported.")
    allowed_by, otherwise = _ALLOWED_BY[flow]
    if not visit.allows(*allowed_by):
        raise AwsError("InvalidParameterException", otherwise)
    return _STARTS[flow](visit, request.get("AuthParameters", {}), request)


def _start_password(
    visit: Visit, given: Mapping[str, str], request: Mapping[str, Any]
) -> dict[str, Any]:
    user = claimed_user(visit, given)
    password = required(given, "PASSWORD")
    announce(visit, user)
    progress = Progress(request["AuthFlow"], device_key=given.get("DEVICE_KEY", ""))
    return take_password(visit, user, progress, password)


def _start_srp(
    visit: Visit, given: Mapping[str, str], request: Mapping[str, Any]
) -> dict[str, Any]:
    public = required(given, "SRP_A")
    user = claimed_user(visit, given)
    announce(visit, user)
    progress = Progress(request["AuthFlow"], device_key=given.get("DEVICE_KEY", ""))
    asked = ask_srp(visit, user, progress, public)
    # Cognito gives out no session here: the secret block comes back instead.
    return {name: value for name, value in asked.items() if name != "Session"}


def _start_custom(
    visit: Visit, given: Mapping[str, str], request: Mapping[str, Any]
) -> dict[str, Any]:
    user = claimed_user(visit, given)
    check_may_try(visit, user)
    progress = Progress(request["AuthFlow"], device_key=given.get("DEVICE_KEY", ""))
    return custom_auth.begin(visit, user, progress, given)


def _start_refresh(
    visit: Visit, given: Mapping[str, str], request: Mapping[str, Any]
) -> dict[str, Any]:
    token = required(given, "REFRESH_TOKEN")
    check_refresher(visit, token, given.get("SECRET_HASH"))
    return {"AuthenticationResult": grants.refresh(visit, token), "ChallengeParameters": {}}


def check_refresher(visit: Visit, token: str, secret_hash: str | None) -> None:
    """That who has a refresh token of a client with a secret knows that too."""
    if client_secrets(visit.client):
        session, _ = grants.read_refresh_token(visit, token)
        user = visit.ctx.store.get(User, session.owner)
        visit.check_secret_hash(secret_hash, *([user.username, user.sub] if user else []))


def _start_choice(
    visit: Visit, given: Mapping[str, str], request: Mapping[str, Any]
) -> dict[str, Any]:
    user = claimed_user(visit, given)
    progress = Progress(request["AuthFlow"], device_key=given.get("DEVICE_KEY", ""))
    if token := request.get("Session"):
        # Whoever just confirmed a sign-up with a code needn't show another.
        session = open_session(visit, token, "CONFIRMED_SIGN_UP")
        if session.name_key != user.name_key:
            raise AwsError("NotAuthorizedException", "Invalid session for the user.")
        use_up(visit, session)
        return go_on(visit, user, progress.having(OTP))
    check_may_try(visit, user)
    announce(visit, user)
    preferred = given.get("PREFERRED_CHALLENGE")
    if preferred in first_factors(visit.settings, user):
        return begin_factor(visit, user, progress, preferred, given)
    return ask_choice(visit, user, progress)


def ask_choice(visit: Visit, user: User, progress: Progress) -> dict[str, Any]:
    """SELECT_CHALLENGE: which of the first factors it shall be."""
    offered = first_factors(visit.settings, user)
    told: dict[str, str] = {"USERNAME": user.username}
    kept: dict[str, Any] = {}
    if "WEB_AUTHN" in offered:
        kept, options = passkey_challenge(visit, user)
        told |= options
    asked = ask(visit, user, progress, "SELECT_CHALLENGE", told, **kept)
    return {**asked, "AvailableChallenges": offered}


_Start = Callable[[Visit, Mapping[str, str], Mapping[str, Any]], dict[str, Any]]
_STARTS: Mapping[str, _Start] = {
    "USER_PASSWORD_AUTH": _start_password,
    "ADMIN_USER_PASSWORD_AUTH": _start_password,
    "USER_SRP_AUTH": _start_srp,
    "CUSTOM_AUTH": _start_custom,
    "REFRESH_TOKEN_AUTH": _start_refresh,
    "USER_AUTH": _start_choice,
}


# Who says to sign in


def claimed_user(visit: Visit, given: Mapping[str, str]) -> User:
    """The user of USERNAME; of a client that hides who there is, somebody made up if need be."""
    name = required(given, "USERNAME")
    visit.check_secret_hash(given.get("SECRET_HASH"), name)
    user = visit.find(name)
    if user is None and "PASSWORD" in given:
        user = migrated(visit, name, "Authentication", given["PASSWORD"])
    if user is not None:
        return user
    if visit.hides_users:
        return pretended_user(visit, name)
    raise AwsError("UserNotFoundException", "User does not exist.")


def announce(visit: Visit, user: User) -> None:
    """Tell the pre authentication trigger, which may refuse."""
    nobody = not user.version
    call(
        visit,
        "PreAuthentication_Authentication",
        user.username,
        {
            "userAttributes": {} if nobody else about(user),
            "validationData": dict(visit.metadata),
            **({"userNotFound": True} if nobody else {}),
        },
        {},
    )


# First factors


def passkey_challenge(visit: Visit, user: User) -> tuple[dict[str, Any], dict[str, str]]:
    """What to keep of a passkey's challenge, and the parameters that tell of it."""
    nonce = visit.ctx.keys.random(CHALLENGE_BYTES)
    options = request_options(
        party_of(visit), challenge=nonce, known=[passkey.id for passkey in user.passkeys]
    )
    return {"nonce": nonce}, {"CREDENTIAL_REQUEST_OPTIONS": compact(options)}


def party_of(site: Site) -> RelyingParty:
    """Whom the pool's passkeys are for. Raises WebAuthnConfigurationMissingException."""
    configuration = site.settings.get("WebAuthnConfiguration") or {}
    if not configuration.get("RelyingPartyId"):
        raise AwsError(
            "WebAuthnConfigurationMissingException",
            "WebAuthn relying party ID is not configured for the user pool.",
        )
    return RelyingParty(
        configuration["RelyingPartyId"], configuration.get("UserVerification", "preferred")
    )


def begin_factor(
    visit: Visit, user: User, progress: Progress, factor: str, given: Mapping[str, str]
) -> dict[str, Any]:
    """The factor a user chose; what was sent along with the choice is taken at once."""
    if factor == "PASSWORD":
        if "PASSWORD" in given:
            return take_password(visit, user, progress, given["PASSWORD"])
        return ask(visit, user, progress, factor, {"USERNAME": user.username})
    if factor == "PASSWORD_SRP":
        if "SRP_A" in given:
            return ask_srp(visit, user, progress, given["SRP_A"])
        return ask(visit, user, progress, factor, {"USERNAME": user.username})
    if factor == "WEB_AUTHN":
        kept, options = passkey_challenge(visit, user)
        return ask(visit, user, progress, factor, {"USERNAME": user.username} | options, **kept)
    return ask_factor(visit, user, progress, factor)
