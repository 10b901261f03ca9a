"""The two ceremonies of a passkey (WebAuthn level 2): registering one, and signing in with it.

The pool hands out a challenge, a browser has an authenticator sign it, and what comes back is
checked here by the ``webauthn`` package, against the pool's relying party.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import InvalidJSONStructure, WebAuthnException
from webauthn.helpers.options_to_json_dict import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

CHALLENGE_BYTES = 32
_TIMEOUT_MILLISECONDS = 180_000
_LOCAL = ("localhost", "127.0.0.1", "::1")


class CeremonyError(Exception):
    """A ceremony that failed; ``code`` is the name AWS has for how."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Whom a pool's passkeys are for: a domain, and whether the person must be verified."""

    id: str
    verification: str = "preferred"

    def serves(self, origin: str) -> bool:
        """Whether a page at ``origin`` may use its passkeys: on the domain or below, over TLS
        (or on this very machine)."""
        parts = urlsplit(origin)
        host = parts.hostname or ""
        if host != self.id and not host.endswith(f".{self.id}"):
            return False
        return parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL)


@dataclass(frozen=True, slots=True)
class Passkey:
    """A credential that was registered. ``id`` as the API writes it: base64url."""

    id: str
    public_key: str
    sign_count: int
    transports: tuple[str, ...]
    attachment: str
    verified: bool


def creation_options(
    party: RelyingParty,
    *,
    challenge: bytes,
    sub: str,
    username: str,
    name: str,
    known: Iterable[str],
) -> dict[str, Any]:
    """CredentialCreationOptions for a browser's ``navigator.credentials.create``."""
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.id,
        user_name=username,
        user_display_name=name,
        user_id=sub.encode(),
        challenge=challenge,
        timeout=_TIMEOUT_MILLISECONDS,
        exclude_credentials=[_descriptor(credential) for credential in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement(party.verification),
        ),
    )
    return options_to_json_dict(options)


def request_options(
    party: RelyingParty, *, challenge: bytes, known: Iterable[str]
) -> dict[str, Any]:
    """CREDENTIAL_REQUEST_OPTIONS for ``navigator.credentials.get``."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=_TIMEOUT_MILLISECONDS,
        allow_credentials=[_descriptor(credential) for credential in known],
        user_verification=UserVerificationRequirement(party.verification),
    )
    return options_to_json_dict(options)


def _descriptor(credential_id: str) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(credential_id))


def challenge_of(credential: Mapping[str, Any]) -> bytes:
    """Which challenge a browser's answer is for. Raises CeremonyError for what is no answer."""
    challenge = _client_data(credential).get("challenge")
    if not isinstance(challenge, str):
        raise CeremonyError("InvalidParameterException", "Invalid WebAuthn credential.")
    return _unencoded(challenge)


def register(party: RelyingParty, credential: Mapping[str, Any], challenge: bytes) -> Passkey:
    """The passkey that a browser made for ``challenge``. Raises CeremonyError."""
    origin = _checked_origin(party, credential)
    try:
        verified = verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=origin,
            require_user_verification=party.verification == "required",
        )
    except WebAuthnException as error:
        raise _failure(error, "WebAuthnCredentialNotSupportedException") from error
    response = credential.get("response", {})
    return Passkey(
        id=bytes_to_base64url(verified.credential_id),
        public_key=bytes_to_base64url(verified.credential_public_key),
        sign_count=verified.sign_count,
        transports=tuple(map(str, response.get("transports") or ())),
        attachment=str(credential.get("authenticatorAttachment") or "platform"),
        verified=verified.user_verified,
    )


@dataclass(frozen=True, slots=True)
class Assertion:
    """A passkey was there: how often it says it was used, and whether it knew its person."""

    sign_count: int
    verified: bool


def assert_passkey(
    party: RelyingParty,
    credential: Mapping[str, Any],
    challenge: bytes,
    *,
    passkey_id: str,
    public_key: str,
    sign_count: int,
) -> Assertion:
    """That ``credential`` is the passkey's answer to ``challenge``. Raises CeremonyError."""
    if credential.get("id") != passkey_id:
        raise CeremonyError("NotAuthorizedException", "Invalid WebAuthn credential.")
    origin = _checked_origin(party, credential)
    try:
        verified = verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=sign_count,
            require_user_verification=party.verification == "required",
        )
    except WebAuthnException as error:
        raise _failure(error, "NotAuthorizedException") from error
    return Assertion(verified.new_sign_count, verified.user_verified)


def parse_credential(text: str) -> Mapping[str, Any]:
    """CREDENTIAL of a challenge's answer, which is JSON in a string. Raises CeremonyError."""
    try:
        credential = json.loads(text)
    except ValueError:
        credential = None
    if not isinstance(credential, dict):
        raise CeremonyError("InvalidParameterException", "Invalid WebAuthn credential.")
    return credential


def _failure(error: WebAuthnException, otherwise: str) -> CeremonyError:
    said = str(error)
    if isinstance(error, InvalidJSONStructure):
        code = "InvalidParameterException"
    elif "RP ID" in said:
        code = "WebAuthnRelyingPartyMismatchException"
    elif "challenge" in said:
        code = "WebAuthnChallengeNotFoundException"
    else:
        code = otherwise
    return CeremonyError(code, f"{said}.")


def _checked_origin(party: RelyingParty, credential: Mapping[str, Any]) -> str:
    origin = _client_data(credential).get("origin")
    if not isinstance(origin, str) or not party.serves(origin):
        raise CeremonyError(
            "WebAuthnOriginNotAllowedException",
            f"Origin {origin} is not allowed for relying party {party.id}.",
        )
    return origin


def _client_data(credential: Mapping[str, Any]) -> Mapping[str, Any]:
    response = credential.get("response")
    encoded = response.get("clientDataJSON") if isinstance(response, Mapping) else None
    try:
        data = json.loads(_unencoded(encoded)) if isinstance(encoded, str) else None
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise CeremonyError("InvalidParameterException", "Invalid WebAuthn credential.")
    return data


def _unencoded(text: str) -> bytes:
    try:
        return base64url_to_bytes(text)
    except ValueError as error:
        raise CeremonyError("InvalidParameterException", "Invalid WebAuthn credential.") from error
