"""Signing in with an account of somebody else's, as a browser does it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests

from studyapp.aws.cognito_idp.documents import Client
from studyapp.aws.cognito_idp.federation.documents import provider_keys_id
from studyapp.aws.cognito_idp.signing_keys import PoolKeys, stored_key
from studyapp.aws.ports import Home, Invocation
from tests.aws.clients import Running, running
from tests.aws.cognito_idp.browsing import App, Page, Surfer, claims, make_app, surfing
from tests.aws.cognito_idp.pools import HOME, SCHEMA, Pool, make_pool, refused, rsa_key

ADA = "Ada Lovelace, ada@example.com"
SOCIAL = {"client_id": "theirs", "client_secret": "s", "authorize_scopes": "openid email"}
APPLE = {
    "client_id": "theirs",
    "team_id": "t",
    "key_id": "k",
    "private_key": "p",
    "authorize_scopes": "email",
}
MAPPING = {"email": "email", "name": "name"}


def provided(
    pool: Pool,
    kind: str,
    details: dict[str, str],
    mapping: dict[str, str] | None = None,
    *,
    name: str = "",
    **more: Any,
) -> App:
    """The pool's app, with one provider more."""
    keys = PoolKeys(
        pool_id=provider_keys_id(pool.id), signing=(stored_key(rsa_key()),), sealing=bytes(32)
    )
    pool.sandbox.cloud.store(HOME).put(keys)
    pool.api.create_identity_provider(
        UserPoolId=pool.id,
        ProviderName=name or kind,
        ProviderType=kind,
        ProviderDetails=details,
        AttributeMapping=MAPPING if mapping is None else mapping,
        **more,
    )
    return make_app(pool, SupportedIdentityProviders=["COGNITO", name or kind])


def oidc_details(pool: Pool, **changed: str) -> dict[str, str]:
    return {
        **SOCIAL,
        "oidc_issuer": f"{pool.sandbox.endpoint}/{pool.id}/idp/oidc",
        "attributes_request_method": "GET",
        **changed,
    }


def arriving(app: App, surfer: Surfer, button: str) -> dict[str, str]:
    """What the app is told when Ada comes by that button."""
    page = surfer.get(surfer.get(app.authorize()).links[button])
    assert page.heading == "Choose an account"
    surfer.send(page.form(ADA))
    return surfer.told


@pytest.mark.parametrize(
    ("kind", "details", "button", "starts"),
    [
        ("Google", SOCIAL, "Continue with Google", "Google_"),
        ("Facebook", SOCIAL, "Continue with Facebook", "Facebook_"),
        ("LoginWithAmazon", SOCIAL, "Continue with Amazon", "LoginWithAmazon_amzn1.account."),
        ("SignInWithApple", APPLE, "Continue with Apple", "SignInWithApple_001234."),
    ],
)
def test_people_come_from_social_providers(
    pool: Pool, kind: str, details: dict[str, str], button: str, starts: str
) -> None:
    app = provided(pool, kind, details, {"email": "email"})
    with surfing(app) as surfer:
        identity = claims(app.exchange(arriving(app, surfer, button)["code"])["id_token"])
    assert identity["cognito:username"].startswith(starts)
    assert identity["email"] == "ada@example.com"
    assert identity["email_verified"] is False
    assert identity["cognito:groups"] == [f"{pool.id}_{kind}"]
    (told,) = identity["identities"]
    assert (told["providerName"], told["providerType"], told["primary"]) == (kind, kind, "true")
    assert identity["cognito:username"] == f"{kind}_{told['userId']}"
    known = pool.described(identity["cognito:username"])
    assert known["UserStatus"] == "EXTERNAL_PROVIDER"


def test_who_comes_again_is_known_and_told_anew(pool: Pool) -> None:
    app = provided(pool, "OIDC", oidc_details(pool), {**MAPPING, "given_name": "nick"}, name="Work")
    with surfing(app) as surfer:
        first = claims(
            app.exchange(arriving(app, surfer, "Continue with Work")["code"])["id_token"]
        )
        page = surfer.get(app.authorize(prompt="login", identity_provider="Work"))
        surfer.send(
            page.form("Sign in"),
            email="ADA@example.com",
            name="Ada King",
            more="nick=Countess\nnot a claim",
        )
        again = claims(app.exchange(surfer.told["code"])["id_token"])
    assert again["sub"] == first["sub"]
    assert (again["name"], again["given_name"]) == ("Ada King", "Countess")
    assert pool.api.list_users(UserPoolId=pool.id)["Users"].__len__() == 1


def test_an_app_sends_people_straight_to_a_provider(pool: Pool) -> None:
    app = provided(pool, "Google", SOCIAL, IdpIdentifiers=["example.com"])
    with surfing(app) as surfer:
        for asked in ({"identity_provider": "Google"}, {"idp_identifier": "example.com"}):
            assert surfer.get(app.authorize(**asked)).heading == "Choose an account"
        assert surfer.get(app.authorize(identity_provider="COGNITO")).heading == "Sign in"
        for wrong in ({"identity_provider": "Facebook"}, {"idp_identifier": "example.org"}):
            surfer.get(app.authorize(**wrong))
            assert surfer.told["error"] == "invalid_request"
            assert surfer.told["error_description"] == "Login option is not available."


def test_a_linked_identity_signs_its_user_in(pool: Pool) -> None:
    app = provided(pool, "Google", SOCIAL, {"name": "name"})
    pool.user(email="ada@example.com")
    with surfing(app) as surfer:
        page = surfer.get(app.authorize(identity_provider="Google"))
        surfer.send(page.form(ADA))
        told = claims(app.exchange(surfer.told["code"])["id_token"])["identities"][0]
    source = {
        "ProviderName": "Google",
        "ProviderAttributeName": "Cognito_Subject",
        "ProviderAttributeValue": told["userId"],
    }
    link = {
        "UserPoolId": pool.id,
        "DestinationUser": {"ProviderName": "Cognito", "ProviderAttributeValue": "ada"},
        "SourceUser": source,
    }
    with refused("InvalidParameterException"):
        pool.api.admin_link_provider_for_user(**link)
    pool.api.admin_delete_user(UserPoolId=pool.id, Username=f"Google_{told['userId']}")
    pool.api.admin_link_provider_for_user(**link)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize(identity_provider="Google"))
        surfer.send(page.form(ADA))
        identity = claims(app.exchange(surfer.told["code"])["id_token"])
    assert identity["cognito:username"] == "ada"
    assert identity["name"] == "Ada Lovelace"


def test_two_people_may_have_one_address_where_it_is_the_name(sandbox: Running) -> None:
    pool = make_pool(sandbox, UsernameAttributes=["email"])
    pool.user("ada@example.com")
    app = provided(pool, "Google", SOCIAL)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize(identity_provider="Google"))
        surfer.send(page.form(ADA))
        assert "code" in surfer.told
    assert "AccessToken" in pool.sign_in("ada@example.com")


def test_who_comes_from_elsewhere_has_no_password_here(pool: Pool) -> None:
    app = provided(pool, "Google", SOCIAL)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize(identity_provider="Google"))
        surfer.send(page.form(ADA))
        name = claims(app.exchange(surfer.told["code"])["id_token"])["cognito:username"]
    with refused("NotAuthorizedException", "Incorrect username or password."):
        pool.sign_in(name)
    with refused("NotAuthorizedException"):
        pool.api.forgot_password(ClientId=pool.client_id, Username=name)


# Refusals


def test_who_is_disabled_is_told_so(pool: Pool) -> None:
    app = provided(pool, "Google", SOCIAL)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize(identity_provider="Google"))
        surfer.send(page.form(ADA))
        name = claims(app.exchange(surfer.told["code"])["id_token"])["cognito:username"]
        pool.api.admin_disable_user(UserPoolId=pool.id, Username=name)
        page = surfer.get(app.authorize(identity_provider="Google"))
        surfer.send(page.form(ADA))
        assert surfer.told["error_description"] == "User is disabled."


def test_a_required_attribute_that_is_not_mapped_is_named(sandbox: Running) -> None:
    schema = [{**a, "Required": a["Name"] in ("sub", "given_name")} for a in SCHEMA]
    app = provided(make_pool(sandbox, SchemaAttributes=schema), "Google", SOCIAL)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize(identity_provider="Google"))
        surfer.send(page.form(ADA))
        assert surfer.told["error"] == "invalid_request"
        assert surfer.told["error_description"] == "attributes required: [given_name]"
        assert surfer.told["state"] == "s t/a&te"


def test_an_attribute_that_may_not_change_stays(sandbox: Running) -> None:
    schema = [{**a, "Mutable": a["Name"] not in ("sub", "name")} for a in SCHEMA]
    app = provided(make_pool(sandbox, SchemaAttributes=schema), "Google", SOCIAL)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize(identity_provider="Google"))
        surfer.send(page.form(ADA))
        page = surfer.get(app.authorize(identity_provider="Google", prompt="login"))
        surfer.send(page.form("Sign in"), email="ada@example.com", name="Ada King")
        assert surfer.told["error_description"] == "user.name: Attribute cannot be updated."


def test_whoever_gives_up_goes_back_to_the_app(pool: Pool) -> None:
    app = provided(pool, "Google", SOCIAL)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize(identity_provider="Google"))
        surfer.send(page.form("Cancel"))
        assert surfer.told["error_description"] == "Google Error - access_denied"


class Refusing:
    def __init__(self) -> None:
        self.sources: list[str] = []

    def invoke(self, home: Home, arn: str, event: Any, secrets: Any) -> Invocation:
        self.sources.append(event["triggerSource"])
        if event["triggerSource"] == "PreSignUp_ExternalProvider":
            return Invocation(error="by invitation only")
        return Invocation(result=event)


def test_the_pre_sign_up_trigger_may_refuse(pool: Pool) -> None:
    app = provided(pool, "Google", SOCIAL)
    pool.configure(LambdaConfig={"PreSignUp": "f", "PreTokenGeneration": "f"})
    function = Refusing()
    with running(cloud=pool.sandbox.cloud, functions=function), surfing(app) as surfer:
        page = surfer.get(app.authorize(identity_provider="Google"))
        surfer.send(page.form(ADA))
        assert surfer.told["error_description"] == "PreSignUp failed with error by invitation only."
    assert function.sources == ["PreSignUp_ExternalProvider"]


class Renaming:
    """An inbound federation trigger: what a provider says, in the pool's own way."""

    def __init__(self) -> None:
        self.event: Any = None

    def invoke(self, home: Home, arn: str, event: Any, secrets: Any) -> Invocation:
        self.event = event
        said = event["request"]["attributes"]["idToken"]
        changed = {"email": said["email"], "name": said["name"].upper()}
        return Invocation(result={**event, "response": {"userAttributesToMap": changed}})


def test_the_inbound_federation_trigger_changes_what_a_provider_says(pool: Pool) -> None:
    app = provided(pool, "Google", SOCIAL)
    set_up = {"LambdaVersion": "V1_0", "LambdaArn": "f"}
    pool.configure(LambdaConfig={"InboundFederation": set_up})
    function = Renaming()
    with running(cloud=pool.sandbox.cloud, functions=function), surfing(app) as surfer:
        page = surfer.get(app.authorize(identity_provider="Google"))
        surfer.send(page.form(ADA))
        told = claims(app.exchange(surfer.told["code"])["id_token"])
    said = function.event["request"]["attributes"]["idToken"]
    assert (told["email"], told["name"]) == (said["email"], said["name"].upper())
    assert told["name"] != said["name"]
    assert function.event["triggerSource"] == "InboundFederation_ExternalProvider"
    assert function.event["version"] == "1"
    asked = function.event["request"]
    assert (asked["providerName"], asked["providerType"]) == ("Google", "Google")


def returning(page: Page, surfer: Surfer) -> str:
    """Where the provider sends Ada's browser, which doesn't go there."""
    answer = surfer.session.post(
        page.form(ADA).action, data=page.form(ADA).fields, allow_redirects=False
    )
    address: str = answer.headers["Location"]
    return address


def test_an_answer_is_taken_once_and_from_the_browser_that_asked(pool: Pool) -> None:
    app = provided(pool, "Google", SOCIAL)
    with surfing(app) as surfer, surfing(app) as other:
        address = returning(surfer.get(app.authorize(identity_provider="Google")), surfer)
        other.get(app.authorize())
        assert other.get(address).heading.startswith("An error was encountered")
        assert not other.left
        surfer.get(address)
        assert "code" in surfer.told
    with surfing(app) as surfer:
        address = returning(surfer.get(app.authorize(identity_provider="Google")), surfer)
        query = parse_qs(urlsplit(address).query)
        state = query["state"][0]
        forged = f"{address.partition('?')[0]}?code={pool.sandbox.endpoint}&state={state}"
        surfer.get(forged)
        assert surfer.told["error_description"] == "Google Error - invalid_grant"
        surfer.get(address)
        assert "code" in surfer.told


def test_an_answer_that_comes_late_is_not_taken(pool: Pool) -> None:
    app = provided(pool, "Google", SOCIAL)
    with surfing(app) as surfer:
        address = returning(surfer.get(app.authorize(identity_provider="Google")), surfer)
        pool.sandbox.clock.ahead += timedelta(minutes=6)
        surfer.get(address)
        assert surfer.told["error_description"] == "Google Error - invalid_grant"
        address = returning(surfer.get(app.authorize(identity_provider="Google")), surfer)
        pool.sandbox.clock.ahead += timedelta(minutes=11)
        assert surfer.get(address).heading.startswith("An error was encountered")


def test_a_provider_leads_nowhere_but_to_its_pool(pool: Pool) -> None:
    app = provided(pool, "Google", SOCIAL)
    base = f"{pool.sandbox.endpoint}/{pool.id}/idp/google/authorize"
    for query in (
        "client_id=theirs&redirect_uri=https://evil.example",
        f"client_id=other&redirect_uri={app.address}/oauth2/idpresponse",
        "",
    ):
        for method in ("GET", "POST"):
            answer = requests.request(
                method,
                f"{base}?{query}",
                data={"email": "a@b.c"},
                allow_redirects=False,
                timeout=10,
            )
            assert answer.status_code == 400


@pytest.mark.parametrize(
    "issuer",
    [
        "https://login.example.com",
        "http://169.254.169.254/latest",
        "http://127.0.0.1:1/{pool}/idp/oidc",
        "https://evil.example/{pool}/idp/oidc",
        "http://[",
    ],
)
def test_a_provider_elsewhere_is_refused_in_clear_words(pool: Pool, issuer: str) -> None:
    issuer = issuer.format(pool=pool.id)
    app = provided(pool, "OIDC", oidc_details(pool, oidc_issuer=issuer), name="Work")
    with surfing(app) as surfer:
        page = surfer.get(app.authorize(identity_provider="Work"))
    assert f"The identity provider Work has {issuer} as its oidc_issuer" in page.text
    assert "opens no connection" in page.text
    assert f"{pool.sandbox.endpoint}/{pool.id}/idp/oidc" in page.text


def test_the_openid_provider_is_one_for_others_too(pool: Pool) -> None:
    app = provided(pool, "OIDC", oidc_details(pool), name="Work")
    issuer = f"{pool.sandbox.endpoint}/{pool.id}/idp/oidc"
    found = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
    assert found["issuer"] == issuer
    with surfing(app) as surfer:
        address = returning(surfer.get(app.authorize(identity_provider="Work")), surfer)
    form = {
        "client_id": "theirs",
        "client_secret": "s",
        "code": parse_qs(urlsplit(address).query)["code"][0],
        "redirect_uri": f"{app.address}/oauth2/idpresponse",
    }
    wrong = requests.post(found["token_endpoint"], data={**form, "client_secret": "x"}, timeout=10)
    assert wrong.json()["error"] == "invalid_client"
    told = requests.post(found["token_endpoint"], data=form, timeout=10).json()
    keys = jwt.PyJWKSet.from_dict(requests.get(found["jwks_uri"], timeout=10).json())
    key = keys[jwt.get_unverified_header(told["id_token"])["kid"]]
    said = jwt.decode(told["id_token"], key, algorithms=["RS256"], audience="theirs", issuer=issuer)
    assert said["email"] == "ada@example.com"
    again = requests.post(found["token_endpoint"], data=form, timeout=10)
    assert again.json()["error"] == "invalid_grant"


def test_a_client_that_takes_no_passwords_shows_no_form(pool: Pool) -> None:
    provided(pool, "Google", SOCIAL)
    store = pool.sandbox.cloud.store(HOME)
    client = store.get(Client, pool.client_id)
    store.put(
        replace(client, settings={**client.settings, "SupportedIdentityProviders": ["Google"]})
    )
    app = App(pool, "learn")
    with surfing(app) as surfer:
        page = surfer.get(app.authorize())
        assert page.forms == []
        assert list(page.links) == ["Continue with Google"]
