from __future__ import annotations

from typing import Any

import pytest
from webauthn.helpers import bytes_to_base64url

from studyapp.aws.cognito_idp.ceremonies import (
    Assertion,
    CeremonyError,
    Passkey,
    RelyingParty,
    assert_passkey,
    challenge_of,
    creation_options,
    parse_credential,
    register,
    request_options,
)
from tests.aws.authenticator import Authenticator

PARTY = RelyingParty("example.com")
CHALLENGE = bytes(range(32))
OTHER = bytes(32)


def made(authenticator: Authenticator, party: RelyingParty = PARTY) -> dict[str, Any]:
    options = creation_options(
        party, challenge=CHALLENGE, sub="s", username="ada", name="Ada", known=[]
    )
    return authenticator.create(options)


def registered(authenticator: Authenticator) -> Passkey:
    return register(PARTY, made(authenticator), CHALLENGE)


def asserted(
    passkey: Passkey, answer: dict[str, Any], party: RelyingParty = PARTY, **changed: Any
) -> Assertion:
    told: dict[str, Any] = {"challenge": CHALLENGE, "sign_count": 0, **changed}
    return assert_passkey(
        party, answer, passkey_id=passkey.id, public_key=passkey.public_key, **told
    )


def test_a_registered_passkey_signs_in() -> None:
    phone = Authenticator()
    passkey = registered(phone)
    options = request_options(PARTY, challenge=CHALLENGE, known=[passkey.id])
    assert options["allowCredentials"][0]["id"] == passkey.id
    answer = phone.get(options)
    assert challenge_of(answer) == CHALLENGE
    assert asserted(passkey, answer) == Assertion(sign_count=1, verified=True)


def test_a_known_passkey_is_not_registered_twice_by_a_browser() -> None:
    passkey = registered(Authenticator())
    options = creation_options(
        PARTY, challenge=CHALLENGE, sub="s", username="ada", name="Ada", known=[passkey.id]
    )
    assert options["excludeCredentials"][0]["id"] == passkey.id
    assert options["user"]["name"] == "ada"
    assert options["rp"]["id"] == "example.com"


@pytest.mark.parametrize(
    ("origin", "code"),
    [
        ("https://example.com", None),
        ("https://login.example.com", None),
        ("http://example.com", "WebAuthnOriginNotAllowedException"),
        ("https://badexample.com", "WebAuthnOriginNotAllowedException"),
        ("https://example.com.evil.org", "WebAuthnOriginNotAllowedException"),
    ],
)
def test_only_pages_of_the_relying_party_may_ask(origin: str, code: str | None) -> None:
    answer = made(Authenticator(origin))
    if code is None:
        assert register(PARTY, answer, CHALLENGE)
        return
    with pytest.raises(CeremonyError) as refused:
        register(PARTY, answer, CHALLENGE)
    assert refused.value.code == code


def test_this_machine_needs_no_tls() -> None:
    assert RelyingParty("localhost").serves("http://localhost:3000")


def test_another_partys_passkey_is_refused() -> None:
    answer = made(Authenticator("https://sub.example.com"))
    with pytest.raises(CeremonyError) as refused:
        register(RelyingParty("sub.example.com"), answer, CHALLENGE)
    assert refused.value.code == "WebAuthnRelyingPartyMismatchException"


def test_another_challenge_is_refused() -> None:
    with pytest.raises(CeremonyError) as refused:
        register(PARTY, made(Authenticator()), OTHER)
    assert refused.value.code == "WebAuthnChallengeNotFoundException"


def test_only_the_key_itself_may_answer() -> None:
    passkey = registered(Authenticator())
    stranger = Authenticator()
    options = request_options(PARTY, challenge=CHALLENGE, known=[passkey.id])
    with pytest.raises(CeremonyError) as refused:
        asserted(passkey, stranger.get(options))
    assert refused.value.code == "NotAuthorizedException"
    forged = {**stranger.get(options), "id": passkey.id, "rawId": passkey.id}
    with pytest.raises(CeremonyError) as refused:
        asserted(passkey, forged)
    assert refused.value.code == "NotAuthorizedException"


def test_a_copied_passkey_shows_by_its_count() -> None:
    phone = Authenticator()
    passkey = registered(phone)
    answer = phone.get(request_options(PARTY, challenge=CHALLENGE, known=[]))
    with pytest.raises(CeremonyError):
        asserted(passkey, answer, sign_count=5)


def test_a_pool_may_require_that_the_person_is_verified() -> None:
    strict = RelyingParty("example.com", "required")
    careless = Authenticator(verifies=False)
    with pytest.raises(CeremonyError) as refused:
        register(strict, made(careless, strict), CHALLENGE)
    assert refused.value.code == "WebAuthnCredentialNotSupportedException"
    assert not registered(careless).verified


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"response": None},
        {"response": {"clientDataJSON": 7}},
        {"response": {"clientDataJSON": "!"}},
        {"response": {"clientDataJSON": bytes_to_base64url(b"[]")}},
        {"response": {"clientDataJSON": bytes_to_base64url(b'{"challenge": 1}')}},
    ],
)
def test_what_no_browser_sent_is_an_invalid_parameter(credential: dict[str, Any]) -> None:
    with pytest.raises(CeremonyError) as refused:
        challenge_of(credential)
    assert refused.value.code == "InvalidParameterException"


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_a_credential_is_a_json_object(text: str) -> None:
    with pytest.raises(CeremonyError):
        parse_credential(text)


def test_half_an_answer_is_an_invalid_parameter() -> None:
    answer = made(Authenticator())
    del answer["response"]["attestationObject"]
    with pytest.raises(CeremonyError) as refused:
        register(PARTY, answer, CHALLENGE)
    assert refused.value.code == "InvalidParameterException"
