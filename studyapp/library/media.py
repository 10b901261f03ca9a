"""How an attachment is delivered: as what, shown or saved, and under which policy.

A vault is somebody's files, not ours. Only formats that cannot act are shown in the page; what can
(SVG, HTML) comes under a policy that takes away script, network and the site's origin. A PDF is
opened by the browser's own viewer, which gives it none of these: under the same policy it would
show nothing, and a link to one of its pages would lead nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

_NOTHING = "default-src 'none'; sandbox"
_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
_DOCUMENT = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

_SHOWN = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".3gp": "video/3gpp",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".ogv": "video/ogg",
    ".mov": "video/quicktime",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """``inline`` shows the file in the page; otherwise the browser offers to save it."""

    media_type: str
    inline: bool
    policy: str


def delivery_of(path: str) -> Delivery:
    """How the attachment at ``path`` is delivered, judged by its name alone (and the browser is
    told not to guess)."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix == ".svg":
        return Delivery("image/svg+xml", inline=True, policy=_PICTURE)
    if suffix in _SHOWN:
        return Delivery(_SHOWN[suffix], inline=True, policy=_NOTHING)
    if suffix in (".html", ".htm"):
        return Delivery("text/html; charset=utf-8", inline=True, policy=_PICTURE)
    if suffix == ".pdf":
        return Delivery("application/pdf", inline=True, policy=_DOCUMENT)
    return Delivery("application/octet-stream", inline=False, policy=_NOTHING)
