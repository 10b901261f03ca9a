"""The whole way through the API alone, with the server that anybody can start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from pycognito import Cognito
from pycognito.aws_srp import AWSSRP

ROOT = Path(__file__).resolve().parents[2]
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:"
PASSWORD = "Passw0rd!"
FUNCTION = """
exports.handler = async (event) => {
  event.response.autoConfirmUser = true;
  event.response.autoVerifyEmail = true;
  console.log("welcome");
  return event;
};
"""


@dataclass
class Server:
    endpoint: str
    printed: IO[str]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of its own, with a folder of functions."""
    (tmp_path / "welcome.js").write_text(FUNCTION)
    command = [sys.executable, "-m", "studyapp.aws", "--port", "0", "--functions", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            endpoint = process.stdout.readline().split()[3]
            yield Server(endpoint, process.stdout)
        finally:
            process.terminate()
            process.communicate()


def connect(endpoint: str) -> Any:
    return boto3.client(
        "cognito-idp",
        endpoint_url=endpoint,
        region_name="eu-central-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="x",
    )


def test_a_pool_is_made_used_and_taken_away(server: Server) -> None:
    api = connect(server.endpoint)
    pool = api.create_user_pool(
        PoolName="notes",
        UsernameAttributes=["email"],
        AutoVerifiedAttributes=["email"],
        LambdaConfig={"PreSignUp": ARN + "welcome"},
    )["UserPool"]["Id"]
    client = api.create_user_pool_client(UserPoolId=pool, ClientName="app")["UserPoolClient"]
    assert api.sign_up(ClientId=client["ClientId"], Username="ada@example.com", Password=PASSWORD)[
        "UserConfirmed"
    ]
    api.create_group(UserPoolId=pool, GroupName="authors", Precedence=1)
    api.admin_add_user_to_group(UserPoolId=pool, Username="ada@example.com", GroupName="authors")

    ada = Cognito(
        pool,
        client["ClientId"],
        username="ada@example.com",
        boto3_client_kwargs={"endpoint_url": server.endpoint, "region_name": "eu-central-1"},
    )
    ada.authenticate(PASSWORD)
    # pycognito has verified the tokens with the keys of the pool, and its issuer.
    assert ada.id_claims["email_verified"] is True
    assert ada.id_claims["cognito:groups"] == ["authors"]
    assert ada.access_claims["client_id"] == client["ClientId"]

    api.set_user_pool_mfa_config(
        UserPoolId=pool,
        MfaConfiguration="ON",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    srp = AWSSRP("ada@example.com", PASSWORD, pool, client["ClientId"], client=api)
    assert srp.authenticate_user()["ChallengeName"] == "MFA_SETUP"

    api.delete_user_pool(UserPoolId=pool)
    with pytest.raises(ClientError, match="Invalid Access Token"):
        api.get_user(AccessToken=ada.access_token)


def test_codes_and_what_functions_print_are_printed(server: Server) -> None:
    api = connect(server.endpoint)
    pool = api.create_user_pool(PoolName="notes", AutoVerifiedAttributes=["email"])["UserPool"]
    app = api.create_user_pool_client(UserPoolId=pool["Id"], ClientName="app")["UserPoolClient"]
    who = {"ClientId": app["ClientId"], "Username": "ada"}
    email = {"Name": "email", "Value": "ada@example.com"}
    api.sign_up(**who, Password=PASSWORD, UserAttributes=[email])
    told = server.printed.readline()
    assert told.startswith("EMAIL to ada@example.com: ")
    api.confirm_sign_up(**who, ConfirmationCode=told.split()[-1])
    config = {"PreSignUp": ARN + "welcome"}
    api.update_user_pool(UserPoolId=pool["Id"], LambdaConfig=config)
    api.sign_up(ClientId=app["ClientId"], Username="eve", Password=PASSWORD)
    assert server.printed.readline() == "PreSignUp_SignUp: welcome\n"
