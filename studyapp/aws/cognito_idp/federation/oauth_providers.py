"""The simulated Google, Facebook, Amazon, Apple and OpenID provider: a code for whoever somebody
says to be, and for the code what the provider tells of them.

A pool asks by a function rather than by HTTP. What it gets is the same, and is checked the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from studyapp.aws.cognito_idp import tokens
from studyapp.aws.cognito_idp.documents import IdentityProvider
from studyapp.aws.cognito_idp.federation.documents import ProviderCode
from studyapp.aws.cognito_idp.federation.people import KINDS, Person
from studyapp.aws.cognito_idp.federation.provider_keys import provider_keys
from studyapp.aws.cognito_idp.hosted.documents import fingerprint
from studyapp.aws.cognito_idp.visits import Site

CODE_LIFE = timedelta(minutes=5)
_TOKEN_LIFE = timedelta(hours=1)


class ProviderError(Exception):
    """What a provider says, or says wrongly, in words for the app."""


def give_code(
    site: Site, provider: IdentityProvider, person: Person, *, redirect_uri: str, nonce: str
) -> str:
    code = site.ctx.ids.uuid()
    for old in site.ctx.store.find(ProviderCode, ("pool_id", site.pool_id), limit=4):
        if old.expires <= site.now:
            site.ctx.store.delete(ProviderCode, old.id)
    site.ctx.store.put(
        ProviderCode(
            id=fingerprint(code),
            pool_id=site.pool_id,
            provider=provider.name,
            client_id=provider.details["client_id"],
            redirect_uri=redirect_uri,
            nonce=nonce,
            claims=KINDS[provider.type].tell(person),
            expires=site.now + CODE_LIFE,
        )
    )
    return code


def exchange(
    site: Site, provider: IdentityProvider, code: str, *, redirect_uri: str
) -> dict[str, Any]:
    """What a provider's token endpoint answers: an ID token, or (``claims``) where it has none what
    its attributes endpoint would say. Raises ProviderError."""
    known = site.ctx.store.get(ProviderCode, fingerprint(code))
    if (
        known is None
        or (known.provider, known.pool_id) != (provider.name, site.pool_id)
        or known.client_id != provider.details["client_id"]
        or known.redirect_uri != redirect_uri
        or not site.ctx.store.delete(ProviderCode, known.key)
        or site.now >= known.expires
    ):
        raise ProviderError(f"{provider.name} Error - invalid_grant")
    issuer = issuer_of_provider(provider)
    if issuer is None:
        return {"claims": dict(known.claims)}
    claims = {
        **known.claims,
        "iss": issuer,
        "aud": known.client_id,
        **({"nonce": known.nonce} if known.nonce else {}),
    }
    key = provider_keys(site).newest
    return {"id_token": tokens.sign(tokens.stamped(claims, site.now, _TOKEN_LIFE), key)}


def issuer_of_provider(provider: IdentityProvider) -> str | None:
    kind = KINDS[provider.type]
    return provider.details["oidc_issuer"] if provider.type == "OIDC" else kind.issuer


def told_by(
    site: Site, provider: IdentityProvider, answer: Mapping[str, Any], *, nonce: str
) -> dict[str, Any]:
    """What a provider says of a person, once it is certain that it says it, to this pool and now.

    Raises ProviderError.
    """
    if "id_token" not in answer:
        return dict(answer["claims"])
    try:
        claims = tokens.verified(answer["id_token"], provider_keys(site).public)
    except tokens.TokenError as error:
        raise ProviderError(f"{provider.name} Error - Bad id_token: {error}") from error
    wrong = next(
        (
            name
            for name, expected in (
                ("issuer", claims.get("iss") == issuer_of_provider(provider)),
                ("audience", claims.get("aud") == provider.details["client_id"]),
                ("nonce", claims.get("nonce") == nonce),
                ("time", site.now < datetime.fromtimestamp(claims.get("exp", 0), UTC)),
            )
            if not expected
        ),
        None,
    )
    if wrong:
        raise ProviderError(f"{provider.name} Error - Bad id_token: the {wrong} is wrong")
    return claims
