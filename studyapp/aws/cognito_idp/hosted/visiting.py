"""A request to a pool's domain, and the answers every page of it gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from studyapp.aws.cognito_idp.documents import Client, Domain
from studyapp.aws.cognito_idp.hosted.browser import Browser
from studyapp.aws.cognito_idp.hosted.requests import AuthorizeRequest, read_request, source_of
from studyapp.aws.cognito_idp.secret_hash import secret_hash
from studyapp.aws.cognito_idp.visits import Site, Visit, client_secrets
from studyapp.aws.operations import Context
from studyapp.aws.wire.errors import AwsError
from studyapp.aws.wire.http import Request, Response

PATH = "/domains"
"""Below which every domain is a folder."""

_PAGE_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def address_of(ctx: Context, domain: str) -> str:
    """Where a domain is served."""
    return f"{ctx.base}{PATH}/{domain}"


@dataclass(frozen=True, slots=True)
class Visiting:
    """One request. ``path`` is the one within the domain."""

    site: Site
    domain: Domain
    path: str
    request: Request
    browser: Browser

    @property
    def ctx(self) -> Context:
        return self.site.ctx

    @property
    def address(self) -> str:
        return address_of(self.ctx, self.domain.name)

    @property
    def query(self) -> dict[str, str]:
        return self.request.in_query

    @property
    def form(self) -> dict[str, str]:
        return self.request.in_form

    @property
    def asked(self) -> AuthorizeRequest:
        """What the app asked for, which every page's address repeats. Raises PageError or
        RedirectError."""
        return read_request(self.site, self.query)

    @property
    def is_managed(self) -> bool:
        return self.domain.managed_login_version == 2

    def visit(self, client: Client) -> Visit:
        """As if the app had called."""
        return Visit(self.ctx, self.site.pool, self.site.now, client)

    def refused(self, error: AwsError) -> str:
        """What the page says of it; the trace has its name besides."""
        self.ctx.trail.refuse(error.code, error.message)
        return error.message

    def to(self, path: str, asked: AuthorizeRequest) -> str:
        """The address of another page about the same request."""
        return f"{self.address}{path}?{asked.query}"

    def hidden(self, flow: Mapping[str, Any] | None = None) -> dict[str, str]:
        """What a form carries unseen."""
        carried = {"_csrf": self.browser.form_token}
        return carried if flow is None else {**carried, "flow": self.browser.seal(flow)}

    def page(
        self, html: str, *, status: int = 200, leads_to: str = "", script: str = ""
    ) -> Response:
        """``leads_to``: where else its forms may end; ``script``: the address of the only one it
        runs."""
        form_action = f"'self' {source_of(leads_to)}" if leads_to else "'self'"
        return self._told(page_response(html, status, form_action=form_action, script=script))

    def redirect(self, address: str) -> Response:
        headers = {"Location": address, "Cache-Control": "no-store"}
        return self._told(Response(302, headers=headers))

    def _told(self, response: Response) -> Response:
        if not self.browser.is_new:
            return response
        return replace(response, headers={**response.headers, "Set-Cookie": self.browser.header})


def page_response(html: str, status: int, *, form_action: str | None, script: str = "") -> Response:
    """A page that loads nothing but our own style and pictures, and runs nothing but ``script``."""
    policy = [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        *([f"script-src {script}"] if script else []),
        *([f"form-action {form_action}"] if form_action else []),
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
    headers = {**_PAGE_HEADERS, "Content-Security-Policy": "; ".join(policy)}
    return Response(status, html.encode(), headers)


def as_json(content: Mapping[str, Any], status: int = 200, **headers: str) -> Response:
    body = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
    told = {"Content-Type": "application/json;charset=UTF-8", "Cache-Control": "no-store"}
    return Response(status, body, {**told, **headers})


def own_hash(visit: Visit, name: str) -> dict[str, str]:
    """The secret hash of a client with a secret: these pages know it."""
    secrets = client_secrets(visit.client)
    return {"SECRET_HASH": secret_hash(name, visit.client_id, secrets[0])} if secrets else {}
