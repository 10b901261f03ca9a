"""Which path of a domain is answered by what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from studyapp.aws.cognito_idp.documents import Domain
from studyapp.aws.cognito_idp.hosted import adding_passkeys, endpoints, frames, pages
from studyapp.aws.cognito_idp.hosted.authorizing import authorize, logout
from studyapp.aws.cognito_idp.hosted.browser import Browser
from studyapp.aws.cognito_idp.hosted.confirming import resend
from studyapp.aws.cognito_idp.hosted.elsewhere import oauth_response, saml_response
from studyapp.aws.cognito_idp.hosted.frames import frame
from studyapp.aws.cognito_idp.hosted.html import tag
from studyapp.aws.cognito_idp.hosted.recovering import (
    get_forgotten,
    post_forgotten,
    post_recovered,
)
from studyapp.aws.cognito_idp.hosted.requests import PageError, RedirectError
from studyapp.aws.cognito_idp.hosted.signing_in import login, post_challenge, post_login
from studyapp.aws.cognito_idp.hosted.signing_up import (
    get_confirm,
    get_sign_up,
    post_confirm,
    post_sign_up,
)
from studyapp.aws.cognito_idp.hosted.visiting import PATH, Visiting, address_of
from studyapp.aws.cognito_idp.service import COGNITO_IDP
from studyapp.aws.cognito_idp.visits import site_of
from studyapp.aws.operations import Context, Mount
from studyapp.aws.wire.http import Request, Response

Answer = Callable[[Visiting], Response]

# What a path answers to each method. A form is one of our own pages' or is refused.
_PAGES: Mapping[str, Mapping[str, Answer]] = {
    "/login": {"GET": login, "POST": post_login},
    "/challenge": {"POST": post_challenge},
    "/signup": {"GET": get_sign_up, "POST": post_sign_up},
    "/confirmUser": {"GET": get_confirm, "POST": post_confirm},
    "/resendcode": {"POST": resend},
    "/forgotPassword": {"GET": get_forgotten, "POST": post_forgotten},
    "/confirmForgotPassword": {"POST": post_recovered},
    "/passkeys/add": {"GET": adding_passkeys.get_add, "POST": adding_passkeys.post_add},
    "/logout": {"GET": logout},
}
# What pages are drawn with.
_LOOKS: Mapping[str, Mapping[str, Answer]] = {
    "/style.css": {"GET": frames.style},
    "/custom.css": {"GET": frames.custom_style},
    "/brand.css": {"GET": frames.brand_style},
    "/logo": {"GET": frames.logo},
    "/passkey.js": {"GET": frames.passkey_script},
}
# What apps and other sites send forms to.
_ENDPOINTS: Mapping[str, Mapping[str, Answer]] = {
    "/oauth2/authorize": {"GET": authorize, "POST": authorize},
    "/oauth2/token": {"POST": endpoints.token},
    "/oauth2/userInfo": {"GET": endpoints.user_info, "POST": endpoints.user_info},
    "/oauth2/revoke": {"POST": endpoints.revoke_token},
    "/oauth2/idpresponse": {"GET": oauth_response, "POST": oauth_response},
    "/saml2/idpresponse": {"POST": saml_response},
}
_SECRETS = frozenset(
    {
        *("password", "again", "code", "confirmation_code", "flow", "_csrf", "client_secret"),
        *("code_verifier", "refresh_token", "token", "access_token", "credential"),
        *("SAMLResponse", "RelayState"),
    }
)
_ERRORS = {
    "redirect_mismatch": "The app sent you here with an address to send you back to that it "
    "isn't registered with.",
    "unauthorized_client": "The app that sent you here isn't known here.",
    "invalid_request": "The app that sent you here asked for something that can't be done.",
}


def answer(ctx: Context, name: str, path: str, request: Request) -> Response:
    """What is at ``path`` of the domain ``name``."""
    domain = ctx.store.get(Domain, name)
    assert domain is not None
    site = site_of(ctx, domain.pool_id)
    visiting = Visiting(
        site, domain, path, request, Browser.of(site, address_of(ctx, name), request)
    )
    found = _PAGES.get(path) or _ENDPOINTS.get(path) or _LOOKS.get(path)
    if path == "/error" and request.method == "GET":
        return _error_page(visiting)
    if found is None:
        return _plain(visiting, "There is no such page", "", 404)
    method = "GET" if request.method == "HEAD" else request.method
    if method not in found:
        return Response(405, headers={"Allow": ", ".join(found)})
    is_form = method == "POST" and path in _PAGES
    if is_form and not visiting.browser.is_form_token(visiting.form.get("_csrf", "")):
        words = "The page you sent is out of date, or your browser keeps no cookies. Go back to "
        return _plain(visiting, "That didn't work", f"{words}the app and try again.", 403)
    try:
        return found[method](visiting)
    except PageError as error:
        ctx.trail.refuse(error.error, error.words or _ERRORS.get(error.error, ""))
        told = {"error": error.error, "client_id": error.client_id}
        shown = urlencode({name: value for name, value in told.items() if value})
        if path == "/oauth2/authorize":
            return visiting.redirect(f"{visiting.address}/error?{shown}")
        return _refused(visiting, error)
    except RedirectError as error:
        ctx.trail.refuse(error.error, error.description)
        told = {"error": error.error}
        if error.description:
            told["error_description"] = error.description
        return visiting.redirect(error.asked.location(told))


def _error_page(visiting: Visiting) -> Response:
    error = visiting.query.get("error", "")
    return _refused(visiting, PageError(error if error in _ERRORS else "invalid_request"))


def _refused(visiting: Visiting, error: PageError) -> Response:
    words = error.words or _ERRORS.get(error.error, "")
    return _plain(visiting, "An error was encountered with the requested page.", words, 400, error)


def _plain(
    visiting: Visiting, heading: str, words: str, status: int, error: PageError | None = None
) -> Response:
    html = frame(visiting, None).page(
        heading,
        pages.described(words) if words else None,
        tag("p", error.error, class_="secret") if error else None,
    )
    return visiting.page(html, status=status)


COGNITO_IDP.mounts.append(
    Mount(
        re.compile(rf"{PATH}/([a-z0-9.-]+)(/[\w./-]*)", re.ASCII),
        Domain,
        answer,
        _SECRETS,
        frozenset(_LOOKS),
    )
)
