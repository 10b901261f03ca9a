"""Finding what is configured in a pool, page by page or by name, and the refusals all share."""

from __future__ import annotations

import base64
import binascii
from typing import Any, TypeVar

from studyapp.aws.cognito_idp.documents import Client, InPool, UserPool
from studyapp.aws.operations import Context
from studyapp.aws.ports import D
from studyapp.aws.wire.errors import AwsError

P = TypeVar("P", bound=InPool)


def invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)


def not_found(message: str) -> AwsError:
    return AwsError("ResourceNotFoundException", message)


def over_limit(message: str) -> AwsError:
    return AwsError("LimitExceededException", message)


def access_pool(context: Context, pool_id: str) -> UserPool:
    """Raises ResourceNotFoundException."""
    pool = context.store.get(UserPool, pool_id)
    if pool is None:
        raise not_found(f"User pool {pool_id} does not exist.")
    return pool


def access_client(context: Context, pool_id: str, client_id: str) -> Client:
    """Raises ResourceNotFoundException."""
    access_pool(context, pool_id)
    client = context.store.get(Client, client_id)
    if client is None or client.pool_id != pool_id:
        raise not_found(f"User pool client {client_id} does not exist.")
    return client


def in_pool_of(context: Context, kind: type[P], pool_id: str) -> list[P]:
    return context.store.find(kind, ("pool_id", pool_id))


def page_of(
    context: Context,
    kind: type[D],
    where: tuple[str, str] | None,
    request: dict[str, Any],
    *,
    size: int = 60,
) -> tuple[list[D], dict[str, str]]:
    """One page, and the NextToken if there is another. Raises InvalidParameterException."""
    limit = request.get("MaxResults") or request.get("Limit") or size
    after = key_of(request["NextToken"]) if request.get("NextToken") else ""
    found = context.store.find(kind, where, after=after, limit=limit + 1)
    page = found[:limit]
    more = {"NextToken": token_of(page[-1].key)} if len(found) > limit else {}
    return page, more


def token_of(key: str) -> str:
    """What a client is given to ask for the page behind the document of that key."""
    return base64.urlsafe_b64encode(key.encode()).decode()


def key_of(token: str) -> str:
    """Raises InvalidParameterException."""
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise invalid("Invalid pagination token.") from None
