"""Resource servers, whose scopes access tokens may carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.documents import ResourceServer, Scope, in_pool
from studyapp.aws.cognito_idp.resources import (
    access_pool,
    invalid,
    not_found,
    over_limit,
    page_of,
)
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.operations import Context
from studyapp.aws.ports import ConflictError

MAX_SERVERS = 25


@operation("CreateResourceServer")
def create_resource_server(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool = access_pool(context, request["UserPoolId"])
    if context.store.count(ResourceServer, ("pool_id", pool.id)) >= MAX_SERVERS:
        raise over_limit(f"The user pool has its {MAX_SERVERS} resource servers already.")
    server = ResourceServer(
        pool_id=pool.id,
        identifier=request["Identifier"],
        name=request["Name"],
        scopes=_scopes(request.get("Scopes", ())),
    )
    try:
        return {"ResourceServer": described(context.store.put(server))}
    except ConflictError:
        raise invalid(f"{server.identifier} already exists in user pool {pool.id}.") from None


@operation("UpdateResourceServer")
def update_resource_server(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    server = replace(
        _access(context, request),
        name=request["Name"],
        scopes=_scopes(request.get("Scopes", ())),
    )
    return {"ResourceServer": described(context.store.put(server))}


@operation("DescribeResourceServer")
def describe_resource_server(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    return {"ResourceServer": described(_access(context, request))}


@operation("ListResourceServers")
def list_resource_servers(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool = access_pool(context, request["UserPoolId"])
    servers, more = page_of(context, ResourceServer, ("pool_id", pool.id), request, size=50)
    return {"ResourceServers": [described(server) for server in servers], **more}


@operation("DeleteResourceServer")
def delete_resource_server(context: Context, request: dict[str, Any]) -> None:
    context.store.delete(ResourceServer, _access(context, request).key)


def _access(context: Context, request: Mapping[str, Any]) -> ResourceServer:
    pool = access_pool(context, request["UserPoolId"])
    identifier = request["Identifier"]
    server = context.store.get(ResourceServer, in_pool(pool.id, identifier))
    if server is None:
        raise not_found(f"Resource server {identifier} does not exist.")
    return server


def _scopes(asked: Iterable[Mapping[str, str]]) -> tuple[Scope, ...]:
    scopes = tuple(Scope(scope["ScopeName"], scope["ScopeDescription"]) for scope in asked)
    if len({scope.name for scope in scopes}) < len(scopes):
        raise invalid("Scope names of a resource server must be unique.")
    return scopes


def described(server: ResourceServer) -> dict[str, Any]:
    """ResourceServerType."""
    return {
        "UserPoolId": server.pool_id,
        "Identifier": server.identifier,
        "Name": server.name,
        "Scopes": [
            {"ScopeName": scope.name, "ScopeDescription": scope.description}
            for scope in server.scopes
        ],
    }
