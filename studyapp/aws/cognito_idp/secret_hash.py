"""SECRET_HASH: how a client that has a secret shows with each call that it knows it."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable


def secret_hash(username: str, client_id: str, secret: str) -> str:
    """Base64 of HMAC-SHA256(secret, username + client id); the username as it was typed."""
    return base64.b64encode(
        hmac.digest(secret.encode(), (username + client_id).encode(), "sha256")
    ).decode()


def secret_hash_matches(
    given: str, usernames: Iterable[str], client_id: str, secrets: Iterable[str]
) -> bool:
    """Whether ``given`` was made with one of the client's secrets for one of these names."""
    names = tuple(usernames)
    return any(
        hmac.compare_digest(given.encode(), secret_hash(name, client_id, secret).encode())
        for secret in secrets
        for name in names
    )
