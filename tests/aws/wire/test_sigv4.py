"""Signatures: recorded ones, botocore's, and each of AWS's refusals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from studyapp.aws.ports import AccessKey
from studyapp.aws.wire.errors import AwsError
from studyapp.aws.wire.http import Request
from studyapp.aws.wire.sigv4 import verify

KEY = AccessKey(
    "AKIDEXAMPLE",
    "123456789012",
    "arn:aws:iam::123456789012:root",
    secret="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
)
NOW = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)


def find_key(key_id: str) -> AccessKey | None:
    return KEY if key_id == KEY.id else None


def recorded(
    signature: str,
    query: str = "",
    *,
    key_id: str = KEY.id,
    date: str = "20150830",
    region: str = "us-east-1",
    service: str = "service",
    terminator: str = "aws4_request",
    headers: str = "host;x-amz-date",
    stamp: str = "20150830T123600Z",
) -> Request:
    return Request(
        "GET",
        "/",
        {
            "host": "example.amazonaws.com",
            "x-amz-date": stamp,
            "authorization": (
                f"AWS4-HMAC-SHA256 Credential={key_id}/{date}/{region}/{service}/{terminator}, "
                f"SignedHeaders={headers}, Signature={signature}"
            ),
        },
        query=query,
    )


VANILLA = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"


@pytest.mark.parametrize(
    ("signature", "query"),
    [
        (VANILLA, ""),
        (
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
            "Param2=value2&Param1=value1",
        ),
    ],
)
def test_signatures_of_awss_own_test_suite(signature: str, query: str) -> None:
    assert verify(recorded(signature, query), "service", find_key, NOW) == (KEY, "us-east-1")


@pytest.mark.parametrize(
    ("request_", "code", "words"),
    [
        (
            recorded("0" * 64),
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check "
            "your AWS Secret Access Key and signing method. Consult the service documentation for "
            "details.",
        ),
        (
            recorded(VANILLA, key_id="AKIDOTHER"),
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
        (
            recorded(VANILLA, service="sts"),
            "InvalidSignatureException",
            "Credential should be scoped to correct service: 'service'. ",
        ),
        (
            recorded(VANILLA, region="nowhere"),
            "InvalidSignatureException",
            "Credential should be scoped to a valid region. ",
        ),
        (
            recorded(VANILLA, terminator="aws3_request"),
            "InvalidSignatureException",
            "Credential should be scoped with a valid terminator: 'aws4_request', not "
            "'aws3_request'. ",
        ),
        (
            recorded(VANILLA, headers="x-amz-date"),
            "InvalidSignatureException",
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        ),
        (
            recorded(VANILLA, date="20150829"),
            "InvalidSignatureException",
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            "HTTP: '20150829' != '20150830', from '20150830T123600Z'.",
        ),
        (
            replace(recorded(VANILLA), headers={"host": "example.amazonaws.com"}),
            "MissingAuthenticationTokenException",
            "Missing Authentication Token",
        ),
        (
            replace(recorded(VANILLA), headers={"authorization": "AWS4-HMAC-SHA256 Credential=a"}),
            "IncompleteSignatureException",
            "Authorization header requires 'Signature' parameter. Authorization header requires "
            "'SignedHeaders' parameter. Authorization header requires existence of either a "
            "'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256",
        ),
    ],
)
def test_refused_as_aws_refuses(request_: Request, code: str, words: str) -> None:
    with pytest.raises(AwsError) as refused:
        verify(request_, "service", find_key, NOW)
    assert (refused.value.code, refused.value.message) == (code, words)


def test_a_signature_lives_for_five_minutes() -> None:
    request = recorded(VANILLA)
    verify(request, "service", find_key, NOW + timedelta(minutes=5))
    verify(request, "service", find_key, NOW - timedelta(minutes=5))
    with pytest.raises(AwsError) as late:
        verify(request, "service", find_key, NOW + timedelta(minutes=5, seconds=1))
    assert late.value.message == (
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z "
        "(20150830T124101Z - 5 min.)"
    )
    with pytest.raises(AwsError) as early:
        verify(request, "service", find_key, NOW - timedelta(minutes=5, seconds=1))
    assert early.value.message == (
        "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z "
        "(20150830T123059Z + 5 min.)"
    )


def signed_by_botocore(
    signer: Callable[[AWSRequest], None], url: str, body: bytes, headers: dict[str, str]
) -> Request:
    aws = AWSRequest("POST", url, headers, body)
    signer(aws)
    split = urlsplit(aws.url)
    sent = {name.lower(): value for name, value in aws.headers.items()}
    return Request("POST", split.path, {"host": split.netloc, **sent}, query=split.query, body=body)


@given(
    body=st.binary(max_size=50),
    segments=st.lists(st.sampled_from(["a", "%20", "%C3%A9", "b-c_d.e~f", "x=y"]), max_size=3),
    header=st.text("abc \t,", max_size=10),
)
def test_what_botocore_signs_is_taken_and_nothing_altered(
    body: bytes, segments: list[str], header: str
) -> None:
    signer = SigV4Auth(Credentials(KEY.id, KEY.secret), "cognito-idp", "eu-west-3")
    url = "http://127.0.0.1:8000/" + "/".join(segments)
    now = datetime.now(UTC)
    request = signed_by_botocore(
        signer.add_auth, url, body, {"X-Amz-Target": "A.B", "X-Note": header.strip()}
    )
    assert verify(request, "cognito-idp", find_key, now) == (KEY, "eu-west-3")
    altered = [
        replace(request, body=body + b"x"),
        replace(request, path=request.path + "x"),
        replace(request, query="x=y"),
        replace(request, method="GET"),
        replace(request, headers={**request.headers, "x-amz-target": "A.C"}),
    ]
    for other in altered:
        with pytest.raises(AwsError, match="does not match the signature"):
            verify(other, "cognito-idp", find_key, now)


def test_a_presigned_address_is_good_until_it_expires() -> None:
    signer = SigV4QueryAuth(
        Credentials(KEY.id, KEY.secret), "cognito-idp", "us-east-1", expires=600
    )
    now = datetime.now(UTC)
    request = signed_by_botocore(signer.add_auth, "http://127.0.0.1:8000/?a=b%20c", b"", {})
    assert "authorization" not in request.headers
    verify(request, "cognito-idp", find_key, now + timedelta(minutes=9))
    with pytest.raises(AwsError, match="Signature expired"):
        verify(request, "cognito-idp", find_key, now + timedelta(minutes=11))
    altered = replace(request, query=request.query.replace("a=b", "a=c"))
    with pytest.raises(AwsError, match="does not match"):
        verify(altered, "cognito-idp", find_key, now)


@pytest.mark.parametrize("token", [None, "another"])
def test_temporary_credentials_need_their_session_token(token: str | None) -> None:
    temporary = replace(KEY, session_token="the token")
    for given_token, is_taken in ((token, False), ("the token", True)):
        signer = SigV4Auth(Credentials(KEY.id, KEY.secret, given_token), "cognito-idp", "us-east-1")
        request = signed_by_botocore(signer.add_auth, "http://127.0.0.1/", b"{}", {})
        if is_taken:
            verify(request, "cognito-idp", lambda _: temporary, datetime.now(UTC))
        else:
            with pytest.raises(AwsError, match="security token included in the request is invalid"):
                verify(request, "cognito-idp", lambda _: temporary, datetime.now(UTC))
