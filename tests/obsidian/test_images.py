"""The sizes of pictures, told from headers written by hand."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.obsidian.images import image_size

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + bytes(9)
GIF = b"GIF89a" + struct.pack("<HH", 320, 200) + bytes(3)
FRAME = struct.pack(">2sHBHH", b"\xff\xc0", 11, 8, 300, 400) + bytes(6)
JFIF = struct.pack(">2sH", b"\xff\xe0", 16) + b"JFIF" + bytes(10)


def exif(orientation: int, order: str = ">") -> bytes:
    mark = b"MM\0*" if order == ">" else b"II*\0"
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    tiff = mark + struct.pack(f"{order}IH", 8, 1) + entry + bytes(4)
    return struct.pack(">2sH", b"\xff\xe1", 8 + len(tiff)) + b"Exif\0\0" + tiff


def webp(kind: bytes, rest: bytes) -> bytes:
    return b"RIFF" + bytes(4) + b"WEBP" + kind + bytes(4) + rest


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (PNG, (640, 480)),
        (GIF, (320, 200)),
        (b"\xff\xd8" + JFIF + FRAME, (400, 300)),
        (b"\xff\xd8" + exif(1) + FRAME, (400, 300)),
        (b"\xff\xd8" + exif(6) + FRAME, (300, 400)),
        (b"\xff\xd8" + exif(8, "<") + b"\xff" + FRAME, (300, 400)),
        (webp(b"VP8X", bytes(4) + b"\x7f\x02\x00\xdf\x01\x00"), (640, 480)),
        (webp(b"VP8L", b"\x2f" + struct.pack("<I", 639 | 479 << 14)), (640, 480)),
        (webp(b"VP8 ", bytes(6) + struct.pack("<HH", 640, 480)), (640, 480)),
        (b'<svg width="72" height="36px">', (72, 36)),
        (
            b'<?xml version="1.0"?><!-- <svg width="1"> -->\n<svg viewBox="0 0 720 352.4">',
            (720, 352),
        ),
        (b"<svg viewBox='0,0,200,100' width='100'>", (100, 50)),
        (b'<svg width="100%" height="100%" viewBox="0 0 30 40">', (30, 40)),
        (b'<svg stroke-width="3" height="40" viewBox="-5 -5 30 60">', (20, 40)),
        (b'<svg width="2em" height="1em">', None),
        (b'<svg width="0" height="9">', None),
        (b'<svg width="9e9" height="9">', None),
        (PNG[:18], None),
        (b"\xff\xd8" + JFIF, None),
        (b"%PDF-1.7", None),
        (b"", None),
    ],
)
def test_sizes(data, size):
    assert image_size(data) == size


@given(
    st.sampled_from(
        [b"", PNG[:16], GIF[:6], b"\xff\xd8", b"\xff\xd8\xff\xe1", b"RIFF....WEBPVP8 "]
    ),
    st.binary(max_size=64),
)
def test_no_bytes_are_too_strange(start, rest):
    size = image_size(start + rest)
    assert size is None or min(size) > 0
