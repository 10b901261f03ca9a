"""The key pair of a pool's simulated providers, and the certificate a SAML one is known by."""

from __future__ import annotations

from cryptography.x509 import Certificate

from studyapp.aws.cognito_idp.certificates import self_signed
from studyapp.aws.cognito_idp.federation.documents import provider_keys_id
from studyapp.aws.cognito_idp.signing_keys import PoolKeys, keys_of
from studyapp.aws.cognito_idp.visits import Site


def provider_keys(site: Site) -> PoolKeys:
    return keys_of(site.ctx, provider_keys_id(site.pool_id))


def provider_certificate(site: Site) -> Certificate:
    private = provider_keys(site).newest.private
    return self_signed(private, f"Simulated provider of {site.pool_id}", site.pool.created)
