"""A signed-in user's passkeys: registered, listed, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from studyapp.aws.cognito_idp.ceremonies import (
    CHALLENGE_BYTES,
    CeremonyError,
    challenge_of,
    creation_options,
    register,
)
from studyapp.aws.cognito_idp.factors import allowed_first_factors
from studyapp.aws.cognito_idp.grants import signed_in
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.sign_in import party_of
from studyapp.aws.cognito_idp.users import StoredPasskey, User
from studyapp.aws.cognito_idp.visits import Site
from studyapp.aws.operations import Context
from studyapp.aws.ports import Document
from studyapp.aws.wire.errors import AwsError

_LIFE = timedelta(minutes=3)
_MOST = 20
_PAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration(Document):
    """A passkey that is being made: a user has one at a time."""

    kind: ClassVar[str] = "cognito-idp/passkey-registration"
    indexes: ClassVar[tuple[str, ...]] = ("pool_id",)

    pool_id: str
    owner: str
    challenge: bytes
    expires: datetime

    @property
    def key(self) -> str:
        return self.owner


@operation("StartWebAuthnRegistration")
def start_web_authn_registration(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"])
    return {"CredentialCreationOptions": begin_registration(caller, caller.user)}


def begin_registration(site: Site, user: User) -> dict[str, Any]:
    """What a browser needs to make a passkey for ``user``. Raises AwsError."""
    _check_switched_on(site)
    party, store = party_of(site), site.ctx.store
    if len(user.passkeys) >= _MOST:
        raise AwsError("LimitExceededException", f"A user can have at most {_MOST} passkeys.")
    challenge = site.ctx.keys.random(CHALLENGE_BYTES)
    known = store.get(Registration, user.key)
    store.put(
        Registration(
            pool_id=site.pool_id,
            owner=user.key,
            challenge=challenge,
            expires=site.now + _LIFE,
            version=known.version if known else 0,
        )
    )
    return creation_options(
        party,
        challenge=challenge,
        sub=user.sub,
        username=user.username,
        name=user.attributes.get("name") or user.attributes.get("email") or user.username,
        known=[passkey.id for passkey in user.passkeys],
    )


@operation("CompleteWebAuthnRegistration")
def complete_web_authn_registration(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"])
    complete_registration(caller, caller.user, request["Credential"])
    return {}


def complete_registration(site: Site, user: User, credential: Mapping[str, Any]) -> None:
    """Keep the passkey that a browser made. Raises AwsError."""
    _check_switched_on(site)
    party, store = party_of(site), site.ctx.store
    started = store.get(Registration, user.key)
    try:
        if (
            started is None
            or site.now >= started.expires
            or challenge_of(credential) != started.challenge
        ):
            raise AwsError("WebAuthnChallengeNotFoundException", "Challenge not found.")
        made = register(party, credential, started.challenge)
    except CeremonyError as error:
        raise AwsError(error.code, str(error)) from error
    if any(passkey.id == made.id for passkey in user.passkeys):
        raise AwsError("InvalidParameterException", "The passkey is registered already.")
    store.delete(Registration, started.key)
    stored = StoredPasskey(
        id=made.id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        transports=made.transports,
        attachment=made.attachment,
        party=party.id,
        name=f"Passkey {len(user.passkeys) + 1}",
        created=site.now,
    )
    site.modify(user, lambda known: replace(known, passkeys=(*known.passkeys, stored)))


@operation("ListWebAuthnCredentials")
def list_web_authn_credentials(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"])
    limit = request.get("MaxResults", _PAGE)
    ids = [passkey.id for passkey in caller.user.passkeys]
    start = 0
    if after := request.get("NextToken"):
        if after not in ids:
            raise AwsError("InvalidParameterException", "Invalid pagination token.")
        start = ids.index(after) + 1
    page = caller.user.passkeys[start : start + limit]
    more = start + len(page) < len(ids)
    return {
        "Credentials": [_described(passkey) for passkey in page],
        **({"NextToken": page[-1].id} if more and page else {}),
    }


@operation("DeleteWebAuthnCredential")
def delete_web_authn_credential(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    caller = signed_in(ctx, request["AccessToken"])
    gone = request["CredentialId"]
    if all(passkey.id != gone for passkey in caller.user.passkeys):
        raise AwsError("ResourceNotFoundException", "The passkey does not exist.")
    caller.modify(
        caller.user,
        lambda user: replace(user, passkeys=tuple(p for p in user.passkeys if p.id != gone)),
    )
    return {}


def _check_switched_on(site: Site) -> None:
    if "WEB_AUTHN" not in allowed_first_factors(site.settings):
        raise AwsError("WebAuthnNotEnabledException", "WebAuthn not enabled for this user pool.")


def _described(passkey: StoredPasskey) -> dict[str, Any]:
    return {
        "CredentialId": passkey.id,
        "FriendlyCredentialName": passkey.name,
        "RelyingPartyId": passkey.party,
        "AuthenticatorAttachment": passkey.attachment,
        "AuthenticatorTransports": list(passkey.transports),
        "CreatedAt": passkey.created,
    }
