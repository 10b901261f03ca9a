"""A pool's own pages by hand: their domain, their looks, the scopes and providers they offer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from studyapp.sandbox.client import ConsoleClient
from tests.sandbox.console.conftest import shown_in

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


def picture(content: bytes = PNG, kind: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile("logo.png", content, content_type=kind)


@pytest.fixture
def domain(aws: ConsoleClient, pool: str) -> str:
    aws.call("CreateUserPoolDomain", UserPoolId=pool, Domain="shop-of-ada", ManagedLoginVersion=2)
    return "shop-of-ada"


@pytest.fixture
def sign_in(aws: ConsoleClient, pool: str, app: str, domain: str, pages: str) -> str:
    """Where the client's sign-in page is looked at from the console."""
    aws.call(
        "UpdateUserPoolClient",
        UserPoolId=pool,
        ClientId=app,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        CallbackURLs=["http://localhost:3000/in"],
        SupportedIdentityProviders=["COGNITO"],
    )
    return f"{pages}clients/{app}/sign-in/"


# The domain


def test_a_domain_is_made_changed_and_deleted(client: Client, pages: str) -> None:
    assert "None yet" in client.get(pages + "domain/").text
    client.post(pages + "create-domain/", {"Domain": "shop-of-ada", "ManagedLoginVersion": "2"})
    shown = client.get(pages + "domain/").text
    assert "http://testserver/aws/domains/shop-of-ada" in shown
    assert "managed login" in shown
    own = pages + "domain/shop-of-ada/"
    client.post(own, {"ManagedLoginVersion": "1", "act": "save"})
    assert "the classic pages" in client.get(pages + "domain/").text
    assert "tick the box" in client.post(own, {"act": "delete"}, follow=True).text
    client.post(own, {"act": "delete", "sure": "yes"})
    assert "None yet" in client.get(pages + "domain/").text


@pytest.mark.parametrize("name", ["my-cognito", "Capital", "-"])
def test_what_is_no_prefix_is_refused_at_its_field(client: Client, pages: str, name: str) -> None:
    sent = {"Domain": name, "ManagedLoginVersion": "2"}
    refused = client.post(pages + "create-domain/", sent)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["Domain"]


def test_a_name_of_ones_own_stands_beside_the_prefix(
    client: Client, pages: str, domain: str
) -> None:
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
    own = {"Domain": "login.example.com", "ManagedLoginVersion": "2", "CertificateArn": arn}
    answer = client.post(pages + "create-domain/", own)
    assert answer.status_code == 302, answer.context["form"].errors
    shown = client.get(pages + "domain/").text
    assert "login.example.com" in shown
    assert "Create a domain" not in shown


def test_a_client_without_sign_in_page_says_what_it_lacks(
    client: Client, pages: str, app: str
) -> None:
    answer = client.get(f"{pages}clients/{app}/sign-in/", follow=True)
    assert "no sign-in page yet" in answer.text


# Looks


def test_classic_pages_are_given_css_and_a_logo(
    client: Client, aws: ConsoleClient, pool: str, pages: str, app: str, domain: str
) -> None:
    page = pages + "branding/classic/ALL/"
    css = ".submitButton-customizable { background-color: #0f6b5c; }"
    client.post(page, {"CSS": css, "ImageFile": picture()})
    known = aws.call("GetUICustomization", UserPoolId=pool, ClientId=app)["UICustomization"]
    assert known["CSS"] == css
    assert known["ImageUrl"].startswith("data:image/png")
    assert css in client.get(page).context["form"]["CSS"].value()
    client.post(page, {"CSS": css, "none": "on"})
    known = aws.call("GetUICustomization", UserPoolId=pool, ClientId=app)["UICustomization"]
    assert "ImageUrl" not in known


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("CSS", {"CSS": "body { color: red }"}),
        ("ImageFile", {"CSS": "", "ImageFile": picture(b"GIF89a")}),
        ("ImageFile", {"CSS": "", "ImageFile": picture(PNG + b"x" * 102_400)}),
    ],
)
def test_what_classic_pages_dont_take_is_refused(
    client: Client, pages: str, domain: str, field: str, sent: dict[str, Any]
) -> None:
    refused = client.post(pages + "branding/classic/ALL/", sent)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == [field]


def test_managed_login_is_branded_and_looks_so(
    client: Client, pages: str, app: str, domain: str, sign_in: str
) -> None:
    page = f"{pages}branding/managed/{app}/"
    begun = shown_in(client.get(page))
    assert client.post(page, {**begun, "logo": picture()}).status_code == 302
    shown = client.get(client.get(sign_in)["Location"])
    assert "/brand.css" in shown.text
    assert "0f6b5c" in client.get("/aws/domains/shop-of-ada/brand.css", {"client_id": app}).text
    settings = json.loads(shown_in(client.get(page))["Settings"])
    settings["components"]["primaryButton"]["lightMode"]["defaults"]["backgroundColor"] = "aa0000ff"
    client.post(page, {"Settings": json.dumps(settings)})
    assert "aa0000" in client.get(page).text
    client.post(page, {"UseCognitoProvidedValues": "on"})
    assert "checked" in str(client.get(page).context["form"]["UseCognitoProvidedValues"])
    client.post(page, {"act": "delete", "sure": "yes"})
    assert "Delete the branding" not in client.get(page).text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"Settings": "{"}, "no JSON"),
        ({"Settings": "[]"}, "JSON object"),
        ({"logo": picture(kind="image/gif")}, "PNG or a JPG"),
    ],
)
def test_bad_settings_are_refused_and_kept(
    client: Client, pages: str, app: str, sent: dict[str, Any], said: str
) -> None:
    refused = client.post(f"{pages}branding/managed/{app}/", sent)
    assert (refused.status_code, said in refused.text) == (422, True)


# Resource servers


def test_a_resource_server_is_made_changed_and_deleted(client: Client, pages: str) -> None:
    create = pages + "create-resource-server/"
    sent = {"Identifier": "https://api.example.com", "Name": "Orders", "Scopes": "read = Look"}
    client.post(create, sent)
    assert "https://api.example.com/read" in client.get(pages + "resource-servers/").text
    again = client.post(create, sent)
    assert list(again.context["form"].errors) == ["Identifier"]
    bad = client.post(create, {**sent, "Scopes": "read = Look\nwrite"})
    assert "Line 2" in bad.context["form"].errors["Scopes"][0]
    own = pages + "resource-servers/https://api.example.com/"
    assert shown_in(client.get(own))["Scopes"] == "read = Look"
    client.post(own, {"Name": "All orders", "Scopes": "read = Look\nwrite = Change"})
    assert "https://api.example.com/write" in client.get(pages + "resource-servers/").text
    client.post(own, {"act": "delete", "sure": "yes"})
    assert client.get(own).status_code == 404


# Providers


@pytest.mark.parametrize(
    "kind", ["Google", "Facebook", "LoginWithAmazon", "SignInWithApple", "OIDC", "SAML"]
)
def test_a_provider_works_as_the_form_begins_it(
    client: Client, aws: ConsoleClient, pool: str, pages: str, app: str, sign_in: str, kind: str
) -> None:
    create = f"{pages}create-provider/{kind}/"
    made = client.post(create, shown_in(client.get(create)))
    assert made.status_code == 302, made.context["form"].errors
    name = client.get(pages + "providers/").context["providers"][0]["ProviderName"]
    settings = f"{pages}clients/{app}/edit/"
    sent = {**shown_in(client.get(settings)), "SupportedIdentityProviders": [name]}
    client.post(settings, sent)
    address = client.get(sign_in)["Location"].replace("/login?", "/oauth2/authorize?")
    there = client.get(f"{address}&identity_provider={name}")
    while there.has_header("Location"):
        there = client.get(there["Location"])
    assert "Choose an account" in there.text
    own = f"{pages}providers/{name}/"
    same = client.post(own, shown_in(client.get(own)))
    assert same.status_code == 302, same.context["form"].errors
    client.post(own, {"act": "delete", "sure": "yes"})
    assert client.get(own).status_code == 404


def test_a_providers_attributes_and_identifiers_are_changed(
    client: Client, aws: ConsoleClient, pool: str, pages: str
) -> None:
    create = f"{pages}create-provider/SAML/"
    client.post(create, shown_in(client.get(create)))
    own = f"{pages}providers/Company/"
    shown = client.get(own)
    assert "/saml/sso" in shown.text
    changes = {
        "IDPInit": "on",
        "AttributeMapping": "email = mail",
        "IdpIdentifiers": "example.com\nexample.org",
    }
    client.post(own, {**shown_in(shown), **changes})
    known = aws.call("DescribeIdentityProvider", UserPoolId=pool, ProviderName="Company")
    told = known["IdentityProvider"]
    assert told["AttributeMapping"] == {"email": "mail"}
    assert told["IdpIdentifiers"] == ["example.com", "example.org"]
    assert told["ProviderDetails"]["IDPInit"] == "true"
    wrong = {**shown_in(client.get(own)), "AttributeMapping": "shoe_size = size"}
    assert list(client.post(own, wrong).context["form"].errors) == ["AttributeMapping"]
    none = {**shown_in(client.get(own)), "MetadataURL": ""}
    assert "Metadata is needed" in client.post(own, none).text
    twice = client.post(create, shown_in(client.get(create)))
    assert list(twice.context["form"].errors) == ["ProviderName"]
    assert client.get(f"{pages}create-provider/Myspace/").status_code == 404


@pytest.mark.parametrize(
    "rest",
    [
        *("domain/", "domain/shop-of-ada/", "branding/", "branding/classic/ALL/"),
        *("branding/managed/{app}/", "clients/{app}/sign-in/", "resource-servers/", "providers/"),
    ],
)
def test_nobody_reaches_anothers_branding(
    strange_pages: Callable[[str], int], app: str, domain: str, rest: str
) -> None:
    assert strange_pages(rest.format(app=app)) == 404
