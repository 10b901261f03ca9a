"""The pages of a pool's domain: what people see, and that the API's rules hold on them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from playwright.sync_api import Browser, expect

from studyapp.aws.cognito_idp.users import User
from studyapp.aws.ports import Home, Invocation
from studyapp.aws.wire.shapes import MASK
from tests.aws.authenticator import Authenticator
from tests.aws.clients import Running, running
from tests.aws.cognito_idp.browsing import (
    CALLBACK,
    App,
    Surfer,
    claims,
    make_app,
    sign_in,
    surfing,
)
from tests.aws.cognito_idp.pools import HOME, PASSWORD, SCHEMA, Pool, make_pool, refused
from tests.aws.cognito_idp.test_choice import with_passkey
from tests.aws.cognito_idp.test_mfa import TOTP, with_app
from tests.aws.cognito_idp.test_mfa import App as Phone

NEW = "An0ther!pass"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
SMS = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}}


@pytest.fixture
def app(pool: Pool) -> App:
    pool.user(email="ada@example.com", email_verified="true")
    return make_app(pool)


def test_a_wrong_password_is_refused_in_the_apis_words(app: App) -> None:
    with surfing(app) as surfer:
        page = surfer.get(app.authorize())
        page = surfer.send(page.form("Sign in"), username="ada", password="Wr0ng!pass")
        assert (page.alert, surfer.last.status_code) == ("Incorrect username or password.", 400)
        entry = app.pool.sandbox.entries[-1]
        assert (entry.error, entry.response["message"]) == ("NotAuthorizedException", page.alert)
        assert page.form("Sign in").fields["username"] == "ada"
        page = surfer.send(page.form("Sign in"), username="bob", password=PASSWORD)
        assert page.alert == "User does not exist."
        page = surfer.send(page.form("Sign in"), username="ada", password="")
        assert page.alert == "Enter your name and your password."
        surfer.send(page.form("Sign in"), username="ada", password=PASSWORD)
        assert "code" in surfer.told


def test_a_client_that_hides_users_hides_them_here(sandbox: Running) -> None:
    pool = make_pool(sandbox, {"PreventUserExistenceErrors": "ENABLED"})
    app = make_app(pool)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize())
        page = surfer.send(page.form("Sign in"), username="bob", password=PASSWORD)
        assert page.alert == "Incorrect username or password."
        page = surfer.get(page.links["Forgot your password?"])
        page = surfer.send(page.form("Send a code"), username="bob")
        assert page.heading == "Choose a new password"


def test_a_form_is_taken_from_the_browser_it_was_given_to_alone(app: App) -> None:
    with surfing(app) as surfer, surfing(app) as other, surfing(app) as cookieless:
        form = surfer.get(app.authorize()).form("Sign in")
        other.get(app.authorize())
        typed = {"username": "ada", "password": PASSWORD}
        for sender in (other, cookieless):
            page = sender.send(form, **typed)
            assert (page.heading, sender.last.status_code) == ("That didn't work", 403)
            assert not sender.left
        form.fields["_csrf"] = "0" * 64
        assert surfer.send(form, **typed).heading == "That didn't work"


def test_what_somebody_typed_is_text(app: App) -> None:
    script = '"><script>alert(1)</script>'
    with surfing(app) as surfer:
        page = surfer.get(app.authorize(login_hint=script, state=script))
        surfer.send(page.form("Sign in"), username=script, password=PASSWORD)
        assert "<script" not in surfer.last.text
        assert page.form("Sign in").fields["username"] == script
        policy = surfer.last.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' http://localhost:3000;" in policy
    assert "unsafe" not in policy


def test_a_second_factor_is_asked_for(sandbox: Running) -> None:
    pool = make_pool(sandbox, MfaConfiguration="OPTIONAL", **TOTP)
    pool.user()
    authenticator = with_app(pool)
    app = make_app(pool)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize())
        page = surfer.send(page.form("Sign in"), username="ada", password=PASSWORD)
        assert page.heading == "Enter your code"
        surfer.get(app.authorize(prompt="none"))
        assert surfer.told["error"] == "login_required"
        page = surfer.send(page.form("Sign in"), code="000000")
        assert page.alert == "Invalid code received for user"
        surfer.send(page.form("Sign in"), code=authenticator.code())
        assert "code" in surfer.told


def test_a_second_factor_comes_by_message_and_is_good_once(sandbox: Running) -> None:
    pool = make_pool(sandbox, MfaConfiguration="ON", **SMS)
    pool.user(phone_number="+15550100", phone_number_verified="true")
    app = make_app(pool)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize())
        asked = surfer.send(page.form("Sign in"), username="ada", password=PASSWORD)
        assert "We sent a code to +****0100." in asked.text
        surfer.send(asked.form("Sign in"), code=pool.code)
        assert "code" in surfer.told
        again = surfer.send(asked.form("Sign in"), code=pool.code)
        assert again.heading == "That didn't work"


def test_a_second_factor_is_set_up_where_one_is_required(sandbox: Running) -> None:
    pool = make_pool(sandbox, MfaConfiguration="ON", **TOTP)
    pool.user()
    app = make_app(pool)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize())
        page = surfer.send(page.form("Sign in"), username="ada", password=PASSWORD)
        assert page.heading == "Set up a second factor"
        assert "<svg" in surfer.last.text
        found = re.search(r"[A-Z2-7]{52}", page.text)
        assert found
        page = surfer.send(page.form("Verify"), code="000000")
        assert page.alert == "Code mismatch"
        assert found[0] in page.text
        surfer.send(page.form("Verify"), code=Phone(pool, found[0]).code())
        assert "code" in surfer.told


def test_a_temporary_password_is_changed(pool: Pool) -> None:
    pool.api.admin_create_user(
        UserPoolId=pool.id, Username="ada", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS"
    )
    app = make_app(pool)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize())
        page = surfer.send(page.form("Sign in"), username="ada", password=PASSWORD)
        assert page.heading == "Choose a new password"
        page = surfer.send(page.form("Save"), password=NEW, again="something else")
        assert page.alert == "The two passwords are not the same."
        page = surfer.send(page.form("Save"), password="short", again="short")
        assert "Password did not conform with policy" in page.alert
        surfer.send(page.form("Save"), password=NEW, again=NEW)
        assert "code" in surfer.told
    assert "AccessToken" in pool.sign_in(password=NEW)


# Signing up


def test_people_sign_up_and_are_signed_in_once_they_confirm(pool: Pool) -> None:
    app = make_app(pool)
    with surfing(app) as surfer:
        page = surfer.get(surfer.get(app.authorize()).links["Create an account"])
        typed = {"username": "bob", "attribute.email": "bob@example.com", "password": "weak"}
        page = surfer.send(page.form("Sign up"), **typed)
        assert "Password did not conform with policy" in page.alert
        assert page.form("Sign up").fields["attribute.email"] == "bob@example.com"
        page = surfer.send(page.form("Sign up"), **{**typed, "password": PASSWORD})
        assert page.heading == "Confirm your account"
        assert "We sent a code to b***@e***." in page.text
        page = surfer.send(page.form("Confirm"), code="000000")
        assert page.alert == "Invalid verification code provided, please try again."
        old = pool.code
        page = surfer.send(page.form("Send another code"))
        assert pool.code != old or len(pool.messages) == 2
        surfer.send(page.form("Confirm"), code=pool.code)
        identity = claims(app.exchange(surfer.told["code"])["id_token"])
    assert (identity["cognito:username"], identity["email_verified"]) == ("bob", True)


def test_a_sign_up_left_halfway_is_taken_up_by_signing_in(pool: Pool) -> None:
    app = make_app(pool)
    pool.api.sign_up(
        ClientId=pool.client_id,
        Username="bob",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "bob@example.com"}],
    )
    with surfing(app) as surfer:
        page = surfer.get(app.authorize())
        page = surfer.send(page.form("Sign in"), username="bob", password="Wr0ng!pass")
        assert page.alert == "Incorrect username or password."
        page = surfer.send(page.form("Sign in"), username="bob", password=PASSWORD)
        assert page.heading == "Confirm your account"
        surfer.send(page.form("Confirm"), code=pool.code)
        assert "code" in surfer.told


def test_who_only_knows_a_name_confirms_and_is_not_signed_in(pool: Pool) -> None:
    app = make_app(pool)
    pool.api.sign_up(
        ClientId=pool.client_id,
        Username="bob",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "bob@example.com"}],
    )
    with surfing(app) as surfer:
        page = surfer.get(app.authorize("/confirmUser"))
        page = surfer.send(page.form("Confirm"), username="bob", code=pool.code)
        assert page.heading == "Sign in"
        assert not surfer.left
        assert "Your account is confirmed." in page.text


def test_nobody_signs_up_where_an_administrator_makes_users(sandbox: Running) -> None:
    app = make_app(make_pool(sandbox, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True}))
    with surfing(app) as surfer:
        page = surfer.get(app.authorize())
        assert "Create an account" not in page.links
        page = surfer.get(app.authorize("/signup"))
        assert page.alert == "SignUp is not permitted for this user pool"
        form = page.form("Sign in")
        form.action = app.authorize("/signup")
        page = surfer.send(form, username="bob", password=PASSWORD)
        assert page.alert == "SignUp is not permitted for this user pool"
    with refused("UserNotFoundException"):
        app.pool.described("bob")


def test_required_attributes_are_asked_for_and_no_others_taken(sandbox: Running) -> None:
    schema = [{**a, "Required": a["Name"] in ("sub", "given_name")} for a in SCHEMA]
    pool = make_pool(
        sandbox,
        SchemaAttributes=schema,
        UsernameAttributes=["email"],
        AutoVerifiedAttributes=["email"],
    )
    app = make_app(pool)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize("/signup"))
        fields = page.form("Sign up").fields
        assert "attribute.given_name" in fields
        assert "attribute.email" not in fields
        page = surfer.send(page.form("Sign up"), username="bob@example.com", password=PASSWORD)
        assert "given_name: The attribute is required" in page.alert
        surfer.send(
            page.form("Sign up"),
            username="bob@example.com",
            password=PASSWORD,
            **{"attribute.given_name": "Bob", "attribute.name": "not asked for"},
        )
    known = pool.attributes("bob@example.com")
    assert known["given_name"] == "Bob"
    assert "name" not in known


def test_a_client_with_a_secret_has_pages_too(sandbox: Running) -> None:
    pool = make_pool(sandbox, secret="s3cret", AutoVerifiedAttributes=["email"])
    app = make_app(pool)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize("/signup"))
        page = surfer.send(
            page.form("Sign up"),
            username="bob",
            password=PASSWORD,
            **{"attribute.email": "bob@example.com"},
        )
        surfer.send(page.form("Confirm"), code=pool.code)
        app.exchange(surfer.told["code"])
    with surfing(app) as surfer:
        assert "code" in sign_in(app, surfer, "bob")


def test_a_link_in_the_message_confirms(sandbox: Running) -> None:
    template = {"DefaultEmailOption": "CONFIRM_WITH_LINK", "EmailMessageByLink": "Or {##here##}."}
    pool = make_pool(
        sandbox, AutoVerifiedAttributes=["email"], VerificationMessageTemplate=template
    )
    app = make_app(pool)
    pool.api.sign_up(
        ClientId=pool.client_id,
        Username="bob",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "bob@example.com"}],
    )
    found = re.fullmatch(r'Or <a href="([^"]+)">here</a>\.', pool.messages[-1].body)
    assert found
    address = found[1].replace("&amp;", "&")
    assert address.startswith(f"{app.address}/confirmUser?")
    with surfing(app) as surfer:
        wrong = surfer.get(re.sub(r"code=\d+", "code=000000", address))
        assert wrong.heading.startswith("An error was encountered")
        assert pool.described("bob")["UserStatus"] == "UNCONFIRMED"
        assert surfer.get(address).heading == "Your account is confirmed"
    assert pool.attributes("bob")["email_verified"] == "true"
    assert "AccessToken" in pool.sign_in("bob")


# Forgotten passwords


def test_a_forgotten_password_is_replaced(app: App) -> None:
    with surfing(app) as surfer:
        page = surfer.get(surfer.get(app.authorize()).links["Forgot your password?"])
        assert surfer.send(page.form("Send a code"), username="").alert == "Enter your name."
        page = surfer.send(page.form("Send a code"), username="ada")
        assert "We sent a code to a***@e***." in page.text
        again = surfer.send(page.form("Change password"), code="000000", password=NEW, again=NEW)
        assert again.alert == "Invalid verification code provided, please try again."
        typed = {"code": app.pool.code, "password": NEW}
        again = surfer.send(page.form("Change password"), **typed, again="")
        assert again.alert == "The two passwords are not the same."
        page = surfer.send(page.form("Change password"), **typed, again=NEW)
        assert "Your password was changed." in page.text
        page = surfer.send(page.form("Sign in"), username="ada", password=PASSWORD)
        assert page.alert == "Incorrect username or password."
        surfer.send(page.form("Sign in"), username="ada", password=NEW)
        assert "code" in surfer.told


def test_who_may_not_have_a_code_is_told_why(app: App) -> None:
    app.pool.api.admin_disable_user(UserPoolId=app.pool.id, Username="ada")
    with surfing(app) as surfer:
        page = surfer.get(app.authorize("/forgotPassword"))
        assert surfer.send(page.form("Send a code"), username="ada").alert == "User is disabled."


# Choosing how to sign in


def passwordless(sandbox: Running, **settings: Any) -> Pool:
    factors = {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}
    return make_pool(sandbox, Policies={"SignInPolicy": factors}, **settings)


def test_managed_login_lets_people_choose(sandbox: Running) -> None:
    pool = passwordless(sandbox)
    pool.user(email="ada@example.com", email_verified="true")
    app = make_app(pool, managed=True)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize())
        page = surfer.send(page.form("Next"), username="ada")
        assert page.heading == "Choose how to sign in"
        by_password = surfer.send(page.form("Continue"), answer="PASSWORD")
        wrong = surfer.send(by_password.form("Sign in"), password="Wr0ng!pass")
        assert wrong.alert == "Incorrect username or password."
        surfer.send(wrong.form("Sign in"), password=PASSWORD)
        assert "code" in surfer.told
    with surfing(app) as surfer:
        page = surfer.get(app.authorize())
        page = surfer.send(page.form("Next"), username="ada")
        page = surfer.send(page.form("Continue"), answer="EMAIL_OTP")
        surfer.send(page.form("Sign in"), code=pool.code)
        assert "code" in surfer.told


def test_an_answer_that_was_not_offered_is_refused(sandbox: Running) -> None:
    pool = passwordless(sandbox)
    pool.user(email="ada@example.com")
    app = make_app(pool, managed=True)
    with surfing(app) as surfer:
        page = surfer.get(app.authorize())
        page = surfer.send(page.form("Next"), username="ada")
        page = surfer.send(page.form("Continue"), answer="SMS_OTP")
        assert page.alert == "Selected challenge is not available."


def passkeys(sandbox: Running, party: str = "example.com") -> Pool:
    factors = {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}
    pool = make_pool(
        sandbox,
        Policies={"SignInPolicy": factors},
        WebAuthnConfiguration={"RelyingPartyId": party, "UserVerification": "preferred"},
    )
    pool.user(email="ada@example.com")
    return pool


def test_managed_login_takes_a_passkey(sandbox: Running) -> None:
    pool = passkeys(sandbox)
    app = make_app(pool, managed=True)
    phone = with_passkey(pool, Authenticator())
    with surfing(app) as surfer:
        page = surfer.get(app.authorize())
        page = surfer.send(page.form("Next"), username="ada")
        page = surfer.send(page.form("Continue"), answer="WEB_AUTHN")
        assert page.heading == "Sign in with a passkey"
        script = f"{app.address}/passkey.js"
        assert f'<script src="{script}"></script>' in surfer.last.text
        assert f"script-src {script};" in surfer.last.headers["Content-Security-Policy"]
        assert "javascript" in surfer.session.get(script).headers["Content-Type"]
        options = json.loads(unescape(surfer.last.text.split('data-options="')[1].split('"')[0]))
        form = page.form("Use a passkey")
        for wrong in ("", json.dumps(Authenticator().get(options))):
            assert surfer.send(form, credential=wrong).alert
            assert surfer.last.status_code == 400
        surfer.send(form, credential=json.dumps(phone.get(options)))
        assert "code" in surfer.told
    entry = next(e for e in reversed(sandbox.entries) if "credential" in e.request)
    assert entry.request["credential"] == MASK


def test_a_browser_makes_a_passkey_and_signs_in_with_it(browser: Browser, sandbox: Running) -> None:
    app = make_app(passkeys(sandbox, "localhost"), managed=True)
    verifies = {"hasUserVerification": True, "isUserVerified": True, "hasResidentKey": True}
    options = {"protocol": "ctap2", "transport": "internal", **verifies}
    with browser.new_context() as context:
        page = context.new_page()
        page.route("http://localhost:3000/**", lambda route: route.fulfill(body="signed in"))
        device = context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        page.goto(app.authorize().replace("127.0.0.1", "localhost"))
        page.get_by_label("Username").fill("ada")
        page.get_by_role("button", name="Next").click()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Add a passkey")).to_be_visible()
        page.wait_for_load_state()  # the button is the script's
        page.bring_to_front()
        page.get_by_role("button", name="Create a passkey").click()
        expect(page.get_by_text("signed in")).to_be_visible()
        assert "code=" in page.url
        page.goto(app.authorize(prompt="login").replace("127.0.0.1", "localhost"))
        page.get_by_label("Username").fill("ada")
        page.get_by_role("button", name="Next").click()
        page.get_by_label("A passkey").check()
        page.get_by_role("button", name="Continue").click()
        use = page.get_by_role("button", name="Use a passkey")
        expect(use).to_be_visible()
        page.wait_for_load_state()
        use.click()
        expect(page.get_by_text("signed in")).to_be_visible()
        assert "code=" in page.url


def add_address(app: App, **changed: str) -> str:
    asked = {"client_id": app.pool.client_id, "redirect_uri": CALLBACK, **changed}
    return f"{app.address}/passkeys/add?{urlencode(asked)}".replace("127.0.0.1", "localhost")


def test_apps_send_people_who_are_signed_in_to_add_a_passkey(sandbox: Running) -> None:
    app = make_app(passkeys(sandbox, "localhost"), managed=True)
    base = sandbox.endpoint.replace("127.0.0.1", "localhost")
    phone = Authenticator(base)
    with requests.Session() as session:
        surfer = Surfer(session, base)
        refused = surfer.get(add_address(app))
        assert "Sign in first" in refused.text
        page = surfer.get(app.authorize().replace("127.0.0.1", "localhost"))
        page = surfer.send(page.form("Next"), username="ada")
        page = surfer.send(page.form("Sign in"), password=PASSWORD)
        assert page.heading == "Add a passkey"
        surfer.send(page.form("Not now"))
        assert "code" in surfer.told
        page = surfer.get(add_address(app, redirect_uri="http://evil.example/"))
        assert "redirect_mismatch" in page.text
        page = surfer.get(add_address(app))
        assert surfer.send(page.form("Create a passkey"), credential="no").alert
        page = surfer.get(add_address(app))
        options = json.loads(unescape(surfer.last.text.split('data-options="')[1].split('"')[0]))
        made = json.dumps(phone.create(options))
        surfer.send(page.form("Create a passkey"), credential=made)
        assert surfer.left == CALLBACK
    user = app.pool.sandbox.cloud.store(HOME).find(User)[0]
    assert [passkey.party for passkey in user.passkeys] == ["localhost"]


def test_passkeys_are_added_in_managed_login_alone(sandbox: Running) -> None:
    app = make_app(passkeys(sandbox, "localhost"))
    with surfing(app) as surfer:
        sign_in(app, surfer)
        assert "code" in surfer.told
        assert "Only managed login" in surfer.get(add_address(app)).text


# Triggers


class Refusing:
    """A function that throws, whatever happens."""

    def invoke(self, home: Home, arn: str, event: Mapping[str, Any], secrets: Any) -> Invocation:
        return Invocation(error="not today")


def test_triggers_run_on_the_pages(app: App) -> None:
    with running(cloud=app.pool.sandbox.cloud, functions=Refusing()):
        app.pool.configure(LambdaConfig={"PreAuthentication": "pre"})
        with surfing(app) as surfer:
            page = surfer.get(app.authorize())
            page = surfer.send(page.form("Sign in"), username="ada", password=PASSWORD)
    assert page.alert == "PreAuthentication failed with error not today."


# How they look


def styled(app: App) -> tuple[str, str]:
    """All CSS of the sign-in page, and the kind of its logo."""
    with surfing(app) as surfer:
        page = surfer.get(app.authorize("/login"))
        text = surfer.last.text
        css = "".join(requests.get(style, timeout=10).text for style in page.styles)
    found = re.search(r'src="([^"]+)"', text)
    if not found:
        return css, ""
    logo = requests.get(found[1].replace("&amp;", "&"), timeout=10)
    assert "sandbox" in logo.headers["Content-Security-Policy"]
    return css, logo.headers["Content-Type"]


def test_the_classic_pages_wear_what_set_ui_customization_says(app: App) -> None:
    assert styled(app)[1] == ""
    css = ".submitButton-customizable { background-color: rebeccapurple; }"
    app.pool.api.set_ui_customization(UserPoolId=app.pool.id, CSS=css, ImageFile=PIXEL)
    worn, logo = styled(app)
    assert css in worn
    assert logo == "image/png"
    own = ".label-customizable { color: teal; }"
    app.pool.api.set_ui_customization(UserPoolId=app.pool.id, ClientId=app.pool.client_id, CSS=own)
    worn, _ = styled(app)
    assert own in worn
    assert css not in worn


def test_managed_login_wears_its_branding(pool: Pool) -> None:
    app = make_app(pool, managed=True)
    settings = {
        "categories": {"global": {"colorSchemeMode": "DARK"}},
        "components": {
            "primaryButton": {"darkMode": {"defaults": {"backgroundColor": "663399ff"}}},
            "pageBackground": {"darkMode": {"color": "red; } body { display: none"}},
            "form": {"borderRadius": 12},
        },
    }
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    asset = {"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "SVG", "Bytes": svg}
    pool.api.create_managed_login_branding(
        UserPoolId=pool.id, ClientId=pool.client_id, Settings=settings, Assets=[asset]
    )
    worn, logo = styled(app)
    assert "--accent: #663399ff;" in worn
    assert "--sheet-radius: 12px;" in worn
    assert "display: none" not in worn
    assert logo == "image/svg+xml"
    with surfing(app) as surfer:
        surfer.get(app.authorize())
        assert 'data-scheme="dark"' in surfer.last.text


@pytest.mark.parametrize("version", [1, 2])
def test_managed_login_links_to_terms_where_there_are_both(app: App, version: int) -> None:
    pool, api = app.pool, app.pool.api
    api.update_user_pool_domain(UserPoolId=pool.id, Domain="learn", ManagedLoginVersion=version)
    kept = {"UserPoolId": pool.id, "ClientId": pool.client_id, "TermsSource": "LINK"}
    address = "https://shop.example/terms"
    both = {"Terms of use": address, "Privacy policy": address}
    with surfing(app) as surfer:
        for name in ("terms-of-use", "privacy-policy"):
            assert address not in surfer.get(app.authorize("/signup")).links.values()
            links = {"cognito:default": address}
            api.create_terms(**kept, TermsName=name, Enforcement="NONE", Links=links)
        links = surfer.get(app.authorize("/signup")).links
        assert (both.items() <= links.items()) == (version == 2)
