"""What is kept of the simulated providers, and of what was believed of any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from studyapp.aws.cognito_idp.documents import InPool, in_pool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCode(InPool):
    """A code that a simulated provider gave out. ``claims`` is what it will tell for it."""

    kind: ClassVar[str] = "cognito-idp/provider-code"

    id: str
    provider: str
    client_id: str
    redirect_uri: str
    nonce: str
    claims: Mapping[str, Any]
    expires: datetime

    @property
    def key(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAssertion(InPool):
    """A SAML assertion that was believed: it is believed once."""

    kind: ClassVar[str] = "cognito-idp/seen-assertion"

    provider: str
    id: str
    expires: datetime

    @property
    def key(self) -> str:
        return in_pool(self.pool_id, f"{self.provider} {self.id}")


def provider_keys_id(pool_id: str) -> str:
    """The simulated providers' keys are kept like the pool's own, beside them."""
    return f"{pool_id} idp"
