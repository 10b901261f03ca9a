"""Amplify 6 as a web page uses it: its Auth, told nothing but where the pool is."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.aws.clients import Running
from tests.aws.cognito_idp.pools import PASSWORD, Pool, make_pool
from tests.aws.cognito_idp.test_devices import TRACKED
from tests.aws.cognito_idp.test_mfa import TOTP, with_app
from tests.aws.cognito_idp.test_node_clients import INSTALLED, SCRIPTS, needs_node

pytestmark = needs_node


class Page:
    """One page in which Amplify runs: what it keeps of a sign-in lasts as long as the page."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def does(self, name: str, **given: Any) -> dict[str, Any]:
        """What a call of Auth's comes to: its ``result``, or its ``error`` and ``message``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([name, given]), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        assert line, "Amplify's process ended"
        came: dict[str, Any] = json.loads(line)
        return came

    def gets(self, name: str, **given: Any) -> Any:
        came = self.does(name, **given)
        assert "result" in came, came
        return came["result"]


Opened = Callable[[Pool], Page]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens a page for a pool; it is closed when the test ends."""
    with ExitStack() as stack:

        def opens(pool: Pool) -> Page:
            told = {
                "endpoint": pool.sandbox.endpoint,
                "pool": pool.id,
                "client": pool.client_id,
                "modules": str(INSTALLED),
            }
            process = stack.enter_context(
                subprocess.Popen(
                    ["node", SCRIPTS / "amplify.mjs", json.dumps(told)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.kill)
            return Page(process)

        yield opens


def test_somebody_signs_up_and_in_and_out(sandbox: Running, opened: Opened) -> None:
    pool = make_pool(sandbox, AutoVerifiedAttributes=["email"])
    page = opened(pool)
    email = {"userAttributes": {"email": "ada@example.com"}}
    asked = page.gets("signUp", username="ada", password=PASSWORD, options=email)
    assert asked["nextStep"]["signUpStep"] == "CONFIRM_SIGN_UP"
    assert asked["nextStep"]["codeDeliveryDetails"]["destination"] == "a***@e***"

    early = page.gets("signIn", username="ada", password=PASSWORD)
    assert early["nextStep"]["signInStep"] == "CONFIRM_SIGN_UP"
    wrong = page.does("confirmSignUp", username="ada", confirmationCode="000000")
    assert wrong["error"] == "CodeMismatchException"
    page.gets("confirmSignUp", username="ada", confirmationCode=pool.code)

    assert page.gets("signIn", username="ada", password=PASSWORD)["isSignedIn"]
    assert page.gets("getCurrentUser")["username"] == "ada"
    assert page.gets("fetchUserAttributes")["email"] == "ada@example.com"
    tokens = page.gets("fetchAuthSession")["tokens"]
    assert tokens["idToken"]["payload"]["email_verified"] is True
    renewed = page.gets("fetchAuthSession", forceRefresh=True)["tokens"]
    assert renewed["accessToken"]["payload"]["jti"] != tokens["accessToken"]["payload"]["jti"]

    page.gets("signOut", **{"global": True})
    assert "tokens" not in page.gets("fetchAuthSession")


def test_a_forgotten_password_is_reset(pool: Pool, opened: Opened) -> None:
    pool.user(email="ada@example.com", email_verified="true")
    page = opened(pool)
    refused = page.does("signIn", username="ada", password="Passw0rd?")
    assert refused["error"] == "NotAuthorizedException"
    assert refused["message"] == "Incorrect username or password."
    page.gets("resetPassword", username="ada")
    page.gets(
        "confirmResetPassword",
        username="ada",
        confirmationCode=pool.code,
        newPassword="N3w-Passw0rd",
    )
    assert page.gets("signIn", username="ada", password="N3w-Passw0rd")["isSignedIn"]


def test_a_temporary_password_has_to_be_changed(pool: Pool, opened: Opened) -> None:
    pool.api.admin_create_user(UserPoolId=pool.id, Username="ada", TemporaryPassword="Tempor4ry!")
    page = opened(pool)
    asked = page.gets("signIn", username="ada", password="Tempor4ry!")
    step = asked["nextStep"]["signInStep"]
    assert step == "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED"
    assert page.gets("confirmSignIn", challengeResponse=PASSWORD)["isSignedIn"]


def test_an_authenticator_app_is_set_up_and_asked_for(sandbox: Running, opened: Opened) -> None:
    pool = make_pool(sandbox, MfaConfiguration="OPTIONAL", **TOTP)
    pool.user()
    app = with_app(pool)
    page = opened(pool)
    asked = page.gets("signIn", username="ada", password=PASSWORD)
    assert asked["nextStep"]["signInStep"] == "CONFIRM_SIGN_IN_WITH_TOTP_CODE"
    wrong = page.does("confirmSignIn", challengeResponse="000000")
    assert wrong["error"] == "CodeMismatchException"
    assert page.gets("confirmSignIn", challengeResponse=app.code())["isSignedIn"]
    assert page.gets("fetchMFAPreference")["enabled"] == ["TOTP"]


def test_without_a_password_the_code_is_in_the_mail(sandbox: Running, opened: Opened) -> None:
    pool = make_pool(
        sandbox, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}
    )
    pool.user(email="ada@example.com", email_verified="true")
    page = opened(pool)
    chosen = {"authFlowType": "USER_AUTH", "preferredChallenge": "EMAIL_OTP"}
    asked = page.gets("signIn", username="ada", options=chosen)
    assert asked["nextStep"]["signInStep"] == "CONFIRM_SIGN_IN_WITH_EMAIL_CODE"
    assert page.gets("confirmSignIn", challengeResponse=pool.code)["isSignedIn"]


def test_a_device_is_remembered_and_forgotten(sandbox: Running, opened: Opened) -> None:
    pool = make_pool(sandbox, DeviceConfiguration=TRACKED)
    pool.user()
    page = opened(pool)
    assert page.gets("signIn", username="ada", password=PASSWORD)["isSignedIn"]
    page.gets("rememberDevice")
    assert len(page.gets("fetchDevices")) == 1
    page.gets("forgetDevice")
    assert page.gets("fetchDevices") == []
