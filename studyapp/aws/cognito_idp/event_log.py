"""What a pool with threat protection remembers of its users' doings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from studyapp.aws.cognito_idp.documents import InPool, in_pool
from studyapp.aws.cognito_idp.origins import Origin
from studyapp.aws.cognito_idp.threat import Assessment, Attempt
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import Site

PASS, FAIL, IN_PROGRESS = "Pass", "Fail", "InProgress"
PASSWORD, MFA = "Password", "Mfa"
NO_RISK, TAKEOVER, BLOCK = "NoRisk", "AccountTakeover", "Block"

# AWS keeps two years of them; a user has so many here.
_MOST = 500
_SWEPT = 50
# How many of them a sign-in is compared with.
_COMPARED = 100
_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Feedback:
    value: str
    provider: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthEvent(InPool):
    """``answered``: the challenges (Password, Mfa) and whether rightly. ``reasons`` is in words
    why the risk is what it is; AWS doesn't tell."""

    kind: ClassVar[str] = "cognito-idp/auth-event"
    indexes: ClassVar[tuple[str, ...]] = ("pool_id", "user_key", "event")

    id: str
    user_key: str
    type: str
    at: datetime
    origin: Origin
    response: str
    answered: tuple[tuple[str, ...], ...] = ()
    decision: str = NO_RISK
    level: str = ""
    compromised: bool = False
    reasons: tuple[str, ...] = ()
    feedback: Feedback | None = None

    @property
    def key(self) -> str:
        """The newest of a user's first."""
        back = int((_END_OF_TIME - self.at) / timedelta(microseconds=1))
        return f"{self.user_key} {back:018d} {self.id}"

    @property
    def event(self) -> str:
        return in_pool(self.user_key, self.id)


def is_watched(site: Site) -> bool:
    """Whether events are kept: threat protection is on, if only to look on."""
    return mode_of(site) != "OFF"


def mode_of(site: Site, *, custom: bool = False) -> str:
    """OFF, AUDIT or ENFORCED; of custom challenges it is a setting of their own."""
    add_ons = site.settings.get("UserPoolAddOns", {})
    mode: str = add_ons.get("AdvancedSecurityMode", "OFF")
    if custom and mode != "OFF":
        mode = add_ons.get("AdvancedSecurityAdditionalFlows", {}).get("CustomAuthMode", "OFF")
    return mode


def keep_event(
    site: Site,
    user: User,
    type_: str,
    response: str,
    *answered: tuple[str, str],
    decision: str = NO_RISK,
    assessment: Assessment | None = None,
    level: str = "",
    compromised: bool = False,
) -> AuthEvent:
    """Remember something of a user there is."""
    event = AuthEvent(
        pool_id=site.pool_id,
        id=site.ctx.ids.uuid(),
        user_key=user.key,
        type=type_,
        at=site.now,
        origin=site.origin,
        response=response,
        answered=answered,
        decision=decision,
        level=level,
        compromised=compromised,
        reasons=tuple(reason.words for reason in assessment.reasons) if assessment else (),
    )
    store, of_user = site.ctx.store, ("user_key", user.key)
    if store.count(AuthEvent, of_user) >= _MOST:
        for old in store.find(AuthEvent, of_user)[-_SWEPT:]:
            store.delete(AuthEvent, old.key)
    return store.put(event)


def note(site: Site, user: User, type_: str) -> None:
    """Remember that something was done, where that is remembered."""
    if user.version and is_watched(site):
        keep_event(site, user, type_, PASS)


def change_event(site: Site, user: User, event_id: str, **changes: Any) -> None:
    if event := find_event(site, user, event_id):
        site.ctx.store.put(replace(event, **changes))


def add_answer(site: Site, user: User, event_id: str, name: str, *, right: bool) -> None:
    if event_id and (event := find_event(site, user, event_id)):
        answer = (name, "Success" if right else "Failure")
        site.ctx.store.put(replace(event, answered=(*event.answered, answer)))


def find_event(site: Site, user: User, event_id: str) -> AuthEvent | None:
    found = site.ctx.store.find(AuthEvent, ("event", in_pool(user.key, event_id)), limit=1)
    return found[0] if found else None


def attempts(site: Site, user: User) -> Sequence[Attempt]:
    """The earlier sign-ins of a user; one that waits for an answer is neither good nor bad yet,
    but says of the address what a wrong one says."""
    return [
        Attempt(
            at=event.at,
            origin=event.origin,
            good=_is_good(event),
            bad=event.feedback is not None and event.feedback.value == "Invalid",
        )
        for event in site.ctx.store.find(AuthEvent, ("user_key", user.key), limit=_COMPARED)
        if event.type == "SignIn" and event.response != IN_PROGRESS
    ]


def _is_good(event: AuthEvent) -> bool:
    if event.feedback is not None:
        return event.feedback.value == "Valid"
    return event.response == PASS
