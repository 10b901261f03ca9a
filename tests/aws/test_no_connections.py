"""Whatever a learner configures, nothing here connects to anything."""

from __future__ import annotations

import contextlib
import socket
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from botocore.exceptions import ClientError

from studyapp.aws.lambda_.processes import FunctionProcesses
from tests.aws.clients import Running
from tests.aws.cognito_idp.browsing import make_app, surfing
from tests.aws.cognito_idp.pools import PASSWORD, make_pool

ARN = "arn:aws:{}:us-east-1:123456789012:{}"
ROLE = "arn:aws:iam::123456789012:role/all"


class Watched:
    """What anything in this process connected to or looked up, but the sandbox's own address."""

    def __init__(self, own: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tried: list[Any] = []
        parts = urlsplit(own)
        connect, look_up = socket.socket.connect, socket.getaddrinfo

        def connecting(self_: socket.socket, address: Any) -> None:
            if address != (parts.hostname, parts.port):
                self.tried.append(address)
                raise OSError("not from here")
            connect(self_, address)

        def looking_up(host: Any, *arguments: Any, **named: Any) -> Any:
            if host != parts.hostname:
                self.tried.append(host)
                raise OSError("not from here")
            return look_up(host, *arguments, **named)

        monkeypatch.setattr(socket.socket, "connect", connecting)
        monkeypatch.setattr(socket, "getaddrinfo", looking_up)


@pytest.fixture
def trap() -> Any:
    """A server that nobody may ask anything."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.setblocking(False)
        yield listening


@pytest.fixture
def watched(sandbox: Running, monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(sandbox.endpoint, monkeypatch)


def test_nothing_that_is_configured_is_connected_to(
    sandbox: Running, watched: Watched, trap: socket.socket
) -> None:
    there = f"http://127.0.0.1:{trap.getsockname()[1]}"
    pool = make_pool(sandbox, AutoVerifiedAttributes=["email"], UserPoolTags={})
    api, own = pool.api, {"UserPoolId": pool.id}
    api.update_user_pool(
        **own,
        AutoVerifiedAttributes=["email"],
        UserPoolTier="PLUS",
        UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"},
        EmailConfiguration={
            "SourceArn": ARN.format("ses", "identity/a@trap.invalid"),
            "ReplyToEmailAddress": "a@trap.invalid",
            "EmailSendingAccount": "DEVELOPER",
        },
        SmsConfiguration={"SnsCallerArn": ROLE, "ExternalId": there},
        EmailVerificationMessage=f'{{####}} <img src="{there}">',
    )
    told = {"EventSource": "userNotification", "LogLevel": "ERROR"}
    logs = {"LogGroupArn": ARN.format("logs", "log-group:a")}
    api.set_log_delivery_configuration(
        **own, LogConfigurations=[{**told, "CloudWatchLogsConfiguration": logs}]
    )
    social = {"client_id": "1", "client_secret": "2", "authorize_scopes": "openid"}
    addresses = {
        name: f"{there}/{name}"
        for name in ("authorize_url", "token_url", "attributes_url", "jwks_uri", "oidc_issuer")
    }
    providers = {
        "Open": ("OIDC", {**social, "attributes_request_method": "GET", **addresses}),
        "Named": (
            "OIDC",
            {**social, "attributes_request_method": "POST", "oidc_issuer": "https://trap.invalid"},
        ),
        "Saml": ("SAML", {"MetadataURL": f"{there}/metadata.xml"}),
    }
    for name, (kind, details) in providers.items():
        # Some of it is refused, which is as good.
        with contextlib.suppress(ClientError):
            api.create_identity_provider(
                **own, ProviderName=name, ProviderType=kind, ProviderDetails=details
            )
    known = [each["ProviderName"] for each in api.list_identity_providers(**own)["Providers"]]
    assert {"Open", "Saml"} <= {*known}
    app = make_app(
        pool,
        SupportedIdentityProviders=["COGNITO", *known],
        CallbackURLs=[f"{there}/in"],
        LogoutURLs=[f"{there}/out"],
    )
    api.create_terms(
        **own,
        ClientId=pool.client_id,
        TermsName="terms-of-use",
        TermsSource="LINK",
        Enforcement="NONE",
        Links={"cognito:default": f"{there.replace('http:', 'https:')}/terms"},
    )
    api.sign_up(
        ClientId=pool.client_id,
        Username="ada",
        Password=PASSWORD,
        UserAttributes=[
            {"Name": "email", "Value": "ada@trap.invalid"},
        ],
    )
    api.confirm_sign_up(ClientId=pool.client_id, Username="ada", ConfirmationCode=pool.code)
    pool.sign_in()
    asked = {"redirect_uri": f"{there}/in"}
    with surfing(app) as surfer:
        for name in known:
            surfer.get(app.authorize(**asked, identity_provider=name))
            left = parse_qs(urlsplit(surfer.left).query)
            back = {"code": "x", "state": left.get("state", ["x"])[0]}
            surfer.session.get(
                f"{app.address}/oauth2/idpresponse", params=back, allow_redirects=False
            )
        page = surfer.get(app.authorize(**asked))
        surfer.send(page.form("Sign in"), username="ada", password=PASSWORD)
        assert surfer.left.startswith(f"{there}/in?code=")
        surfer.session.get(
            f"{app.address}/logout",
            params={"client_id": pool.client_id, "logout_uri": f"{there}/out"},
            allow_redirects=False,
        )
    requests.get(f"{sandbox.endpoint}/{pool.id}/.well-known/openid-configuration", timeout=10)
    assert watched.tried == []
    with pytest.raises(BlockingIOError):
        trap.accept()


@pytest.mark.parametrize(
    "reach",
    [
        "await fetch('{there}')",
        "new XMLHttpRequest()",
        "new WebSocket('{there}')",
        "await import('{there}/a.js')",
        "require('http').get('{there}')",
        "std.urlGet('{there}')",
        "os.exec(['true'])",
        "Deno.connect({{ port: 1 }})",
    ],
)
def test_a_function_has_no_way_out(trap: socket.socket, reach: str) -> None:
    there = f"http://127.0.0.1:{trap.getsockname()[1]}"
    processes = FunctionProcesses(count=1)
    try:
        body = reach.format(there=there)
        told = processes.run(f"exports.handler = async () => {{ {body}; return 1; }};", {})
    finally:
        processes.close()
    assert told.error
    with pytest.raises(BlockingIOError):
        trap.accept()
