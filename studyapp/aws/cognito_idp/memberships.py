"""Who is in which group."""

from __future__ import annotations

from typing import Any

from studyapp.aws.cognito_idp.documents import Group, Membership
from studyapp.aws.cognito_idp.groups import access_group, described
from studyapp.aws.cognito_idp.profiles import described as described_user
from studyapp.aws.cognito_idp.resources import over_limit, page_of
from studyapp.aws.cognito_idp.service import operation
from studyapp.aws.cognito_idp.users import User
from studyapp.aws.cognito_idp.visits import site_of
from studyapp.aws.operations import Context
from studyapp.aws.ports import ConflictError

MAX_GROUPS = 100
"""That one user can be in (developer guide, quotas)."""


@operation("AdminAddUserToGroup")
def admin_add_user_to_group(context: Context, request: dict[str, Any]) -> None:
    """Twice is as good as once."""
    place = _place(context, request)
    if context.store.count(Membership, ("user_key", place.user_key)) >= MAX_GROUPS:
        raise over_limit(f"A user can be in at most {MAX_GROUPS} groups.")
    try:
        context.store.put(place)
    except ConflictError:
        return


@operation("AdminRemoveUserFromGroup")
def admin_remove_user_from_group(context: Context, request: dict[str, Any]) -> None:
    context.store.delete(Membership, _place(context, request).key)


@operation("AdminListGroupsForUser")
def admin_list_groups_for_user(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    user = site_of(context, request["UserPoolId"]).named(request["Username"])
    places, more = page_of(context, Membership, ("user_key", user.key), request)
    groups = (context.store.get(Group, place.group_key) for place in places)
    return {"Groups": [described(group) for group in groups if group], **more}


@operation("ListUsersInGroup")
def list_users_in_group(context: Context, request: dict[str, Any]) -> dict[str, Any]:
    group = access_group(context, request)
    places, more = page_of(context, Membership, ("group_key", group.key), request)
    users = (context.store.get(User, place.user_key) for place in places)
    return {"Users": [described_user(user) for user in users if user], **more}


def _place(context: Context, request: dict[str, Any]) -> Membership:
    group = access_group(context, request)
    user = site_of(context, group.pool_id).named(request["Username"])
    return Membership(pool_id=group.pool_id, group=group.name, user_key=user.key)
