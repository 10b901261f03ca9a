"""The code that confirms a sign-up: typed into a page, or in the link of an e-mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studyapp.aws.cognito_idp.hosted import pages
from studyapp.aws.cognito_idp.hosted.frames import frame
from studyapp.aws.cognito_idp.hosted.pages import Form
from studyapp.aws.cognito_idp.hosted.requests import AuthorizeRequest, PageError, client_of
from studyapp.aws.cognito_idp.hosted.visiting import Visiting, own_hash
from studyapp.aws.cognito_idp.hosted.words import name_in_words
from studyapp.aws.cognito_idp.sign_up import confirm_sign_up, resend_confirmation_code
from studyapp.aws.wire.errors import AwsError
from studyapp.aws.wire.http import Response


def confirm_page(
    visiting: Visiting,
    asked: AuthorizeRequest,
    flow: Mapping[str, Any],
    wrong: str = "",
    told: str = "",
) -> Response:
    """``flow``: the ``name`` that signed up, where that is known; ``proven`` if this browser has
    shown the password; ``to``, where the code went."""
    name, to = flow.get("name", ""), flow.get("to", "")
    sent = f"We sent a code to {to}." if to else "We sent a code to you when you signed up."
    form = Form(visiting.to("/confirmUser", asked), visiting.hidden(flow))
    again = Form(visiting.to("/resendcode", asked), visiting.hidden(flow))
    html = frame(visiting, asked.client).page(
        "Confirm your account",
        pages.notice(told),
        pages.error(wrong),
        pages.described(sent),
        form.html(
            None if name else pages.box("username", name_in_words(visiting.site)),
            pages.code_box(),
            button="Confirm",
        ),
        again.html(button="Send another code", kind="quiet") if name else None,
        pages.below(pages.link("Back to sign in", visiting.to("/login", asked))),
    )
    return visiting.page(html, status=400 if wrong else 200, leads_to=asked.redirect_uri)


def confirm_later(visiting: Visiting, asked: AuthorizeRequest, name: str) -> Response:
    """Whoever signs in with a sign-up left halfway gets another code, as at AWS."""
    return _resent(visiting, asked, {"name": name, "proven": True})


def resend(visiting: Visiting) -> Response:
    asked = visiting.asked
    flow = visiting.browser.unseal(visiting.form.get("flow", "")) or {}
    return _resent(visiting, asked, flow)


def _resent(visiting: Visiting, asked: AuthorizeRequest, flow: Mapping[str, Any]) -> Response:
    request = {
        "ClientId": asked.client.id,
        "Username": flow.get("name", ""),
        **_secret_hash(visiting, asked, flow.get("name", "")),
    }
    try:
        sent = resend_confirmation_code(visiting.ctx, request)["CodeDeliveryDetails"]
    except AwsError as error:
        return confirm_page(visiting, asked, flow, visiting.refused(error))
    told = "Your account isn't confirmed yet. We sent you another code."
    return confirm_page(visiting, asked, {**flow, "to": sent["Destination"]}, told=told)


def confirm_error(
    visiting: Visiting, asked: AuthorizeRequest, name: str, code: str
) -> AwsError | None:
    """Confirm ``name``; what stands against it."""
    request = {
        "ClientId": asked.client.id,
        "Username": name,
        "ConfirmationCode": code,
        **_secret_hash(visiting, asked, name),
    }
    try:
        confirm_sign_up(visiting.ctx, request)
    except AwsError as error:
        visiting.refused(error)
        return error
    return None


def _secret_hash(visiting: Visiting, asked: AuthorizeRequest, name: str) -> dict[str, str]:
    made = own_hash(visiting.visit(asked.client), name)
    return {"SecretHash": made["SECRET_HASH"]} if made else {}


def confirm_by_link(visiting: Visiting) -> Response:
    """The address in an e-mail, which names client, user and code."""
    given = visiting.query
    client = client_of(visiting.site, given.get("client_id"))
    name = given.get("user_name", "")
    made = own_hash(visiting.visit(client), name)
    request = {
        "ClientId": client.id,
        "Username": name,
        "ConfirmationCode": given.get("confirmation_code", ""),
        **({"SecretHash": made["SECRET_HASH"]} if made else {}),
    }
    try:
        confirm_sign_up(visiting.ctx, request)
    except AwsError as error:
        raise PageError("invalid_request", client.id, error.message) from error
    html = frame(visiting, client).page(
        "Your account is confirmed",
        pages.described("You can close this page and sign in where you signed up."),
    )
    return visiting.page(html)
