"""What the user pools service keeps of a pool and of what belongs to it. Users are in ``users``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from studyapp.aws.ports import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPool(Document):
    """``settings`` is the pool as DescribeUserPool writes it, but for what is counted or has a
    type of its own here."""

    kind: ClassVar[str] = "cognito-idp/pool"

    id: str
    name: str
    settings: Mapping[str, Any]
    created: datetime
    modified: datetime

    @property
    def key(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Client(Document):
    """An app client. ``settings`` is the client as DescribeUserPoolClient writes it, but for what
    has a type of its own here."""

    kind: ClassVar[str] = "cognito-idp/client"
    indexes: ClassVar[tuple[str, ...]] = ("pool_id",)

    id: str
    pool_id: str
    name: str
    settings: Mapping[str, Any]
    created: datetime
    modified: datetime

    @property
    def key(self) -> str:
        return self.id
