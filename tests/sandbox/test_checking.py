"""What an app checks of a token, each kept by the right one and broken by a wrong one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from studyapp.aws.cognito_idp.tokens import SigningKey, jwk, sign
from studyapp.sandbox.checking import Expected, checks_of

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KEY, OTHER = (SigningKey.of(generate_private_key(65537, 2048)) for _ in range(2))
EXPECTED = Expected([jwk(KEY.private.public_key())], "https://pool", "app", "n", NOW)
CLAIMS = {"iss": "https://pool", "token_use": "id", "aud": "app", "nonce": "n"}


def failed(key: SigningKey = KEY, expected: Expected = EXPECTED, **claims: Any) -> list[str]:
    ends = int((NOW + timedelta(hours=1)).timestamp())
    token = sign({**CLAIMS, "exp": ends, **claims}, key)
    return [check.words.split()[0] for check in checks_of(token, "id", expected) if not check.holds]


def test_a_token_of_the_pool_for_this_app_holds() -> None:
    assert failed() == []


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"iss": "https://another"}, "iss"),
        ({"aud": "another"}, "aud"),
        ({"token_use": "access"}, "token_use"),
        ({"nonce": "replayed"}, "nonce"),
        ({"exp": int(NOW.timestamp())}, "exp"),
    ],
)
def test_each_wrong_claim_is_told(claims: dict[str, Any], name: str) -> None:
    assert failed(**claims) == [name]


def test_another_key_is_told_and_so_is_a_key_that_is_listed_no_more() -> None:
    assert failed(OTHER) == ["Its"]
    assert failed(expected=replace(EXPECTED, jwks=[])) == ["Its"]


def test_what_is_no_token_at_all_is_told() -> None:
    assert [check.holds for check in checks_of("no.token", "id", EXPECTED)] == [False]
