"""What is kept of users and their sign-ins goes through JSON and comes back the same."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from studyapp.aws.cognito_idp.auth_sessions import AuthSession
from studyapp.aws.cognito_idp.codes import Attempts, Code, Lockout
from studyapp.aws.cognito_idp.grants import TokenSession
from studyapp.aws.cognito_idp.modexp import N
from studyapp.aws.cognito_idp.passkeys import Registration
from studyapp.aws.cognito_idp.session_tracking import SessionTracking
from studyapp.aws.cognito_idp.signing_keys import PoolKeys
from studyapp.aws.cognito_idp.srp import Verifier
from studyapp.aws.cognito_idp.users import (
    Device,
    MfaPreference,
    SignInName,
    SoftwareToken,
    StoredPasskey,
    User,
    UserStatus,
)
from studyapp.aws.documents import decode, written
from studyapp.aws.ports import Document

NOW = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
VERIFIER = Verifier(2**128 - 1, N - 1)

KEPT: list[Document] = [
    User(
        pool_id="us-east-1_a",
        name_key="ada",
        username="Ada",
        sub="sub",
        created=NOW,
        modified=LATER,
        status=UserStatus.FORCE_CHANGE_PASSWORD,
        enabled=False,
        attributes={"email": "ada@example.com"},
        verifier=VERIFIER,
        earlier_verifiers=(VERIFIER, Verifier(1, 2)),
        password_expires=LATER,
        lockout=Lockout(6, LATER),
        codes={"sign_up": Code("012345", LATER, "ada@example.com")},
        attempts={"resend": Attempts((NOW, LATER))},
        software_token=SoftwareToken(b"\x00\xff", True, 7, "Phone"),
        mfa=MfaPreference(("SMS_MFA",), "SMS_MFA"),
        devices=(Device("key", "-group", NOW, NOW, LATER, "Phone", "::1", VERIFIER, True),),
        passkeys=(StoredPasskey("id", "key", 3, ("usb",), "platform", "a.b", "Key", NOW),),
        identities=({"userId": "1", "primary": False},),
        version=4,
    ),
    SignInName(pool_id="us-east-1_a", name="ada@b.c", name_key="ada", attribute="email"),
    AuthSession(
        id="id",
        pool_id="us-east-1_a",
        client_id="client",
        name_key="ada",
        challenge="CUSTOM_CHALLENGE",
        expires=LATER,
        flow="CUSTOM_AUTH",
        passed=("PASSWORD",),
        device_key="key",
        used=True,
        code=Code("12345678", LATER, "+49"),
        srp_secret=2**256 - 1,
        srp_public=N - 1,
        nonce=b"\x00\xff",
        software_secret=b"\x00",
        history=({"challengeName": "SRP_A", "challengeResult": True},),
        private={"answer": "42"},
        remark="RIDDLE",
    ),
    TokenSession(
        id="id",
        pool_id="us-east-1_a",
        client_id="client",
        name_key="ada",
        event_id="event",
        auth_time=NOW,
        last_active=NOW,
        expires=LATER,
        scopes=("openid", "email"),
        device_key="key",
        nonce="n",
        turn=2,
        grace_ends=LATER,
        revoked=True,
        source_ip="::1",
    ),
    PoolKeys(pool_id="us-east-1_a", signing=(b"\x00", b"\xff"), sealing=bytes(32)),
    Registration(pool_id="us-east-1_a", owner="us-east-1_a/ada", challenge=b"\xff", expires=NOW),
    SessionTracking(pool_id="us-east-1_a", enabled=True, most=3, sso_minutes={"client": 5}),
]


@pytest.mark.parametrize("document", KEPT, ids=lambda document: document.kind)
def test_a_document_comes_back_as_it_was(document: Document) -> None:
    assert decode(type(document), json.loads(written(document))) == document
