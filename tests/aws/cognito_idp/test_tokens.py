from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.aws.cognito_idp.tokens import (
    Bearer,
    ExpiredTokenError,
    Grant,
    Lifetimes,
    SigningKey,
    TokenError,
    TokenUse,
    access_claims,
    id_claims,
    jwk,
    peek,
    read,
    seal,
    sign,
    stamped,
    unseal,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ISSUER = "http://127.0.0.1:8000/aws/eu-central-1_Ab3dEf9hI"
GRANT = Grant("origin", "event", NOW - timedelta(days=2))
ADA = Bearer(
    username="ada",
    sub="sub-of-ada",
    attributes={"email": "ada@example.com", "email_verified": "true", "custom:level": "7"},
    groups=("admins", "authors"),
    roles=("arn:aws:iam::123456789012:role/a",),
    preferred_role="arn:aws:iam::123456789012:role/a",
)
HOUR = timedelta(hours=1)


@cache
def key() -> SigningKey:
    return SigningKey.of(generate_private_key(65537, 2048))


@cache
def other_key() -> SigningKey:
    return SigningKey.of(generate_private_key(65537, 2048))


def public() -> dict[str, Any]:
    return {key().kid: key().private.public_key()}


def access_token(now: datetime = NOW) -> str:
    claims = access_claims(ADA, GRANT, issuer=ISSUER, client_id="client", jti="jti")
    return sign(stamped(claims, now, HOUR), key())


def taken(token: str, use: TokenUse = TokenUse.ACCESS, now: datetime = NOW) -> dict[str, Any]:
    return read(token, public(), use=use, now=now)


def test_an_id_token_says_what_cognitos_says() -> None:
    claims = stamped(id_claims(ADA, GRANT, issuer=ISSUER, client_id="client", jti="j"), NOW, HOUR)
    assert claims == {
        "sub": "sub-of-ada",
        "cognito:groups": ["admins", "authors"],
        "cognito:roles": ["arn:aws:iam::123456789012:role/a"],
        "cognito:preferred_role": "arn:aws:iam::123456789012:role/a",
        "cognito:username": "ada",
        "email": "ada@example.com",
        "email_verified": True,
        "custom:level": "7",
        "iss": ISSUER,
        "aud": "client",
        "token_use": "id",
        "origin_jti": "origin",
        "event_id": "event",
        "jti": "j",
        "auth_time": int((NOW - timedelta(days=2)).timestamp()),
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + HOUR).timestamp()),
    }


def test_an_access_token_has_no_audience_and_no_attributes() -> None:
    claims = stamped(
        access_claims(ADA, GRANT, issuer=ISSUER, client_id="client", jti="j"), NOW, HOUR
    )
    assert claims == {
        "sub": "sub-of-ada",
        "cognito:groups": ["admins", "authors"],
        "iss": ISSUER,
        "client_id": "client",
        "username": "ada",
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "origin_jti": "origin",
        "event_id": "event",
        "jti": "j",
        "auth_time": int((NOW - timedelta(days=2)).timestamp()),
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + HOUR).timestamp()),
    }


def test_an_address_is_an_object_and_an_attribute_overrides_no_claim() -> None:
    bearer = Bearer("ada", "sub", {"address": "1 Lane", "sub": "another", "email": "a@b.c"})
    claims = id_claims(bearer, GRANT, issuer=ISSUER, client_id="client", jti="j")
    assert claims["address"] == {"formatted": "1 Lane"}
    assert claims["sub"] == "sub"


def test_an_independent_library_verifies_with_the_listed_key() -> None:
    published = jwt.PyJWKSet.from_dict({"keys": [jwk(key().private.public_key())]})
    token = access_token(datetime.now(UTC))
    named = jwt.get_unverified_header(token)
    assert named == {"alg": "RS256", "kid": key().kid}
    claims = jwt.decode(token, published[named["kid"]], algorithms=["RS256"], issuer=ISSUER)
    assert claims == peek(token)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_token_altered_in_any_bit_is_refused(data: st.DataObject) -> None:
    token = access_token()
    assert taken(token)["username"] == "ada"
    raw = bytearray(token.encode())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= 1 << data.draw(st.integers(0, 6))
    with pytest.raises(TokenError):
        taken(raw.decode())


def test_every_last_letter_but_one_is_refused() -> None:
    # 256 bytes of signature leave four bits of the last letter unused.
    token = access_token()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for letter in letters.replace(token[-1], ""):
        with pytest.raises(TokenError):
            taken(token[:-1] + letter)


def test_a_token_is_for_one_use_one_pool_and_one_time() -> None:
    token = access_token()
    with pytest.raises(TokenError):
        taken(token, TokenUse.ID)
    with pytest.raises(TokenError):
        read(token, {}, use=TokenUse.ACCESS, now=NOW)
    assert taken(token, now=NOW + HOUR - timedelta(seconds=1))
    with pytest.raises(ExpiredTokenError):
        taken(token, now=NOW + HOUR)


def test_forged_tokens_are_refused() -> None:
    claims = peek(access_token())
    with pytest.raises(TokenError):
        taken(sign(claims, SigningKey(other_key().private, key().kid)))
    with pytest.raises(TokenError):
        taken(jwt.encode(claims, None, algorithm="none", headers={"kid": key().kid}))
    secret = "a secret of more than thirty-two bytes, at least"
    with pytest.raises(TokenError):
        taken(jwt.encode(claims, secret, algorithm="HS256", headers={"kid": key().kid}))


@pytest.mark.parametrize(
    "text", ["", "a.b", "a.b.c", "....", "e30.e30.e30", "é.é.é", "W10.W10.W10"]
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(TokenError):
        taken(text)
    with pytest.raises(TokenError):
        unseal(text, bytes(32))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_sealed_token_opens_for_its_pool_alone(data: st.DataObject) -> None:
    content = {"sub": "ada", "exp": 12}
    token = seal(content, bytes(32), bytes(12))
    assert unseal(token, bytes(32)) == content
    assert json.dumps(content)[2:8] not in token
    with pytest.raises(TokenError):
        unseal(token, bytes([1] * 32))
    raw = bytearray(token.encode())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 6))
    with pytest.raises(TokenError):
        unseal(raw.decode(), bytes(32))


def test_a_client_says_how_long_its_tokens_live() -> None:
    assert Lifetimes.of({}) == Lifetimes(HOUR, HOUR, timedelta(days=30))
    assert Lifetimes.of(
        {
            "AccessTokenValidity": 5,
            "IdTokenValidity": 2,
            "RefreshTokenValidity": 10,
            "TokenValidityUnits": {"AccessToken": "minutes", "RefreshToken": "hours"},
        }
    ) == Lifetimes(timedelta(hours=2), timedelta(minutes=5), timedelta(hours=10))
