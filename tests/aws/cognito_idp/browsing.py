"""A browser without a screen, and an app that people sign in to with it: pages are read and their
forms sent as they are, nothing is known of them but what they say."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import jwt
import requests

from studyapp.aws.cognito_idp.documents import Client, Domain
from tests.aws.cognito_idp.pools import HOME, PASSWORD, Pool

CALLBACK = "http://localhost:3000/callback"
SIGNED_OUT = "http://localhost:3000/bye"
VERIFIER = "a" * 43 + "-._~Z9"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)


@dataclass
class PageForm:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    button: str = ""


class Page(HTMLParser):
    """What a person sees of an answer."""

    def __init__(self, address: str, html: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[PageForm] = []
        self.links: dict[str, str] = {}
        self.styles: list[str] = []
        self.alert = ""
        self.heading = ""
        self.text = ""
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "form":
            self.forms.append(PageForm(urljoin(self.address, named["action"] or "")))
        if tag in ("input", "textarea") and named.get("name"):
            chosen = named.get("type") != "radio" or "checked" in named
            if chosen:
                self.forms[-1].fields[str(named["name"])] = named.get("value") or ""
        if tag == "link" and named.get("rel") == "stylesheet":
            self.styles.append(urljoin(self.address, named["href"] or ""))
        if tag not in ("input", "link", "meta", "img"):
            self._open.append((tag, named))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.text += data
        tag, named = self._open[-1] if self._open else ("", {})
        if named.get("role") == "alert":
            self.alert += data
        if tag == "h1":
            self.heading += data
        if tag == "a":
            self.links[data] = urljoin(self.address, named["href"] or "")
        if tag == "button":
            self.forms[-1].button += data

    def form(self, button: str) -> PageForm:
        return next(form for form in self.forms if form.button == button)


@dataclass
class Surfer:
    """Follows redirects until they leave the sandbox: then ``left`` says where to."""

    session: requests.Session
    base: str
    left: str = ""
    last: Any = None

    def get(self, address: str) -> Page:
        return self._arrive(self.session.get(address, allow_redirects=False))

    def send(self, form: PageForm, **typed: str) -> Page:
        answer = self.session.post(
            form.action, data={**form.fields, **typed}, allow_redirects=False
        )
        return self._arrive(answer)

    def _arrive(self, answer: requests.Response) -> Page:
        self.left = ""
        while answer.is_redirect:
            address = urljoin(answer.url, answer.headers["Location"])
            if not address.startswith(self.base):
                self.left = address
                break
            answer = self.session.get(address, allow_redirects=False)
        self.last = answer
        return Page(answer.url, "" if self.left else answer.text)

    @property
    def told(self) -> dict[str, str]:
        """What the app was told at its own address."""
        parts = urlsplit(self.left)
        assert self.left.startswith(CALLBACK), self.left
        return dict(parse_qsl(parts.query) + parse_qsl(parts.fragment))


@dataclass
class App:
    """An app client that signs people in on the pool's domain."""

    pool: Pool
    domain: str
    secret: str = ""

    @property
    def address(self) -> str:
        return f"{self.pool.sandbox.endpoint}/domains/{self.domain}"

    def authorize(self, path: str = "/oauth2/authorize", **changed: str | None) -> str:
        asked: dict[str, str | None] = {
            "client_id": self.pool.client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid email profile",
            "state": "s t/a&te",
            **changed,
        }
        return (
            f"{self.address}{path}?{urlencode({k: v for k, v in asked.items() if v is not None})}"
        )

    def call(self, path: str, headers: dict[str, str] | None = None, **form: str) -> Any:
        return requests.post(f"{self.address}{path}", data=form, headers=headers, timeout=10)

    def token(self, **form: str) -> Any:
        known = {"client_id": self.pool.client_id}
        known |= {"client_secret": self.secret} if self.secret else {}
        return self.call("/oauth2/token", **{**known, **form})

    def exchange(self, code: str, **more: str) -> dict[str, Any]:
        answer = self.token(
            grant_type="authorization_code", code=code, redirect_uri=CALLBACK, **more
        )
        assert answer.status_code == 200, answer.text
        granted: dict[str, Any] = answer.json()
        return granted


def make_app(pool: Pool, domain: str = "learn", *, managed: bool = False, **settings: Any) -> App:
    """The pool's client as OAuth has it, and a domain."""
    store = pool.sandbox.cloud.store(HOME)
    client = store.get(Client, pool.client_id)
    oauth = {
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code", "implicit"],
        "AllowedOAuthScopes": [
            *("openid", "email", "profile", "phone", "aws.cognito.signin.user.admin"),
        ],
        "CallbackURLs": [CALLBACK, "http://localhost:3000/other", "myapp://in"],
        "LogoutURLs": [SIGNED_OUT],
        "SupportedIdentityProviders": ["COGNITO"],
    }
    store.put(replace(client, settings={**client.settings, **oauth, **settings}))
    store.put(Domain(pool_id=pool.id, name=domain, managed_login_version=2 if managed else 1))
    secret = client.secrets[0].value if client.secrets else ""
    return App(pool, domain, secret)


@contextmanager
def surfing(app: App) -> Iterator[Surfer]:
    with requests.Session() as session:
        yield Surfer(session, app.pool.sandbox.endpoint)


def sign_in(app: App, surfer: Surfer, name: str = "ada", **changed: str | None) -> dict[str, str]:
    """What the app is told when somebody signs in with a password."""
    page = surfer.get(app.authorize(**changed))
    surfer.send(page.form("Sign in"), username=name, password=PASSWORD)
    return surfer.told


def claims(token: str) -> dict[str, Any]:
    read: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return read
