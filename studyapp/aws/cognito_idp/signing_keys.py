"""A pool's own keys: the pair that signs its tokens, and the one that seals its refresh tokens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from studyapp.aws.cognito_idp.tokens import SigningKey, jwk, key_id
from studyapp.aws.operations import Context
from studyapp.aws.ports import ConflictError, Document, Keys, Store

MOST_KEYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolKeys(Document):
    """``signing``: private keys in DER, the newest first. The first signs; all of them verify, so
    that tokens outlive a rotation. Made when a pool first needs them: RSA keys take a while."""

    kind: ClassVar[str] = "cognito-idp/keys"

    pool_id: str
    signing: tuple[bytes, ...]
    sealing: bytes

    @property
    def key(self) -> str:
        return self.pool_id

    @property
    def newest(self) -> SigningKey:
        return _loaded(self.signing[0])

    @property
    def public(self) -> dict[str, RSAPublicKey]:
        """By key id."""
        return {key.kid: key.private.public_key() for key in map(_loaded, self.signing)}

    def jwks(self) -> dict[str, Any]:
        return {"keys": [jwk(public) for public in self.public.values()]}


def keys_of(ctx: Context, pool_id: str) -> PoolKeys:
    known = ctx.store.get(PoolKeys, pool_id)
    if known is not None:
        return known
    made = PoolKeys(
        pool_id=pool_id, signing=(stored_key(ctx.keys.rsa()),), sealing=ctx.keys.random(32)
    )
    try:
        return ctx.store.put(made)
    except ConflictError:
        # Somebody else's first token was faster.
        return keys_of(ctx, pool_id)


def rotate(store: Store, keys: Keys, pool_id: str) -> PoolKeys:
    """Have the pool sign with a new key from now on. Tokens signed before go on being taken, since
    no access or ID token lives longer than a day and nobody rotates that often.

    Raises ConflictError if somebody else did at the same moment.
    """
    known = store.get(PoolKeys, pool_id)
    if known is None:
        known = PoolKeys(pool_id=pool_id, signing=(), sealing=keys.random(32))
    signing = (stored_key(keys.rsa()), *known.signing)[:MOST_KEYS]
    return store.put(replace(known, signing=signing))


def stored_key(private: RSAPrivateKey) -> bytes:
    return private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@lru_cache(maxsize=256)
def _loaded(der: bytes) -> SigningKey:
    # It comes from our own Store: to check the key again would take longer than to sign.
    private = load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(private, RSAPrivateKey)
    return SigningKey(private, key_id(private.public_key()))
