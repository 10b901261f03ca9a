"""Putting an edited text back into its file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.obsidian.encoding import decode_note
from studyapp.obsidian.rewriting import rewrite_note

FILES = st.lists(
    st.sampled_from([b"a", b"b", b"\xc3\xa9", b"\xe9", b"\n", b"\r\n", b"\r", b"\0", b"\x81"]),
    max_size=12,
).map(b"".join)
FILES |= FILES.map(lambda data: b"\xef\xbb\xbf" + data)
TEXTS = st.text(alphabet="ab\né", max_size=12)


@pytest.mark.parametrize(
    ("data", "text", "written"),
    [
        (b"a\r\nb\r\n", "a\nc\n", b"a\r\nc\r\n"),
        (b"\xef\xbb\xbfa\nb", "a\nb\nc", b"\xef\xbb\xbfa\nb\nc"),
        (b"a\r\nb\nc\r\n", "a\nb\nX\nc\n", b"a\r\nb\nX\r\nc\r\n"),
        (b"\xe9\n\x81\n", "é\n\ufffd\nü", b"\xe9\n\x81\n\xfc"),
        (b"\xe9\n", "é\n∑\n", "é\n∑\n".encode()),
        (b"\xff\xfea\x00\n\x00", "a\nb", b"\xff\xfea\x00\n\x00b\x00"),
        (b"a\0b\nc", "a\ufffdb\nd", b"a\0b\nd"),
        (b"a", "", b""),
        (b"", "a\nb", b"a\nb"),
        (b"\na\r", "a\n\n", b"a\r\r"),
    ],
)
def test_only_edited_lines_differ(data: bytes, text: str, written: bytes) -> None:
    assert rewrite_note(data, text) == written


@given(FILES)
def test_an_unedited_text_gives_back_the_bytes(data: bytes) -> None:
    assert rewrite_note(data, decode_note(data).text) == data


@given(FILES, TEXTS)
def test_what_was_written_says_the_text(data: bytes, text: str) -> None:
    assert decode_note(rewrite_note(data, text)).text == text
