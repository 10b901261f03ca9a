from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import jwt
import pytest
from cryptography import x509

from tests.aws.clients import Running
from tests.aws.cognito_idp.pools import Pool, make_pool


def read(address: str) -> dict[str, Any]:
    with urlopen(address) as answer:
        assert answer.headers["Content-Type"] == "application/json"
        content: dict[str, Any] = json.load(answer)
    return content


def test_tokens_verify_with_what_the_pool_publishes(pool: Pool) -> None:
    pool.user()
    token = pool.sign_in()["IdToken"]
    issuer = jwt.decode(token, options={"verify_signature": False})["iss"]
    told = read(f"{issuer}/.well-known/openid-configuration")
    assert told["issuer"] == issuer
    keys = jwt.PyJWKSet.from_dict(read(told["jwks_uri"]))
    key = keys[jwt.get_unverified_header(token)["kid"]]
    verified = jwt.decode(token, key, algorithms=["RS256"], audience=pool.client_id, issuer=issuer)
    assert verified["cognito:username"] == "ada"


@pytest.mark.parametrize(
    ("kind", "host"),
    [
        ("ORIGINAL", "https://cognito-idp.us-east-1.amazonaws.com"),
        ("UPDATED", "https://issuer-cognito-idp.us-east-1.amazonaws.com"),
    ],
)
def test_a_pool_may_say_it_is_at_aws(sandbox: Running, kind: str, host: str) -> None:
    pool = make_pool(sandbox, IssuerConfiguration={"Type": kind})
    pool.user()
    result = pool.sign_in()
    claims = jwt.decode(result["IdToken"], options={"verify_signature": False})
    assert claims["iss"] == f"{host}/{pool.id}"
    told = read(f"{sandbox.endpoint}/{pool.id}/.well-known/openid-configuration")
    assert told["issuer"] == claims["iss"]
    assert told["jwks_uri"].startswith(sandbox.endpoint)
    assert pool.api.get_user(AccessToken=result["AccessToken"])["Username"] == "ada"


def test_there_is_nothing_to_read_of_a_pool_that_is_not_there(sandbox: Running) -> None:
    for path in ("us-east-1_none/.well-known/jwks.json", "", ".well-known/jwks.json"):
        with pytest.raises(HTTPError) as missing:
            urlopen(f"{sandbox.endpoint}/{path}")
        assert missing.value.code == 404
        missing.value.close()


def test_a_pool_has_a_certificate_of_its_own(pool: Pool) -> None:
    first, again = (
        pool.api.get_signing_certificate(UserPoolId=pool.id)["Certificate"] for _ in range(2)
    )
    assert first == again
    certificate = x509.load_der_x509_certificate(base64.b64decode(first))
    certificate.verify_directly_issued_by(certificate)
    assert certificate.subject.rfc4514_string() == f"CN={pool.id}"
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert life == timedelta(days=3650)
