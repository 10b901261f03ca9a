"""The sign-up page, and the code that ends it."""

from __future__ import annotations

from collections.abc import Mapping

from studyapp.aws.cognito_idp.attributes import VERIFIABLE, as_list, unwritable
from studyapp.aws.cognito_idp.documents import Terms
from studyapp.aws.cognito_idp.hosted import pages
from studyapp.aws.cognito_idp.hosted.confirming import (
    confirm_by_link,
    confirm_error,
    confirm_page,
)
from studyapp.aws.cognito_idp.hosted.frames import frame
from studyapp.aws.cognito_idp.hosted.html import Markup
from studyapp.aws.cognito_idp.hosted.pages import Form
from studyapp.aws.cognito_idp.hosted.requests import AuthorizeRequest
from studyapp.aws.cognito_idp.hosted.signing_in import proceed, sign_in_page
from studyapp.aws.cognito_idp.hosted.visiting import Visiting, own_hash
from studyapp.aws.cognito_idp.hosted.words import name_in_words, policy_in_words
from studyapp.aws.cognito_idp.progress import HOSTED, PASSWORD, Progress, go_on
from studyapp.aws.cognito_idp.sign_up import sign_up
from studyapp.aws.cognito_idp.visits import Visit
from studyapp.aws.wire.errors import AwsError
from studyapp.aws.wire.http import Response

_PREFIX = "attribute."
_DOCUMENTS = {"terms-of-use": "Terms of use", "privacy-policy": "Privacy policy"}


def sign_up_page(
    visiting: Visiting,
    asked: AuthorizeRequest,
    wrong: str = "",
    given: Mapping[str, str] | None = None,
) -> Response:
    visit, given = visiting.visit(asked.client), given or {}
    form = Form(visiting.to("/signup", asked), visiting.hidden())
    html = frame(visiting, asked.client).page(
        "Create an account",
        pages.error(wrong),
        form.html(
            pages.box(
                "username",
                name_in_words(visit) if visit.naming.username_attributes else "Username",
                value=given.get("username", ""),
                complete="username",
                focus=not wrong,
            ),
            *(
                pages.attribute_box(name, given.get(f"{_PREFIX}{name}", ""), required=needed)
                for name, needed in _attributes(visit).items()
            ),
            pages.password_box(
                "password", "Password", is_new=True, hint=policy_in_words(visiting.site)
            ),
            button="Sign up",
        ),
        pages.below(
            *_terms(visiting, asked),
            pages.link("I have an account: sign in", visiting.to("/login", asked)),
        ),
    )
    return visiting.page(html, status=400 if wrong else 200, leads_to=asked.redirect_uri)


def _terms(visiting: Visiting, asked: AuthorizeRequest) -> list[Markup]:
    """Links to the documents of the client: managed login has them, where there are both."""
    if not visiting.is_managed:
        return []
    known = {
        terms.name: terms.links
        for terms in visiting.ctx.store.find(Terms, ("client_id", asked.client.id))
    }
    if not all(name in known for name in _DOCUMENTS):
        return []
    return [
        pages.link(words, known[name].get("cognito:english", known[name]["cognito:default"]))
        for name, words in _DOCUMENTS.items()
    ]


def _attributes(visit: Visit) -> dict[str, bool]:
    """What is asked for: all that the pool requires, and an address it verifies. Whether each is
    required."""
    schema = visit.schema
    names = [name for name in schema.entries if name in schema.required]
    names += visit.settings.get("AutoVerifiedAttributes", ())
    addressed = visit.naming.username_attributes
    said_already = addressed[0] if len(addressed) == 1 else None
    return {
        name: name in schema.required
        for name in dict.fromkeys(names)
        if name != said_already
        and name not in VERIFIABLE.values()
        and not unwritable([name], visit.client.settings)
    }


def get_sign_up(visiting: Visiting) -> Response:
    asked = visiting.asked
    config = visiting.site.settings.get("AdminCreateUserConfig", {})
    if config.get("AllowAdminCreateUserOnly"):
        return sign_in_page(visiting, asked, "SignUp is not permitted for this user pool")
    return sign_up_page(visiting, asked)


def post_sign_up(visiting: Visiting) -> Response:
    asked, form = visiting.asked, visiting.form
    visit = visiting.visit(asked.client)
    name, password = form.get("username", "").strip(), form.get("password", "")
    if not name or not password:
        return sign_up_page(visiting, asked, "Enter a name and a password.", form)
    wanted = _attributes(visit)
    attributes = {
        key.removeprefix(_PREFIX): value.strip()
        for key, value in form.items()
        if key.startswith(_PREFIX) and key.removeprefix(_PREFIX) in wanted and value.strip()
    }
    made = own_hash(visit, name)
    try:
        answer = sign_up(
            visiting.ctx,
            {
                "ClientId": asked.client.id,
                "Username": name,
                "Password": password,
                "UserAttributes": as_list(attributes),
                **({"SecretHash": made["SECRET_HASH"]} if made else {}),
            },
        )
    except AwsError as error:
        return sign_up_page(visiting, asked, visiting.refused(error), form)
    if answer["UserConfirmed"]:
        return _signed_up(visiting, asked, visit, name)
    details = answer.get("CodeDeliveryDetails")
    if details is None:
        told = "Your account waits for an administrator to confirm it."
        return sign_in_page(visiting, asked, told=told)
    flow = {"name": name, "proven": True, "to": details["Destination"]}
    return confirm_page(visiting, asked, flow)


def _signed_up(visiting: Visiting, asked: AuthorizeRequest, visit: Visit, name: str) -> Response:
    """Whoever has just chosen the password needn't type it again."""
    user = visit.find(name)
    if user is None:
        return sign_in_page(visiting, asked, told="Your account is confirmed. Sign in.")
    try:
        answer = go_on(visit, user, Progress(HOSTED).having(PASSWORD))
    except AwsError as error:
        return sign_in_page(visiting, asked, visiting.refused(error), name)
    return proceed(visiting, asked, name, answer)


def get_confirm(visiting: Visiting) -> Response:
    if "confirmation_code" in visiting.query:
        return confirm_by_link(visiting)
    return confirm_page(visiting, visiting.asked, {})


def post_confirm(visiting: Visiting) -> Response:
    asked, form = visiting.asked, visiting.form
    flow = visiting.browser.unseal(form.get("flow", "")) or {}
    name = flow.get("name") or form.get("username", "").strip()
    if error := confirm_error(visiting, asked, name, form.get("code", "").strip()):
        return confirm_page(visiting, asked, flow, error.message)
    if flow.get("proven"):
        return _signed_up(visiting, asked, visiting.visit(asked.client), name)
    return sign_in_page(visiting, asked, name=name, told="Your account is confirmed. Sign in.")
