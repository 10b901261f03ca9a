"""The picture an authenticator app scans."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import qrcode

from studyapp.aws.cognito_idp.hosted.html import Markup


def qr_code(label: str, issuer: str, secret: str) -> Markup:
    """An ``otpauth`` address as SVG, a path of unit squares."""
    told = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    code = qrcode.QRCode(border=2)
    code.add_data(f"otpauth://totp/{quote(label)}?{told}")
    rows = code.get_matrix()
    squares = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    size = len(rows)
    return Markup(
        f'<svg viewBox="0 0 {size} {size}" role="img" aria-label="QR code with the key">'
        f'<path d="{squares}"/></svg>'
    )
