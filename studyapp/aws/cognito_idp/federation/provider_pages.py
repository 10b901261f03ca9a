"""The pages of a pool's simulated providers, below ``/POOL/idp/``: say who you are, and you are."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from studyapp.aws.cognito_idp.documents import Domain, IdentityProvider, UserPool
from studyapp.aws.cognito_idp.federation.addresses import is_simulated, provider_address
from studyapp.aws.cognito_idp.federation.oauth_providers import (
    ProviderError,
    exchange,
    give_code,
)
from studyapp.aws.cognito_idp.federation.people import KINDS, SUGGESTED, Person
from studyapp.aws.cognito_idp.federation.provider_keys import provider_certificate, provider_keys
from studyapp.aws.cognito_idp.federation.saml import SamlError, audience_of, read_request
from studyapp.aws.cognito_idp.federation.saml_provider import metadata, response, signed
from studyapp.aws.cognito_idp.hosted import pages
from studyapp.aws.cognito_idp.hosted.frames import style_sheet
from studyapp.aws.cognito_idp.hosted.html import Markup, join, tag
from studyapp.aws.cognito_idp.hosted.pages import Form, Frame
from studyapp.aws.cognito_idp.hosted.visiting import address_of, as_json, page_response
from studyapp.aws.cognito_idp.resources import in_pool_of
from studyapp.aws.cognito_idp.service import COGNITO_IDP
from studyapp.aws.cognito_idp.visits import Site, site_of
from studyapp.aws.operations import Context, Mount
from studyapp.aws.wire.http import Request, Response

_BY_PATH = {kind.path: name for name, kind in KINDS.items()}
_LINE = re.compile(r"\s*([^\s=]+)\s*=\s*(.*?)\s*")
_MOST_CLAIMS = 20


class _RefusedError(Exception):
    """What the page says instead."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A request to a simulated provider; ``path`` is the one below its own."""

    site: Site
    request: Request

    @property
    def ctx(self) -> Context:
        return self.site.ctx

    def address(self, path: str) -> str:
        return provider_address(self.ctx, self.site.pool_id, path)

    def page(self, title: str, heading: str, *body: str | None, status: int = 200) -> Response:
        """Its forms lead to the pool and on to the app, wherever that is."""
        frame = Frame(f"{title}, simulated", [self.address("style.css")])
        return page_response(frame.page(heading, *body), status, form_action=None)


def entity_id(pool_id: str) -> str:
    """What the SAML provider calls itself, at whichever address it is reached."""
    return f"urn:simulated-idp:{pool_id}"


def answer(ctx: Context, pool_id: str, path: str, request: Request) -> Response:
    asking = Asking(site_of(ctx, pool_id), request)
    kind, _, rest = path.strip("/").partition("/")
    method = "GET" if request.method == "HEAD" else request.method
    found: Callable[[Asking], Response] | None = _OTHERS.get((method, path))
    if kind in _BY_PATH and rest == "authorize" and method in ("GET", "POST"):
        found = _authorize
    if found is None:
        return asking.page("A provider", "There is no such page", status=404)
    try:
        return found(asking)
    except _RefusedError as error:
        words = pages.described(str(error))
        return asking.page("A provider", "That can't be done", words, status=400)


# Who is there


def _person(form: Mapping[str, str]) -> Person | None:
    """Whom a form names; None if nobody."""
    email, name = _plain(form.get("email", "")), _plain(form.get("name", ""))
    if not email:
        return None
    lines = form.get("more", "").splitlines()[:_MOST_CLAIMS]
    found = (_LINE.fullmatch(_plain(line)) for line in lines)
    more = {match[1]: match[2] for match in found if match}
    return Person(name or email.partition("@")[0], email, more)


def _plain(text: str) -> str:
    """What can stand in XML."""
    return "".join(char for char in text if char.isprintable()).strip()[:256]


def _choose(action: str, *, hint: str, cancels: bool, extra: Markup | None = None) -> list[Markup]:
    """Accounts to sign in with; and any other."""
    known = [
        Form(action, {"email": person.email, "name": person.name}).html(
            button=f"{person.name}, {person.email}", kind="quiet"
        )
        for person in SUGGESTED
    ]
    other = Form(action).html(
        extra,
        pages.box("name", "Name", complete="off", required=False),
        pages.box("email", "E-mail", kind="email", hint=hint),
        tag(
            "div",
            tag("label", "What else it tells", for_="more", class_="label-customizable"),
            tag("span", "One name=value a line.", class_="hint", id="more-hint"),
            tag(
                "textarea",
                id="more",
                name="more",
                rows=3,
                aria_describedby="more-hint",
                class_="inputField-customizable",
            ),
            class_="field",
        ),
        button="Sign in",
    )
    cancel = Form(action, {"cancel": "1"}).html(button="Cancel", kind="quiet")
    return [*known, pages.divider(), other, *([cancel] if cancels else [])]


_NOTE = "This sandbox plays the provider: there is no password, and nobody outside is asked."


# OAuth


def _authorize(asking: Asking) -> Response:
    kind_path = asking.request.place.rsplit("/", 2)[1]
    provider = _provider(asking, _BY_PATH[kind_path])
    given = asking.request.in_query
    back = given.get("redirect_uri", "")
    if back not in _consumers(asking, "/oauth2/idpresponse"):
        raise _RefusedError("The redirect_uri is none of this user pool's.")
    state = given.get("state", "")
    title = KINDS[provider.type].title
    if asking.request.method != "POST":
        action = f"{asking.address(f'{kind_path}/authorize')}?{asking.request.query}"
        body = _choose(action, hint="Who has the same address is the same person.", cancels=True)
        return asking.page(title, "Choose an account", pages.described(_NOTE), *body)
    form = asking.request.in_form
    if "cancel" in form:
        return _back(back, {"error": "access_denied", "state": state})
    person = _person(form)
    if person is None:
        raise _RefusedError("Enter an e-mail address.")
    code = give_code(asking.site, provider, person, redirect_uri=back, nonce=given.get("nonce", ""))
    return _back(back, {"code": code, "state": state})


def _provider(asking: Asking, kind: str) -> IdentityProvider:
    """The pool's provider of that kind that names the client the request does."""
    client_id = asking.request.parameters.get("client_id", "")
    for provider in in_pool_of(asking.ctx, IdentityProvider, asking.site.pool_id):
        if provider.type == kind and provider.details.get("client_id") == client_id:
            return provider
    raise _RefusedError("No identity provider of this user pool has that client_id.")


def _consumers(asking: Asking, path: str) -> list[str]:
    """Where the pool takes answers: an address of each domain it has."""
    domains = in_pool_of(asking.ctx, Domain, asking.site.pool_id)
    return [f"{address_of(asking.ctx, domain.name)}{path}" for domain in domains]


def _back(address: str, answer: Mapping[str, str]) -> Response:
    headers = {"Location": f"{address}?{urlencode(answer)}", "Cache-Control": "no-store"}
    return Response(302, headers=headers)


# OpenID Connect, for whoever would look


def _discovery(asking: Asking) -> Response:
    issuer = asking.address("oidc")
    return as_json(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks.json",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile"],
        }
    )


def _jwks(asking: Asking) -> Response:
    return as_json(provider_keys(asking.site).jwks())


def _token(asking: Asking) -> Response:
    form = asking.request.in_form
    provider = _provider(asking, "OIDC")
    if form.get("client_secret", "") != provider.details.get("client_secret", ""):
        return as_json({"error": "invalid_client"}, 400)
    if not is_simulated(asking.ctx, asking.site.pool_id, "oidc", provider.details["oidc_issuer"]):
        return as_json({"error": "invalid_client"}, 400)
    try:
        told = exchange(
            asking.site,
            provider,
            form.get("code", ""),
            redirect_uri=form.get("redirect_uri", ""),
        )
    except ProviderError:
        return as_json({"error": "invalid_grant"}, 400)
    access = {"access_token": asking.ctx.ids.uuid(), "token_type": "Bearer", "expires_in": 3600}
    return as_json({**told, **access})


# SAML


def _metadata(asking: Asking) -> Response:
    text = metadata(
        entity_id(asking.site.pool_id),
        asking.address("saml/sso"),
        provider_certificate(asking.site),
    )
    return Response(200, text.encode(), {"Content-Type": "application/samlmetadata+xml"})


def _asked(asking: Asking) -> tuple[str | None, str, str]:
    """Which request is answered (None: nobody asked), where to, and what comes back with it."""
    consumers = _consumers(asking, "/saml2/idpresponse")
    if not consumers:
        raise _RefusedError("This user pool has no domain to sign in at.")
    given = asking.request.in_query
    if "SAMLRequest" not in given:
        return None, consumers[0], ""
    try:
        request_id, consumer = read_request(given["SAMLRequest"])
    except SamlError as error:
        raise _RefusedError(f"{error}.") from error
    if consumer not in consumers:
        raise _RefusedError("The request asks for an answer to an address that isn't the pool's.")
    return request_id, consumer, given.get("RelayState", "")


def _choose_saml(asking: Asking) -> Response:
    request_id, _, _ = _asked(asking)
    action = f"{asking.address('saml/sso')}?{asking.request.query}"
    relay = (
        None
        if request_id is not None
        else pages.box(
            "relay",
            "RelayState",
            required=False,
            hint="Where the pool shall lead: identity_provider=…&client_id=…&redirect_uri=…"
            "&response_type=code&scope=openid",
        )
    )
    body = _choose(action, hint="It becomes the NameID.", cancels=False, extra=relay)
    return asking.page("SAML provider", "Choose an account", pages.described(_NOTE), *body)


def _respond_saml(asking: Asking) -> Response:
    request_id, consumer, relay = _asked(asking)
    form, site = asking.request.in_form, asking.site
    person = _person(form)
    if person is None:
        raise _RefusedError("Enter an e-mail address.")
    root = response(
        person,
        entity_id=entity_id(site.pool_id),
        audience=audience_of(site.pool_id),
        consumer=consumer,
        request_id=request_id,
        ids=(f"_{asking.ctx.ids.uuid()}", f"_{asking.ctx.ids.uuid()}"),
        now=site.now,
    )
    document = signed(root, provider_keys(site).newest.private, provider_certificate(site))
    carried = {
        "SAMLResponse": base64.b64encode(document).decode(),
        "RelayState": relay if request_id is not None else form.get("relay", ""),
    }
    return asking.page(
        "SAML provider",
        f"Signed in as {person.name}",
        pages.described("Your browser brings the pool what is signed here."),
        Form(consumer, carried).html(button="Continue"),
        tag(
            "details",
            tag("summary", "The response"),
            tag("pre", join(_pretty(document)), tabindex="0"),
        ),
    )


def _pretty(document: bytes) -> str:
    """An element a line, to be read; what is sent has no spaces."""
    return document.decode().replace("><", ">\n<")


_OTHERS: Mapping[tuple[str, str], Callable[[Asking], Response]] = {
    ("GET", "/saml/metadata"): _metadata,
    ("GET", "/saml/sso"): _choose_saml,
    ("POST", "/saml/sso"): _respond_saml,
    ("GET", "/oidc/.well-known/openid-configuration"): _discovery,
    ("GET", "/oidc/jwks.json"): _jwks,
    ("POST", "/oidc/token"): _token,
    ("GET", "/style.css"): lambda asking: style_sheet(),
}

COGNITO_IDP.mounts.append(
    Mount(
        re.compile(r"/([\w-]+_[0-9A-Za-z]+)/idp(/[\w./-]*)", re.ASCII),
        UserPool,
        answer,
        frozenset({"code", "client_secret", "state", "RelayState", "SAMLRequest"}),
        frozenset({"/style.css", "/oidc/jwks.json"}),
    )
)
