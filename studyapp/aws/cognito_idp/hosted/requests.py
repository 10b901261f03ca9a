"""What an app asks for when it sends a browser here, and how it is refused.

A request whose client or address is wrong is told to the person, never sent on: where it says to
send them may be anybody's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from studyapp.aws.cognito_idp.documents import Client
from studyapp.aws.cognito_idp.grants import OPENID
from studyapp.aws.cognito_idp.visits import Site

# Those that tell of a user, and come with an ID token or not at all.
_ABOUT_USERS = frozenset({"phone", "email", "profile"})
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_FLOW_OF = {"code": "code", "token": "implicit"}
_CARRIED = (
    *("client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "lang", "prompt"),
    *("code_challenge", "code_challenge_method", "login_hint", "identity_provider"),
    "idp_identifier",
)


class PageError(Exception):
    """A request that is refused on a page of our own. ``words`` say more than the code."""

    def __init__(self, error: str, client_id: str = "", words: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.client_id = client_id
        self.words = words


class RedirectError(Exception):
    """A request that is refused to the app that made it."""

    def __init__(self, asked: AuthorizeRequest, error: str, description: str = "") -> None:
        super().__init__(error)
        self.asked = asked
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True)
class AuthorizeRequest:
    """One that may be granted, but for who it is granted to. ``carried`` are the parameters as they
    came, which the pages hand on from one to the next."""

    client: Client
    redirect_uri: str
    response_type: str
    scopes: tuple[str, ...]
    state: str | None
    nonce: str | None
    challenge: str | None
    provider: str
    identifier: str
    login_hint: str
    prompt: str
    carried: Mapping[str, str]

    @property
    def query(self) -> str:
        return urlencode(self.carried)

    def location(self, answer: Mapping[str, str]) -> str:
        """Where ``answer`` takes the browser: to the app, with its state."""
        told = {**answer, "state": self.state} if self.state is not None else answer
        mark = "#" if self.response_type == "token" else _mark(self.redirect_uri)
        return f"{ascii_address(self.redirect_uri)}{mark}{urlencode(told)}"


def _mark(address: str) -> str:
    return "&" if "?" in address else "?"


def ascii_address(address: str) -> str:
    """An address that was registered, as a header can hold it."""
    return quote(address, safe="!#$%&'()*+,/:;=?@[]~")


def source_of(address: str) -> str:
    """Where a policy has to let a form lead, so that it may end at ``address``."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or ":" in (parts.hostname or ""):
        return f"{parts.scheme}:"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def client_of(site: Site, client_id: str | None) -> Client:
    """Raises PageError."""
    if not client_id:
        raise PageError("invalid_request", words="The request names no client_id.")
    client = site.ctx.store.get(Client, client_id)
    if client is None or client.pool_id != site.pool_id:
        words = "There is no such app client in this user pool."
        raise PageError("unauthorized_client", client_id, words)
    return client


def callback_of(client: Client, given: str | None) -> str:
    """Where the browser goes back to. Raises PageError."""
    address: str | None = given or client.settings.get("DefaultRedirectURI")
    if not address:
        raise PageError("invalid_request", client.id, "The request names no redirect_uri.")
    if address not in client.settings.get("CallbackURLs", ()):
        words = "The redirect_uri is none of the app client's callback URLs, letter for letter."
        raise PageError("redirect_mismatch", client.id, words)
    return address


def read_request(site: Site, given: Mapping[str, str]) -> AuthorizeRequest:
    """Raises PageError or RedirectError."""
    client = client_of(site, given.get("client_id"))
    address = callback_of(client, given.get("redirect_uri"))
    asked = AuthorizeRequest(
        client=client,
        redirect_uri=address,
        response_type=given.get("response_type", ""),
        scopes=_scopes(client, given.get("scope", "")),
        state=given.get("state"),
        nonce=given.get("nonce"),
        challenge=given.get("code_challenge"),
        provider=given.get("identity_provider", ""),
        identifier=given.get("idp_identifier", ""),
        login_hint=given.get("login_hint", ""),
        prompt=given.get("prompt", ""),
        carried={name: given[name] for name in _CARRIED if name in given},
    )
    if error := _objection(asked, given.get("code_challenge_method")):
        raise RedirectError(asked, error)
    return asked


def _scopes(client: Client, asked: str) -> tuple[str, ...]:
    """Who asks for none gets all that the client may have."""
    return tuple(dict.fromkeys(asked.split())) or tuple(
        client.settings.get("AllowedOAuthScopes", ())
    )


def _objection(asked: AuthorizeRequest, method: str | None) -> str | None:
    settings = asked.client.settings
    flow = _FLOW_OF.get(asked.response_type)
    if flow is None:
        return "invalid_request"
    if not allows_flow(asked.client, flow):
        return "unauthorized_client"
    if (asked.challenge is None) != (method is None):
        return "invalid_request"
    if asked.challenge is not None and (
        method != "S256" or _CHALLENGE.fullmatch(asked.challenge) is None
    ):
        return "invalid_request"
    if not set(asked.scopes) <= set(settings.get("AllowedOAuthScopes", ())):
        return "invalid_scope"
    if OPENID not in asked.scopes and _ABOUT_USERS & set(asked.scopes):
        return "invalid_scope"
    return None


def allows_flow(client: Client, flow: str) -> bool:
    settings = client.settings
    return bool(settings.get("AllowedOAuthFlowsUserPoolClient")) and flow in settings.get(
        "AllowedOAuthFlows", ()
    )
