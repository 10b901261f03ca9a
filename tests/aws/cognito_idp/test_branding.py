"""How sign-in pages look."""

from __future__ import annotations

from typing import Any

import pytest

from tests.aws.clients import Running, refusal

INVALID, MISSING = "InvalidParameterException", "ResourceNotFoundException"
PNG = b"\x89PNG\r\n\x1a\n and the rest"


@pytest.fixture
def app(sandbox: Running) -> dict[str, str]:
    """A pool with a domain, and a client of it."""
    client = sandbox.client()
    pool_id = client.create_user_pool(PoolName="shop")["UserPool"]["Id"]
    client.create_user_pool_domain(Domain="shop", UserPoolId=pool_id)
    made = client.create_user_pool_client(UserPoolId=pool_id, ClientName="app")
    return {"UserPoolId": pool_id, "ClientId": made["UserPoolClient"]["ClientId"]}


def test_a_client_looks_like_the_pool_until_it_has_a_look_of_its_own(
    sandbox: Running, app: dict[str, str]
) -> None:
    client, pool = sandbox.client(), {"UserPoolId": app["UserPoolId"]}
    assert "CSS" not in client.get_ui_customization(**app)["UICustomization"]
    client.set_ui_customization(**pool, CSS=".logo-customizable { max-width: 60%; }", ImageFile=PNG)
    told = client.get_ui_customization(**app)["UICustomization"]
    assert (told["ClientId"], told["CSS"]) == ("ALL", ".logo-customizable { max-width: 60%; }")
    assert told["ImageUrl"].startswith("data:image/png;base64,iVBORw0KGgo")
    own = ".submitButton-customizable:hover, .label-customizable { color: red; }"
    client.set_ui_customization(**app, CSS=own)
    told = client.get_ui_customization(**app)["UICustomization"]
    assert (told["ClientId"], told["CSS"]) == (app["ClientId"], own)


@pytest.mark.parametrize(
    "look",
    [
        {"CSS": "body { color: red }"},
        {"CSS": ".logo-customizable { background: url(https://spy.example/) }"},
        {"CSS": "@import 'https://spy.example/'; .logo-customizable {}"},
        {"CSS": ".logo-customizable {} </style><script>"},
        {"CSS": ".logo-customizable, .mine { color: red }"},
        {"ImageFile": b"GIF89a"},
        {"ImageFile": PNG + bytes(100 * 1024)},
    ],
)
def test_looks_that_the_pages_do_not_take(
    sandbox: Running, app: dict[str, str], look: dict[str, Any]
) -> None:
    assert refusal(sandbox.client().set_ui_customization, **app, **look)[0] == INVALID


def test_a_pool_without_a_domain_has_no_pages_to_style(sandbox: Running) -> None:
    client = sandbox.client()
    pool_id = client.create_user_pool(PoolName="bare")["UserPool"]["Id"]
    assert refusal(client.set_ui_customization, UserPoolId=pool_id, CSS="") == (
        INVALID,
        "There has to be an existing domain associated with this user pool",
    )


def test_managed_login_has_one_style_a_client(sandbox: Running, app: dict[str, str]) -> None:
    client = sandbox.client()
    settings = {"components": {"form": {"borderRadius": 8.5, "deep": [None, True, {"a": "b"}]}}}
    logo = {"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG", "Bytes": PNG}
    made = client.create_managed_login_branding(**app, Settings=settings, Assets=[logo])
    branding = made["ManagedLoginBranding"]
    assert branding["Settings"] == settings
    assert branding["Assets"] == [logo]
    assert refusal(client.create_managed_login_branding, **app)[0] == (
        "ManagedLoginBrandingExistsException"
    )
    which = {
        "UserPoolId": app["UserPoolId"],
        "ManagedLoginBrandingId": branding["ManagedLoginBrandingId"],
    }
    client.update_managed_login_branding(**which, UseCognitoProvidedValues=True)
    told = client.describe_managed_login_branding_by_client(**app)["ManagedLoginBranding"]
    assert told["UseCognitoProvidedValues"] is True
    assert "Settings" not in told
    client.delete_managed_login_branding(**which)
    assert refusal(client.describe_managed_login_branding, **which)[0] == MISSING
    assert refusal(client.describe_managed_login_branding_by_client, **app)[0] == MISSING


def test_terms_are_links_by_language(sandbox: Running, app: dict[str, str]) -> None:
    client = sandbox.client()
    terms: dict[str, Any] = {
        "TermsName": "terms-of-use",
        "TermsSource": "LINK",
        "Enforcement": "NONE",
    }
    links = {"cognito:default": "https://shop.example/terms"}
    made = client.create_terms(**app, **terms, Links=links)["Terms"]
    assert made["Links"] == links
    assert refusal(client.create_terms, **app, **terms, Links=links)[0] == "TermsExistsException"
    which = {"UserPoolId": app["UserPoolId"], "TermsId": made["TermsId"]}
    german = {**links, "cognito:german": "https://shop.example/agb"}
    client.update_terms(**which, Links=german)
    told = client.describe_terms_by_client(**app, TermsName="terms-of-use")["Terms"]
    assert told["Links"] == german
    (listed,) = client.list_terms(UserPoolId=app["UserPoolId"])["Terms"]
    assert listed["TermsId"] == made["TermsId"]
    missing = refusal(client.update_terms, **which, Links={"cognito:german": "https://a.example/"})
    assert missing == (INVALID, "Links must have one for cognito:default.")
    client.delete_terms(**which)
    assert refusal(client.describe_terms, **which)[0] == MISSING
