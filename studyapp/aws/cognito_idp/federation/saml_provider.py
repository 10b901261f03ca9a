"""The simulated SAML identity provider: its metadata, and the responses it signs."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from lxml import etree
from signxml.algorithms import SignatureConstructionMethod
from signxml.signer import XMLSigner

from studyapp.aws.cognito_idp.federation.people import Person
from studyapp.aws.cognito_idp.federation.saml import (
    ASSERTION,
    BEARER,
    METADATA,
    PROTOCOL,
    REDIRECT,
    SIGNATURE,
    SUCCESS,
    stamp,
)
from studyapp.aws.cognito_idp.hosted.html import Markup, tag

_LIFE = timedelta(minutes=5)
_SCHEMAS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
_PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"  # noqa: S105, a class of sign-in


def metadata(entity_id: str, sign_in: str, certificate: Certificate) -> str:
    der = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    key = tag("ds:X509Data", tag("ds:X509Certificate", der))
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tag(
        "EntityDescriptor",
        tag(
            "IDPSSODescriptor",
            tag("KeyDescriptor", tag("ds:KeyInfo", key), use="signing"),
            tag("NameIDFormat", _PERSISTENT),
            tag("SingleSignOnService", Binding=REDIRECT, Location=sign_in),
            WantAuthnRequestsSigned="false",
            protocolSupportEnumeration=PROTOCOL,
        ),
        **{"xmlns": METADATA, "xmlns:ds": SIGNATURE, "entityID": entity_id},
    )


def claims_of(person: Person) -> dict[str, str]:
    """What the provider tells of a person, by the names most of them use."""
    return {
        f"{_SCHEMAS}emailaddress": person.email,
        f"{_SCHEMAS}name": person.name,
        f"{_SCHEMAS}givenname": person.given,
        f"{_SCHEMAS}surname": person.family,
        **person.more,
    }


def response(
    person: Person,
    *,
    entity_id: str,
    audience: str,
    consumer: str,
    request_id: str | None,
    ids: tuple[str, str],
    now: datetime,
) -> Any:
    """An unsigned Response. ``ids``: of the response and of the assertion."""
    ends = stamp(now + _LIFE)
    attributes = [
        tag("saml:Attribute", tag("saml:AttributeValue", value), Name=name)
        for name, value in claims_of(person).items()
    ]
    confirmation = tag(
        "saml:SubjectConfirmation",
        tag(
            "saml:SubjectConfirmationData",
            InResponseTo=request_id,
            NotOnOrAfter=ends,
            Recipient=consumer,
        ),
        Method=BEARER,
    )
    name_id = tag("saml:NameID", person.email.lower(), Format=_PERSISTENT)
    statement = tag(
        "saml:AuthnStatement",
        tag("saml:AuthnContext", tag("saml:AuthnContextClassRef", _PASSWORD)),
        AuthnInstant=stamp(now),
    )
    assertion = tag(
        "saml:Assertion",
        tag("saml:Issuer", entity_id),
        tag("saml:Subject", name_id, confirmation),
        tag(
            "saml:Conditions",
            tag("saml:AudienceRestriction", tag("saml:Audience", audience)),
            NotBefore=stamp(now),
            NotOnOrAfter=ends,
        ),
        statement,
        tag("saml:AttributeStatement", *attributes),
        ID=ids[1],
        Version="2.0",
        IssueInstant=stamp(now),
    )
    whole = tag(
        "samlp:Response",
        tag("saml:Issuer", entity_id),
        tag("samlp:Status", tag("samlp:StatusCode", Value=SUCCESS)),
        assertion,
        **{
            "xmlns:samlp": PROTOCOL,
            "xmlns:saml": ASSERTION,
            "ID": ids[0],
            "Version": "2.0",
            "IssueInstant": stamp(now),
            "Destination": consumer,
            "InResponseTo": request_id,
        },
    )
    return etree.fromstring(Markup(whole).encode())


def signed(root: Any, private: RSAPrivateKey, certificate: Certificate) -> bytes:
    """The response, its assertion signed (enveloped, exclusive canonical XML, RSA with SHA-256)."""
    assertion = root.find(f"{{{ASSERTION}}}Assertion")
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm="rsa-sha256",
        digest_algorithm="sha256",
        c14n_algorithm="http://www.w3.org/2001/10/xml-exc-c14n#",
    )
    made = signer.sign(
        assertion, key=private, cert=[certificate], reference_uri=assertion.get("ID")
    )
    # The schema has the signature behind the issuer.
    signature = made.find(f"{{{SIGNATURE}}}Signature")
    made.insert(1, signature)
    root.replace(assertion, made)
    return bytes(etree.tostring(root))
