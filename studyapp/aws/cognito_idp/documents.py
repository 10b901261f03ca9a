"""What the user pools service keeps of a pool and of what is configured in it. Users and their
sessions have documents of their own, beside their rules.

Names within a pool may have any character but white space, so a space parts them in a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from studyapp.aws.ports import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPool(Document):
    """``settings`` is the pool as DescribeUserPool writes it, but for what is counted or has a
    type of its own here, and what other operations configure of it, under their members' names."""

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
class InPool(Document):
    """What goes when its pool goes."""

    indexes: ClassVar[tuple[str, ...]] = ("pool_id",)

    pool_id: str


@dataclass(frozen=True, slots=True)
class ClientSecret:
    id: str
    value: str
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Client(InPool):
    """An app client. ``settings`` is the client as DescribeUserPoolClient writes it, but for what
    has a type of its own here. ``secrets`` are all good, the oldest first; a public client has
    none."""

    kind: ClassVar[str] = "cognito-idp/client"

    id: str
    name: str
    settings: Mapping[str, Any]
    created: datetime
    modified: datetime
    secrets: tuple[ClientSecret, ...] = ()

    @property
    def key(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(InPool):
    kind: ClassVar[str] = "cognito-idp/group"

    name: str
    created: datetime
    modified: datetime
    description: str | None = None
    role: str | None = None
    precedence: int | None = None

    @property
    def key(self) -> str:
        return in_pool(self.pool_id, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(InPool):
    """That a user is in a group. ``user_key`` is the user's document's."""

    kind: ClassVar[str] = "cognito-idp/membership"
    indexes: ClassVar[tuple[str, ...]] = ("pool_id", "group_key", "user_key")

    group: str
    user_key: str

    @property
    def group_key(self) -> str:
        return in_pool(self.pool_id, self.group)

    @property
    def key(self) -> str:
        return f"{self.group_key} {self.user_key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProvider(InPool):
    """``details`` has the provider's secrets in it."""

    kind: ClassVar[str] = "cognito-idp/provider"

    name: str
    type: str
    details: Mapping[str, str]
    mapping: Mapping[str, str]
    identifiers: tuple[str, ...]
    created: datetime
    modified: datetime
    acr: Mapping[str, str] | None = None

    @property
    def key(self) -> str:
        return in_pool(self.pool_id, self.name)


@dataclass(frozen=True, slots=True)
class Scope:
    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceServer(InPool):
    kind: ClassVar[str] = "cognito-idp/resource-server"

    identifier: str
    name: str
    scopes: tuple[Scope, ...] = ()

    @property
    def key(self) -> str:
        return in_pool(self.pool_id, self.identifier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain(InPool):
    """``custom`` is what a domain of one's own has, and one below amazoncognito.com has not."""

    kind: ClassVar[str] = "cognito-idp/domain"

    name: str
    managed_login_version: int
    custom: Mapping[str, str] | None = None

    @property
    def key(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance(InPool):
    """The logo and the style of the classic pages, of one client or (``client_id`` ALL) of those
    that have none of their own."""

    kind: ClassVar[str] = "cognito-idp/appearance"

    client_id: str
    css: str
    image: bytes
    created: datetime
    modified: datetime

    @property
    def key(self) -> str:
        return in_pool(self.pool_id, self.client_id)


@dataclass(frozen=True, slots=True)
class Asset:
    """A picture of managed login."""

    category: str
    color_mode: str
    extension: str
    content: bytes
    resource_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branding(InPool):
    """The style of managed login for one client; ``settings`` None is Cognito's own."""

    kind: ClassVar[str] = "cognito-idp/branding"
    indexes: ClassVar[tuple[str, ...]] = ("pool_id", "client_id")

    id: str
    client_id: str
    settings: Mapping[str, Any] | None
    assets: tuple[Asset, ...]
    created: datetime
    modified: datetime

    @property
    def key(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(InPool):
    """Documents that people are shown when they sign up: addresses by language."""

    kind: ClassVar[str] = "cognito-idp/terms"
    indexes: ClassVar[tuple[str, ...]] = ("pool_id", "client_id")

    id: str
    client_id: str
    name: str
    source: str
    enforcement: str
    links: Mapping[str, str]
    created: datetime
    modified: datetime

    @property
    def key(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskConfiguration(InPool):
    """What threat protection does, of one client or (``client_id`` ALL) of the others."""

    kind: ClassVar[str] = "cognito-idp/risk"

    client_id: str
    settings: Mapping[str, Any]
    modified: datetime

    @property
    def key(self) -> str:
        return in_pool(self.pool_id, self.client_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob(InPool):
    """An import of users. ``token`` is what the address to upload to is kept secret by; ``file``
    is None before somebody did."""

    kind: ClassVar[str] = "cognito-idp/import-job"
    indexes: ClassVar[tuple[str, ...]] = ("pool_id",)

    id: str
    name: str
    role: str
    token: str
    created: datetime
    started: datetime | None = None
    completed: datetime | None = None
    status: str = "Created"
    file: bytes | None = None
    imported: int = 0
    skipped: int = 0
    failed: int = 0
    message: str = ""

    @property
    def key(self) -> str:
        return self.id


ALL_CLIENTS = "ALL"


def in_pool(pool_id: str, name: str) -> str:
    return f"{pool_id} {name}"
