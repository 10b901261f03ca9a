"""Groups of a pool."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from studyapp.aws.cognito_idp.documents import Group, Membership, in_pool
from studyapp.aws.cognito_idp.resources import access_pool, not_found, over_limit, page_of
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.operations import Context
from studyapp.aws.ports import ConflictError
from studyapp.aws.wire.errors import AwsError

MAX_GROUPS = 10_000


@operation("CreateGroup")
def create_group(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool = access_pool(context, request["UserPoolId"])
    if context.store.count(Group, ("pool_id", pool.id)) >= MAX_GROUPS:
        raise over_limit(f"The user pool has its {MAX_GROUPS} groups already.")
    now = context.clock.now()
    name = request["GroupName"]
    group = Group(
        pool_id=pool.id,
        name=name,
        description=request.get("Description"),
        role=request.get("RoleArn"),
        precedence=request.get("Precedence"),
        created=now,
        modified=now,
    )
    try:
        return {"Group": described(context.store.put(group))}
    except ConflictError:
        raise AwsError(
            "GroupExistsException", f"A group with the name {name} already exists."
        ) from None


@operation("GetGroup")
def get_group(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    return {"Group": described(access_group(context, request))}


@operation("ListGroups")
def list_groups(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    pool = access_pool(context, request["UserPoolId"])
    groups, more = page_of(context, Group, ("pool_id", pool.id), request)
    return {"Groups": [described(group) for group in groups], **more}


@operation("UpdateGroup")
def update_group(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    group = access_group(context, request)
    changed = replace(
        group,
        description=request.get("Description", group.description),
        role=request.get("RoleArn", group.role),
        precedence=request.get("Precedence", group.precedence),
        modified=context.clock.now(),
    )
    return {"Group": described(context.store.put(changed))}


@operation("DeleteGroup")
def delete_group(context: Context, request: dict[str, Any]) -> None:
    group = access_group(context, request)
    context.store.delete(Group, group.key)
    for place in context.store.find(Membership, ("group_key", group.key)):
        context.store.delete(Membership, place.key)


def access_group(context: Context, request: dict[str, Any]) -> Group:
    """The group a request names. Raises ResourceNotFoundException."""
    pool = access_pool(context, request["UserPoolId"])
    group = context.store.get(Group, in_pool(pool.id, request["GroupName"]))
    if group is None:
        raise not_found("Group not found.")
    return group


def described(group: Group) -> dict[str, Any]:
    """GroupType."""
    return {
        "GroupName": group.name,
        "UserPoolId": group.pool_id,
        "Description": group.description,
        "RoleArn": group.role,
        "Precedence": group.precedence,
        "LastModifiedDate": group.modified,
        "CreationDate": group.created,
    }
