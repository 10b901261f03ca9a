"""The door to the machine: the real clock, randomness and keys."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import rsa


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class RandomIds:
    def uuid(self) -> str:
        return str(uuid.uuid4())

    def text(self, length: int, alphabet: str) -> str:
        return "".join(secrets.choice(alphabet) for _ in range(length))


class MachineKeys:
    def random(self, size: int) -> bytes:
        return secrets.token_bytes(size)

    def rsa(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
