"""What users of a pool may be called, and by what else they sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studyapp.aws.cognito_idp.attributes import is_email, is_phone

_SPOKEN = {"email": "email", "phone_number": "phone number"}


@dataclass(frozen=True, slots=True)
class Naming:
    """A pool's UsernameAttributes, AliasAttributes and case sensitivity.

    With username attributes people sign up with an address and the pool makes up the username;
    with aliases they choose one and may sign in by a proven address too.
    """

    username_attributes: tuple[str, ...] = ()
    alias_attributes: tuple[str, ...] = ()
    case_sensitive: bool = True

    @classmethod
    def of(cls, pool: Mapping[str, Any]) -> Naming:
        return cls(
            tuple(pool.get("UsernameAttributes", ())),
            tuple(pool.get("AliasAttributes", ())),
            pool.get("UsernameConfiguration", {}).get("CaseSensitive", True),
        )

    def folded(self, name: str) -> str:
        """``name`` as it is compared."""
        return name if self.case_sensitive else name.lower()

    def objection(self, username: str) -> str | None:
        """What AWS says against somebody signing up as ``username``; None if nothing."""
        if self.username_attributes:
            if self.attribute_of(username):
                return None
            if len(self.username_attributes) == 2:
                return "Username should be either an email or a phone number."
            article = "an" if self.username_attributes[0] == "email" else "a"
            return f"Username should be {article} {_SPOKEN[self.username_attributes[0]]}."
        if "email" in self.alias_attributes and is_email(username):
            return (
                "Username cannot be of email format, since user pool is configured for email alias."
            )
        if "phone_number" in self.alias_attributes and is_phone(username):
            return (
                "Username cannot be of phone number format, "
                "since user pool is configured for phone number alias."
            )
        return None

    def attribute_of(self, username: str) -> str | None:
        """Which attribute a username is in this pool; None if it is only a name."""
        if "email" in self.username_attributes and is_email(username):
            return "email"
        if "phone_number" in self.username_attributes and is_phone(username):
            return "phone_number"
        return None

    def sign_in_names(self, username: str, attributes: Mapping[str, str]) -> dict[str, str]:
        """Every name this user is found by, folded, and what it is of them.

        An alias counts once it is proven; preferred_username needs no proof.
        """
        names = {self.folded(username): "username"}
        for name in self.username_attributes:
            if attributes.get(name):
                names[self.folded(attributes[name])] = name
        for name in self.alias_attributes:
            proven = name == "preferred_username" or attributes.get(f"{name}_verified") == "true"
            if attributes.get(name) and proven:
                names[self.folded(attributes[name])] = name
        return names

    def taken_message(self, what: str) -> str:
        """What AWS says when a name is somebody else's; ``what`` as in ``sign_in_names``."""
        if what == "username":
            return "User already exists"
        if what == "preferred_username":
            return "Already found an entry for this username"
        return f"An account with the given {what} already exists."
