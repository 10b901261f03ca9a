"""How far a sign-in has come, and what it takes next: another challenge, or the tokens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from studyapp.aws.cognito_idp.auth_sessions import (
    AuthSession,
    draw_token,
    keep_session,
    session_expiry,
    session_id,
)
from studyapp.aws.cognito_idp.codes import Code, make_digits
from studyapp.aws.cognito_idp.credentials import forgive
from studyapp.aws.cognito_idp.delivery import delivery_details, send_sign_in_code
from studyapp.aws.cognito_idp.devices import (
    new_device,
    remembered_device,
    replaces_second_factor,
    with_device,
)
from studyapp.aws.cognito_idp.event_log import is_watched
from studyapp.aws.cognito_idp.factors import TOTP, mfa_of_pool, second_factors, usable_factors
from studyapp.aws.cognito_idp.grants import grant_tokens
from studyapp.aws.cognito_idp.protection import (
    MFA_REQUIRED,
    begin_watching,
    block,
    end_watching,
)
from studyapp.aws.cognito_idp.triggers import call, told
from studyapp.aws.cognito_idp.users import User, UserStatus
from studyapp.aws.cognito_idp.visits import Visit
from studyapp.aws.wire.errors import AwsError

# What a sign-in can have shown.
PASSWORD, OTP, PASSKEY, MFA, DEVICE = "PASSWORD", "OTP", "PASSKEY", "MFA", "DEVICE"

# The flow of the pool's own pages, at whose end there is a user, and no tokens yet.
HOSTED = "HOSTED_UI"

_SENT_TO = {"SMS_MFA": "phone_number", "SMS_OTP": "phone_number", "EMAIL_OTP": "email"}


@dataclass(frozen=True, slots=True)
class Progress:
    """Which flow, what was shown so far, and the device it is said to come from. ``event_id`` is
    the event that threat protection keeps of it, ``demand`` what it wants for the risk;
    ``compromised``: the password is one that everybody knows."""

    flow: str
    passed: tuple[str, ...] = ()
    device_key: str = ""
    event_id: str = ""
    demand: str = ""
    compromised: bool = False

    @classmethod
    def of(cls, session: AuthSession) -> Progress:
        return cls(
            session.flow, session.passed, session.device_key, session.event_id, session.demand
        )

    def having(self, *shown: str) -> Progress:
        return replace(self, passed=(*self.passed, *shown))


def ask(
    visit: Visit,
    user: User,
    progress: Progress,
    challenge: str,
    parameters: Mapping[str, str] | None = None,
    *,
    token: str | None = None,
    **kept: Any,
) -> dict[str, Any]:
    """A challenge; the session that waits for its answer has what was ``kept`` for it."""
    token = token or draw_token(visit)
    session = AuthSession(
        id=session_id(token),
        pool_id=visit.pool_id,
        client_id=visit.client_id,
        name_key=user.name_key,
        challenge=challenge,
        expires=session_expiry(visit),
        flow=progress.flow,
        passed=progress.passed,
        device_key=progress.device_key,
        event_id=progress.event_id,
        demand=progress.demand,
        **kept,
    )
    keep_session(visit.ctx.store, session)
    return {
        "ChallengeName": challenge,
        "Session": token,
        "ChallengeParameters": dict(parameters or {}),
    }


def go_on(visit: Visit, user: User, progress: Progress) -> dict[str, Any]:
    """What a user who has shown ``progress.passed`` is asked next; the tokens if nothing."""
    if user.status is UserStatus.UNCONFIRMED:
        raise AwsError("UserNotConfirmedException", "User is not confirmed.")
    if not progress.event_id and is_watched(visit):
        event_id, demand = begin_watching(
            visit,
            user,
            password=PASSWORD in progress.passed,
            compromised=progress.compromised,
            custom=progress.flow == "CUSTOM_AUTH",
        )
        progress = replace(progress, event_id=event_id, demand=demand)
    if user.status is UserStatus.FORCE_CHANGE_PASSWORD and PASSWORD in progress.passed:
        return _ask_new_password(visit, user, progress)
    device = (
        None if progress.flow == HOSTED else remembered_device(visit, user, progress.device_key)
    )
    shown = progress.passed
    if device and replaces_second_factor(visit) and DEVICE not in shown:
        return ask_device(visit, user, progress)
    stands_in = device is not None and replaces_second_factor(visit) and not progress.demand
    if MFA not in shown and not stands_in and (asked := _ask_second(visit, user, progress)):
        return asked
    if device and DEVICE not in shown:
        return ask_device(visit, user, progress)
    metadata = None if device or progress.flow == HOSTED else new_device(visit, user)
    user = forgive(visit, user)
    if progress.event_id:
        end_watching(visit, user, progress.event_id, mfa={PASSWORD, MFA} <= {*shown})
    post = told(user, visit, newDeviceUsed=metadata is not None)
    call(visit, "PostAuthentication_Authentication", user.username, post, {})
    if progress.flow == HOSTED:
        return {"AuthenticatedUser": user}
    if device:
        used = replace(device, last_used=visit.now, last_ip=visit.ctx.source_ip)
        visit.change(user, lambda known: with_device(known, used))
        return _completed(
            grant_tokens(visit, user, device_key=device.key, event_id=progress.event_id)
        )
    if metadata is None:
        return _completed(grant_tokens(visit, user, event_id=progress.event_id))
    result = grant_tokens(visit, user, device_key=metadata["DeviceKey"], event_id=progress.event_id)
    return _completed({**result, "NewDeviceMetadata": metadata})


def _completed(result: Mapping[str, Any]) -> dict[str, Any]:
    return {"AuthenticationResult": dict(result), "ChallengeParameters": {}}


def ask_device(visit: Visit, user: User, progress: Progress) -> dict[str, Any]:
    """That the device proves itself. Its session is found by the device: some clients (pycognito)
    don't send one, and who answers has to know the device's own password anyway."""
    token = device_token(visit, user, progress.device_key)
    visit.ctx.store.delete(AuthSession, session_id(token))
    return ask(visit, user, progress, "DEVICE_SRP_AUTH", token=token)


def device_token(visit: Visit, user: User, device_key: str) -> str:
    return f"{visit.client_id}/{user.key}/{device_key}"


def _ask_new_password(visit: Visit, user: User, progress: Progress) -> dict[str, Any]:
    if user.password_expires is not None and visit.now >= user.password_expires:
        raise AwsError(
            "NotAuthorizedException",
            "Temporary password has expired and must be reset by an administrator.",
        )
    missing = [f"userAttributes.{name}" for name in visit.schema.missing(user.attributes)]
    known = {name: value for name, value in user.attributes.items() if name != "sub"}
    return ask(
        visit,
        user,
        progress,
        "NEW_PASSWORD_REQUIRED",
        {
            "USER_ID_FOR_SRP": user.username,
            "requiredAttributes": compact(missing),
            "userAttributes": compact(known),
        },
    )


def _ask_second(visit: Visit, user: User, progress: Progress) -> dict[str, Any] | None:
    factors = second_factors(visit.settings, user)
    if factors is None and progress.demand:
        factors = usable_factors(visit.settings, user) or None
        if factors is None and progress.demand == MFA_REQUIRED:
            raise block(visit, user, progress.event_id)
    if factors is None:
        return None
    named = {"USER_ID_FOR_SRP": user.username}
    if not factors:
        can_set_up = {"MFAS_CAN_SETUP": compact(mfa_of_pool(visit.settings))}
        return ask(visit, user, progress, "MFA_SETUP", can_set_up | named)
    if user.mfa.preferred in factors:
        return ask_factor(visit, user, progress, user.mfa.preferred)
    if len(factors) == 1:
        return ask_factor(visit, user, progress, factors[0])
    can_choose = {"MFAS_CAN_CHOOSE": compact(factors)}
    return ask(visit, user, progress, "SELECT_MFA_TYPE", can_choose | named)


def ask_factor(visit: Visit, user: User, progress: Progress, factor: str) -> dict[str, Any]:
    """A code: from the user's app, or one that is sent now."""
    named = {"USER_ID_FOR_SRP": user.username}
    if factor == TOTP:
        if user.software_token and user.software_token.name:
            named["FRIENDLY_DEVICE_NAME"] = user.software_token.name
        return ask(visit, user, progress, factor, named)
    attribute = _SENT_TO[factor]
    destination = user.attributes[attribute]
    # A code in a password's place is longer than one that comes after it.
    length = 6 if PASSWORD in progress.passed else 8
    code = Code(make_digits(visit.ctx.keys.random(16), length), session_expiry(visit), destination)
    if user.version:
        send_sign_in_code(visit, user, attribute, code)
    details = delivery_details(attribute, destination)
    told = {
        "CODE_DELIVERY_DELIVERY_MEDIUM": details["DeliveryMedium"],
        "CODE_DELIVERY_DESTINATION": details["Destination"],
    }
    return ask(visit, user, progress, factor, told | named, code=code)


def compact(content: Any) -> str:
    """JSON within a string, as challenge parameters have it."""
    return json.dumps(content, separators=(",", ":"))
