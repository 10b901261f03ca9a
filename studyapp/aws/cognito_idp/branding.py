"""How sign-in pages look: the classic pages' logo and CSS, managed login's style, and terms."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.documents import (
    ALL_CLIENTS,
    Appearance,
    Asset,
    Branding,
    Domain,
    Terms,
    in_pool,
)
from studyapp.aws.cognito_idp.resources import (
    access_client,
    access_pool,
    in_pool_of,
    invalid,
    not_found,
    page_of,
)
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.operations import Context
from studyapp.aws.wire.errors import AwsError

MAX_IMAGE = 100 * 1024
MAX_BRANDING = 2 * 1024 * 1024
PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"

# What CSS of the classic pages may style (developer guide, customising the classic hosted UI).
CSS_SELECTORS = frozenset(
    {
        *(".logo-customizable", ".banner-customizable", ".label-customizable"),
        *(".inputField-customizable", ".inputField-customizable:focus"),
        *(".submitButton-customizable", ".submitButton-customizable:hover"),
        *(".textDescription-customizable", ".idpDescription-customizable"),
        *(".legalText-customizable", ".redirect-customizable", ".errorMessage-customizable"),
        *(".idpButton-customizable", ".idpButton-customizable:hover"),
        *(".socialButton-customizable", ".background-customizable"),
        *(".passwordCheck-valid-customizable", ".passwordCheck-notValid-customizable"),
    }
)


# The classic pages


@operation("SetUICustomization")
def set_ui_customization(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    client_id = _client_of(context, request)
    pool_id = request["UserPoolId"]
    if not in_pool_of(context, Domain, pool_id):
        raise invalid("There has to be an existing domain associated with this user pool")
    known = context.store.get(Appearance, in_pool(pool_id, client_id))
    now = context.clock.now()
    appearance = known or Appearance(
        pool_id=pool_id, client_id=client_id, css="", image=b"", created=now, modified=now
    )
    changed = replace(
        appearance,
        css=_checked_css(request.get("CSS", appearance.css)),
        image=_checked_image(request.get("ImageFile", appearance.image)),
        modified=now,
    )
    return {"UICustomization": _appearance(context.store.put(changed))}


@operation("GetUICustomization")
def get_ui_customization(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    client_id = _client_of(context, request)
    pool_id = request["UserPoolId"]
    appearance = appearance_of(context, pool_id, client_id)
    if appearance is not None:
        return {"UICustomization": _appearance(appearance)}
    return {"UICustomization": {"UserPoolId": pool_id, "ClientId": client_id}}


def appearance_of(context: Context, pool_id: str, client_id: str) -> Appearance | None:
    """A client's own, or that of all that have none."""
    own = context.store.get(Appearance, in_pool(pool_id, client_id))
    return own or context.store.get(Appearance, in_pool(pool_id, ALL_CLIENTS))


def _client_of(context: Context, request: Mapping[str, Any]) -> str:
    client_id: str = request.get("ClientId", ALL_CLIENTS)
    if client_id == ALL_CLIENTS:
        access_pool(context, request["UserPoolId"])
    else:
        access_client(context, request["UserPoolId"], client_id)
    return client_id


def _checked_css(css: str) -> str:
    """Raises InvalidParameterException if it styles anything but the pages' own classes, or
    reaches for something outside."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    if re.search(r"@|url\s*\(|expression\s*\(|<|\\", bare, re.IGNORECASE):
        raise invalid("CSS may have no @-rules, no url(), no markup and no escapes.")
    rules = re.sub(r"\{[^{}]*\}", "\n", bare)
    for selector in (part.strip() for part in re.split(r"[\n,]", rules)):
        if selector and selector not in CSS_SELECTORS:
            raise invalid(f"CSS selector {selector} is not one of those that may be customized.")
    return css


def _checked_image(image: bytes) -> bytes:
    if len(image) > MAX_IMAGE:
        raise invalid("The image must not be larger than 100 KB.")
    if image and not image.startswith((PNG, _JPEG)):
        raise invalid("The image must be a PNG or a JPG.")
    return image


def _appearance(appearance: Appearance) -> dict[str, Any]:
    """UICustomizationType. The picture is in its address, so that nothing has to serve it."""
    image = appearance.image
    kind = "png" if image.startswith(PNG) else "jpeg"
    address = f"data:image/{kind};base64,{base64.b64encode(image).decode()}" if image else None
    return {
        "UserPoolId": appearance.pool_id,
        "ClientId": appearance.client_id,
        "ImageUrl": address,
        "CSS": appearance.css or None,
        "CSSVersion": appearance.modified.strftime("%Y%m%d%H%M%S"),
        "LastModifiedDate": appearance.modified,
        "CreationDate": appearance.created,
    }


# Managed login


@operation("CreateManagedLoginBranding")
def create_managed_login_branding(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    client = access_client(context, request["UserPoolId"], request["ClientId"])
    if branding_of(context, client.id) is not None:
        raise AwsError(
            "ManagedLoginBrandingExistsException",
            f"Managed login branding already exists for client {client.id}.",
        )
    now = context.clock.now()
    branding = Branding(
        id=context.ids.uuid(),
        pool_id=client.pool_id,
        client_id=client.id,
        settings=_style(request, None),
        assets=_assets(request.get("Assets", ())),
        created=now,
        modified=now,
    )
    return {"ManagedLoginBranding": _branding(context.store.put(branding))}


@operation("UpdateManagedLoginBranding")
def update_managed_login_branding(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    for member in ("UserPoolId", "ManagedLoginBrandingId"):
        if member not in request:
            raise invalid(f"{member} is required.")
    branding = _access_branding(context, request)
    assets = request.get("Assets")
    changed = replace(
        branding,
        settings=_style(request, branding.settings),
        assets=branding.assets if assets is None else _assets(assets),
        modified=context.clock.now(),
    )
    return {"ManagedLoginBranding": _branding(context.store.put(changed))}


@operation("DescribeManagedLoginBranding")
def describe_managed_login_branding(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    return {"ManagedLoginBranding": _branding(_access_branding(context, request))}


@operation("DescribeManagedLoginBrandingByClient")
def describe_branding_by_client(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    client = access_client(context, request["UserPoolId"], request["ClientId"])
    branding = branding_of(context, client.id)
    if branding is None:
        raise not_found(f"Managed login branding does not exist for client {client.id}.")
    return {"ManagedLoginBranding": _branding(branding)}


@operation("DeleteManagedLoginBranding")
def delete_managed_login_branding(context: Context, request: dict[str, Any]) -> None:
    context.store.delete(Branding, _access_branding(context, request).id)


def branding_of(context: Context, client_id: str) -> Branding | None:
    found = context.store.find(Branding, ("client_id", client_id), limit=1)
    return found[0] if found else None


def _access_branding(context: Context, request: Mapping[str, Any]) -> Branding:
    pool = access_pool(context, request["UserPoolId"])
    branding_id = request["ManagedLoginBrandingId"]
    branding = context.store.get(Branding, branding_id)
    if branding is None or branding.pool_id != pool.id:
        raise not_found(f"Managed login branding {branding_id} does not exist.")
    return branding


def _style(
    request: Mapping[str, Any], otherwise: Mapping[str, Any] | None
) -> Mapping[str, Any] | None:
    settings: Mapping[str, Any] | None = request.get("Settings")
    if request.get("UseCognitoProvidedValues"):
        if settings is not None or request.get("Assets"):
            raise invalid(
                "Settings and Assets can not be given together with UseCognitoProvidedValues."
            )
        return None
    return otherwise if settings is None else settings


def _assets(asked: Iterable[Mapping[str, Any]]) -> tuple[Asset, ...]:
    assets = tuple(
        Asset(
            category=asset["Category"],
            color_mode=asset["ColorMode"],
            extension=asset["Extension"],
            content=asset.get("Bytes", b""),
            resource_id=asset.get("ResourceId"),
        )
        for asset in asked
    )
    if sum(len(asset.content) for asset in assets) > MAX_BRANDING:
        raise invalid("The assets must not be larger than 2 MB together.")
    return assets


def _branding(branding: Branding) -> dict[str, Any]:
    """ManagedLoginBrandingType."""
    return {
        "ManagedLoginBrandingId": branding.id,
        "UserPoolId": branding.pool_id,
        "UseCognitoProvidedValues": branding.settings is None,
        "Settings": branding.settings,
        "Assets": [
            {
                "Category": asset.category,
                "ColorMode": asset.color_mode,
                "Extension": asset.extension,
                "Bytes": asset.content,
                "ResourceId": asset.resource_id,
            }
            for asset in branding.assets
        ],
        "CreationDate": branding.created,
        "LastModifiedDate": branding.modified,
    }


# Terms


@operation("CreateTerms")
def create_terms(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    client = access_client(context, request["UserPoolId"], request["ClientId"])
    _check_free(context, client.id, request["TermsName"])
    now = context.clock.now()
    terms = Terms(
        id=context.ids.uuid(),
        pool_id=client.pool_id,
        client_id=client.id,
        name=request["TermsName"],
        source=request["TermsSource"],
        enforcement=request["Enforcement"],
        links=_checked_links(request.get("Links", {})),
        created=now,
        modified=now,
    )
    return {"Terms": _terms(context.store.put(terms))}


@operation("UpdateTerms")
def update_terms(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    terms = _access_terms(context, request)
    name = request.get("TermsName", terms.name)
    if name != terms.name:
        _check_free(context, terms.client_id, name)
    changed = replace(
        terms,
        name=name,
        source=request.get("TermsSource", terms.source),
        enforcement=request.get("Enforcement", terms.enforcement),
        links=_checked_links(request.get("Links", terms.links)),
        modified=context.clock.now(),
    )
    return {"Terms": _terms(context.store.put(changed))}


@operation("DescribeTerms")
def describe_terms(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    return {"Terms": _terms(_access_terms(context, request))}


@operation("DescribeTermsByClient")
def describe_terms_by_client(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    client = access_client(context, request["UserPoolId"], request["ClientId"])
    terms = _terms_of(context, client.id, request["TermsName"])
    if terms is None:
        raise not_found(f"Terms {request['TermsName']} do not exist for client {client.id}.")
    return {"Terms": _terms(terms)}


@operation("ListTerms")
def list_terms(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool = access_pool(context, request["UserPoolId"])
    terms, more = page_of(context, Terms, ("pool_id", pool.id), request)
    shown = ("TermsId", "TermsName", "Enforcement", "CreationDate", "LastModifiedDate")
    return {"Terms": [{name: _terms(each)[name] for name in shown} for each in terms], **more}


@operation("DeleteTerms")
def delete_terms(context: Context, request: dict[str, Any]) -> None:
    context.store.delete(Terms, _access_terms(context, request).id)


def _terms_of(context: Context, client_id: str, name: str) -> Terms | None:
    found = context.store.find(Terms, ("client_id", client_id))
    return next((terms for terms in found if terms.name == name), None)


def _check_free(context: Context, client_id: str, name: str) -> None:
    if _terms_of(context, client_id, name) is not None:
        raise AwsError(
            "TermsExistsException", f"Terms {name} already exist for client {client_id}."
        )


def _access_terms(context: Context, request: Mapping[str, Any]) -> Terms:
    pool = access_pool(context, request["UserPoolId"])
    terms = context.store.get(Terms, request["TermsId"])
    if terms is None or terms.pool_id != pool.id:
        raise not_found(f"Terms {request['TermsId']} do not exist.")
    return terms


def _checked_links(links: Mapping[str, str]) -> Mapping[str, str]:
    if "cognito:default" not in links:
        raise invalid("Links must have one for cognito:default.")
    return links


def _terms(terms: Terms) -> dict[str, Any]:
    """TermsType."""
    return {
        "TermsId": terms.id,
        "UserPoolId": terms.pool_id,
        "ClientId": terms.client_id,
        "TermsName": terms.name,
        "TermsSource": terms.source,
        "Enforcement": terms.enforcement,
        "Links": terms.links,
        "CreationDate": terms.created,
        "LastModifiedDate": terms.modified,
    }
