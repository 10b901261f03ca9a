from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from hypothesis import given
from hypothesis import strategies as st

from studyapp.aws.cognito_idp.totp import code_at, encode_secret, matching_step, step_at

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRET = bytes(range(32))


@given(st.binary(min_size=20, max_size=64), st.integers(0, 2**40))
def test_codes_are_those_of_an_independent_authenticator(secret: bytes, step: int) -> None:
    theirs = TOTP(secret, 6, SHA1(), 30)
    assert code_at(secret, step).encode() == theirs.generate(step * 30)


@pytest.mark.parametrize(
    ("seconds", "taken"), [(0, True), (30, True), (-30, True), (90, False), (-90, False)]
)
def test_a_clock_may_be_a_step_off(seconds: int, taken: bool) -> None:
    step = step_at(NOW + timedelta(seconds=seconds))
    found = matching_step(SECRET, code_at(SECRET, step), NOW)
    assert found == (step if taken else None)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_matches_nothing(code: str) -> None:
    assert matching_step(SECRET, code, NOW) is None


def test_a_secret_is_fifty_two_letters() -> None:
    assert len(encode_secret(SECRET)) == 52
    assert "=" not in encode_secret(SECRET)
