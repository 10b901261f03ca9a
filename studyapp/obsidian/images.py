"""How large a picture is, from the first bytes of its file, so that a page can keep its place."""

from __future__ import annotations

import re
import struct

Size = tuple[int, int]
"""Width and height in CSS pixels, as a browser shows the picture."""

MAX_SIDE = 100_000
_SVG_START = 16_384
_TURNED = range(5, 9)
"""Orientations of EXIF 2.3 (tag 0x0112) in which rows and columns change places."""

_SVG = re.compile(rb"<svg\b([^<>]*)>")
_SVG_NOISE = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_LENGTH = re.compile(rb"\s*([0-9]*\.?[0-9]+)(?:px)?\s*")
_ATTRIBUTE = re.compile(rb"""(?:^|\s)(width|height|viewBox)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def image_size(data: bytes) -> Size | None:
    """The size of the PNG, GIF, JPEG, WebP or SVG picture ``data``; None where it has none or says
    it in a way that is not understood. Never raises."""
    try:
        size = _raster_size(data) or _svg_size(data[:_SVG_START])
    except (struct.error, IndexError):
        return None
    if size is None or not all(1 <= side <= MAX_SIDE for side in size):
        return None
    return size


def _raster_size(data: bytes) -> Size | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height = struct.unpack_from(">II", data, 16)
        return width, height
    if data[:6] in (b"GIF87a", b"GIF89a"):
        width, height = struct.unpack_from("<HH", data, 6)
        return width, height
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_size(data)
    return None


def _jpeg_size(data: bytes) -> Size | None:
    """What the first frame header says, turned as the EXIF segment before it asks for."""
    at, orientation = 2, 1
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return (height, width) if orientation in _TURNED else (width, height)
        length = struct.unpack_from(">H", data, at + 2)[0]
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            orientation = _orientation(data[at + 10 : at + 2 + length])
        at += 2 + length
    return None


def _orientation(tiff: bytes) -> int:
    order = "<" if tiff[:2] == b"II" else ">"
    directory = struct.unpack_from(f"{order}I", tiff, 4)[0]
    count = struct.unpack_from(f"{order}H", tiff, directory)[0]
    for entry in range(directory + 2, directory + 2 + 12 * count, 12):
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
        if tag == 0x0112:
            return int(value)
    return 1


def _webp_size(data: bytes) -> Size | None:
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
        return width + 1, height + 1
    if kind == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _svg_size(data: bytes) -> Size | None:
    """The drawing's width and height; what it does not say follows from its ``viewBox``."""
    root = _SVG.search(_SVG_NOISE.sub(b"", data))
    if root is None:
        return None
    said = {match[1]: match[2] or match[3] or b"" for match in _ATTRIBUTE.finditer(root[1])}
    width, height = _length(said.get(b"width", b"")), _length(said.get(b"height", b""))
    box = [_length(part) for part in re.split(rb"[\s,]+", said.get(b"viewBox", b"").strip())]
    if len(box) == 4 and box[2] and box[3]:
        if width and not height:
            height = width * box[3] / box[2]
        elif height and not width:
            width = height * box[2] / box[3]
        elif not width and not height:
            width, height = box[2], box[3]
    return (round(width), round(height)) if width and height else None


def _length(text: bytes) -> float:
    match = _LENGTH.fullmatch(text)
    return min(float(match[1]), MAX_SIDE + 1.0) if match else 0.0
