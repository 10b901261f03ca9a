"""The user of a pool: what is kept of one, how one is found, and how one is written.

Every write goes through ``save_user``, which keeps the names a user can be found by (aliases and
username attributes) each to one user: a name is a document of its own, and its key is unique.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from studyapp.aws.cognito_idp.codes import Attempts, Code, Lockout
from studyapp.aws.cognito_idp.documents import Membership
from studyapp.aws.cognito_idp.srp import Verifier
from studyapp.aws.cognito_idp.usernames import Naming
from studyapp.aws.ports import ConflictError, Document, Store
from studyapp.aws.wire.errors import AwsError


class UserStatus(StrEnum):
    UNCONFIRMED = "UNCONFIRMED"
    CONFIRMED = "CONFIRMED"
    RESET_REQUIRED = "RESET_REQUIRED"
    FORCE_CHANGE_PASSWORD = "FORCE_CHANGE_PASSWORD"  # noqa: S105, a status
    EXTERNAL_PROVIDER = "EXTERNAL_PROVIDER"


@dataclass(frozen=True, slots=True)
class SoftwareToken:
    """The secret an authenticator app shares. ``last_step``: the last code that was taken."""

    secret: bytes
    verified: bool = False
    last_step: int = -1
    name: str = ""


@dataclass(frozen=True, slots=True)
class MfaPreference:
    """Which second factors are on, and which of them is asked for first."""

    enabled: tuple[str, ...] = ()
    preferred: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """A device a user signed in with; confirmed by its verifier, then perhaps remembered."""

    key: str
    group_key: str
    created: datetime
    modified: datetime
    last_used: datetime
    name: str = ""
    last_ip: str = ""
    verifier: Verifier | None = None
    remembered: bool = False


@dataclass(frozen=True, slots=True)
class StoredPasskey:
    id: str
    public_key: str
    sign_count: int
    transports: tuple[str, ...]
    attachment: str
    party: str
    name: str
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class User(Document):
    """``name_key`` is the username as the pool compares it."""

    kind: ClassVar[str] = "cognito-idp/user"
    indexes: ClassVar[tuple[str, ...]] = ("pool_id", "sub")

    pool_id: str
    name_key: str
    username: str
    sub: str
    created: datetime
    modified: datetime
    status: UserStatus
    enabled: bool = True
    attributes: Mapping[str, str] = field(default_factory=dict)
    verifier: Verifier | None = None
    earlier_verifiers: tuple[Verifier, ...] = ()
    password_expires: datetime | None = None
    lockout: Lockout = field(default_factory=Lockout)
    codes: Mapping[str, Code] = field(default_factory=dict)
    attempts: Mapping[str, Attempts] = field(default_factory=dict)
    software_token: SoftwareToken | None = None
    mfa: MfaPreference = field(default_factory=MfaPreference)
    devices: tuple[Device, ...] = ()
    passkeys: tuple[StoredPasskey, ...] = ()
    identities: tuple[Mapping[str, Any], ...] = ()

    @property
    def key(self) -> str:
        return user_key(self.pool_id, self.name_key)

    def with_attributes(self, changed: Mapping[str, str]) -> User:
        """``changed`` set, and what is "" taken away."""
        merged = {**self.attributes, **changed}
        return replace(self, attributes={name: v for name, v in merged.items() if v != ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInName(Document):
    """Another name of a user. ``attribute``: what it is of them."""

    kind: ClassVar[str] = "cognito-idp/sign-in-name"
    indexes: ClassVar[tuple[str, ...]] = ("pool_id",)

    pool_id: str
    name: str
    name_key: str
    attribute: str

    @property
    def key(self) -> str:
        return user_key(self.pool_id, self.name)


def user_key(pool_id: str, name: str) -> str:
    return f"{pool_id}/{name}"


def find_user(store: Store, naming: Naming, pool_id: str, name: str) -> User | None:
    """The user who signs in as ``name``: a username, or another name of somebody's."""
    folded = naming.folded(name)
    user = store.get(User, user_key(pool_id, folded))
    if user is None and (known := store.get(SignInName, user_key(pool_id, folded))):
        user = store.get(User, user_key(pool_id, known.name_key))
    return user


def identity_name(provider: str, user_id: str) -> str:
    """How a linked identity is found: no username has a space in it."""
    return f"{provider} {user_id}"


def find_linked(store: Store, pool_id: str, provider: str, user_id: str) -> User | None:
    """The user an identity of a provider is linked to."""
    known = store.get(SignInName, user_key(pool_id, identity_name(provider, user_id)))
    return store.get(User, user_key(pool_id, known.name_key)) if known else None


def _other_names(naming: Naming, user: User) -> dict[str, str]:
    """Every name a user is found by but the username, and what it is."""
    names: dict[str, str] = {}
    # Whoever comes from elsewhere signs in there: their address may be somebody's here as well.
    if user.status is not UserStatus.EXTERNAL_PROVIDER:
        names = naming.sign_in_names(user.username, user.attributes)
        del names[user.name_key]
    linked = {
        identity_name(entry["providerName"], entry["userId"]): "identity"
        for entry in user.identities
    }
    return names | linked


def find_by_sub(store: Store, pool_id: str, sub: str) -> User | None:
    found = store.find(User, ("sub", sub))
    return next((user for user in found if user.pool_id == pool_id), None)


def save_user(store: Store, naming: Naming, user: User, *, takes_over: bool = False) -> User:
    """Write ``user``, new or changed, and the names it is found by.

    Raises AliasExistsException (for a new user's username UsernameExistsException) if a name is
    somebody else's; ``takes_over`` takes an alias from whoever has it (ForceAliasCreation).
    Raises ConflictError if the user was changed meanwhile.
    """
    names = _other_names(naming, user)
    before = store.get(User, user.key) if user.version else None
    old = _other_names(naming, before) if before else {}
    claimed: list[str] = []
    try:
        for name in names.keys() - old.keys():
            _claim(store, naming, user, name, names[name], takes_over=takes_over)
            claimed.append(name)
        stored = store.put(user)
    except (AwsError, ConflictError):
        for name in claimed:
            store.delete(SignInName, user_key(user.pool_id, name))
        raise
    for name in old.keys() - names.keys():
        store.delete(SignInName, user_key(user.pool_id, name))
    return stored


def _claim(
    store: Store, naming: Naming, user: User, name: str, attribute: str, *, takes_over: bool
) -> None:
    key = user_key(user.pool_id, name)
    holder = store.get(SignInName, key)
    if holder is not None and takes_over and attribute in naming.alias_attributes:
        _let_go(store, holder)
        holder = None
    taken = holder is not None or store.get(User, key) is not None
    if not taken:
        try:
            store.put(
                SignInName(
                    pool_id=user.pool_id, name=name, name_key=user.name_key, attribute=attribute
                )
            )
        except ConflictError:
            taken = True
    if taken:
        new_name = attribute in naming.username_attributes and not user.version
        code = "UsernameExistsException" if new_name else "AliasExistsException"
        raise AwsError(code, naming.taken_message(attribute))


def _let_go(store: Store, name: SignInName) -> None:
    """Whoever had this alias has it unproven from now on."""
    holder = store.get(User, user_key(name.pool_id, name.name_key))
    if holder is not None:
        store.put(holder.with_attributes({f"{name.attribute}_verified": "false"}))
    store.delete(SignInName, name.key)


def delete_user(store: Store, naming: Naming, user: User) -> None:
    """Take a user away, with the names and the places in groups."""
    for place in store.find(Membership, ("user_key", user.key)):
        store.delete(Membership, place.key)
    for name in _other_names(naming, user):
        store.delete(SignInName, user_key(user.pool_id, name))
    store.delete(User, user.key)
