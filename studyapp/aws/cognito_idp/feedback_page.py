"""Where the links in a notice of threat protection lead: one click says whether it was oneself."""

from __future__ import annotations

import re

from studyapp.aws.cognito_idp.auth_events import update_auth_event_feedback
from studyapp.aws.cognito_idp.documents import UserPool
from studyapp.aws.cognito_idp.hosted import pages
from studyapp.aws.cognito_idp.hosted.frames import style_sheet
from studyapp.aws.cognito_idp.hosted.pages import Frame
from studyapp.aws.cognito_idp.hosted.visiting import page_response
from studyapp.aws.cognito_idp.protection import FEEDBACK
from studyapp.aws.cognito_idp.service import COGNITO_IDP
from studyapp.aws.operations import Context, Mount
from studyapp.aws.wire.errors import AwsError
from studyapp.aws.wire.http import Request, Response

_SAID = {
    "Valid": "Good: a sign-in like that one is known from now on.",
    "Invalid": "A sign-in like that one counts as somebody else's from now on. "
    "If your password may be known, set another.",
}


def answer(ctx: Context, pool_id: str, path: str, request: Request) -> Response:
    if path != FEEDBACK:
        return style_sheet()
    asked = request.in_query
    value = asked.get("value", "")
    told = {
        "UserPoolId": pool_id,
        "Username": asked.get("username", ""),
        "EventId": asked.get("event", ""),
        "FeedbackToken": asked.get("token", ""),
        "FeedbackValue": value,
    }
    try:
        if value not in _SAID:
            raise AwsError("InvalidParameterException", "The link says neither yes nor no.")
        update_auth_event_feedback(ctx, told)
    except AwsError as error:
        ctx.trail.refuse(error.code, error.message)
        return _page(ctx, pool_id, "That didn't work", error.message, 400)
    return _page(ctx, pool_id, "Thank you", _SAID[value], 200)


def _page(ctx: Context, pool_id: str, heading: str, words: str, status: int) -> Response:
    frame = Frame("Your sign-ins", [f"{ctx.base}/{pool_id}{FEEDBACK}/style.css"])
    return page_response(frame.page(heading, pages.described(words)), status, form_action=None)


COGNITO_IDP.mounts.append(
    Mount(
        re.compile(rf"/([\w-]+_[0-9A-Za-z]+)({FEEDBACK}(?:/style\.css)?)", re.ASCII),
        UserPool,
        answer,
        frozenset({"token"}),
        frozenset({f"{FEEDBACK}/style.css"}),
    )
)
