"""Signing in at another provider: on the way there, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from studyapp.aws.cognito_idp.documents import IdentityProvider
from studyapp.aws.cognito_idp.federation.addresses import is_simulated, provider_address
from studyapp.aws.cognito_idp.federation.arrivals import arrive
from studyapp.aws.cognito_idp.federation.documents import SeenAssertion
from studyapp.aws.cognito_idp.federation.oauth_providers import (
    ProviderError,
    exchange,
    told_by,
)
from studyapp.aws.cognito_idp.federation.people import KINDS
from studyapp.aws.cognito_idp.federation.provider_keys import provider_certificate
from studyapp.aws.cognito_idp.federation.provider_pages import entity_id
from studyapp.aws.cognito_idp.federation.saml import (
    Expected,
    IdP,
    SamlError,
    audience_of,
    believe,
    decode_response,
    read_metadata,
    request_address,
)
from studyapp.aws.cognito_idp.hosted.authorizing import complete
from studyapp.aws.cognito_idp.hosted.requests import (
    AuthorizeRequest,
    PageError,
    RedirectError,
    read_request,
)
from studyapp.aws.cognito_idp.hosted.visiting import Visiting
from studyapp.aws.cognito_idp.resources import in_pool_of
from studyapp.aws.ports import ConflictError
from studyapp.aws.wire.http import Response

JOURNEY = timedelta(minutes=10)
"""How long somebody may be away."""


# Away


def chosen_provider(visiting: Visiting, asked: AuthorizeRequest) -> IdentityProvider | None:
    """The provider an app sends its people to at once. Raises RedirectError."""
    if asked.provider == "COGNITO" or not (asked.provider or asked.identifier):
        return None
    for provider in offered_providers(visiting, asked):
        if asked.provider == provider.name or asked.identifier in provider.identifiers:
            return provider
    raise RedirectError(asked, "invalid_request", "Login option is not available.")


def offered_providers(visiting: Visiting, asked: AuthorizeRequest) -> list[IdentityProvider]:
    """Those that the client supports."""
    supported = asked.client.settings.get("SupportedIdentityProviders", ())
    known = in_pool_of(visiting.ctx, IdentityProvider, visiting.site.pool_id)
    return [provider for provider in known if provider.name in supported]


def depart(visiting: Visiting, asked: AuthorizeRequest, provider: IdentityProvider) -> Response:
    """To the provider; what was asked comes back with its answer."""
    ctx, site = visiting.ctx, visiting.site
    flow: dict[str, Any] = {
        "carried": dict(asked.carried),
        "provider": provider.name,
        "nonce": ctx.ids.uuid(),
        "request": f"_{ctx.ids.uuid()}",
        "at": site.now.isoformat(),
    }
    state = visiting.browser.seal(flow)
    if provider.type == "SAML":
        idp = _identity_provider(visiting, provider, asked.client.id)
        if not idp.sign_in.startswith(("http://", "https://")):
            raise PageError("invalid_request", asked.client.id, _NO_SIGN_IN)
        address = request_address(
            idp,
            request_id=flow["request"],
            pool_id=site.pool_id,
            consumer=f"{visiting.address}/saml2/idpresponse",
            relay=state,
            now=site.now,
        )
        return visiting.redirect(address)
    _check_reachable(visiting, provider, asked.client.id)
    query = {
        "client_id": provider.details["client_id"],
        "redirect_uri": f"{visiting.address}/oauth2/idpresponse",
        "scope": provider.details.get("authorize_scopes", ""),
        "response_type": "code",
        "state": state,
        "nonce": flow["nonce"],
        **({"login_hint": asked.login_hint} if asked.login_hint else {}),
    }
    path = f"{KINDS[provider.type].path}/authorize"
    return visiting.redirect(f"{provider_address(ctx, site.pool_id, path)}?{urlencode(query)}")


_NO_SIGN_IN = "The provider's metadata names no address to sign in at by redirect."


def _check_reachable(visiting: Visiting, provider: IdentityProvider, client_id: str) -> None:
    """Raises PageError for a provider that would have to be asked over the network."""
    if provider.type != "OIDC":
        return
    ctx, pool_id = visiting.ctx, visiting.site.pool_id
    issuer = provider.details["oidc_issuer"]
    if not is_simulated(ctx, pool_id, "oidc", issuer):
        raise PageError(
            "invalid_request",
            client_id,
            _unreachable(provider, "oidc_issuer", issuer, provider_address(ctx, pool_id, "oidc")),
        )


def _unreachable(provider: IdentityProvider, detail: str, address: str, own: str) -> str:
    return (
        f"The identity provider {provider.name} has {address} as its {detail}, and the sandbox "
        f"opens no connection to anywhere. Set {detail} to its own simulated provider: {own}"
    )


def _identity_provider(visiting: Visiting, provider: IdentityProvider, client_id: str) -> IdP:
    """Who a SAML provider is, as its metadata says. Raises PageError."""
    ctx, pool_id = visiting.ctx, visiting.site.pool_id
    if document := provider.details.get("MetadataFile"):
        try:
            return read_metadata(document)
        except SamlError as error:
            raise PageError("invalid_request", client_id, f"{error}.") from error
    address, own = provider.details["MetadataURL"], provider_address(ctx, pool_id, "saml/metadata")
    if not is_simulated(ctx, pool_id, "saml/metadata", address):
        words = _unreachable(provider, "MetadataURL", address, own)
        raise PageError("invalid_request", client_id, f"{words}, or give a MetadataFile.")
    sign_in = provider_address(ctx, pool_id, "saml/sso")
    return IdP(entity_id(pool_id), sign_in, (provider_certificate(visiting.site),))


# And back


def oauth_response(visiting: Visiting) -> Response:
    given = visiting.request.parameters
    flow = _flow(visiting, given.get("state", ""))
    if flow is None:
        raise PageError("invalid_request", words=_UNASKED)
    asked = read_request(visiting.site, flow["carried"])
    provider = _known_provider(visiting, asked, flow["provider"])
    if provider.type == "SAML":
        raise PageError("invalid_request", asked.client.id, _UNASKED)
    _check_reachable(visiting, provider, asked.client.id)
    if refusal := given.get("error"):
        raise RedirectError(asked, "invalid_request", f"{provider.name} Error - {refusal}")
    try:
        answer = exchange(
            visiting.site,
            provider,
            given.get("code", ""),
            redirect_uri=f"{visiting.address}/oauth2/idpresponse",
        )
        claims = told_by(visiting.site, provider, answer, nonce=flow["nonce"])
        named_by = provider.mapping.get("username") or KINDS[provider.type].id_claim
        return _arrived(visiting, asked, provider, str(claims.get(named_by) or ""), claims)
    except ProviderError as error:
        raise RedirectError(asked, "invalid_request", str(error)) from error


_UNASKED = "This browser didn't ask for that, or was away for too long. Go back to the app."


def _flow(visiting: Visiting, state: str) -> dict[str, Any] | None:
    """What this browser left with; None if it never did, or too long ago."""
    flow = visiting.browser.unseal(state)
    if flow is None or "carried" not in flow:
        return None
    gone = visiting.site.now - datetime.fromisoformat(flow["at"]).astimezone(UTC)
    return flow if gone < JOURNEY else None


def _known_provider(visiting: Visiting, asked: AuthorizeRequest, name: str) -> IdentityProvider:
    for provider in offered_providers(visiting, asked):
        if provider.name == name:
            return provider
    raise RedirectError(asked, "invalid_request", "Login option is not available.")


def _arrived(
    visiting: Visiting,
    asked: AuthorizeRequest,
    provider: IdentityProvider,
    user_id: str,
    claims: Mapping[str, Any],
) -> Response:
    if not user_id:
        raise ProviderError(f"{provider.name} Error - the answer names nobody")
    user = arrive(visiting.visit(asked.client), provider, user_id, claims)
    return complete(visiting, asked, user, provider.name)


def saml_response(visiting: Visiting) -> Response:
    form = visiting.form
    flow = _flow(visiting, form.get("RelayState", ""))
    if flow is not None:
        asked = read_request(visiting.site, flow["carried"])
        name, request_id = flow["provider"], flow["request"]
    else:
        asked, name = _unasked(visiting, form.get("RelayState", ""))
        request_id = None
    provider = _known_provider(visiting, asked, name)
    if provider.type != "SAML":
        raise PageError("invalid_request", asked.client.id, _UNASKED)
    if request_id is None and provider.details.get("IDPInit") != "true":
        words = "This provider's own sign-ins aren't taken: IDPInit isn't on."
        raise PageError("invalid_request", asked.client.id, words)
    idp = _identity_provider(visiting, provider, asked.client.id)
    expected = Expected(
        audience_of(visiting.site.pool_id), f"{visiting.address}/saml2/idpresponse", request_id
    )
    try:
        document = decode_response(form.get("SAMLResponse", ""))
        said = believe(document, idp, expected, visiting.site.now)
        _believe_once(visiting, provider, said.id, said.expires)
        named_by = provider.mapping.get("username", "NameID")
        return _arrived(
            visiting, asked, provider, str(said.claims.get(named_by) or ""), said.claims
        )
    except (SamlError, ProviderError) as error:
        raise RedirectError(asked, "invalid_request", str(error)) from error


def _unasked(visiting: Visiting, relay: str) -> tuple[AuthorizeRequest, str]:
    """A sign-in that began at the provider: its RelayState says for which app it is."""
    given = dict(parse_qsl(relay))
    if "client_id" not in given or "identity_provider" not in given:
        raise PageError("invalid_request", words=_UNASKED)
    return read_request(visiting.site, given), given["identity_provider"]


def _believe_once(
    visiting: Visiting, provider: IdentityProvider, assertion_id: str, expires: datetime
) -> None:
    store, site = visiting.ctx.store, visiting.site
    for old in store.find(SeenAssertion, ("pool_id", site.pool_id), limit=4):
        # As long after its end as a clock may be off.
        if old.expires + JOURNEY <= site.now:
            store.delete(SeenAssertion, old.key)
    seen = SeenAssertion(
        pool_id=site.pool_id, provider=provider.name, id=assertion_id, expires=expires
    )
    try:
        store.put(seen)
    except ConflictError:
        raise SamlError("Invalid SAML response received: it was used before") from None
