"""What is offered to copy is right: Python that runs, options that the AWS CLI reads so."""

from __future__ import annotations

import shlex
from typing import Any

import boto3
from botocore.stub import Stubber

from studyapp.sandbox.snippets import Said, command, javascript, snippets_of
from studyapp.sandbox.snippets import boto3 as written_in_python

REQUEST: dict[str, Any] = {
    "UserPoolId": "us-east-1_a",
    "Username": "O'Hara $HOME",
    "UserAttributes": [{"Name": "email", "Value": 'a\n"b"'}],
    "DesiredDeliveryMediums": ["EMAIL", "SMS"],
    "ForceAliasCreation": False,
}


def said(operation: str = "AdminCreateUser", **request: Any) -> Said:
    return Said("cognito-idp", operation, "eu-west-1", "http://localhost/aws", request)


def test_the_python_makes_the_same_call(monkeypatch: Any) -> None:
    client = boto3.client(
        "cognito-idp", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(
        boto3, "client", lambda *names, **settings: asked.append(settings) or client
    )
    with Stubber(client) as stub:
        stub.add_response("admin_create_user", {"User": {}}, REQUEST)
        exec(compile(written_in_python(said(**REQUEST)), "snippet", "exec"), {})
        stub.assert_no_pending_responses()
    assert asked == [{"region_name": "eu-west-1", "endpoint_url": "http://localhost/aws"}]


def test_the_shell_reads_the_command_as_it_was_meant() -> None:
    words = shlex.split(command(said(**REQUEST)).replace("\\\n", ""))
    assert words[:3] == ["aws", "cognito-idp", "admin-create-user"]
    assert words[words.index("--username") + 1] == "O'Hara $HOME"
    mediums = words.index("--desired-delivery-mediums")
    assert words[mediums + 1 : mediums + 3] == ["EMAIL", "SMS"]
    assert words[-1] == "--no-force-alias-creation"
    assert "--no-sign-request" not in words


def test_who_needs_no_signature_is_told_so() -> None:
    assert "--no-sign-request" in command(said("GetUser", AccessToken="t"))


def test_a_call_without_anything_asked() -> None:
    assert written_in_python(said("ListUserPools")).endswith("client.list_user_pools()\n")
    assert "new ListUserPoolsCommand({})" in javascript(said("ListUserPools"))


def test_what_a_browser_did_is_told_as_curl() -> None:
    (only,) = snippets_of(said("POST /domains/learn/oauth2/token", code="a b'c"))
    words = shlex.split(only.text.replace("\\\n", ""))
    assert words == [
        *("curl", "http://localhost/aws/domains/learn/oauth2/token"),
        *("--data-urlencode", "code=a b'c"),
    ]
    (page,) = snippets_of(said("GET /domains/learn/login"))
    assert shlex.split(page.text)[:2] == ["curl", "--get"]
