from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.aws.cognito_idp.codes import Attempts, Code, Lockout, Verdict, make_digits
from studyapp.aws.cognito_idp.masking import mask
from studyapp.aws.cognito_idp.secret_hash import secret_hash, secret_hash_matches

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_code_is_right_until_it_expires() -> None:
    code = Code("012345", NOW + SECOND)
    assert code.judge("012345", NOW) is Verdict.RIGHT
    assert code.judge("012346", NOW) is Verdict.WRONG
    assert code.judge("12345", NOW) is Verdict.WRONG
    assert code.judge("012345", NOW + SECOND) is Verdict.EXPIRED


@given(st.binary(min_size=8, max_size=16))
def test_codes_have_six_digits(draw: bytes) -> None:
    digits = make_digits(draw)
    assert len(digits) == 6
    assert digits.isdecimal()


def test_attempts_are_forgotten_after_an_hour() -> None:
    attempts = Attempts()
    for minute in range(5):
        assert not attempts.exhausted(5, NOW + timedelta(minutes=minute))
        attempts = attempts.plus(NOW + timedelta(minutes=minute))
    assert attempts.exhausted(5, NOW + timedelta(minutes=59))
    assert not attempts.exhausted(5, NOW + timedelta(minutes=60))


def test_failed_passwords_lock_for_longer_and_longer() -> None:
    lockout, now, waits = Lockout(), NOW, []
    for _ in range(16):
        assert not lockout.is_locked(now)
        lockout = lockout.after_failure(now)
        if lockout.until:
            waits.append((lockout.until - now).total_seconds())
            now = lockout.until
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert lockout.after_failure(now + timedelta(hours=1)) == Lockout(1)


@pytest.mark.parametrize(
    ("destination", "masked"),
    [
        ("fred@example.com", "f***@e***"),
        ("+491711234567", "+********4567"),
        ("+123", "+123"),
        ("a@b@c.org", "a***@c***"),
    ],
)
def test_a_destination_is_masked(destination: str, masked: str) -> None:
    assert mask(destination) == masked


def test_a_secret_hash_is_the_documented_one() -> None:
    # AWS's documentation gives the recipe, not a value; this one is OpenSSL's:
    # printf 'adaclient' | openssl dgst -sha256 -hmac secret -binary | base64
    assert secret_hash("ada", "client", "secret") == "FEW6rzXVdy2RLJp0KqkU9A6/pxQBq5FgsxTWe/Ot+CI="
    made = secret_hash("ada", "client", "second")
    assert secret_hash_matches(made, ["ada"], "client", ["first", "second"])
    assert not secret_hash_matches(made, ["ada"], "client", ["first"])
    assert not secret_hash_matches(made, ["eve"], "client", ["second"])
    assert not secret_hash_matches("ü", ["ada"], "client", ["second"])
