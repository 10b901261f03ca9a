"""Putting an edited text back into the file that it was made from."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

from studyapp.obsidian.encoding import decode_note, encode_note

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_NAMES = {"\r\n": " crlf", "\r": " cr", "\n": ""}
_MARK = b"\xef\xbb\xbf"


def rewrite_note(data: bytes, text: str) -> bytes:
    """The bytes of the file ``data`` when it says ``text``: lines that it had keep their bytes, new
    ones end as most of its lines do. In UTF-8 where its encoding lacks a character.

    Quadratic for hostile texts: run it where it can be stopped.
    """
    decoded = decode_note(data)
    # Bytes as characters of the same number, so that those that mean nothing survive as well.
    mark, codec, inner = b"", "latin-1", "cp1252" if decoded.read_as else "utf-8"
    if decoded.read_as == "UTF-16":
        mark, inner = data[:2], ""
        codec = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    elif data.startswith(_MARK) and not decoded.read_as:
        mark = _MARK
    lines = _lines(data[len(mark) :].decode(codec, errors="replace"))
    newline = Counter(end for _, end in lines if end).most_common(1)
    usual = newline[0][0] if newline else "\n"
    old, new = decoded.text.split("\n"), text.split("\n")
    written: list[tuple[str, str]] = []
    try:
        for kind, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
            if kind == "equal":
                written += lines[a:b]
            else:
                written += [(_as_written(line, inner), usual) for line in new[c:d]]
    except UnicodeEncodeError:
        return encode_note(text, f"utf-8{_NAMES[usual]}")
    said, before = "", ""
    for line, end in written[:-1]:
        end = end or usual
        if before == "\r" and not line and end == "\n":
            end = "\r"  # "\r" and "\n" from two places would make one end of a line
        said, before = said + line + end, end
    return mark + (said + written[-1][0]).encode(codec)


def _lines(text: str) -> list[tuple[str, str]]:
    """Each line and how it ends; the last one ends in ""."""
    found = []
    for match in _LINE.finditer(text):
        found.append((match[1], match[2]))
        if not match[2]:
            break
    return found


def _as_written(line: str, codec: str) -> str:
    return line.encode(codec).decode("latin-1") if codec else line
