"""``base ** exponent % N`` for the one modulus of SRP, ten times as fast as ``pow``.

A sign-in costs up to four of these at 3,072 bits. OpenSSL does one in under a millisecond, and the
only way to it here is the shared secret of a Diffie-Hellman exchange, which is this very power.
Cryptography will drop that exchange one day (as a way to agree on keys it is dated); ``pow`` then
answers instead, and the answers are the same.
"""

from __future__ import annotations

import warnings

# The 3,072-bit group of RFC 5054, appendix A (the same as RFC 3526's group 15); its generator is 2.
N = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
G = 2

try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from cryptography.hazmat.primitives.asymmetric.dh import (
            DHParameterNumbers,
            DHPrivateNumbers,
            DHPublicNumbers,
        )

    _GROUP: DHParameterNumbers | None = DHParameterNumbers(N, G)
except ImportError:
    _GROUP = None

# What OpenSSL takes: it refuses short private keys, and panics where the power would be 1, which no
# exponent far below the group's order gives. All that are drawn or hashed have 256 bits.
_SHORTEST = 1 << 200
_LONGEST = 1 << 256


def power(base: int, exponent: int) -> int:
    """``base ** exponent % N``, for a ``base`` in 0..N-1 and an ``exponent`` of 0 or more."""
    if _GROUP is None or not (1 < base < N - 1 and _SHORTEST < exponent < _LONGEST):
        return pow(base, exponent, N)
    # The own public key is not used in the exchange; any number in range will do.
    mine = DHPrivateNumbers(exponent, DHPublicNumbers(G, _GROUP)).private_key()
    return int.from_bytes(mine.exchange(DHPublicNumbers(base, _GROUP).public_key()))
