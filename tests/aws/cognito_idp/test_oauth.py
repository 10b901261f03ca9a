"""The endpoints of a pool's domain, as an app and a browser use them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyapp.aws.cognito_idp.documents import ResourceServer, Scope
from studyapp.aws.cognito_idp.tokens import peek
from studyapp.aws.ports import Home, Invocation
from tests.aws.clients import Running, running
from tests.aws.cognito_idp.browsing import (
    CALLBACK,
    CHALLENGE,
    SIGNED_OUT,
    VERIFIER,
    App,
    claims,
    make_app,
    sign_in,
    surfing,
)
from tests.aws.cognito_idp.pools import HOME, Pool, make_pool
from tests.aws.cognito_idp.pools import refused as api_refuses


@pytest.fixture
def app(pool: Pool) -> App:
    pool.user(email="ada@example.com", email_verified="true", name="Ada")
    return make_app(pool)


def located(address: str) -> tuple[str, dict[str, str]]:
    """Where a redirect leads, and what it tells."""
    answer = requests.get(address, allow_redirects=False, timeout=10)
    assert answer.status_code == 302
    to, _, query = answer.headers["Location"].partition("?")
    return to, dict(parse_qsl(query))


# The authorization code grant


def test_an_app_gets_tokens_for_the_code_a_sign_in_gives(app: App) -> None:
    with surfing(app) as surfer:
        told = sign_in(
            app, surfer, nonce="n-1", code_challenge=CHALLENGE, code_challenge_method="S256"
        )
    assert told["state"] == "s t/a&te"
    granted = app.exchange(told["code"], code_verifier=VERIFIER)
    assert granted["token_type"] == "Bearer"
    assert granted["expires_in"] == 3600
    identity, access = claims(granted["id_token"]), claims(granted["access_token"])
    assert identity["email"] == "ada@example.com"
    assert identity["nonce"] == "n-1"
    assert identity["token_use"] == "id"
    assert access["scope"] == "openid email profile"
    assert access["version"] == 2
    assert identity["auth_time"] == access["auth_time"]


def test_a_library_verifies_the_id_token_by_what_discovery_says(app: App) -> None:
    with surfing(app) as surfer:
        granted = app.exchange(sign_in(app, surfer)["code"])
    issuer = claims(granted["id_token"])["iss"]
    found = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
    assert found["token_endpoint"] == f"{app.address}/oauth2/token"
    keys = jwt.PyJWKSet.from_dict(requests.get(found["jwks_uri"], timeout=10).json())
    key = keys[jwt.get_unverified_header(granted["id_token"])["kid"]]
    verified = jwt.decode_complete(
        granted["id_token"], key, algorithms=["RS256"], audience=app.pool.client_id, issuer=issuer
    )["payload"]
    digest = jwt.get_algorithm_by_name("RS256").compute_hash_digest(
        granted["access_token"].encode()
    )
    half = base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()
    assert verified["at_hash"] == half


def refused(app: App, error: str, **form: str) -> None:
    answer = app.token(**form)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_code_is_good_once(app: App) -> None:
    with surfing(app) as surfer:
        code = sign_in(app, surfer)["code"]
    app.exchange(code)
    refused(app, "invalid_grant", grant_type="authorization_code", code=code, redirect_uri=CALLBACK)


def test_a_code_is_good_for_five_minutes(app: App) -> None:
    with surfing(app) as surfer:
        first = sign_in(app, surfer)["code"]
        app.pool.sandbox.clock.ahead += timedelta(minutes=4, seconds=55)
        app.exchange(first)
        surfer.get(app.authorize())
        second = surfer.told["code"]
    app.pool.sandbox.clock.ahead += timedelta(minutes=5, seconds=1)
    refused(
        app, "invalid_grant", grant_type="authorization_code", code=second, redirect_uri=CALLBACK
    )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_code_altered_in_any_bit_is_refused(app: App, data: st.DataObject) -> None:
    with surfing(app) as surfer:
        surfer.get(app.authorize())
        code = (surfer.told if surfer.left else sign_in(app, surfer))["code"]
    raw = bytearray(code.encode())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 6))
    refused(
        app,
        "invalid_grant",
        grant_type="authorization_code",
        redirect_uri=CALLBACK,
        code=raw.decode(),
    )
    app.exchange(code)


@pytest.mark.parametrize(
    ("error", "changed"),
    [
        ("invalid_grant", {"code_verifier": VERIFIER[:-1] + "8"}),
        ("invalid_grant", {"code_verifier": "short"}),
        ("invalid_grant", {"code_verifier": CHALLENGE}),
        ("invalid_grant", {"redirect_uri": "http://localhost:3000/other"}),
        ("unauthorized_client", {"redirect_uri": "http://localhost:3000/callback/"}),
        ("invalid_request", {"redirect_uri": ""}),
        ("invalid_request", {"code": ""}),
        ("invalid_client", {"client_id": "somebodyelse"}),
        ("invalid_client", {"client_secret": "a-public-client-has-none"}),
        ("unsupported_grant_type", {"grant_type": "password"}),
        ("invalid_request", {"grant_type": ""}),
    ],
)
def test_an_exchange_that_is_not_right_is_refused(
    app: App, error: str, changed: dict[str, str]
) -> None:
    with surfing(app) as surfer:
        told = sign_in(app, surfer, code_challenge=CHALLENGE, code_challenge_method="S256")
    right = {
        "grant_type": "authorization_code",
        "code": told["code"],
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    refused(app, error, **{**right, **changed})


def test_without_its_verifier_a_code_is_worth_nothing(app: App) -> None:
    with surfing(app) as surfer:
        told = sign_in(app, surfer, code_challenge=CHALLENGE, code_challenge_method="S256")
    right = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code": told["code"]}
    refused(app, "invalid_grant", **right)


def test_another_client_of_the_pool_gets_nothing_for_a_code(app: App) -> None:
    other = app.pool.api.create_user_pool_client(
        UserPoolId=app.pool.id,
        ClientName="other",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        CallbackURLs=[CALLBACK],
    )["UserPoolClient"]["ClientId"]
    with surfing(app) as surfer:
        code = sign_in(app, surfer)["code"]
    refused(
        app,
        "invalid_grant",
        grant_type="authorization_code",
        code=code,
        redirect_uri=CALLBACK,
        client_id=other,
    )
    app.exchange(code)


def test_a_user_who_was_disabled_meanwhile_gets_no_tokens(app: App) -> None:
    with surfing(app) as surfer:
        code = sign_in(app, surfer)["code"]
        app.pool.api.admin_disable_user(UserPoolId=app.pool.id, Username="ada")
        refused(
            app, "invalid_grant", grant_type="authorization_code", code=code, redirect_uri=CALLBACK
        )
        assert surfer.get(app.authorize()).heading == "Sign in"


def test_scopes_say_what_an_id_token_tells(app: App) -> None:
    app.pool.api.admin_update_user_attributes(
        UserPoolId=app.pool.id,
        Username="ada",
        UserAttributes=[{"Name": "phone_number", "Value": "+15550100"}],
    )
    told = {}
    with surfing(app) as surfer:
        sign_in(app, surfer)
        for scope in ("openid", "openid email", "openid phone", "openid profile"):
            surfer.get(app.authorize(scope=scope))
            identity = claims(app.exchange(surfer.told["code"])["id_token"])
            told[scope] = {"email", "phone_number", "name"} & set(identity)
    assert told == {
        "openid": {"email", "phone_number", "name"},
        "openid email": {"email"},
        "openid phone": {"phone_number"},
        "openid profile": {"name"},
    }


def test_without_openid_there_is_no_id_token_and_no_user_info(app: App) -> None:
    with surfing(app) as surfer:
        code = sign_in(app, surfer, scope="aws.cognito.signin.user.admin")["code"]
    granted = app.exchange(code)
    assert "id_token" not in granted
    assert app.pool.api.get_user(AccessToken=granted["access_token"])["Username"] == "ada"
    answer = requests.get(
        f"{app.address}/oauth2/userInfo",
        headers={"Authorization": f"Bearer {granted['access_token']}"},
        timeout=10,
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


def test_who_asks_for_no_scope_gets_all_the_client_may_have(app: App) -> None:
    with surfing(app) as surfer:
        granted = app.exchange(sign_in(app, surfer, scope=None)["code"])
    assert claims(granted["access_token"])["scope"].split() == [
        *("openid", "email", "profile", "phone", "aws.cognito.signin.user.admin")
    ]


# Requests that are refused to the app


@pytest.mark.parametrize(
    ("error", "changed"),
    [
        ("invalid_request", {"response_type": None}),
        ("invalid_request", {"response_type": "code token"}),
        ("invalid_request", {"code_challenge": CHALLENGE}),
        ("invalid_request", {"code_challenge_method": "S256"}),
        ("invalid_request", {"code_challenge": CHALLENGE, "code_challenge_method": "plain"}),
        ("invalid_request", {"code_challenge": "short", "code_challenge_method": "S256"}),
        ("invalid_scope", {"scope": "openid everything"}),
        ("invalid_scope", {"scope": "email"}),
        ("login_required", {"prompt": "none"}),
    ],
)
@pytest.mark.parametrize("path", ["/oauth2/authorize", "/login"])
def test_a_request_that_is_not_right_is_refused_to_the_app(
    app: App, path: str, error: str, changed: dict[str, str | None]
) -> None:
    if path == "/login" and "prompt" in changed:
        return
    to, told = located(app.authorize(path, **changed))
    assert to == CALLBACK
    assert told == {"error": error, "state": "s t/a&te"}


@pytest.mark.parametrize(
    "changed",
    [
        {"AllowedOAuthFlows": ["implicit"]},
        {"AllowedOAuthFlowsUserPoolClient": False},
    ],
)
def test_a_client_that_may_not_is_told_so(pool: Pool, changed: dict[str, Any]) -> None:
    app = make_app(pool, **changed)
    assert located(app.authorize())[1]["error"] == "unauthorized_client"


# Requests that are refused to the person: an address that isn't registered is never gone to


@pytest.mark.parametrize(
    ("error", "changed"),
    [
        ("redirect_mismatch", {"redirect_uri": "https://evil.example/"}),
        ("redirect_mismatch", {"redirect_uri": CALLBACK + "/"}),
        ("redirect_mismatch", {"redirect_uri": CALLBACK + "?more=1"}),
        ("redirect_mismatch", {"redirect_uri": CALLBACK.replace("localhost", "LOCALHOST")}),
        ("redirect_mismatch", {"redirect_uri": CALLBACK + "@evil.example"}),
        ("redirect_mismatch", {"redirect_uri": "//evil.example"}),
        ("redirect_mismatch", {"redirect_uri": "javascript:alert(1)"}),
        ("invalid_request", {"redirect_uri": None}),
        ("invalid_request", {"client_id": None}),
        ("unauthorized_client", {"client_id": "nobody"}),
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(
    app: App, error: str, changed: dict[str, str | None]
) -> None:
    to, told = located(app.authorize(**changed))
    assert to == f"{app.address}/error"
    assert told["error"] == error
    with surfing(app) as surfer:
        page = surfer.get(app.authorize(**changed))
        assert page.heading == "An error was encountered with the requested page."
        assert surfer.last.status_code == 400
        for path in ("/login", "/signup", "/forgotPassword"):
            assert surfer.get(app.authorize(path, **changed)).heading == page.heading
            assert surfer.last.status_code == 400
            assert not surfer.left


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_request_leads_anywhere_but_to_a_registered_address(
    app: App, data: st.DataObject
) -> None:
    word = st.sampled_from(
        [
            CALLBACK,
            "myapp://in",
            "https://evil.example",
            "//evil.example",
            "\r\nLocation: x",
            "%0d",
            "code",
            "token",
            "openid",
            "none",
            "login",
            "Google",
            "",
            "/",
            "@",
            "#",
            "\\",
            "..",
            "é",
        ]
    )
    names = [
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "nonce",
        "prompt",
        "logout_uri",
        "identity_provider",
        "idp_identifier",
        "login_hint",
        "lang",
    ]
    changed = {
        name: "".join(data.draw(st.lists(word, max_size=2)))
        for name in data.draw(st.lists(st.sampled_from(names), unique=True))
    }
    path = data.draw(st.sampled_from(["/oauth2/authorize", "/login", "/logout", "/signup"]))
    answer = requests.get(app.authorize(path, **changed), allow_redirects=False, timeout=10)
    assert answer.status_code in (200, 302, 400)
    if answer.status_code == 302:
        to = urlsplit(answer.headers["Location"])
        place = f"{to.scheme}://{to.netloc}{to.path}"
        assert place in (CALLBACK, "myapp://in") or place.startswith(app.address), changed


def test_the_default_redirect_uri_stands_in(pool: Pool) -> None:
    pool.user()
    app = make_app(pool, DefaultRedirectURI=CALLBACK)
    with surfing(app) as surfer:
        assert "code" in sign_in(app, surfer, redirect_uri=None)


def test_an_address_of_an_apps_own_scheme_is_gone_to(app: App) -> None:
    with surfing(app) as surfer:
        page = surfer.get(app.authorize(redirect_uri="myapp://in"))
        assert "form-action 'self' myapp:" in surfer.last.headers["Content-Security-Policy"]
        surfer.send(page.form("Sign in"), username="ada", password="Passw0rd!")
        assert surfer.left.startswith("myapp://in?code=")


# The implicit grant


def test_the_implicit_grant_gives_tokens_in_the_fragment(app: App) -> None:
    with surfing(app) as surfer:
        told = sign_in(app, surfer, response_type="token")
        assert "?" not in surfer.left
    assert set(told) == {"id_token", "access_token", "token_type", "expires_in", "state"}
    assert claims(told["access_token"])["username"] == "ada"


# Refreshing, rotating, revoking


def test_a_refresh_token_gives_others(app: App) -> None:
    with surfing(app) as surfer:
        granted = app.exchange(sign_in(app, surfer)["code"])
    again = app.token(grant_type="refresh_token", refresh_token=granted["refresh_token"]).json()
    assert "refresh_token" not in again
    old, new = claims(granted["id_token"]), claims(again["id_token"])
    assert (old["auth_time"], old["origin_jti"]) == (new["auth_time"], new["origin_jti"])
    assert claims(again["access_token"])["scope"] == "openid email profile"
    refused(app, "invalid_request", grant_type="refresh_token")
    refused(app, "invalid_grant", grant_type="refresh_token", refresh_token="a.b.c.d.e")


def test_a_rotated_refresh_token_that_is_used_again_ends_all(sandbox: Running) -> None:
    rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}
    pool = make_pool(sandbox, {"RefreshTokenRotation": rotation})
    pool.user()
    app = make_app(pool)
    with surfing(app) as surfer:
        first = app.exchange(sign_in(app, surfer)["code"])["refresh_token"]
    second = app.token(grant_type="refresh_token", refresh_token=first).json()["refresh_token"]
    assert second != first
    refused(app, "invalid_grant", grant_type="refresh_token", refresh_token=first)
    refused(app, "invalid_grant", grant_type="refresh_token", refresh_token=second)


def test_what_is_revoked_is_over(app: App) -> None:
    with surfing(app) as surfer:
        granted = app.exchange(sign_in(app, surfer)["code"])
    known = {"client_id": app.pool.client_id}
    for token, error in [
        (granted["access_token"], "unsupported_token_type"),
        ("", "invalid_request"),
        ("nonsense", "invalid_request"),
    ]:
        answer = app.call("/oauth2/revoke", token=token, **known)
        assert (answer.status_code, answer.json()["error"]) == (400, error)
    wrong = app.call("/oauth2/revoke", token=granted["refresh_token"], client_id="nobody")
    assert wrong.json()["error"] == "invalid_client"
    done = app.call("/oauth2/revoke", token=granted["refresh_token"], **known)
    assert (done.status_code, done.content) == (200, b"")
    refused(
        app, "invalid_grant", grant_type="refresh_token", refresh_token=granted["refresh_token"]
    )
    info = requests.get(
        f"{app.address}/oauth2/userInfo",
        timeout=10,
        headers={"Authorization": f"Bearer {granted['access_token']}"},
    )
    assert info.status_code == 401


# Who a token is of


def test_user_info_tells_what_the_scopes_let_it(app: App) -> None:
    with surfing(app) as surfer:
        granted = app.exchange(sign_in(app, surfer, scope="openid email")["code"])
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    for ask in (requests.get, requests.post):
        told = ask(f"{app.address}/oauth2/userInfo", headers=headers, timeout=10).json()
        assert told == {
            "sub": claims(granted["id_token"])["sub"],
            "email": "ada@example.com",
            "email_verified": "true",
            "username": "ada",
        }


@pytest.mark.parametrize("kind", ["nothing", "id", "altered", "other pool"])
def test_user_info_refuses_what_is_no_access_token_of_the_pool(
    sandbox: Running, app: App, kind: str
) -> None:
    with surfing(app) as surfer:
        granted = app.exchange(sign_in(app, surfer)["code"])
    address = app.address
    token = granted["access_token"]
    if kind == "other pool":
        address = make_app(make_pool(sandbox), "elsewhere").address
    elif kind == "id":
        token = granted["id_token"]
    elif kind == "altered":
        token = token[:-3] + ("A" if token[-3] != "A" else "B") + token[-2:]
    headers = {} if kind == "nothing" else {"Authorization": f"Bearer {token}"}
    answer = requests.get(f"{address}/oauth2/userInfo", headers=headers, timeout=10)
    assert answer.status_code == (400 if kind == "nothing" else 401)
    assert "error" in answer.headers["WWW-Authenticate"]


def test_tokens_of_the_api_open_no_user_info(app: App) -> None:
    token = app.pool.sign_in()["AccessToken"]
    answer = requests.get(
        f"{app.address}/oauth2/userInfo", timeout=10, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 401


# Clients with a secret, and clients that act for themselves


def basic(client_id: str, secret: str) -> dict[str, str]:
    encoded = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}


def test_a_secret_is_shown_in_the_header_or_in_the_form(sandbox: Running) -> None:
    pool = make_pool(sandbox, secret="its+own/secret")
    pool.user()
    app = make_app(pool)
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
    with surfing(app) as surfer:
        code = sign_in(app, surfer)["code"]
        for headers, more in [
            ({}, {"client_id": pool.client_id}),
            ({}, {"client_id": pool.client_id, "client_secret": "wrong"}),
            (basic(pool.client_id, "wrong"), {}),
            ({"Authorization": "Basic ???"}, {}),
        ]:
            answer = app.call("/oauth2/token", headers, code=code, **form, **more)
            assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")
        mixed = app.call(
            "/oauth2/token",
            basic(pool.client_id, "its%2Bown%2Fsecret"),
            code=code,
            client_id="other",
            **form,
        )
        assert mixed.json()["error"] == "invalid_request"
        answer = app.call(
            "/oauth2/token", basic(pool.client_id, "its%2Bown%2Fsecret"), code=code, **form
        )
        assert answer.status_code == 200
        surfer.get(app.authorize())
        app.exchange(surfer.told["code"])


@pytest.fixture
def machine(sandbox: Running) -> App:
    pool = make_pool(sandbox, secret="s3cret")
    server = ResourceServer(
        pool_id=pool.id,
        identifier="https://notes.example",
        name="notes",
        scopes=(Scope("read", "Read"), Scope("write", "Write")),
    )
    pool.sandbox.cloud.store(HOME).put(server)
    return make_app(
        pool,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["https://notes.example/read"],
    )


def test_a_client_gets_a_token_for_itself(machine: App) -> None:
    answer = machine.token(grant_type="client_credentials", scope="https://notes.example/read")
    granted = answer.json()
    assert set(granted) == {"access_token", "expires_in", "token_type"}
    told = claims(granted["access_token"])
    assert told["sub"] == told["client_id"] == machine.pool.client_id
    assert told["scope"] == "https://notes.example/read"
    assert told["token_use"] == "access"
    assert "username" not in told
    all_it_may = machine.token(grant_type="client_credentials").json()
    assert claims(all_it_may["access_token"])["scope"] == "https://notes.example/read"


class Adding:
    """A pre token generation trigger of version 3."""

    def invoke(
        self, home: Home, arn: str, event: Mapping[str, Any], secrets: Mapping[str, str]
    ) -> Invocation:
        assert (event["version"], event["triggerSource"]) == (
            "3",
            "TokenGeneration_ClientCredentials",
        )
        added = {"scopesToAdd": ["notes:all"], "claimsToAddOrOverride": {"tenant": "a", "sub": "x"}}
        details = {"accessTokenGeneration": added}
        return Invocation(result={"response": {"claimsAndScopeOverrideDetails": details}})


def test_a_trigger_changes_a_clients_own_token(machine: App) -> None:
    config = {"PreTokenGenerationConfig": {"LambdaArn": "f", "LambdaVersion": "V3_0"}}
    machine.pool.configure(LambdaConfig=config)
    with running(cloud=machine.pool.sandbox.cloud, functions=Adding()):
        told = claims(machine.token(grant_type="client_credentials").json()["access_token"])
    assert told["tenant"] == "a"
    assert told["scope"] == "https://notes.example/read notes:all"
    assert told["sub"] == machine.pool.client_id


def test_a_client_gets_no_more_than_it_may(machine: App) -> None:
    for scope in ("https://notes.example/write", "openid", "nonsense"):
        refused(machine, "invalid_scope", grant_type="client_credentials", scope=scope)
    refused(machine, "invalid_client", grant_type="client_credentials", client_secret="wrong")
    refused(
        machine,
        "unauthorized_client",
        grant_type="authorization_code",
        code="x",
        redirect_uri=CALLBACK,
    )


def test_a_client_gets_a_token_for_itself_by_the_api(machine: App) -> None:
    api, pool = machine.pool.api, machine.pool.id

    def made(*, secret: bool, **settings: Any) -> Any:
        asked = {"UserPoolId": pool, "ClientName": "batch", "GenerateSecret": secret}
        return api.create_user_pool_client(**asked, **settings)["UserPoolClient"]

    batch = made(
        secret=True,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["https://notes.example/read"],
    )
    keys = {"ClientId": batch["ClientId"], "Secret": batch["ClientSecret"]}
    result = api.get_client_token(**keys)["ClientAuthenticationResult"]
    told = claims(result["AccessToken"])
    assert (told["sub"], told["scope"]) == (keys["ClientId"], "https://notes.example/read")
    assert (result["TokenType"], result["ExpiresIn"]) == ("Bearer", 3600)
    with api_refuses("InvalidParameterException", "Invalid scope requested."):
        api.get_client_token(**keys, Scopes=["https://notes.example/write"])
    for client in (batch, made(secret=False)):
        with api_refuses("NotAuthorizedException"):
            api.get_client_token(ClientId=client["ClientId"], Secret="x" * 40)
    people = made(secret=True)
    with api_refuses("OperationNotEnabledException"):
        api.get_client_token(ClientId=people["ClientId"], Secret=people["ClientSecret"])


def test_a_clients_own_token_is_nobodys(machine: App) -> None:
    token = machine.token(grant_type="client_credentials").json()["access_token"]
    info = requests.get(
        f"{machine.address}/oauth2/userInfo",
        timeout=10,
        headers={"Authorization": f"Bearer {token}"},
    )
    assert info.status_code == 401
    with api_refuses("NotAuthorizedException"):
        machine.pool.api.get_user(AccessToken=token)


def test_a_client_of_people_may_not_act_for_itself(app: App) -> None:
    refused(app, "unauthorized_client", grant_type="client_credentials")


# Signed in, and out again


def test_who_is_signed_in_goes_straight_back_for_an_hour(app: App) -> None:
    with surfing(app) as surfer:
        first = app.exchange(sign_in(app, surfer)["code"])
        app.pool.sandbox.clock.ahead += timedelta(minutes=59)
        surfer.get(app.authorize())
        again = app.exchange(surfer.told["code"])
        assert claims(again["id_token"])["auth_time"] == claims(first["id_token"])["auth_time"]
        assert surfer.get(app.authorize(prompt="login")).heading == "Sign in"
        surfer.get(app.authorize(prompt="none"))
        assert "code" in surfer.told
        app.pool.sandbox.clock.ahead += timedelta(minutes=2)
        assert surfer.get(app.authorize()).heading == "Sign in"


def test_the_login_page_asks_who_is_signed_in_whether_it_is_them(app: App) -> None:
    with surfing(app) as surfer:
        sign_in(app, surfer)
        page = surfer.get(app.authorize("/login"))
        other = surfer.get(page.links["Sign in as somebody else"])
        assert other.form("Sign in")
        surfer.send(page.form("Continue as ada@example.com"))
        assert "code" in surfer.told


def test_signing_out_forgets_the_browser(app: App) -> None:
    with surfing(app) as surfer:
        sign_in(app, surfer)
        surfer.get(f"{app.address}/logout?client_id={app.pool.client_id}&logout_uri={SIGNED_OUT}")
        assert surfer.left == SIGNED_OUT
        assert surfer.get(app.authorize()).heading == "Sign in"
        sign_in(app, surfer)
        page = surfer.get(app.authorize("/logout"))
        assert page.form("Sign in")


def test_nobody_is_signed_out_to_anywhere(app: App) -> None:
    with surfing(app) as surfer:
        sign_in(app, surfer)
        known = f"{app.address}/logout?client_id={app.pool.client_id}"
        for wrong in (
            f"{known}&logout_uri=https://evil.example",
            known,
            f"{known}&redirect_uri=https://evil.example&response_type=code",
            f"{app.address}/logout?logout_uri={SIGNED_OUT}",
        ):
            surfer.get(wrong)
            assert surfer.last.status_code == 400
            assert not surfer.left


def test_a_user_made_anew_is_not_who_was_signed_in(app: App) -> None:
    with surfing(app) as surfer:
        code = sign_in(app, surfer)["code"]
        app.pool.api.admin_delete_user(UserPoolId=app.pool.id, Username="ada")
        app.pool.user()
        assert surfer.get(app.authorize()).heading == "Sign in"
    refused(app, "invalid_grant", grant_type="authorization_code", code=code, redirect_uri=CALLBACK)


# What stands around it


def test_the_cookie_is_for_the_domains_own_path(app: App) -> None:
    with surfing(app) as surfer:
        surfer.get(app.authorize())
        planted = dict(surfer.session.cookies)["cognito"]
        sign_in(app, surfer)
        (cookie,) = surfer.session.cookies
    assert cookie.path == "/domains/learn/"
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "Lax"
    assert cookie.value != planted


def test_a_domain_is_found_by_its_name_alone_in_all_the_cloud(app: App, sandbox: Running) -> None:
    api = sandbox.client(region="eu-west-1")
    pool_id = api.create_user_pool(PoolName="other")["UserPool"]["Id"]
    with api_refuses(
        "InvalidParameterException", "Domain already associated with another user pool."
    ):
        api.create_user_pool_domain(UserPoolId=pool_id, Domain="learn")
    told = app.pool.api.describe_user_pool_domain(Domain="learn")["DomainDescription"]
    assert f"http://{told['CloudFrontDistribution']}" == app.address


def test_calls_are_traced_without_their_secrets(app: App) -> None:
    with surfing(app) as surfer:
        granted = app.exchange(sign_in(app, surfer)["code"])
    traced = [entry for entry in app.pool.sandbox.entries if entry.operation.startswith("POST /")]
    assert [entry.operation for entry in traced] == [
        "POST /domains/learn/login",
        "POST /domains/learn/oauth2/token",
    ]
    assert traced[0].request["username"] == "ada"
    told = traced[1].response
    assert peek(told["access_token"])["username"] == "ada"
    assert told["token_type"] == "Bearer"
    everything = repr(app.pool.sandbox.entries)
    tokens = [granted[f"{use}_token"] for use in ("id", "access", "refresh")]
    for secret in ("Passw0rd!", *tokens, *(token.rpartition(".")[2] for token in tokens)):
        assert secret not in everything


def test_other_methods_and_paths_are_refused(app: App) -> None:
    for path, method, status in [
        ("/oauth2/token", "GET", 405),
        ("/login", "PUT", 405),
        ("/nothing", "GET", 404),
        ("/challenge", "GET", 405),
    ]:
        answer = requests.request(method, f"{app.address}{path}", timeout=10)
        assert answer.status_code == status
    gone = requests.get(f"{app.pool.sandbox.endpoint}/domains/nobody/login", timeout=10)
    assert gone.status_code == 404
