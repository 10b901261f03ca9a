"""Amazon's own JavaScript clients: amazon-cognito-identity-js signs in, aws-jwt-verify verifies."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.aws.clients import Running
from tests.aws.cognito_idp.pools import PASSWORD, Pool, make_pool
from tests.aws.cognito_idp.test_devices import TRACKED
from tests.aws.cognito_idp.test_mfa import TOTP, with_app

SCRIPTS = Path(__file__).parents[1] / "node"
INSTALLED = Path(__file__).parents[3] / ".cache" / "node"

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not (INSTALLED / "installed.json").exists(),
    reason="needs Node and tests/aws/node/install",
)
pytestmark = needs_node


def node(script: str, **told: Any) -> dict[str, Any]:
    """What a script prints, which is told everything in one JSON object."""
    done = subprocess.run(
        ["node", SCRIPTS / script, json.dumps({"modules": str(INSTALLED), **told})],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def sign_in(pool: Pool, **told: Any) -> dict[str, Any]:
    return node(
        "sign_in.mjs",
        endpoint=pool.sandbox.endpoint,
        pool=pool.id,
        client=pool.client_id,
        **{"username": "ada", "password": PASSWORD, **told},
    )


def test_identity_js_signs_in_reads_and_refreshes(pool: Pool) -> None:
    pool.user(email="ada@example.com", email_verified="true")
    came = sign_in(pool)
    assert came["attributes"]["email"] == "ada@example.com"
    assert came["claims"]["cognito:username"] == "ada"
    assert came["refreshed"]["auth_time"] == came["claims"]["auth_time"]
    assert pool.api.get_user(AccessToken=came["access"])["Username"] == "ada"


def test_identity_js_is_refused_a_wrong_password(pool: Pool) -> None:
    pool.user()
    came = sign_in(pool, password="Passw0rd?")
    assert came["error"] == "NotAuthorizedException"
    assert came["message"] == "Incorrect username or password."


def test_identity_js_signs_in_by_address(sandbox: Running) -> None:
    pool = make_pool(sandbox, UsernameAttributes=["email"])
    pool.user("ada@example.com")
    came = sign_in(pool, username="ada@example.com")
    assert came["claims"]["email"] == "ada@example.com"


def test_identity_js_changes_a_temporary_password(pool: Pool) -> None:
    pool.api.admin_create_user(UserPoolId=pool.id, Username="ada", TemporaryPassword="Tempor4ry!")
    came = sign_in(pool, password="Tempor4ry!", newPassword=PASSWORD)
    assert came["asked"] == ["NEW_PASSWORD_REQUIRED"]
    assert "AccessToken" in pool.sign_in()


def test_identity_js_shows_a_second_factor(sandbox: Running) -> None:
    pool = make_pool(sandbox, MfaConfiguration="OPTIONAL", **TOTP)
    pool.user()
    app = with_app(pool)
    # The client signs with its own clock, which may be minutes off the pool's.
    came = sign_in(pool, code=app.code())
    assert came["asked"] == ["SOFTWARE_TOKEN_MFA"]
    assert "claims" in came


def test_identity_js_proves_a_remembered_device(sandbox: Running) -> None:
    pool = make_pool(sandbox, DeviceConfiguration=TRACKED)
    pool.user()
    came = sign_in(pool, remember=True, again=True)
    assert "claims" in came, came
    devices = pool.api.admin_list_devices(UserPoolId=pool.id, Username="ada")["Devices"]
    assert len(devices) == 1
    assert devices[0]["DeviceLastAuthenticatedDate"] > devices[0]["DeviceCreateDate"]


def jwks(pool: Pool) -> dict[str, Any]:
    with urlopen(f"{pool.sandbox.endpoint}/{pool.id}/.well-known/jwks.json") as answer:
        keys: dict[str, Any] = json.load(answer)
    return keys


@pytest.mark.parametrize(("use", "token"), [("id", "IdToken"), ("access", "AccessToken")])
def test_aws_jwt_verify_takes_the_tokens_of_a_pool_with_awss_issuer(
    sandbox: Running, use: str, token: str
) -> None:
    pool = make_pool(sandbox, IssuerConfiguration={"Type": "ORIGINAL"})
    pool.user()
    result = pool.sign_in()
    told = {"pool": pool.id, "client": pool.client_id, "jwks": jwks(pool), "use": use}
    assert node("verify.mjs", token=result[token], **told)["claims"]["token_use"] == use
    forged = result[token][:-2] + ("AA" if result[token][-2:] != "AA" else "BB")
    assert node("verify.mjs", token=forged, **told)["error"] == "JwtInvalidSignatureError"
    other = {"id": "AccessToken", "access": "IdToken"}[use]
    assert "error" in node("verify.mjs", token=result[other], **told)


def test_a_revoked_token_still_verifies_offline(sandbox: Running) -> None:
    pool = make_pool(sandbox, IssuerConfiguration={"Type": "ORIGINAL"})
    pool.user()
    result = pool.sign_in()
    pool.api.revoke_token(ClientId=pool.client_id, Token=result["RefreshToken"])
    told = {"pool": pool.id, "client": pool.client_id, "jwks": jwks(pool), "use": "access"}
    assert "claims" in node("verify.mjs", token=result["AccessToken"], **told)
