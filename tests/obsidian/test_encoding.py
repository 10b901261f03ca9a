"""A note's bytes as text, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.obsidian.encoding import decode_note, encode_note, tidy

LINES = st.text(alphabet=st.sampled_from("aé€\N{PILE OF POO}\n\t> "), max_size=30)


@pytest.mark.parametrize(
    ("data", "text", "form"),
    [
        (b"a\nb\n", "a\nb\n", "utf-8"),
        (b"\xef\xbb\xbfa\nb", "a\nb", "utf-8-sig"),
        (b"a\r\nb\r\n", "a\nb\n", "utf-8 crlf"),
        (b"\xef\xbb\xbfa\r\n", "a\n", "utf-8-sig crlf"),
        (b"a\rb", "a\nb", "utf-8 cr"),
        (b"caf\xe9\r\n", "café\n", "cp1252 crlf"),
        (b"\xff\xfea\x00\n\x00", "a\n", "utf-16-le"),
        (b"\xfe\xff\x00a\x00\n", "a\n", "utf-16-be"),
    ],
)
def test_text_and_form_give_back_the_bytes(data: bytes, text: str, form: str) -> None:
    decoded = decode_note(data)
    assert (decoded.text, decoded.form) == (text, form)
    assert encode_note(text, form) == data


@pytest.mark.parametrize(
    "data",
    [b"a\r\nb\n", b"a\x00b", b"\x81\xe9", b"\xff\xfea\x00\x00\xd8", b"a\n\rb\r\n"],
    ids=["mixed line ends", "control", "no such letter", "half a letter", "line ends apart"],
)
def test_bytes_that_text_does_not_give_back_have_no_form(data: bytes) -> None:
    assert decode_note(data).form == ""


@given(st.binary(max_size=60))
def test_any_bytes_are_text_and_a_form_never_lies(data: bytes) -> None:
    decoded = decode_note(data)
    assert tidy(decoded.text) == decoded.text
    assert not decoded.form or encode_note(decoded.text, decoded.form) == data


@given(LINES, st.sampled_from(["utf-8-sig", "utf-8 crlf", "utf-16-le crlf", "utf-8"]))
def test_what_is_written_in_a_form_is_read_in_it(text: str, form: str) -> None:
    assert decode_note(encode_note(text, form)).text == text
