"""Whom a call is about: the pool, the app client it comes through, the user it names or is from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from studyapp.aws.cognito_idp.attributes import Schema
from studyapp.aws.cognito_idp.documents import Client, UserPool
from studyapp.aws.cognito_idp.origins import Origin, origin_of
from studyapp.aws.cognito_idp.secret_hash import secret_hash_matches
from studyapp.aws.cognito_idp.usernames import Naming
from studyapp.aws.cognito_idp.users import User, find_by_sub, find_user, save_user, user_key
from studyapp.aws.operations import Context
from studyapp.aws.ports import ConflictError
from studyapp.aws.wire.errors import AwsError

# What a client allows that was made without saying (API reference, CreateUserPoolClient).
_DEFAULT_FLOWS = ("ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH")


@dataclass(frozen=True, slots=True)
class Site:
    """The pool a call is about, at the moment of the call."""

    ctx: Context
    pool: UserPool
    now: datetime
    metadata: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """ClientMetadata, which triggers are told."""
    context_data: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    """What the caller tells of where its user is: UserContextData or ContextData."""

    @property
    def pool_id(self) -> str:
        return self.pool.id

    @property
    def settings(self) -> Mapping[str, Any]:
        """The pool as the API writes it."""
        return self.pool.settings

    @property
    def origin(self) -> Origin:
        return origin_of(self.context_data, self.ctx.source_ip)

    @property
    def naming(self) -> Naming:
        return Naming.of(self.settings)

    @property
    def schema(self) -> Schema:
        return Schema.of(self.settings["SchemaAttributes"])

    def find(self, name: str) -> User | None:
        """The user who signs in as ``name``."""
        return find_user(self.ctx.store, self.naming, self.pool_id, name)

    def named(self, name: str) -> User:
        """The user an administrator means: by any sign-in name, or by the sub."""
        user = self.find(name) or find_by_sub(self.ctx.store, self.pool_id, name)
        if user is None:
            raise AwsError("UserNotFoundException", "User does not exist.")
        return user

    def save(self, user: User, *, takes_over: bool = False) -> User:
        return save_user(self.ctx.store, self.naming, user, takes_over=takes_over)

    def change(self, user: User, edit: Callable[[User], User], *, takes_over: bool = False) -> User:
        """Edit ``user`` and keep it; what somebody else changed meanwhile is edited again."""
        while True:
            edited = edit(user)
            if edited == user:
                return user
            try:
                return self.save(edited, takes_over=takes_over)
            except ConflictError:
                fresh = self.ctx.store.get(User, user_key(self.pool_id, user.name_key))
                if fresh is None:
                    raise AwsError("UserNotFoundException", "User does not exist.") from None
                user = fresh

    def modify(self, user: User, edit: Callable[[User], User], *, takes_over: bool = False) -> User:
        """``change``, and the user is told to be modified."""

        def modified(known: User) -> User:
            return replace(edit(known), modified=self.now)

        return self.change(user, modified, takes_over=takes_over)


@dataclass(frozen=True, slots=True)
class Visit(Site):
    """A call that comes through an app client."""

    client: Client

    @property
    def client_id(self) -> str:
        return self.client.id

    @property
    def hides_users(self) -> bool:
        """Whether nobody may find out here who has an account."""
        return self.client.settings.get("PreventUserExistenceErrors") == "ENABLED"

    def allows(self, *flows: str) -> bool:
        allowed = self.client.settings.get("ExplicitAuthFlows") or _DEFAULT_FLOWS
        return any(flow in allowed for flow in flows)

    def check_secret_hash(self, given: str | None, *names: str) -> None:
        """That the caller knows a secret of the client, if it has one."""
        secrets = client_secrets(self.client)
        if not secrets:
            return
        if given is None:
            raise AwsError(
                "NotAuthorizedException",
                f"Client {self.client_id} is configured with secret but SECRET_HASH was not "
                "received",
            )
        if not secret_hash_matches(given, names, self.client_id, secrets):
            raise AwsError(
                "NotAuthorizedException",
                f"Unable to verify secret hash for client {self.client_id}",
            )


def client_secrets(client: Client) -> tuple[str, ...]:
    """The secrets that are good for this client; none for a public one."""
    return tuple(secret.value for secret in client.secrets)


def site_of(ctx: Context, pool_id: str, metadata: Mapping[str, str] | None = None) -> Site:
    """Raises ResourceNotFoundException."""
    pool = ctx.store.get(UserPool, pool_id)
    if pool is None:
        raise AwsError("ResourceNotFoundException", f"User pool {pool_id} does not exist.")
    return Site(ctx, pool, ctx.clock.now(), metadata=metadata or {})


def visit_of(
    ctx: Context,
    client_id: str,
    pool_id: str | None = None,
    metadata: Mapping[str, str] | None = None,
    context_data: Mapping[str, Any] | None = None,
) -> Visit:
    """A call through that client (of that pool, if the caller says so).

    Raises ResourceNotFoundException.
    """
    site = site_of(ctx, pool_id) if pool_id else None
    client = ctx.store.get(Client, client_id)
    if client is None or (site is not None and client.pool_id != site.pool_id):
        raise AwsError("ResourceNotFoundException", f"User pool client {client_id} does not exist.")
    site = site or site_of(ctx, client.pool_id)
    told = dict(context_data or {})
    if not pool_id and not _speaks_for_others(client):
        told.pop("IpAddress", None)
    return Visit(ctx, site.pool, site.now, client, metadata=metadata or {}, context_data=told)


def _speaks_for_others(client: Client) -> bool:
    """Whether a client may say from which address its users come: it has a secret and is allowed
    to."""
    allowed = client.settings.get("EnablePropagateAdditionalUserContextData", False)
    return bool(client.secrets) and allowed


def required(parameters: Mapping[str, str], name: str) -> str:
    """A parameter of a sign-in that has to be there."""
    value = parameters.get(name)
    if not value:
        raise AwsError("InvalidParameterException", f"Missing required parameter {name}")
    return value
