"""Threat protection at work: what a sign-in's risk comes to, and passwords that everybody knows."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlencode

from studyapp.aws.cognito_idp.compromised import is_compromised
from studyapp.aws.cognito_idp.documents import ALL_CLIENTS, RiskConfiguration, in_pool
from studyapp.aws.cognito_idp.event_log import (
    BLOCK,
    FAIL,
    IN_PROGRESS,
    MFA,
    NO_RISK,
    PASS,
    PASSWORD,
    TAKEOVER,
    AuthEvent,
    add_answer,
    attempts,
    change_event,
    is_watched,
    keep_event,
    mode_of,
)
from studyapp.aws.cognito_idp.origins import Origin
from studyapp.aws.cognito_idp.senders import is_warned_by_function
from studyapp.aws.cognito_idp.signing_keys import keys_of
from studyapp.aws.cognito_idp.threat import Assessment, Level, assess
from studyapp.aws.cognito_idp.tokens import TokenError, seal, unseal
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import Site, Visit
from studyapp.aws.ports import Message
from studyapp.aws.wire.errors import AwsError

MFA_REQUIRED = "MFA_REQUIRED"
_ACTIONS = {Level.LOW: "LowAction", Level.MEDIUM: "MediumAction", Level.HIGH: "HighAction"}
_SAFE = {"EventAction": "NO_ACTION", "Notify": False}


def begin_watching(
    visit: Visit, user: User, *, password: bool, compromised: bool, custom: bool
) -> tuple[str, str]:
    """A first factor (a ``password``, a ``compromised`` one?) was right: how risky is it all the
    same? The event that is kept of the sign-in, and what is demanded besides ("", MFA_REQUIRED or
    MFA_IF_CONFIGURED).

    Raises NotAuthorizedException where the risk is one that the pool blocks.
    """
    mode = mode_of(visit, custom=custom)
    if mode == "OFF" or not user.version:
        return "", ""
    configured = _configured(visit)
    exceptions = configured.get("RiskExceptionConfiguration", {})
    origin = visit.origin
    action: Mapping[str, Any] = _SAFE
    assessment = Assessment()
    level: str = Level.NONE
    if _is_within(origin, exceptions.get("BlockedIPRangeList", ())):
        level, action = Level.HIGH, {"EventAction": "BLOCK", "Notify": False}
    elif not _is_within(origin, exceptions.get("SkippedIPRangeList", ())):
        assessment = assess(visit.now, origin, attempts(visit, user))
        level = assessment.level
        takeover = configured.get("AccountTakeoverRiskConfiguration", {})
        if assessment.level is not Level.NONE:
            name = _ACTIONS[assessment.level]
            action = takeover.get("Actions", {}).get(name, _SAFE)
    does = action["EventAction"] if mode == "ENFORCED" else "NO_ACTION"
    event = keep_event(
        visit,
        user,
        "SignIn",
        FAIL if does == "BLOCK" else IN_PROGRESS,
        *([(PASSWORD, "Success")] if password else []),
        decision=_decision(level, does),
        assessment=assessment,
        level=level,
        compromised=compromised,
    )
    visit.ctx.trail.remarks.extend(event.reasons)
    if action["Notify"] and mode == "ENFORCED":
        _notify(visit, user, event, does)
    if does == "BLOCK":
        raise _blocked()
    return event.id, "" if does == "NO_ACTION" else does


def _decision(level: str, does: str) -> str:
    if does == "BLOCK":
        return BLOCK
    return TAKEOVER if level else NO_RISK


def end_watching(site: Site, user: User, event_id: str, *, mfa: bool) -> None:
    """The sign-in is complete."""
    if mfa:
        add_answer(site, user, event_id, MFA, right=True)
    change_event(site, user, event_id, response=PASS)


def block(site: Site, user: User, event_id: str) -> AwsError:
    """The error for a sign-in that can't show what its risk demands."""
    change_event(site, user, event_id, response=FAIL, decision=BLOCK)
    return _blocked()


def _blocked() -> AwsError:
    return AwsError("NotAuthorizedException", "Unable to login because of security reasons.")


def _configured(site: Site) -> Mapping[str, Any]:
    """The settings of the client, where it has its own; otherwise the pool's."""
    owners = (site.client_id, ALL_CLIENTS) if isinstance(site, Visit) else (ALL_CLIENTS,)
    for owner in owners:
        known = site.ctx.store.get(RiskConfiguration, in_pool(site.pool_id, owner))
        if known is not None:
            return known.settings
    return {}


def _is_within(origin: Origin, ranges: Sequence[str]) -> bool:
    try:
        address = ipaddress.ip_address(origin.address)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(entry, strict=False) for entry in ranges)


# Passwords that everybody knows


def check_new_password(site: Site, password: str, occasion: str) -> None:
    """``occasion``: SIGN_UP or PASSWORD_CHANGE. Raises InvalidPasswordException where the pool
    blocks a password that is known."""
    if _blocks_known(site, occasion) and is_compromised(password):
        raise AwsError(
            "InvalidPasswordException", "Provided password cannot be used for security reasons."
        )


def check_sign_in_password(visit: Visit, user: User, password: str) -> bool:
    """Whether a password that was sent, and is right, is known. Raises NotAuthorizedException
    where the pool blocks it."""
    if not is_watched(visit) or not is_compromised(password):
        return False
    if _blocks_known(visit, "SIGN_IN"):
        answered = (PASSWORD, "Success")
        keep_event(visit, user, "SignIn", FAIL, answered, decision=BLOCK, compromised=True)
        raise _blocked()
    return True


def _blocks_known(site: Site, occasion: str) -> bool:
    if mode_of(site) != "ENFORCED":
        return False
    known = _configured(site).get("CompromisedCredentialsRiskConfiguration", {})
    wanted = known.get("EventFilter") or (occasion,)
    does = known.get("Actions", {}).get("EventAction")
    return bool(does == "BLOCK" and occasion in wanted)


# Telling the user

FEEDBACK = "/feedback"
"""Below the pool's own address: where its links lead."""

_MAILS = {"BLOCK": "BlockEmail", "NO_ACTION": "NoActionEmail"}
_SUBJECTS = {
    "BlockEmail": "Blocked sign-in attempt",
    "NoActionEmail": "New sign-in attempt",
    "MfaEmail": "New sign-in attempt",
}
_TEXT = """\
We observed an unrecognized sign-in to your account with this information:
Time: {login-time}
Device: {device-name}
Location: {city}, {country}
Was it you?
Yes: {one-click-link-valid}
No: {one-click-link-invalid}
"""


def _notify(visit: Visit, user: User, event: AuthEvent, does: str) -> None:
    to = user.attributes.get("email")
    configured = _configured(visit).get("AccountTakeoverRiskConfiguration", {})
    settings = configured.get("NotifyConfiguration")
    if not to or settings is None:
        return
    name = _MAILS.get(does, "MfaEmail")
    mail = settings.get(name, {})
    place = event.origin.place
    token = feedback_token(visit, user, event.id)
    about = urlencode({"username": user.username, "event": event.id, "token": token})
    said = f"{visit.ctx.base}/{visit.pool_id}{FEEDBACK}?{about}&value="
    told = {
        "username": user.username,
        "login-time": f"{event.at:%Y-%m-%d %H:%M} UTC",
        "ip-address": event.origin.address,
        "device-name": event.origin.device or "unknown",
        "city": place.city if place else "unknown",
        "country": place.country if place else "unknown",
        "event-id": event.id,
        "feedback-token": token,
        "one-click-link-valid": f"{said}Valid",
        "one-click-link-invalid": f"{said}Invalid",
    }
    takeover = {name.upper().replace("-", "_"): value for name, value in told.items()}
    if is_warned_by_function(visit, user, {**takeover, "ACCOUNT_TAKE_OVER_ACTION": does}):
        return
    html = mail.get("HtmlBody")
    visit.ctx.outbox.send(
        Message(
            medium="EMAIL",
            to=to,
            subject=_filled(mail.get("Subject") or _SUBJECTS[name], told),
            body=_filled(
                html or mail.get("TextBody") or _TEXT,
                {key: escape(value) for key, value in told.items()} if html else told,
            ),
            source=visit.pool_id,
            occasion=f"ThreatProtection{name.removesuffix('Email')}",
        )
    )


def _filled(text: str, told: Mapping[str, str]) -> str:
    for name, value in told.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def feedback_token(site: Site, user: User, event_id: str) -> str:
    """What lets a user, and nobody else, say of that event whether it was theirs."""
    sealing = keys_of(site.ctx, site.pool_id).sealing
    content = {"feedback": in_pool(user.key, event_id)}
    return seal(content, sealing, site.ctx.keys.random(12))


def may_tell(site: Site, token: str, user: User, event_id: str) -> bool:
    """Whether that is the token for that event."""
    try:
        content = unseal(token, keys_of(site.ctx, site.pool_id).sealing)
    except TokenError:
        return False
    return bool(content.get("feedback") == in_pool(user.key, event_id))
