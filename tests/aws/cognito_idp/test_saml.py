"""SAML: a sign-in with a browser, and responses that must not be believed."""

from __future__ import annotations

import base64
import copy
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from signxml import XMLSigner, methods

from studyapp.aws.cognito_idp.certificates import self_signed
from studyapp.aws.cognito_idp.documents import IdentityProvider
from studyapp.aws.cognito_idp.federation.people import Person
from studyapp.aws.cognito_idp.federation.saml import (
    NAMES,
    PROTOCOL,
    SIGNATURE,
    Assertion,
    Expected,
    SamlError,
    believe,
    read_metadata,
    read_request,
    request_address,
)
from studyapp.aws.cognito_idp.federation.saml_provider import metadata, response, signed
from tests.aws.clients import Running
from tests.aws.cognito_idp.browsing import CALLBACK, SIGNED_OUT, App, claims, surfing
from tests.aws.cognito_idp.pools import HOME, Pool, rsa_key
from tests.aws.cognito_idp.test_federation import ADA, provided

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CONSUMER = "http://127.0.0.1/domains/learn/saml2/idpresponse"
EXPECTED = Expected("urn:amazon:cognito:sp:pool", CONSUMER, "_asked")
EMAIL = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
CANONICAL = "http://www.w3.org/2001/10/xml-exc-c14n#"
CERTIFICATE = self_signed(rsa_key(), "idp", NOW)
IDP = read_metadata(metadata("idp", "http://127.0.0.1/sso", CERTIFICATE))
PERSON = Person("Ada Lovelace", "ada@example.com")


def unsigned(**changed: Any) -> Any:
    told = {
        "entity_id": "idp",
        "audience": EXPECTED.audience,
        "consumer": CONSUMER,
        "request_id": "_asked",
        "ids": ("_response", "_assertion"),
        "now": NOW,
        **changed,
    }
    return response(told.pop("person", PERSON), **told)


def written(**changed: Any) -> bytes:
    return signed(unsigned(**changed), rsa_key(), CERTIFICATE)


@cache
def genuine() -> bytes:
    return written()


def believed(document: bytes, expected: Expected = EXPECTED, now: datetime = NOW) -> Assertion:
    return believe(document, IDP, expected, now)


def refused(document: bytes, why: str = "Invalid SAML response received", **changed: Any) -> None:
    with pytest.raises(SamlError, match=re.escape(why)):
        believed(document, **changed)


def test_what_the_provider_signed_is_believed() -> None:
    said = believed(genuine())
    assert said.name_id == "ada@example.com"
    assert said.claims[EMAIL] == "ada@example.com"
    assert said.expires == NOW + timedelta(minutes=5)


def test_a_response_signed_as_a_whole_is_believed() -> None:
    signer = XMLSigner(method=methods.enveloped, c14n_algorithm=CANONICAL)
    whole = signer.sign(unsigned(), key=rsa_key(), cert=[CERTIFICATE], reference_uri="_response")
    assert believed(etree.tostring(whole)).name_id == "ada@example.com"
    both = signer.sign(
        etree.fromstring(genuine()), key=rsa_key(), cert=[CERTIFICATE], reference_uri="_response"
    )
    assert believed(etree.tostring(both)).name_id == "ada@example.com"


# What was tampered with


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_changed_letter_of_what_was_signed_goes_through(data: st.DataObject) -> None:
    document = bytearray(genuine())
    begin, end = document.index(b"<saml:Assertion"), document.index(b"</saml:Assertion>")
    place = data.draw(st.integers(begin, end - 1))
    document[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        said = believed(bytes(document))
    except SamlError:
        return
    # Some letters are written in more ways than one: white space in base64, within a tag.
    assert said == believed(genuine())


def test_unsigned_and_stripped_responses_are_refused() -> None:
    refused(etree.tostring(unsigned()), "it is not signed")
    root = etree.fromstring(genuine())
    signature = root.find(".//s:Signature", NAMES)
    signature.getparent().remove(signature)
    refused(etree.tostring(root), "it is not signed")


def test_another_key_is_not_the_providers() -> None:
    other = generate_private_key(65537, 2048)
    certificate = self_signed(other, "idp", NOW)
    refused(signed(unsigned(), other, certificate), "the signature is wrong")
    # Whose certificate comes along makes no difference.
    refused(signed(unsigned(), other, CERTIFICATE), "the signature is wrong")


def test_weak_algorithms_are_refused() -> None:
    text = genuine().replace(b"xmldsig-more#rsa-sha256", b"xmldsig-more#hmac-sha256")
    refused(text, "the signature is wrong")
    refused(
        genuine().replace(
            b"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            b"http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        ),
        "the signature is wrong",
    )


# Signature wrapping: the signed assertion is moved away, and another stands where it stood


def evil(root: Any) -> tuple[Any, Any, Any]:
    """A response, its genuine assertion, and a forged one."""
    assertion = root.find("a:Assertion", NAMES)
    forged = copy.deepcopy(assertion)
    forged.find("a:Subject/a:NameID", NAMES).text = "admin@example.com"
    forged.remove(forged.find("s:Signature", NAMES))
    forged.set("ID", "_forged")
    return root, assertion, forged


def beside_after(root: Any, real: Any, forged: Any) -> Any:
    root.append(forged)
    return root


def beside_before(root: Any, real: Any, forged: Any) -> Any:
    root.insert(0, forged)
    return root


def around(root: Any, real: Any, forged: Any) -> Any:
    """The real one within the forged one."""
    root.replace(real, forged)
    forged.append(real)
    return root


def around_with_signature(root: Any, real: Any, forged: Any) -> Any:
    """The signature taken out of the real one into the forged one, the real one within it."""
    signature = real.find("s:Signature", NAMES)
    root.replace(real, forged)
    real.remove(signature)
    forged.insert(1, signature)
    holder = etree.SubElement(signature, f"{{{SIGNATURE}}}Object")
    holder.append(real)
    return root


def in_object(root: Any, real: Any, forged: Any) -> Any:
    signature = real.find("s:Signature", NAMES)
    root.replace(real, forged)
    real.remove(signature)
    forged.append(signature)
    etree.SubElement(signature, f"{{{SIGNATURE}}}Object").append(real)
    forged.set("ID", real.get("ID"))
    return root


def in_extensions(root: Any, real: Any, forged: Any) -> Any:
    root.replace(real, forged)
    holder = etree.Element(f"{{{PROTOCOL}}}Extensions")
    holder.append(real)
    root.insert(1, holder)
    return root


def response_within(root: Any, real: Any, forged: Any) -> Any:
    """A response around the response."""
    outer = copy.deepcopy(root)
    outer.replace(outer.find("a:Assertion", NAMES), forged)
    outer.set("ID", "_outer")
    outer.append(root)
    return outer


def signature_at_the_top(root: Any, real: Any, forged: Any) -> Any:
    signature = real.find("s:Signature", NAMES)
    real.remove(signature)
    root.insert(1, signature)
    root.append(forged)
    return root


def same_id(root: Any, real: Any, forged: Any) -> Any:
    forged.set("ID", real.get("ID"))
    root.insert(0, forged)
    return root


def swapped(root: Any, real: Any, forged: Any) -> Any:
    """The forged one alone, with the real one's signature and name."""
    signature = copy.deepcopy(real.find("s:Signature", NAMES))
    forged.insert(1, signature)
    forged.set("ID", real.get("ID"))
    root.replace(real, forged)
    return root


def top_signature_over_a_child(root: Any, real: Any, forged: Any) -> Any:
    """The signature where a response's would be, though it covers a thing within."""
    signature = copy.deepcopy(real.find("s:Signature", NAMES))
    root.replace(real, forged)
    root.insert(1, signature)
    etree.SubElement(signature, f"{{{SIGNATURE}}}Object").append(real)
    return root


@pytest.mark.parametrize(
    "wrap",
    [
        beside_after,
        beside_before,
        around,
        around_with_signature,
        in_object,
        in_extensions,
        response_within,
        signature_at_the_top,
        same_id,
        swapped,
        top_signature_over_a_child,
    ],
)
def test_wrapped_signatures_are_refused(wrap: Callable[[Any, Any, Any], Any]) -> None:
    document = etree.tostring(wrap(*evil(etree.fromstring(genuine()))))
    assert b"admin@example.com" in document
    refused(document)


# What XML can do besides


def test_a_comment_cuts_no_name_in_two() -> None:
    person = Person("Ada", "admin@example.com.evil.example")
    document = written(person=person)
    cut = document.replace(b"admin@example.com.evil", b"admin@example.com<!---->.evil")
    assert cut != document
    refused(cut, "it has comments or instructions")
    refused(document.replace(b"com.evil", b"com<?x?>.evil"), "it has comments or instructions")
    refused(b"<!-- x -->" + genuine(), "it has comments or instructions")


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/evil.dtd">',
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY e "&a;&a;&a;&a;">]>',
        "<!DOCTYPE x>",
    ],
)
def test_document_types_and_entities_are_refused(declaration: str) -> None:
    text = genuine().decode().replace("Ada Lovelace", "&e;" if "ENTITY" in declaration else "Ada")
    refused((declaration + text).encode(), "it has a document type")
    with pytest.raises(SamlError):
        read_metadata(declaration + metadata("idp", "x", CERTIFICATE).partition("\n")[2])


@pytest.mark.parametrize("text", [b"", b"nonsense", b"<a/>", b"\xff\xfe", b"<a><b></a>"])
def test_what_is_no_response_is_refused(text: bytes) -> None:
    refused(text)


# What was meant for somebody else, or another time


def test_everything_has_its_time() -> None:
    refused(genuine(), "it is not valid yet", now=NOW - timedelta(minutes=2))
    refused(genuine(), "it has expired", now=NOW + timedelta(minutes=7))
    assert believed(genuine(), now=NOW + timedelta(minutes=5, seconds=30))


@pytest.mark.parametrize(
    ("why", "changed"),
    [
        ("it is for another audience", {"audience": "urn:amazon:cognito:sp:other"}),
        ("it was sent to another address", {"consumer": "https://evil.example/acs"}),
        ("it answers another request", {"request_id": "_other"}),
        ("it answers another request", {"request_id": None}),
        ("it is from another provider", {"entity_id": "somebody"}),
        ("it names nobody", {"person": Person("Nobody", "")}),
    ],
)
def test_what_is_for_somebody_else_is_refused(why: str, changed: dict[str, Any]) -> None:
    refused(written(**changed), why)


def edited(edit: Callable[[Any], Any]) -> bytes:
    root = unsigned()
    edit(root)
    return signed(root, rsa_key(), CERTIFICATE)


def drop(path: str) -> Callable[[Any], Any]:
    def edit(root: Any) -> None:
        node = root.find(path, NAMES)
        node.getparent().remove(node)

    return edit


def set_on(path: str, name: str, value: str) -> Callable[[Any], Any]:
    return lambda root: root.find(path, NAMES).set(name, value)


@pytest.mark.parametrize(
    ("why", "edit"),
    [
        ("it has no conditions", drop(".//a:Conditions")),
        ("it is for no audience", drop(".//a:AudienceRestriction")),
        ("nobody may bring it", drop(".//a:SubjectConfirmation")),
        ("nobody may bring it", set_on(".//a:SubjectConfirmation", "Method", "x")),
        ("another recipient", set_on(".//a:SubjectConfirmationData", "Recipient", "https://e.x")),
        ("it has expired", set_on(".//a:SubjectConfirmationData", "NotOnOrAfter", "2020-01-01")),
        ("a time in it is none", set_on(".//a:Conditions", "NotOnOrAfter", "soon")),
        ("another request", set_on(".//a:SubjectConfirmationData", "InResponseTo", "_x")),
        ("did not sign the person in", set_on(".//p:StatusCode", "Value", "Requester")),
    ],
)
def test_an_assertion_that_lacks_something_is_refused(why: str, edit: Callable[[Any], Any]) -> None:
    refused(edited(edit), why)


@pytest.mark.parametrize(
    "document",
    [
        "nonsense",
        "<EntityDescriptor/>",
        metadata("idp", "x", CERTIFICATE).replace("KeyDescriptor", "Key"),
        re.sub("(Certificate>).*?(<)", r"\1bm9uZQ==\2", metadata("idp", "x", CERTIFICATE)),
    ],
)
def test_metadata_that_says_too_little_is_refused(document: str) -> None:
    with pytest.raises(SamlError):
        read_metadata(document)


# With a browser


@pytest.fixture
def app(sandbox: Running, pool: Pool) -> App:
    url = f"{sandbox.endpoint}/{pool.id}/idp/saml/metadata"
    return provided(pool, "SAML", {"MetadataURL": url}, {"email": EMAIL}, name="Corp")


def test_people_come_from_a_saml_provider(app: App) -> None:
    with surfing(app) as surfer:
        page = surfer.get(surfer.get(app.authorize()).links["Continue with Corp"])
        page = surfer.send(page.form(ADA))
        assert page.heading == "Signed in as Ada Lovelace"
        again = page.form("Continue")
        assert "<saml:NameID" in page.text
        surfer.send(again)
        identity = claims(app.exchange(surfer.told["code"])["id_token"])
        assert surfer.told["state"] == "s t/a&te"
    assert identity["cognito:username"] == "Corp_ada@example.com"
    assert identity["email"] == "ada@example.com"
    assert identity["identities"][0]["providerType"] == "SAML"


def test_signing_out_tells_that_the_provider_is_left_out(app: App) -> None:
    store = app.pool.sandbox.cloud.store(HOME)
    (provider,) = store.find(IdentityProvider)
    store.put(replace(provider, details={**provider.details, "IDPSignout": "true"}))
    with surfing(app) as surfer:
        page = surfer.get(surfer.get(app.authorize()).links["Continue with Corp"])
        page = surfer.send(page.form(ADA))
        surfer.send(page.form("Continue"))
        surfer.get(app.authorize("/logout", logout_uri=SIGNED_OUT))
        assert surfer.left == SIGNED_OUT
    (remark,) = app.pool.sandbox.entries[-1].remarks
    assert "IDPSignout is on for Corp" in remark


def test_a_response_is_taken_once(app: App) -> None:
    with surfing(app) as surfer:
        page = surfer.get(app.authorize(identity_provider="Corp"))
        form = surfer.send(page.form(ADA)).form("Continue")
        planted = dict(surfer.session.cookies)["cognito"]
        surfer.send(form)
        assert "code" in surfer.told
        surfer.session.cookies.clear()
        surfer.session.cookies.set("cognito", planted, path="/domains/learn/")
        surfer.send(form)
        assert surfer.told["error"] == "invalid_request"
        assert surfer.told["error_description"].endswith("it was used before")


def test_a_response_is_taken_from_the_browser_that_asked(app: App) -> None:
    with surfing(app) as surfer, surfing(app) as other:
        page = surfer.get(app.authorize(identity_provider="Corp"))
        form = surfer.send(page.form(ADA)).form("Continue")
        other.get(app.authorize())
        assert other.send(form).heading.startswith("An error was encountered")
        assert not other.left


def test_a_forged_response_goes_back_as_an_error(app: App) -> None:
    with surfing(app) as surfer:
        page = surfer.get(app.authorize(identity_provider="Corp"))
        form = surfer.send(page.form(ADA)).form("Continue")
        said = base64.b64decode(form.fields["SAMLResponse"])
        forged = said.replace(b"ada@example.com", b"eve@example.com")
        for text in (forged, b"<x/>"):
            surfer.send(form, SAMLResponse=base64.b64encode(text).decode())
            assert surfer.told["error"] == "invalid_request"
            assert surfer.told["error_description"].startswith("Invalid SAML response received")
        surfer.send(form, SAMLResponse="?")
        assert surfer.told["error_description"].endswith("it is not base64")


def relay(app: App, **changed: str) -> str:
    return urlencode(
        {
            "identity_provider": "Corp",
            "client_id": app.pool.client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid",
            **changed,
        }
    )


def test_a_sign_in_may_begin_at_the_provider_where_that_is_on(app: App) -> None:
    start = f"{app.pool.sandbox.endpoint}/{app.pool.id}/idp/saml/sso"

    def begin(surfer: Any, state: str) -> Any:
        page = surfer.send(surfer.get(start).form("Sign in"), email="ada@example.com", relay=state)
        return surfer.send(page.form("Continue"))

    with surfing(app) as surfer:
        assert "IDPInit isn't on" in begin(surfer, relay(app)).text
        app.pool.api.update_identity_provider(
            UserPoolId=app.pool.id, ProviderName="Corp", ProviderDetails={"IDPInit": "true"}
        )
        begin(surfer, relay(app))
        assert "code" in surfer.told
        for wrong in (relay(app, redirect_uri="https://evil.example"), "https://evil.example", ""):
            page = begin(surfer, wrong)
            assert page.heading.startswith("An error was encountered")
            assert not surfer.left


def test_a_provider_of_ones_own_is_known_by_its_metadata(pool: Pool) -> None:
    key = generate_private_key(65537, 2048)
    certificate = self_signed(key, "own", datetime.now(UTC))
    document = metadata("own-idp", "https://idp.corp.example/sso?x=1", certificate)
    app = provided(pool, "SAML", {"MetadataFile": document}, {"email": EMAIL}, name="Corp")
    with surfing(app) as surfer:
        surfer.get(app.authorize(identity_provider="Corp"))
        assert surfer.left.startswith("https://idp.corp.example/sso?x=1&SAMLRequest=")
        asked = parse_qs(urlsplit(surfer.left).query)
        request_id, consumer = read_request(asked["SAMLRequest"][0])
        root = response(
            PERSON,
            entity_id="own-idp",
            audience=f"urn:amazon:cognito:sp:{pool.id}",
            consumer=consumer,
            request_id=request_id,
            ids=("_1", "_2"),
            now=pool.sandbox.clock.now(),
        )
        answer = surfer.session.post(
            consumer,
            data={
                "SAMLResponse": base64.b64encode(signed(root, key, certificate)).decode(),
                "RelayState": asked["RelayState"][0],
            },
            allow_redirects=False,
        )
    assert answer.headers["Location"].startswith(f"{CALLBACK}?code=")


def test_metadata_elsewhere_is_not_fetched(pool: Pool) -> None:
    url = "https://idp.corp.example/metadata.xml"
    app = provided(pool, "SAML", {"MetadataURL": url}, {}, name="Corp")
    with surfing(app) as surfer:
        page = surfer.get(app.authorize(identity_provider="Corp"))
    assert f"has {url} as its MetadataURL" in page.text
    assert "opens no connection" in page.text


def test_the_providers_own_metadata_can_be_given_as_a_file(app: App) -> None:
    with surfing(app) as surfer:
        document = surfer.session.get(
            f"{app.pool.sandbox.endpoint}/{app.pool.id}/idp/saml/metadata"
        ).text
        app.pool.api.update_identity_provider(
            UserPoolId=app.pool.id, ProviderName="Corp", ProviderDetails={"MetadataFile": document}
        )
        page = surfer.get(app.authorize(identity_provider="Corp"))
        surfer.send(surfer.send(page.form(ADA)).form("Continue"))
        assert "code" in surfer.told


def test_the_provider_answers_to_its_pool_alone(app: App) -> None:
    start = f"{app.pool.sandbox.endpoint}/{app.pool.id}/idp/saml/sso"
    address = request_address(
        replace(IDP, sign_in=start),
        request_id="_1",
        pool_id=app.pool.id,
        consumer="https://evil.example/acs",
        relay="",
        now=NOW,
    )
    with surfing(app) as surfer:
        for wrong in (address, f"{start}?SAMLRequest=nonsense"):
            assert surfer.get(wrong).heading == "That can't be done"
            assert surfer.last.status_code == 400
