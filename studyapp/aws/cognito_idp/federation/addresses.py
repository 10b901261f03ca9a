"""Where a pool's simulated providers are, and whether a configured provider is one of them."""

from __future__ import annotations

from urllib.parse import urlsplit

from studyapp.aws.operations import Context

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def provider_address(ctx: Context, pool_id: str, path: str) -> str:
    return f"{ctx.base}/{pool_id}/idp/{path}"


def is_simulated(ctx: Context, pool_id: str, path: str, address: str) -> bool:
    """Whether ``address`` is the pool's own provider's, by whichever name this machine has."""
    own = urlsplit(provider_address(ctx, pool_id, path))
    try:
        given = urlsplit(address)
        same_port = given.port == own.port
    except ValueError:
        return False
    same_host = given.hostname == own.hostname or {given.hostname, own.hostname} <= _LOOPBACK
    return same_host and same_port and given.path.rstrip("/") == own.path and not given.query
