"""SRP against a client that isn't ours: pycognito's."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycognito import aws_srp

from studyapp.aws.cognito_idp.modexp import N, power
from studyapp.aws.cognito_idp.srp import (
    CLOCK_SKEW,
    Verifier,
    claim_holds,
    format_timestamp,
    make_verifier,
    pad,
    parse_timestamp,
    public_value,
)

NOW = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
POOL = "eu-central-1_Ab3dEf9hI"
CONTEXT = "Ab3dEf9hI"
BLOCK = b"what the server handed out"
salts = st.integers(1, 2**128 - 1)
secrets = st.integers(2**200 + 1, 2**256 - 1)
few = settings(max_examples=15, deadline=None)


def client(password: str, name: str = "ada") -> Any:
    return aws_srp.AWSSRP(name, password, POOL, "client", client=object())


def claim(
    srp: Any, name: str, verifier: Verifier, secret: int, timestamp: str, block: bytes = BLOCK
) -> bytes:
    """PASSWORD_CLAIM_SIGNATURE as pycognito makes it."""
    key = srp.get_password_authentication_key(
        name, srp.password, public_value(verifier, secret), f"{verifier.salt:x}"
    )
    message = CONTEXT.encode() + name.encode() + block + timestamp.encode()
    return aws_srp.hmac.new(key, message, "sha256").digest()


def holds(srp: Any, verifier: Verifier, secret: int, signature: bytes, **changed: Any) -> bool:
    told: dict[str, Any] = {
        "context": CONTEXT,
        "name": "ada",
        "secret_block": BLOCK,
        "timestamp": format_timestamp(NOW),
        "signature": signature,
        "now": NOW,
    }
    return claim_holds(verifier, srp.large_a_value, secret, **{**told, **changed})


@few
@given(
    password=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
    salt=salts,
    secret=secrets,
)
def test_any_password_agrees_with_an_independent_client(
    password: str, salt: int, secret: int
) -> None:
    verifier = make_verifier(CONTEXT, "ada", password, salt)
    srp = client(password)
    signature = claim(srp, "ada", verifier, secret, format_timestamp(NOW))
    assert holds(srp, verifier, secret, signature)
    assert verifier.matches(CONTEXT, "ada", password)


@few
@given(
    pair=st.tuples(
        st.text(st.characters(codec="utf-8"), max_size=9),
        st.text(st.characters(codec="utf-8"), max_size=9),
    ).filter(lambda p: p[0] != p[1]),
    salt=salts,
    secret=secrets,
)
def test_another_password_is_refused(pair: tuple[str, str], salt: int, secret: int) -> None:
    right, wrong = pair
    verifier = make_verifier(CONTEXT, "ada", right, salt)
    srp = client(wrong)
    assert not holds(
        srp, verifier, secret, claim(srp, "ada", verifier, secret, format_timestamp(NOW))
    )
    assert not verifier.matches(CONTEXT, "ada", wrong)


def test_what_was_signed_cannot_be_swapped() -> None:
    verifier, secret = make_verifier(CONTEXT, "ada", "Passw0rd!", 77), 2**250 + 5
    srp = client("Passw0rd!")
    signature = claim(srp, "ada", verifier, secret, format_timestamp(NOW))
    assert holds(srp, verifier, secret, signature)
    assert not holds(srp, verifier, secret, signature, secret_block=BLOCK[:-1])
    later = format_timestamp(NOW + timedelta(seconds=1))
    assert not holds(srp, verifier, secret, signature, timestamp=later)
    assert not holds(srp, verifier, secret, signature, name="eve")
    assert not holds(srp, verifier, secret, signature, now=NOW + CLOCK_SKEW + timedelta(seconds=1))
    assert not holds(srp, verifier, secret + 1, signature)


@pytest.mark.parametrize("public", [0, N, 2 * N])
def test_an_srp_a_that_fixes_the_key_is_refused(public: int) -> None:
    verifier = make_verifier(CONTEXT, "ada", "Passw0rd!", 77)
    forged = aws_srp.compute_hkdf(pad(0), pad(aws_srp.calculate_u(public, 5)))
    assert not claim_holds(
        verifier,
        public,
        2**250,
        context=CONTEXT,
        name="ada",
        secret_block=BLOCK,
        timestamp=format_timestamp(NOW),
        signature=aws_srp.hmac.new(forged, b"", "sha256").digest(),
        now=NOW,
    )


def test_a_device_proves_itself_with_its_group_key_as_the_context() -> None:
    password, config = aws_srp.generate_hash_device("-groupkey", "eu-central-1_device")
    verifier = Verifier(
        int.from_bytes(base64.b64decode(config["Salt"])),
        int.from_bytes(base64.b64decode(config["PasswordVerifier"])),
    )
    assert verifier.matches("-groupkey", "eu-central-1_device", password)
    secret = 2**255 + 19
    srp = client("no password of a user")
    key = srp.get_device_authentication_key(
        "-groupkey",
        "eu-central-1_device",
        password,
        public_value(verifier, secret),
        f"{verifier.salt:x}",
    )
    stamp = format_timestamp(NOW)
    message = b"-groupkey" + b"eu-central-1_device" + BLOCK + stamp.encode()
    assert claim_holds(
        verifier,
        srp.large_a_value,
        secret,
        context="-groupkey",
        name="eu-central-1_device",
        secret_block=BLOCK,
        timestamp=stamp,
        signature=aws_srp.hmac.new(key, message, "sha256").digest(),
        now=NOW,
    )


def test_a_day_has_no_leading_zero() -> None:
    assert format_timestamp(NOW) == "Mon Mar 2 09:05:00 UTC 2026"
    assert parse_timestamp("Mon Mar 2 09:05:00 UTC 2026") == NOW
    assert parse_timestamp("Mon Mar 02 09:05:00 UTC 2026") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Tue Mar 2 09:05:00 UTC 2026",  # it was a Monday
        "Mon Mar 32 09:05:00 UTC 2026",
        "Mon Mär 2 09:05:00 UTC 2026",
        "Mon Mar 2 09:05:00 CET 2026",
        "Mon Mar ٢ 09:05:00 UTC 2026",
        "2026-03-02T09:05:00Z",
    ],
)
def test_other_spellings_of_time_are_no_timestamps(text: str) -> None:
    assert parse_timestamp(text) is None


@given(st.datetimes(datetime.fromisoformat("1970-01-01"), timezones=st.just(UTC)))
def test_a_timestamp_reads_back_to_the_second(moment: datetime) -> None:
    assert parse_timestamp(format_timestamp(moment)) == moment.replace(microsecond=0)


@given(st.integers(0, 2**512))
def test_numbers_are_padded_as_clients_pad_them(number: int) -> None:
    assert pad(number).hex() == aws_srp.pad_hex(number)


@few
@given(base=st.integers(0, N - 1), exponent=st.integers(0, 2**256))
def test_the_fast_power_is_the_power(base: int, exponent: int) -> None:
    assert power(base, exponent) == pow(base, exponent, N)


@pytest.mark.parametrize("base", [0, 1, 2, N - 2, N - 1], ids=["0", "1", "2", "N-2", "N-1"])
@pytest.mark.parametrize(
    "exponent", [0, 1, 2**200, 2**200 + 1, N - 1], ids=["0", "1", "200", "201", "N-1"]
)
def test_the_fast_power_at_its_edges(base: int, exponent: int) -> None:
    assert power(base, exponent) == pow(base, exponent, N)
