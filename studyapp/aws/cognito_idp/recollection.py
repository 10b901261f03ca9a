"""Passwords that were right a moment ago, remembered so that they needn't be worked out again.

To make a verifier again costs more than all the rest of a sign-in but its signatures, and a sandbox
sees the same few people again and again. What is remembered is a digest under a key that is drawn
for the process and never kept, so that the Store still has nothing easier to guess at.
"""

from __future__ import annotations

import hmac

from studyapp.aws.cognito_idp.srp import Verifier, pad
from studyapp.aws.ports import Keys

_MOST = 1024


class Recollection:
    def __init__(self) -> None:
        self._key = b""
        self._digests: dict[bytes, None] = {}

    def matches(
        self, keys: Keys, verifier: Verifier, context: str, name: str, password: str
    ) -> bool:
        """What ``verifier.matches`` says, at once if it was yes lately."""
        self._key = self._key or keys.random(32)
        # The verifier is salted and of one user: who has another, or another password, is unknown.
        digest = hmac.digest(self._key, pad(verifier.value) + password.encode(), "sha256")
        if digest in self._digests:
            return True
        if not verifier.matches(context, name, password):
            return False
        if len(self._digests) >= _MOST:
            self._digests = {}
        self._digests[digest] = None
        return True
