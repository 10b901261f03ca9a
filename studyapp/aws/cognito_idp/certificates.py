"""The certificate a pool signs SAML requests with."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.signing_keys import keys_of
from studyapp.aws.cognito_idp.visits import site_of
from studyapp.aws.operations import Context

_YEARS = timedelta(days=3650)


@operation("GetSigningCertificate")
def get_signing_certificate(ctx: Context, request: dict[str, Any]) -> dict[str, Any]:
    """Self-signed for ten years from when the pool was made; the same whenever it is asked for."""
    site = site_of(ctx, request["UserPoolId"])
    private = keys_of(ctx, site.pool_id).newest.private
    certificate = self_signed(private, site.pool_id, site.pool.created)
    return {"Certificate": base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()}


def self_signed(private: RSAPrivateKey, name: str, made: datetime) -> x509.Certificate:
    """The same whenever it is made."""
    known = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = made.replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(known)
        .issuer_name(known)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(made)
        .not_valid_after(made + _YEARS)
        .sign(private, SHA256())
    )
