"""Adding a passkey: managed login offers it after a sign-in, and apps may send people here who are
signed in already."""

from __future__ import annotations

from dataclasses import dataclass, replace

from studyapp.aws.cognito_idp.ceremonies import CeremonyError, parse_credential
from studyapp.aws.cognito_idp.documents import Client
from studyapp.aws.cognito_idp.factors import takes_passkey
from studyapp.aws.cognito_idp.hosted import pages
from studyapp.aws.cognito_idp.hosted.authorizing import grant
from studyapp.aws.cognito_idp.hosted.documents import BrowserSession
from studyapp.aws.cognito_idp.hosted.frames import frame
from studyapp.aws.cognito_idp.hosted.html import tag
from studyapp.aws.cognito_idp.hosted.pages import Form
from studyapp.aws.cognito_idp.hosted.requests import (
    AuthorizeRequest,
    PageError,
    ascii_address,
    callback_of,
    client_of,
    read_request,
)
from studyapp.aws.cognito_idp.hosted.visiting import Visiting
from studyapp.aws.cognito_idp.passkeys import begin_registration, complete_registration
from studyapp.aws.cognito_idp.progress import compact
from studyapp.aws.cognito_idp.sign_in import party_of
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.wire.errors import AwsError
from studyapp.aws.wire.http import Response

PATH = "/passkeys/add"


@dataclass(frozen=True, slots=True)
class _Errand:
    """Whose passkey it is to be, and where the browser goes afterwards: on with what the app asked
    for (``asked``), or just back."""

    client: Client
    back: str
    session: BrowserSession
    user: User
    asked: AuthorizeRequest | None

    def end(self, visiting: Visiting) -> Response:
        if self.asked:
            return grant(visiting, self.asked, self.session, self.user)
        return visiting.redirect(ascii_address(self.back))


def may_add(visiting: Visiting, user: User) -> bool:
    """Whether ``user`` should be asked: a passkey would be of use, and this domain may make one."""
    if user.passkeys or not takes_passkey(visiting.site.settings, user):
        return False
    try:
        return party_of(visiting.site).serves(visiting.address)
    except AwsError:
        return False


def offer_passkey(visiting: Visiting, asked: AuthorizeRequest, user: User) -> Response:
    """Somebody has just shown who they are: they are signed in, whatever they say to the offer."""
    browser, _ = visiting.browser.signing_in(user, "")
    return replace(visiting, browser=browser).redirect(visiting.to(PATH, asked))


def get_add(visiting: Visiting) -> Response:
    return _add_page(visiting, _errand(visiting))


def post_add(visiting: Visiting) -> Response:
    errand = _errand(visiting)
    if "skip" in visiting.form:
        return errand.end(visiting)
    try:
        credential = parse_credential(visiting.form.get("credential", ""))
        complete_registration(visiting.site, errand.user, credential)
    except CeremonyError as error:
        return _add_page(visiting, errand, str(error))
    except AwsError as error:
        return _add_page(visiting, errand, visiting.refused(error))
    return errand.end(visiting)


def _errand(visiting: Visiting) -> _Errand:
    """Raises PageError or RedirectError."""
    if not visiting.is_managed:
        raise PageError("invalid_request", words="Only managed login has passkeys.")
    given = visiting.query
    asked = read_request(visiting.site, given) if "response_type" in given else None
    client = client_of(visiting.site, given.get("client_id"))
    back = callback_of(client, given.get("redirect_uri"))
    known = visiting.browser.signed_in()
    if known is None or known[0].provider:
        words = "Sign in first, with an account of this user pool's own, to add a passkey."
        raise PageError("invalid_request", client.id, words)
    return _Errand(client, back, *known, asked)


def _add_page(visiting: Visiting, errand: _Errand, wrong: str = "") -> Response:
    try:
        options = begin_registration(visiting.site, errand.user)
    except AwsError as error:
        raise PageError("invalid_request", errand.client.id, visiting.refused(error)) from error
    here = f"{visiting.address}{PATH}?{visiting.request.query}"
    script = f"{visiting.address}/passkey.js"
    html = frame(visiting, errand.client).page(
        "Add a passkey",
        pages.error(wrong),
        pages.described("Next time you sign in without a password, on this device."),
        Form(here, visiting.hidden()).html(
            pages.passkey_field(compact(options), new=True), button="Create a passkey"
        ),
        Form(here, {**visiting.hidden(), "skip": "1"}).html(button="Not now", kind="quiet"),
        tag("script", src=script),
    )
    return visiting.page(html, status=400 if wrong else 200, leads_to=errand.back, script=script)
