"""The Filter of ListUsers: one attribute, ``=`` (is) or ``^=`` (begins with), one quoted value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

SEARCHABLE = frozenset(
    {
        "username",
        "email",
        "phone_number",
        "name",
        "given_name",
        "family_name",
        "preferred_username",
        "cognito:user_status",
        "status",
        "sub",
    }
)

_FILTER = re.compile(r'\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# Compared without regard to case: all but these (API reference, ListUsers).
_EXACT = frozenset({"status", "sub"})


class FilterError(Exception):
    """A filter AWS refuses, in its words."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which users to list."""

    attribute: str
    value: str
    is_prefix: bool

    @classmethod
    def parse(cls, text: str) -> Filter:
        """Raises FilterError."""
        match = _FILTER.fullmatch(text)
        if match is None:
            raise FilterError("Error while parsing filter.")
        attribute, sign, quoted = match.groups()
        if attribute not in SEARCHABLE:
            raise FilterError(f"Invalid search attribute: {attribute}")
        return cls(attribute, _ESCAPED.sub(r"\1", quoted), sign == "^=")

    def takes(self, known: Mapping[str, str]) -> bool:
        """Whether a user is listed of whom ``known`` holds the searchable attributes."""
        have, want = known.get(self.attribute), self.value
        if have is None:
            return False
        if self.attribute not in _EXACT:
            have, want = have.lower(), want.lower()
        return have.startswith(want) if self.is_prefix else have == want
