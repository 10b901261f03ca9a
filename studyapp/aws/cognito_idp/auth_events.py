"""The API of what threat protection remembers: the list of events, and what users and
administrators say of them."""

from __future__ import annotations

from typing import Any

from studyapp.aws.cognito_idp.event_log import (
    AuthEvent,
    Feedback,
    change_event,
    find_event,
    is_watched,
)
from studyapp.aws.cognito_idp.protection import may_tell
from studyapp.aws.cognito_idp.resources import page_of
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import Site, site_of
from studyapp.aws.operations import Context
from studyapp.aws.wire.errors import AwsError


@operation("AdminListUserAuthEvents")
def admin_list_user_auth_events(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    _, user = _watched_user(ctx, request)
    where = ("user_key", user.key)
    events, more = page_of(ctx, AuthEvent, where, request)
    ctx.trail.remarks += [f"{event.id}: {why}" for event in events for why in event.reasons]
    return {"AuthEvents": [described(event) for event in events], **more}


@operation("AdminUpdateAuthEventFeedback")
def admin_update_auth_event_feedback(ctx: Context, request: dict[str, Any]) -> None:
    site, user = _watched_user(ctx, request)
    _take_feedback(site, user, request, "Admin")


@operation("UpdateAuthEventFeedback")
def update_auth_event_feedback(ctx: Context, request: dict[str, Any]) -> None:
    site, user = _watched_user(ctx, request)
    if not may_tell(site, request["FeedbackToken"], user, request["EventId"]):
        raise AwsError("NotAuthorizedException", "Invalid feedback token.")
    _take_feedback(site, user, request, "User")


def _take_feedback(site: Site, user: User, request: dict[str, Any], provider: str) -> None:
    if find_event(site, user, request["EventId"]) is None:
        raise AwsError("ResourceNotFoundException", "The event does not exist.")
    given = Feedback(request["FeedbackValue"], provider, site.now)
    change_event(site, user, request["EventId"], feedback=given)


def _watched_user(ctx: Context, request: dict[str, Any]) -> tuple[Site, User]:
    site = site_of(ctx, request["UserPoolId"])
    if not is_watched(site):
        raise AwsError(
            "UserPoolAddOnNotEnabledException",
            f"Advanced security is not enabled for user pool {site.pool_id}.",
        )
    return site, site.named(request["Username"])


def described(event: AuthEvent) -> dict[str, Any]:
    """AuthEventType."""
    place = event.origin.place
    feedback = event.feedback
    return {
        "EventId": event.id,
        "EventType": event.type,
        "CreationDate": event.at,
        "EventResponse": event.response,
        "EventRisk": {
            "RiskDecision": event.decision,
            "RiskLevel": event.level or None,
            "CompromisedCredentialsDetected": event.compromised,
        },
        "ChallengeResponses": [
            {"ChallengeName": name, "ChallengeResponse": response}
            for name, response in event.answered
        ],
        "EventContextData": {
            "IpAddress": event.origin.address,
            "DeviceName": event.origin.device or None,
            "Timezone": event.origin.timezone or None,
            "City": place.city if place else None,
            "Country": place.country if place else None,
        },
        "EventFeedback": feedback
        and {
            "FeedbackValue": feedback.value,
            "Provider": feedback.provider,
            "FeedbackDate": feedback.at,
        },
    }
