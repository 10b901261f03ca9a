"""A forgotten password: a code is sent, and with it another is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studyapp.aws.cognito_idp.hosted import pages
from studyapp.aws.cognito_idp.hosted.frames import frame
from studyapp.aws.cognito_idp.hosted.pages import Form
from studyapp.aws.cognito_idp.hosted.requests import AuthorizeRequest
from studyapp.aws.cognito_idp.hosted.signing_in import sign_in_page
from studyapp.aws.cognito_idp.hosted.visiting import Visiting, own_hash
from studyapp.aws.cognito_idp.hosted.words import name_in_words, policy_in_words
from studyapp.aws.cognito_idp.recovery import confirm_forgot_password, forgot_password
from studyapp.aws.wire.errors import AwsError
from studyapp.aws.wire.http import Response


def get_forgotten(visiting: Visiting) -> Response:
    return _name_page(visiting, visiting.asked)


def _name_page(visiting: Visiting, asked: AuthorizeRequest, wrong: str = "") -> Response:
    form = Form(visiting.to("/forgotPassword", asked), visiting.hidden())
    html = frame(visiting, asked.client).page(
        "Forgot your password?",
        pages.error(wrong),
        pages.described("Say who you are, and we send you a code to choose another with."),
        form.html(
            pages.box(
                "username",
                name_in_words(visiting.site),
                value=visiting.form.get("username", ""),
                complete="username",
                focus=not wrong,
            ),
            button="Send a code",
        ),
        pages.below(pages.link("Back to sign in", visiting.to("/login", asked))),
    )
    return visiting.page(html, status=400 if wrong else 200, leads_to=asked.redirect_uri)


def post_forgotten(visiting: Visiting) -> Response:
    asked = visiting.asked
    name = visiting.form.get("username", "").strip()
    if not name:
        return _name_page(visiting, asked, "Enter your name.")
    try:
        sent = forgot_password(visiting.ctx, _request(visiting, asked, name))
    except AwsError as error:
        return _name_page(visiting, asked, visiting.refused(error))
    to = sent["CodeDeliveryDetails"]["Destination"]
    return _code_page(visiting, asked, {"forgotten": name, "to": to})


def _request(visiting: Visiting, asked: AuthorizeRequest, name: str) -> dict[str, Any]:
    made = own_hash(visiting.visit(asked.client), name)
    hashed = {"SecretHash": made["SECRET_HASH"]} if made else {}
    return {"ClientId": asked.client.id, "Username": name, **hashed}


def _code_page(
    visiting: Visiting, asked: AuthorizeRequest, flow: Mapping[str, Any], wrong: str = ""
) -> Response:
    form = Form(visiting.to("/confirmForgotPassword", asked), visiting.hidden(flow))
    html = frame(visiting, asked.client).page(
        "Choose a new password",
        pages.error(wrong),
        pages.described(f"We sent a code to {flow['to']}."),
        form.html(
            pages.code_box(),
            pages.password_box(
                "password", "New password", is_new=True, hint=policy_in_words(visiting.site)
            ),
            pages.password_box("again", "New password, again", is_new=True),
            button="Change password",
        ),
        pages.below(pages.link("Send another code", visiting.to("/forgotPassword", asked))),
    )
    return visiting.page(html, status=400 if wrong else 200, leads_to=asked.redirect_uri)


def post_recovered(visiting: Visiting) -> Response:
    asked, form = visiting.asked, visiting.form
    flow = visiting.browser.unseal(form.get("flow", ""))
    if flow is None or "forgotten" not in flow:
        return _name_page(visiting, asked, "That took too long. Ask for another code.")
    if form.get("password") != form.get("again"):
        return _code_page(visiting, asked, flow, "The two passwords are not the same.")
    request = {
        **_request(visiting, asked, flow["forgotten"]),
        "ConfirmationCode": form.get("code", "").strip(),
        "Password": form.get("password", ""),
    }
    try:
        confirm_forgot_password(visiting.ctx, request)
    except AwsError as error:
        return _code_page(visiting, asked, flow, visiting.refused(error))
    told = "Your password was changed. Sign in with it."
    return sign_in_page(visiting, asked, name=flow["forgotten"], told=told)
