"""The frame over HTTP, with the real clients and operations made for the purpose."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from studyapp.aws.cognito_idp.documents import Client, UserPool
from studyapp.aws.cognito_idp.service import COGNITO_IDP
from studyapp.aws.memory import MemoryCloud
from studyapp.aws.operations import Context
from studyapp.aws.ports import AccessKey, ConflictError, Home, Message
from studyapp.aws.wire.errors import AwsError
from tests.aws.clients import Running, running

NOON = datetime(2026, 3, 4, 12, 0, 0, 123000, tzinfo=UTC)
SERVICE = replace(
    COGNITO_IDP, operations={}, unsupported={"GetProvisionedLimit": "Nobody pays here."}
)


@SERVICE.operation("ListUserPools")
def list_user_pools(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool = {"Id": context.region + "_1", "Name": context.account, "CreationDate": NOON}
    return {"UserPools": [pool][: request["MaxResults"]], "NextToken": None}


@SERVICE.operation("DescribeUserPool")
def describe_user_pool(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    raise AwsError(
        "ResourceNotFoundException", f"User pool {request['UserPoolId']} does not exist."
    )


@SERVICE.operation("DeleteUserPool")
def delete_user_pool(context: Context, request: dict[str, Any]) -> None:
    return None


@SERVICE.operation("UpdateUserPool")
def update_user_pool(context: Context, request: dict[str, Any]) -> None:
    raise ConflictError("somebody was faster")


@SERVICE.operation("DescribeUserPoolDomain")
def describe_user_pool_domain(context: Context, request: dict[str, Any]) -> None:
    raise RuntimeError("a bug of ours")


@SERVICE.operation("SetUICustomization")
def set_ui_customization(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    return {"UICustomization": {"CSS": repr(request["ImageFile"])}}


@SERVICE.operation("SignUp")
def sign_up(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    context.outbox.send(Message("EMAIL", "ann@example.org", "Your code is 123456"))
    return {"UserConfirmed": False, "UserSub": f"{context.account} {context.region}"}


@pytest.fixture
def frame() -> Iterator[Running]:
    with running([SERVICE]) as started:
        yield started


def refused(call: Any, **request: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as error:
        call(**request)
    response: dict[str, Any] = error.value.response
    return response


def post(frame: Running, target: str, body: bytes = b"{}", **headers: str) -> Any:
    connection = http.client.HTTPConnection(frame.endpoint.removeprefix("http://"), timeout=5)
    sent = {"X-Amz-Target": f"AWSCognitoIdentityProviderService.{target}", **headers}
    connection.request("POST", "/", body, sent)
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    return response, json.loads(answer)


def test_boto3_asks_and_is_answered_with_a_request_id(frame: Running) -> None:
    answer = frame.client(region="eu-west-1").list_user_pools(MaxResults=1)
    (pool,) = answer["UserPools"]
    assert (pool["Id"], pool["Name"]) == ("eu-west-1_1", "123456789012")
    assert pool["CreationDate"] == NOON
    assert "NextToken" not in answer
    assert len(answer["ResponseMetadata"]["RequestId"]) == 36


def test_an_operation_may_answer_nothing(frame: Running) -> None:
    answer = frame.client().delete_user_pool(UserPoolId="us-east-1_1")
    assert set(answer) == {"ResponseMetadata"}


def test_blobs_arrive_as_bytes(frame: Running) -> None:
    answer = frame.client().set_ui_customization(UserPoolId="us-east-1_1", ImageFile=b"\x00\xff")
    assert answer["UICustomization"]["CSS"] == r"b'\x00\xff'"


def test_an_error_has_its_name_its_words_and_its_class(frame: Running) -> None:
    client = frame.client()
    with pytest.raises(client.exceptions.ResourceNotFoundException) as error:
        client.describe_user_pool(UserPoolId="us-east-1_1")
    assert error.value.response["Error"]["Message"] == "User pool us-east-1_1 does not exist."
    metadata = error.value.response["ResponseMetadata"]
    assert metadata["HTTPStatusCode"] == 400
    headers = metadata["HTTPHeaders"]
    assert headers["x-amzn-errortype"] == "ResourceNotFoundException:"
    assert headers["x-amzn-errormessage"] == "User pool us-east-1_1 does not exist."
    assert headers["x-amzn-requestid"] == metadata["RequestId"]


def test_a_request_that_is_not_as_the_model_wants_it(frame: Running) -> None:
    response = refused(frame.client(validates=False).list_user_pools, MaxResults=0)
    assert response["Error"] == {
        "Code": "InvalidParameterException",
        "Message": "1 validation error detected: Value '0' at 'maxResults' failed to satisfy "
        "constraint: Member must have value greater than or equal to 1",
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", None),
        (b"[]", None),
        (b'{"ClientId": NaN}', None),
        (b"[" * 100_000, None),
        (b'{"ClientId": 1}', "NUMBER_VALUE can not be converted to a String"),
        (b'{"ClientId": true}', "TRUE_VALUE can not be converted to a String"),
        (b'{"ClientId": {}}', "Start of structure or map found where not expected."),
        (b'{"ClientId": []}', "Start of list found where not expected"),
        (b'{"UserAttributes": {}}', "Start of structure or map found where not expected."),
        (b'{"UserAttributes": ["a"]}', "Expected a structure or map"),
        (b'{"ClientMetadata": []}', "Expected a structure or map"),
    ],
)
def test_a_body_that_is_not_what_it_should_be(
    frame: Running, body: bytes, message: str | None
) -> None:
    response, answer = post(frame, "SignUp", body)
    assert response.status == 400
    assert answer["__type"] == "SerializationException"
    assert answer.get("message") == message


def test_null_is_as_good_as_absent_and_unknown_members_are_passed_over(frame: Running) -> None:
    body = {"ClientId": "c", "Username": "ann", "Password": "x" * 6, "UserAttributes": None, "Z": 1}
    response, answer = post(frame, "SignUp", json.dumps(body).encode())
    assert (response.status, answer["UserConfirmed"]) == (200, False)


def test_an_operation_there_is_none_of(frame: Running) -> None:
    response, answer = post(frame, "MakeCoffee")
    assert (response.status, answer["__type"]) == (400, "UnknownOperationException")


@pytest.mark.parametrize(
    ("call", "request_", "message"),
    [
        (
            "get_csv_header",
            {"UserPoolId": "us-east-1_1"},
            "GetCSVHeader is not supported here. The sandbox doesn't have it.",
        ),
        (
            "get_provisioned_limit",
            {"LimitDefinition": {"LimitClass": "API_CATEGORY", "Attributes": {"a": "b"}}},
            "GetProvisionedLimit is not supported here. Nobody pays here.",
        ),
    ],
)
def test_an_operation_nobody_wrote_names_itself(
    frame: Running, call: str, request_: dict[str, Any], message: str
) -> None:
    response = refused(getattr(frame.client(validates=False), call), **request_)
    assert response["Error"] == {"Code": "UnsupportedOperationException", "Message": message}


def test_a_bug_is_the_services_fault_and_tells_nothing(frame: Running) -> None:
    response = refused(frame.client().describe_user_pool_domain, Domain="a")
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert response["Error"]["Code"] == "InternalErrorException"
    assert "bug" not in response["Error"]["Message"]


def test_who_comes_second_is_told_so(frame: Running) -> None:
    response = refused(frame.client().update_user_pool, UserPoolId="us-east-1_1")
    assert response["Error"]["Code"] == "ConcurrentModificationException"


def test_an_unsigned_request_for_an_operation_that_needs_a_signature(frame: Running) -> None:
    response, answer = post(frame, "ListUserPools", b'{"MaxResults": 1}')
    assert response.status == 400
    assert answer["__type"] == "MissingAuthenticationTokenException"
    assert answer["message"] == "Missing Authentication Token"


def test_a_clock_that_is_wrong(frame: Running) -> None:
    frame.clock.ahead = timedelta(minutes=6)
    response = refused(frame.client().list_user_pools, MaxResults=1)
    assert response["Error"]["Code"] == "InvalidSignatureException"
    assert response["Error"]["Message"].startswith("Signature expired: ")


class ClosedCloud(MemoryCloud):
    """A cloud of one learner, who has one key."""

    def access_key(self, key_id: str) -> AccessKey | None:
        if key_id == "AKIDLEARNER":
            return AccessKey(key_id, "210987654321", "arn:aws:iam::210987654321:root", "right")
        return None


def test_only_the_right_secret_opens_a_learners_account() -> None:
    with running([SERVICE], ClosedCloud()) as closed:
        own = closed.client(key="AKIDLEARNER", secret="right")
        assert own.list_user_pools(MaxResults=1)["UserPools"][0]["Name"] == "210987654321"
        wrong = closed.client(key="AKIDLEARNER", secret="wrong")
        code = refused(wrong.list_user_pools, MaxResults=1)["Error"]["Code"]
        assert code == "InvalidSignatureException"
        other = closed.client(key="AKIDOTHER", secret="right")
        code = refused(other.list_user_pools, MaxResults=1)["Error"]["Code"]
        assert code == "UnrecognizedClientException"


def test_an_unsigned_request_goes_where_its_client_lives(frame: Running) -> None:
    home = Home("210987654321", "ap-south-1")
    settings: dict[str, Any] = {}
    frame.cloud.store(home).put(
        UserPool(id="ap-south-1_1", name="p", settings=settings, created=NOON, modified=NOON)
    )
    frame.cloud.store(home).put(
        Client(
            id="c1",
            pool_id="ap-south-1_1",
            name="c",
            settings=settings,
            created=NOON,
            modified=NOON,
        )
    )
    sign_up = frame.client(region="eu-west-1").sign_up
    known = sign_up(ClientId="c1", Username="ann", Password="Pa55word!")
    assert known["UserSub"] == "210987654321 ap-south-1"
    unknown = sign_up(ClientId="c2", Username="ann", Password="Pa55word!")
    assert unknown["UserSub"] == "123456789012 us-east-1"


def test_a_call_leaves_one_entry_with_what_it_sent_and_no_secrets(frame: Running) -> None:
    answer = frame.client().sign_up(ClientId="c1", Username="ann", Password="Pa55word!")
    (entry,) = frame.entries
    assert entry.id == answer["ResponseMetadata"]["RequestId"]
    assert (entry.service, entry.operation, entry.status) == ("cognito-idp", "SignUp", 200)
    assert entry.caller == ""
    assert "Boto3" in entry.agent
    assert entry.request == {"ClientId": "c1", "Username": "ann", "Password": "••••••"}
    assert entry.response["UserConfirmed"] is False
    assert [message.to for message in entry.messages] == ["ann@example.org"]
    assert timedelta(0) <= entry.duration < timedelta(seconds=5)


def test_a_refusal_is_traced_with_who_signed(frame: Running) -> None:
    refused(frame.client().describe_user_pool, UserPoolId="us-east-1_1")
    (entry,) = frame.entries
    assert entry.caller == "arn:aws:iam::123456789012:root"
    assert (entry.status, entry.error) == (400, "ResourceNotFoundException")
    assert entry.response == {"message": "User pool us-east-1_1 does not exist."}


def test_a_browser_may_call_from_any_page(frame: Running) -> None:
    connection = http.client.HTTPConnection(frame.endpoint.removeprefix("http://"), timeout=5)
    connection.request("OPTIONS", "/", headers={"Origin": "http://localhost:3000"})
    response = connection.getresponse()
    response.read()
    assert response.status == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Amz-Target" in response.headers["Access-Control-Allow-Headers"]
    connection.close()
    response, _ = post(frame, "SignUp")
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_the_aws_command_line(frame: Running, tmp_path: Path) -> None:
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "awscli",
            "cognito-idp",
            "list-user-pools",
            "--max-results=1",
            "--query=UserPools[0].Id",
            "--output=text",
        ],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "AWS_ENDPOINT_URL": frame.endpoint,
            "AWS_DEFAULT_REGION": "sa-east-1",
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout.strip()) == (0, "sa-east-1_1"), result.stderr
