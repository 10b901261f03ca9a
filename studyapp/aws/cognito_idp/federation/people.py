"""Who has accounts at the simulated providers: whoever says so. What each kind of provider tells of
a person follows from name and address, so that they are known again when they come back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Person:
    """``more``: what else the provider shall tell, by the names it has there."""

    name: str
    email: str
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def given(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def family(self) -> str:
        return self.name.partition(" ")[2]

    def number(self, kind: str, digits: int) -> str:
        """The same one for the same address."""
        digest = hashlib.sha256(f"{kind} {self.email.lower()}".encode()).digest()
        return f"{int.from_bytes(digest) % 10**digits:0{digits}d}"


SUGGESTED = (
    Person("Ada Lovelace", "ada@example.com"),
    Person("Grace Hopper", "grace@example.com"),
)


def _google(person: Person) -> dict[str, object]:
    return {
        "sub": person.number("google", 21),
        "email": person.email,
        "email_verified": True,
        "name": person.name,
        "given_name": person.given,
        "family_name": person.family,
    }


def _facebook(person: Person) -> dict[str, object]:
    return {
        "id": person.number("facebook", 17),
        "email": person.email,
        "name": person.name,
        "first_name": person.given,
        "last_name": person.family,
    }


def _amazon(person: Person) -> dict[str, object]:
    return {
        "user_id": f"amzn1.account.{person.number('amazon', 24)}",
        "email": person.email,
        "name": person.name,
        "postal_code": "98101",
    }


def _apple(person: Person) -> dict[str, object]:
    return {
        "sub": f"001234.{person.number('apple', 32)}.0815",
        "email": person.email,
        "email_verified": "true",
        "firstName": person.given,
        "lastName": person.family,
    }


def _oidc(person: Person) -> dict[str, object]:
    return {
        "sub": f"user-{person.number('oidc', 12)}",
        "email": person.email,
        "email_verified": True,
        "name": person.name,
        "given_name": person.given,
        "family_name": person.family,
        "preferred_username": person.email.partition("@")[0],
    }


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of provider. ``path`` is where it is simulated; ``id_claim`` what it calls its users
    by; ``issuer`` of its ID tokens, None where it has none."""

    path: str
    title: str
    id_claim: str
    claims: Callable[[Person], dict[str, object]]
    issuer: str | None = None

    def tell(self, person: Person) -> dict[str, object]:
        return {**self.claims(person), **person.more}


KINDS: Mapping[str, Kind] = {
    "Google": Kind("google", "Google", "sub", _google, "https://accounts.google.com"),
    "Facebook": Kind("facebook", "Facebook", "id", _facebook),
    "LoginWithAmazon": Kind("amazon", "Login with Amazon", "user_id", _amazon),
    "SignInWithApple": Kind("apple", "Apple", "sub", _apple, "https://appleid.apple.com"),
    "OIDC": Kind("oidc", "Example Identity", "sub", _oidc),
}
"""By ProviderType, but for SAML."""
