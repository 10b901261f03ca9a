"""A sign-in tried from the console, which plays the app: what it asks of the pool's pages, what
comes back, and what it then asks of the domain's endpoints.

The console keeps a trial in the learner's session, as an app keeps what it must know again when
the browser returns. To the study app what a trial holds is text: no page takes it for anything.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus, urlencode, urlsplit

from django.contrib.sessions.backends.base import SessionBase

from studyapp.aws.wire.http import Request
from studyapp.sandbox.endpoint import dispatch
from studyapp.sandbox.snippets import Snippet

AGENT = "studyapp, the app that a sign-in is tried with"
"""Unlike what the console's pages ask for themselves, this shows in the trace at once."""

KINDS = {
    "pkce": "Authorization code with PKCE",
    "code": "Authorization code, without PKCE",
    "implicit": "Implicit: tokens in the address",
}
_FLOW_OF = {"pkce": "code", "code": "code", "implicit": "implicit"}
_KEY = "sandbox_trial"

MEANINGS = {
    "client_id": "Which app asks.",
    "response_type": "What it wants back: a code to exchange, or (implicit) the tokens themselves.",
    "scope": "What the tokens are to be good for. Without openid there is no ID token.",
    "redirect_uri": "Where to send the browser back to: one of the app client's callback URLs.",
    "state": "Drawn by the app, and looked for when the browser comes back: an answer that nobody "
    "here asked for has another.",
    "nonce": "Drawn by the app as well, and found again inside of the ID token.",
    "code_challenge": "PKCE: the SHA-256 of a secret, the verifier, which the app keeps for now.",
    "code_challenge_method": "How the one is made of the other. Cognito takes S256 alone.",
}


@dataclass(slots=True)
class Trial:
    """``asked``: the parameters of the authorize endpoint at ``address``; ``came``: what the
    browser brought back; ``said``: the latest answer of an endpoint (see ``Answer``)."""

    pool_id: str
    client_id: str
    address: str
    asked: dict[str, str]
    verifier: str = ""
    came: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"{self.address}/oauth2/authorize?{urlencode(self.asked, quote_via=quote)}"

    @property
    def parameters(self) -> list[tuple[str, str, str]]:
        """Each with what it is for."""
        return [(name, value, MEANINGS[name]) for name, value in self.asked.items()]

    @property
    def is_implicit(self) -> bool:
        return self.asked["response_type"] == "token"

    def logout_url(self, to: str) -> str:
        return f"{self.address}/logout?{urlencode({'client_id': self.client_id, 'logout_uri': to})}"

    def take(self, came: Mapping[str, str]) -> None:
        """What the browser came back with. The same once more, of a page that was loaded anew,
        changes nothing."""
        if came == self.came:
            return
        self.came, self.said = dict(came), {}
        names = ("id_token", "access_token")
        self.tokens = {name: came[name] for name in names if name in came}


def begin(
    client: Mapping[str, Any], *, kind: str, scopes: Sequence[str], address: str, callback: str
) -> Trial:
    """``address`` is the domain's."""
    asked = {
        "client_id": client["ClientId"],
        "response_type": "token" if kind == "implicit" else "code",
        "scope": " ".join(scopes),
        "redirect_uri": callback,
        "state": secrets.token_urlsafe(16),
        "nonce": secrets.token_urlsafe(16),
    }
    verifier = secrets.token_urlsafe(32) if kind == "pkce" else ""
    if verifier:
        digest = hashlib.sha256(verifier.encode()).digest()
        asked["code_challenge"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        asked["code_challenge_method"] = "S256"
    return Trial(client["UserPoolId"], client["ClientId"], address, asked, verifier)


def kinds_of(client: Mapping[str, Any]) -> dict[str, str]:
    """The ways in which this app client lets people in."""
    flows = client.get("AllowedOAuthFlows", ())
    return {kind: label for kind, label in KINDS.items() if _FLOW_OF[kind] in flows}


# What a client needs


@dataclass(frozen=True, slots=True)
class Preparation:
    """What an app client lacks to be tried with: in words, and as UpdateUserPoolClient takes it;
    ``domain`` is one to create, empty where the pool has one."""

    words: tuple[str, ...]
    changes: Mapping[str, Any]
    domain: str = ""


def preparation(
    client: Mapping[str, Any],
    *,
    domain: str,
    callback: str,
    signed_out: str,
    providers: Sequence[str],
) -> Preparation:
    """``providers`` are the pool's, which a client that takes nobody yet is given."""
    words: list[str] = []
    changes: dict[str, Any] = {}
    made = ""
    if not domain:
        made = client["UserPoolId"].lower().replace("_", "-")
        words.append(f"The pool gets a domain, {made}, where its pages are.")
    if not client.get("AllowedOAuthFlowsUserPoolClient"):
        changes["AllowedOAuthFlowsUserPoolClient"] = True
        words.append("People may sign in with this client on the pool's pages.")
    if not kinds_of(client):
        changes["AllowedOAuthFlows"] = [*client.get("AllowedOAuthFlows", ()), "code"]
        words.append("It may use the grant type “authorization code”.")
    if not client.get("AllowedOAuthScopes"):
        changes["AllowedOAuthScopes"] = ["openid", "email", "profile"]
        words.append("It may ask for the scopes openid, email and profile.")
    if not client.get("SupportedIdentityProviders"):
        changes["SupportedIdentityProviders"] = ["COGNITO", *providers]
        others = "".join(f", and who comes from {name}" for name in providers)
        words.append(f"It takes users of the pool itself (COGNITO){others}.")
    for member, address, what in (
        ("CallbackURLs", callback, "callback URLs"),
        ("LogoutURLs", signed_out, "sign-out URLs"),
    ):
        known = client.get(member, ())
        if address not in known:
            changes[member] = [*known, address]
            words.append(f"{address} joins its {what}.")
    return Preparation(tuple(words), changes, made)


# In the session


def kept(session: SessionBase) -> Trial | None:
    known = session.get(_KEY)
    return Trial(**known) if known else None


def keep(session: SessionBase, trial: Trial) -> None:
    session[_KEY] = asdict(trial)


def forget(session: SessionBase) -> None:
    session.pop(_KEY, None)


# What the app asks of the endpoints


@dataclass(frozen=True, slots=True)
class AppRequest:
    """Of one endpoint. ``client``: the id and the secret, where the client has one."""

    method: str
    address: str
    form: Mapping[str, str]
    client: tuple[str, str] = ("", "")
    token: str = ""

    @property
    def headers(self) -> dict[str, str]:
        if self.token:
            return {"authorization": f"Bearer {self.token}"}
        client_id, secret = self.client
        if not secret:
            return {}
        pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
        return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    @property
    def snippets(self) -> list[Snippet]:
        """Endpoints of a domain are no operations of AWS's API: boto3 and the CLI know nothing of
        them."""
        return [
            Snippet("curl", "bash", self._curl()),
            Snippet("Python", "python", self._python()),
            Snippet("JavaScript", "javascript", self._javascript()),
        ]

    def _curl(self) -> str:
        told = [f"--header {name}: {value}" for name, value in _titled(self.headers).items()]
        told += [f"--data-urlencode {name}={value}" for name, value in self.form.items()]
        options = (each.partition(" ")[::2] for each in told)
        lines = [f"curl {shlex.quote(self.address)}"]
        lines += [f"{option} {shlex.quote(value)}" for option, value in options]
        return " \\\n    ".join(lines) + "\n"

    def _python(self) -> str:
        told = [f'    "{self.address}",']
        if self.form:
            fields = "".join(f"        {name!r}: {each!r},\n" for name, each in self.form.items())
            told.append(f"    data={{\n{fields}    }},")
        if self.headers:
            told.append(f"    headers={_titled(self.headers)!r},")
        call = f"requests.{self.method.lower()}(\n" + "\n".join(told) + "\n)"
        return f"import requests\n\nanswer = {call}\nprint(answer.status_code, answer.text)\n"

    def _javascript(self) -> str:
        told = [f'  method: "{self.method}",']
        if self.headers:
            told.append(f"  headers: {json.dumps(_titled(self.headers))},")
        if self.form:
            fields = json.dumps(self.form, indent=2).replace("\n", "\n  ")
            told.append(f"  body: new URLSearchParams({fields}),")
        lines = "\n".join(told)
        return (
            f'const answer = await fetch("{self.address}", {{\n{lines}\n}});\n'
            "console.log(answer.status, await answer.text());\n"
        )


def _titled(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.title(): value for name, value in headers.items()}


def requests_of(trial: Trial, secret: str) -> dict[str, AppRequest]:
    """What can be asked as things stand, by name. ``secret`` is the client's, if it has one."""
    token, revoke = f"{trial.address}/oauth2/token", f"{trial.address}/oauth2/revoke"
    client = (trial.client_id, secret)
    who = {"client_id": trial.client_id}
    found: dict[str, AppRequest] = {}
    if code := trial.came.get("code"):
        form = {"grant_type": "authorization_code", **who, "code": code}
        form["redirect_uri"] = trial.asked["redirect_uri"]
        if trial.verifier:
            form["code_verifier"] = trial.verifier
        found["exchange"] = AppRequest("POST", token, form, client)
    if access := trial.tokens.get("access_token"):
        address = f"{trial.address}/oauth2/userInfo"
        found["userinfo"] = AppRequest("GET", address, {}, token=access)
    if refresh := trial.tokens.get("refresh_token"):
        form = {"grant_type": "refresh_token", **who, "refresh_token": refresh}
        found["refresh"] = AppRequest("POST", token, form, client)
        found["revoke"] = AppRequest("POST", revoke, {**who, "token": refresh}, client)
    return found


@dataclass(frozen=True, slots=True)
class Answer:
    """``request_id`` finds it in the trace."""

    status: int
    body: Any
    request_id: str


def ask(asked: AppRequest, *, base: str, source_ip: str) -> Answer:
    """The endpoint's answer: through the one door, as any app's request."""
    place = urlsplit(asked.address)
    headers = {"host": place.netloc, "user-agent": AGENT, **asked.headers}
    if asked.form:
        headers["content-type"] = "application/x-www-form-urlencoded"
    response = dispatch(
        Request(
            method=asked.method,
            path=place.path,
            headers=headers,
            body=urlencode(asked.form).encode(),
            base=base,
            source_ip=source_ip,
        )
    )
    text = response.body.decode()
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        body = {"message": text}
    return Answer(response.status, body, response.headers["x-amzn-RequestId"])
