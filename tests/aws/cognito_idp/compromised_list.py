"""Makes the list of known passwords that threat protection ships with:
``python -m tests.aws.cognito_idp.compromised_list``.

From Django's list of common passwords (BSD), and what people make of the commonest words when a
policy wants capitals, digits and signs.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from django.contrib.auth import password_validation

from studyapp.aws.cognito_idp.compromised import LISTED, digest

_AS_THEY_ARE = 5_000
_WORDS = 120
_ENDS = ("", "1", "12", "123", "1234", "12345", "01", "2023", "2024", "2025", "2026")
_SIGNS = ("", "!", "#", ".")
_BETWEEN = ("", "@", "#")
_LOOKALIKES = ({}, {"a": "@"}, {"o": "0"}, {"a": "@", "o": "0"}, {"a": "@", "s": "$", "o": "0"})


def passwords() -> Iterator[str]:
    path = Path(password_validation.__file__).with_name("common-passwords.txt.gz")
    common = gzip.decompress(path.read_bytes()).decode().split()
    yield from common[:_AS_THEY_ARE]
    words = [word for word in common if word.isascii() and word.isalpha() and len(word) >= 4]
    for word, likes in product(words[:_WORDS], _LOOKALIKES):
        written = "".join(likes.get(letter, letter) for letter in word)
        for between, end, sign in product(_BETWEEN, _ENDS, _SIGNS):
            if end or not between:
                yield written[0].upper() + written[1:] + between + end + sign


if __name__ == "__main__":
    listed = sorted({digest(password) for password in passwords() if len(password) >= 6})
    LISTED.write_bytes(b"".join(listed))
    print(f"{len(listed)} passwords, {LISTED.stat().st_size} bytes")
