"""A note's bytes as text, and back.

Editors write notes with a byte-order mark or without, with ``\\r\\n`` or ``\\n``, now and then in
another encoding. Everything else sees lines ended by ``\\n``; the form says how the file has them.
"""

from __future__ import annotations

from dataclasses import dataclass

from studyapp.obsidian.characters import without_controls

UTF8 = "utf-8"
"""The form of a file that is UTF-8 without a mark, its lines ended by ``\\n``."""

_NEWLINES = {"": "\n", "crlf": "\r\n", "cr": "\r"}
_MARKS = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
_CODECS = {"utf-8-sig": "utf-8"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """What bytes say: ``text`` without control characters, and the ``form`` they have, "" where
    text and form do not give back the bytes. ``read_as`` names an encoding that had to be guessed,
    because of something on line ``bad_line``."""

    text: str
    form: str
    read_as: str = ""
    bad_line: int = 0


def decode_note(data: bytes) -> Decoded:
    """Read the bytes of a note. Never raises."""
    codec, read_as, bad_line = "utf-8-sig" if data[:3] == _MARKS["utf-8-sig"] else "utf-8", "", 0
    try:
        written = data.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        bad_line = data.count(b"\n", 0, failure.start) + 1
        mark = data[:2]
        if mark in (_MARKS["utf-16-le"], _MARKS["utf-16-be"]):
            codec, read_as = f"utf-16-{'le' if mark == _MARKS['utf-16-le'] else 'be'}", "UTF-16"
            written = data[2:].decode(codec, errors="replace")
        else:
            codec, read_as = "cp1252", "Windows-1252"
            written = data.decode(codec, errors="replace")
    text = tidy(written)
    newline = "crlf" if "\r\n" in written else "cr" if "\r" in written else ""
    form = f"{codec} {newline}".rstrip()
    try:
        same = encode_note(text, form) == data
    except UnicodeEncodeError:
        same = False
    return Decoded(text, form if same else "", read_as, bad_line)


def encode_note(text: str, form: str) -> bytes:
    """The bytes of a file that says ``text`` in ``form``. Raises UnicodeEncodeError where its
    encoding has no such characters."""
    codec, _, newline = form.partition(" ")
    written = text.replace("\n", _NEWLINES[newline]) if newline else text
    return _MARKS.get(codec, b"") + written.encode(_CODECS.get(codec, codec))


def tidy(text: str) -> str:
    """``text`` as everything else sees it: lines ended by ``\\n``, no control characters."""
    return without_controls(text.replace("\r\n", "\n").replace("\r", "\n"))
