"""How a domain's pages look: our own paper and ink, and what the pool makes of it."""

from __future__ import annotations

from importlib.resources import files

from studyapp.aws.cognito_idp.branding import PNG, appearance_of, branding_of
from studyapp.aws.cognito_idp.documents import Client
from studyapp.aws.cognito_idp.hosted.brands import brand_css, logo_of, scheme_of
from studyapp.aws.cognito_idp.hosted.pages import Frame
from studyapp.aws.cognito_idp.hosted.visiting import Visiting
from studyapp.aws.wire.http import Response

_PAGES_CSS = files(__package__).joinpath("pages.css").read_bytes()
_PASSKEY_JS = files(__package__).joinpath("passkey.js").read_bytes()
_FOREVER = "public, max-age=3600"


def frame(visiting: Visiting, client: Client | None) -> Frame:
    styles = [f"{visiting.address}/style.css"]
    title = client.name if client else visiting.domain.name
    if client is None:
        return Frame(title, styles, managed=visiting.is_managed)
    about = f"client_id={client.id}"
    if visiting.is_managed:
        brand = branding_of(visiting.ctx, client.id)
        if brand is None:
            return Frame(title, styles, managed=True)
        has_logo = logo_of(brand) is not None
        stamp = int(brand.modified.timestamp())
        return Frame(
            title,
            [*styles, f"{visiting.address}/brand.css?{about}&v={stamp}"],
            logo=f"{visiting.address}/logo?{about}&v={stamp}" if has_logo else "",
            managed=True,
            scheme=scheme_of(brand),
        )
    look = appearance_of(visiting.ctx, visiting.site.pool_id, client.id)
    if look is None:
        return Frame(title, styles)
    stamp = int(look.modified.timestamp())
    own = [f"{visiting.address}/custom.css?{about}&v={stamp}"] if look.css else []
    logo = f"{visiting.address}/logo?{about}&v={stamp}" if look.image else ""
    return Frame(title, [*styles, *own], logo=logo)


def style(visiting: Visiting) -> Response:
    return style_sheet()


def style_sheet() -> Response:
    return _sent("text/css; charset=utf-8", _PAGES_CSS)


def passkey_script(visiting: Visiting) -> Response:
    return _sent("text/javascript; charset=utf-8", _PASSKEY_JS)


def custom_style(visiting: Visiting) -> Response:
    look = appearance_of(visiting.ctx, visiting.site.pool_id, visiting.query.get("client_id", ""))
    return _sent("text/css; charset=utf-8", (look.css if look else "").encode())


def brand_style(visiting: Visiting) -> Response:
    brand = branding_of(visiting.ctx, visiting.query.get("client_id", ""))
    css = brand_css(brand) if brand and brand.pool_id == visiting.site.pool_id else ""
    return _sent("text/css; charset=utf-8", css.encode())


def logo(visiting: Visiting) -> Response:
    """The picture; shown in a page it can run nothing, and opened alone neither."""
    client_id = visiting.query.get("client_id", "")
    if visiting.is_managed:
        brand = branding_of(visiting.ctx, client_id)
        asset = logo_of(brand) if brand and brand.pool_id == visiting.site.pool_id else None
        if asset is None:
            return Response(404)
        kinds = {"SVG": "svg+xml", "JPEG": "jpeg", "ICO": "x-icon"}
        kind = kinds.get(asset.extension, asset.extension.lower())
        return _sent(f"image/{kind}", asset.content)
    look = appearance_of(visiting.ctx, visiting.site.pool_id, client_id)
    if look is None or not look.image:
        return Response(404)
    return _sent("image/png" if look.image.startswith(PNG) else "image/jpeg", look.image)


def _sent(kind: str, body: bytes) -> Response:
    headers = {
        "Content-Type": kind,
        "Cache-Control": _FOREVER,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(200, body, headers)
