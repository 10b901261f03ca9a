"""How a sign-in begins: InitiateAuth, AdminInitiateAuth, and the first factor of each flow."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Mapping
from typing import Any

from studyapp.aws.cognito_idp import grants
from studyapp.aws.cognito_idp.auth_sessions import open_session, use_up
from studyapp.aws.cognito_idp.ceremonies import CHALLENGE_BYTES, RelyingParty, request_options
from studyapp.aws.cognito_idp.credentials import (
    WRONG_PASSWORD,
    check_may_try,
    forgive,
    is_password,
    refuse_password,
)
from studyapp.aws.cognito_idp.factors import first_factors
from studyapp.aws.cognito_idp.progress import (
    OTP,
    PASSWORD,
    Progress,
    ask,
    ask_factor,
    compact,
    go_on,
)
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.signing_keys import keys_of
from studyapp.aws.cognito_idp.srp import Verifier, make_verifier, public_value
from studyapp.aws.cognito_idp.users import User, UserStatus
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
    return _initiate(visit_of(ctx, request["ClientId"]), request, _NOT_BY_USERS)


@operation("AdminInitiateAuth")
def admin_initiate_auth(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    visit = visit_of(ctx, request["ClientId"], request["UserPoolId"])
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
    progress = Progress(request["AuthFlow"], device_key=given.get("DEVICE_KEY", ""))
    return take_password(visit, user, progress, password)


def _start_srp(
    visit: Visit, given: Mapping[str, str], request: Mapping[str, Any]
) -> dict[str, Any]:
    public = required(given, "SRP_A")
    user = claimed_user(visit, given)
    progress = Progress(request["AuthFlow"], device_key=given.get("DEVICE_KEY", ""))
    asked = ask_srp(visit, user, progress, public)
    # Cognito gives out no session here: the secret block comes back instead.
    return {name: value for name, value in asked.items() if name != "Session"}


def _start_custom(
    visit: Visit, given: Mapping[str, str], request: Mapping[str, Any]
) -> dict[str, Any]:
    required(given, "USERNAME")
    raise AwsError(
        "InvalidParameterException",
        "Custom auth lambda trigger is not configured for the user pool.",
    )


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
    offered = first_factors(visit.settings, user)
    preferred = given.get("PREFERRED_CHALLENGE")
    if preferred in offered:
        return begin_factor(visit, user, progress, preferred, given)
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
    if user is not None:
        return user
    if visit.hides_users:
        return pretended_user(visit, name)
    raise AwsError("UserNotFoundException", "User does not exist.")


def pretended_user(site: Site, name: str) -> User:
    """Nobody, who looks like somebody: the same salt, id and address whenever it is asked for.

    It was never stored (its version is 0) and has no password anybody knows.
    """
    secret = keys_of(site.ctx, site.pool_id).sealing
    folded = site.naming.folded(name)
    digest = hmac.digest(secret, folded.encode(), "sha256")
    sub = f"{digest.hex()[:8]}-{digest.hex()[8:12]}-4{digest.hex()[13:16]}-a{digest.hex()[17:20]}-"
    sub += digest.hex()[20:32]
    is_address = site.naming.attribute_of(name) is not None
    username = sub if is_address else name
    return User(
        pool_id=site.pool_id,
        name_key=site.naming.folded(username),
        username=username,
        sub=sub,
        created=site.now,
        modified=site.now,
        status=UserStatus.CONFIRMED,
        attributes={
            "sub": sub,
            "email": name if "@" in name else f"{folded[:1]}@{digest.hex()[:1]}",
            "phone_number": name if name.startswith("+") else f"+{int.from_bytes(digest[:5])}",
        },
        verifier=Verifier(
            int.from_bytes(digest[:16]),
            make_verifier("", "", digest.hex(), int.from_bytes(digest[16:])).value,
        ),
    )


# First factors


def take_password(visit: Visit, user: User, progress: Progress, password: str) -> dict[str, Any]:
    """A password as it is."""
    check_may_try(visit, user)
    if not is_password(user, password):
        raise refuse_password(visit, user)
    return go_on(visit, forgive(visit, user), progress.having(PASSWORD))


def ask_srp(visit: Visit, user: User, progress: Progress, public: str) -> dict[str, Any]:
    """PASSWORD_VERIFIER: prove a password without sending it."""
    check_may_try(visit, user)
    if user.verifier is None:
        raise AwsError("NotAuthorizedException", WRONG_PASSWORD)
    try:
        client_public = int(public, 16)
    except ValueError:
        raise AwsError("InvalidParameterException", "Invalid SRP_A value.") from None
    secret = int.from_bytes(visit.ctx.keys.random(32))
    block = base64.b64encode(visit.ctx.keys.random(256)).decode()
    return ask(
        visit,
        user,
        progress,
        "PASSWORD_VERIFIER",
        {
            "SALT": f"{user.verifier.salt:x}",
            "SECRET_BLOCK": block,
            "SRP_B": f"{public_value(user.verifier, secret):x}",
            "USERNAME": user.username,
            "USER_ID_FOR_SRP": user.username,
        },
        token=block,
        srp_secret=secret,
        srp_public=client_public,
    )


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
