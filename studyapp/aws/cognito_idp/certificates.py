"""The certificate a pool signs SAML requests with."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

from cryptography import x509
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
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, site.pool_id)])
    made = site.pool.created.replace(microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(made)
        .not_valid_after(made + _YEARS)
        .sign(private, SHA256())
    )
    return {"Certificate": base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()}
