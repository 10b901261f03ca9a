"""SAML 2.0: what a pool asks an identity provider, and what it believes of the answer.

Only what was signed is read: of a response that verifies, the part that the signature covers is
parsed anew and everything is taken from there. Before that the document's shape is checked, so that
there is one assertion, one signature over it or over all, and nothing to mistake for it.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from cryptography.x509 import Certificate, load_der_x509_certificate
from lxml import etree
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from studyapp.aws.cognito_idp.hosted.html import tag

PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
NAMES = {"p": PROTOCOL, "a": ASSERTION, "m": METADATA, "s": SIGNATURE}

MAX_RESPONSE = 100_000
SKEW = timedelta(seconds=60)
_MAX_REQUEST = 20_000

Element = Any


class SamlError(Exception):
    """Why a response isn't believed, in words for the app."""


def parse(document: bytes) -> Element:
    """XML that only says something: no document type, so no entities and nothing to fetch, and
    neither comments nor instructions, which cut a text in two. Raises SamlError."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False
    )
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SamlError("Invalid SAML response received: it is not XML") from error
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None or info.externalDTD is not None:
        raise SamlError("Invalid SAML response received: it has a document type")
    if any(not isinstance(node.tag, str) for node in root.iter()):
        raise SamlError("Invalid SAML response received: it has comments or instructions")
    outside = [*root.itersiblings(), *root.itersiblings(preceding=True)]
    if outside:
        raise SamlError("Invalid SAML response received: it has comments or instructions")
    return root


# The provider, as its metadata tells


@dataclass(frozen=True, slots=True)
class IdP:
    """``certificates``: any of their keys may sign."""

    entity_id: str
    sign_in: str
    certificates: tuple[Certificate, ...]


def read_metadata(document: str) -> IdP:
    """Raises SamlError."""
    try:
        root = parse(document.encode())
    except SamlError as error:
        raise SamlError("The provider's MetadataFile can't be read") from error
    entity = (
        root
        if root.tag == f"{{{METADATA}}}EntityDescriptor"
        else root.find("m:EntityDescriptor", NAMES)
    )
    if entity is None:
        raise SamlError("The provider's MetadataFile has no EntityDescriptor")
    certificates = []
    for key in entity.iterfind("m:IDPSSODescriptor/m:KeyDescriptor", NAMES):
        if key.get("use", "signing") == "signing":
            for text in key.iterfind(".//s:X509Certificate", NAMES):
                certificates.append(_certificate("".join(text.itertext())))
    services = entity.iterfind("m:IDPSSODescriptor/m:SingleSignOnService", NAMES)
    address = next((s.get("Location", "") for s in services if s.get("Binding") == REDIRECT), "")
    if not certificates:
        raise SamlError("The provider's MetadataFile has no certificate to check signatures with")
    return IdP(entity.get("entityID", ""), address, tuple(certificates))


def _certificate(text: str) -> Certificate:
    try:
        return load_der_x509_certificate(base64.b64decode("".join(text.split()), validate=True))
    except ValueError as error:
        raise SamlError("The provider's MetadataFile has a certificate that is none") from error


# Asking


def audience_of(pool_id: str) -> str:
    return f"urn:amazon:cognito:sp:{pool_id}"


def request_address(
    idp: IdP, *, request_id: str, pool_id: str, consumer: str, relay: str, now: datetime
) -> str:
    """Where the browser takes an AuthnRequest (HTTP-Redirect binding)."""
    request = tag(
        "samlp:AuthnRequest",
        tag("saml:Issuer", audience_of(pool_id)),
        **{
            "xmlns:samlp": PROTOCOL,
            "xmlns:saml": ASSERTION,
            "ID": request_id,
            "Version": "2.0",
            "IssueInstant": stamp(now),
            "Destination": idp.sign_in,
            "ProtocolBinding": POST,
            "AssertionConsumerServiceURL": consumer,
        },
    )
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(request.encode()) + packer.flush()
    query = urlencode({"SAMLRequest": base64.b64encode(packed).decode(), "RelayState": relay})
    return f"{idp.sign_in}{'&' if '?' in idp.sign_in else '?'}{query}"


def read_request(encoded: str) -> tuple[str, str]:
    """The id of an AuthnRequest, and where the answer shall go. Raises SamlError."""
    try:
        packed = base64.b64decode(encoded, validate=True)
        unpacker = zlib.decompressobj(wbits=-15)
        document = unpacker.decompress(packed, _MAX_REQUEST)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise SamlError("The SAMLRequest can't be read") from error
    root = parse(document)
    if root.tag != f"{{{PROTOCOL}}}AuthnRequest":
        raise SamlError("The SAMLRequest is no AuthnRequest")
    return root.get("ID", ""), root.get("AssertionConsumerServiceURL", "")


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# Believing


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer has to be: to whom it speaks, where it was sent, which request it answers
    (None: it came unasked)."""

    audience: str
    consumer: str
    request_id: str | None


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an identity provider says of a person. ``id`` is good once, until ``expires``."""

    id: str
    name_id: str
    claims: Mapping[str, Any]
    expires: datetime


def decode_response(encoded: str) -> bytes:
    """Raises SamlError."""
    if len(encoded) > MAX_RESPONSE:
        raise SamlError("Invalid SAML response received: it is too long")
    try:
        return base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SamlError("Invalid SAML response received: it is not base64") from error


def issuer_in(document: bytes) -> str:
    """Who says to have sent a response: to find whose certificate must verify it."""
    root = parse(document)
    for place in ("a:Issuer", "a:Assertion/a:Issuer"):
        if found := root.findtext(place, namespaces=NAMES):
            return str(found).strip()
    return ""


def believe(document: bytes, idp: IdP, expected: Expected, now: datetime) -> Assertion:
    """What a response says, if all of it is as it must be. Raises SamlError."""
    root = parse(document)
    assertion, is_whole = _signed_assertion(root, idp)
    if is_whole is not None:
        _check_response(is_whole, idp, expected)
    _check_response(root, idp, expected)
    return _read_assertion(assertion, idp, expected, now)


def _signed_assertion(root: Element, idp: IdP) -> tuple[Element, Element | None]:
    """The assertion that was signed; and the response, if that was."""
    if root.tag != f"{{{PROTOCOL}}}Response":
        raise _invalid("it is no Response")
    ids = [node.get("ID") for node in root.iter() if node.get("ID") is not None]
    ids += [node.get("Id") for node in root.iter() if node.get("Id") is not None]
    if len(set(ids)) != len(ids):
        raise _invalid("an ID is used twice")
    if root.find(".//a:EncryptedAssertion", NAMES) is not None:
        raise _invalid("encrypted assertions are not supported here")
    assertions = root.findall(".//a:Assertion", NAMES)
    if len(assertions) != 1 or assertions[0].getparent() is not root:
        raise _invalid("it must have one assertion, directly within it")
    signatures = root.findall(".//s:Signature", NAMES)
    holders = [signature.getparent() for signature in signatures]
    if not signatures:
        raise _invalid("it is not signed")
    if len(holders) != len(set(holders)) or not set(holders) <= {root, assertions[0]}:
        raise _invalid("a signature is where none belongs")
    if len(root.findall(".//p:Response", NAMES)):
        raise _invalid("there is a response within it")
    signed = [_verified(holder, root, idp) for holder in holders]
    whole = next((node for node in signed if node.tag == root.tag), None)
    if whole is not None:
        inner = whole.findall("a:Assertion", NAMES)
        if len(inner) != 1:
            raise _invalid("it must have one assertion, directly within it")
        return inner[0], whole
    return signed[0], None


def _verified(holder: Element, root: Element, idp: IdP) -> Element:
    """What the signature within ``holder`` covers, parsed anew; it has to be ``holder`` itself."""
    path = "./" if holder is root else f"./{{{ASSERTION}}}Assertion/"
    config = SignatureConfiguration(location=path, expect_references=1)
    for certificate in idp.certificates:
        try:
            result = XMLVerifier().verify(
                etree.tostring(root), x509_cert=certificate, expect_config=config
            )
        except (SignXMLException, ValueError, etree.LxmlError):
            continue
        assert isinstance(result, VerifyResult)
        signed = result.signed_xml
        if signed is None or signed.tag != holder.tag or signed.get("ID") != holder.get("ID"):
            raise _invalid("the signature covers something else")
        return signed
    raise _invalid("the signature is wrong")


def _check_response(root: Element, idp: IdP, expected: Expected) -> None:
    issuer = root.findtext("a:Issuer", namespaces=NAMES)
    if issuer is not None and issuer.strip() != idp.entity_id:
        raise _invalid("it is from another provider")
    if root.get("Destination") not in (None, "", expected.consumer):
        raise _invalid("it was sent to another address")
    if (root.get("InResponseTo") or None) != expected.request_id:
        raise _invalid("it answers another request")
    code = root.find("p:Status/p:StatusCode", NAMES)
    if code is None or code.get("Value") != SUCCESS:
        raise SamlError("The provider did not sign the person in")


def _read_assertion(assertion: Element, idp: IdP, expected: Expected, now: datetime) -> Assertion:
    if (assertion.findtext("a:Issuer", namespaces=NAMES) or "").strip() != idp.entity_id:
        raise _invalid("the assertion is from another provider")
    expires = _check_conditions(assertion, expected, now)
    expires = min(expires, _check_subject(assertion, expected, now))
    name_id = _text(assertion.find("a:Subject/a:NameID", NAMES))
    if not name_id:
        raise _invalid("it names nobody")
    claims: dict[str, Any] = {"NameID": name_id}
    for attribute in assertion.iterfind("a:AttributeStatement/a:Attribute", NAMES):
        values = [_text(value) for value in attribute.iterfind("a:AttributeValue", NAMES)]
        if values:
            claims[attribute.get("Name", "")] = values[0] if len(values) == 1 else values
    return Assertion(assertion.get("ID", ""), name_id, claims, expires)


def _text(node: Element | None) -> str:
    """All of it: not what stands before the first thing within."""
    return "" if node is None else "".join(node.itertext()).strip()


def _check_conditions(assertion: Element, expected: Expected, now: datetime) -> datetime:
    conditions = assertion.find("a:Conditions", NAMES)
    if conditions is None:
        raise _invalid("it has no conditions")
    begins, ends = conditions.get("NotBefore"), conditions.get("NotOnOrAfter")
    if begins is not None and now + SKEW < _moment(begins):
        raise _invalid("it is not valid yet")
    if ends is None or now - SKEW >= _moment(ends):
        raise _invalid("it has expired")
    named = conditions.findall("a:AudienceRestriction", NAMES)
    for restriction in named:
        audiences = [_text(one) for one in restriction.iterfind("a:Audience", NAMES)]
        if expected.audience not in audiences:
            raise _invalid("it is for another audience")
    if not named:
        raise _invalid("it is for no audience")
    return _moment(ends)


def _check_subject(assertion: Element, expected: Expected, now: datetime) -> datetime:
    """That one of the confirmations is for us, here and now; when it ends."""
    reason = "nobody may bring it"
    for confirmation in assertion.iterfind("a:Subject/a:SubjectConfirmation", NAMES):
        data = confirmation.find("a:SubjectConfirmationData", NAMES)
        if confirmation.get("Method") != BEARER or data is None:
            continue
        if data.get("Recipient") != expected.consumer:
            reason = "it is for another recipient"
        elif data.get("NotOnOrAfter") is None or now - SKEW >= _moment(data.get("NotOnOrAfter")):
            reason = "it has expired"
        elif (data.get("InResponseTo") or None) != expected.request_id:
            reason = "it answers another request"
        else:
            return _moment(data.get("NotOnOrAfter"))
    raise _invalid(reason)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise _invalid("a time in it is none") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _invalid(reason: str) -> SamlError:
    return SamlError(f"Invalid SAML response received: {reason}")
