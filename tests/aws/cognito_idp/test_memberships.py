"""Who is in which group, and what tokens say of it."""

from __future__ import annotations

from typing import Any

import jwt
import pytest

from tests.aws.cognito_idp.pools import Pool, refused

ROLE = "arn:aws:iam::123456789012:role/"


def join(pool: Pool, *groups: str, user: str = "ada") -> None:
    for group in groups:
        pool.api.admin_add_user_to_group(UserPoolId=pool.id, GroupName=group, Username=user)


def make_group(pool: Pool, name: str, **more: Any) -> None:
    pool.api.create_group(UserPoolId=pool.id, GroupName=name, **more)


def claims(pool: Pool, which: str = "IdToken") -> dict[str, Any]:
    token = pool.sign_in()[which]
    told: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return told


@pytest.fixture(autouse=True)
def _ada(pool: Pool) -> None:
    pool.user()


def test_a_user_joins_and_leaves(pool: Pool) -> None:
    make_group(pool, "staff")
    join(pool, "staff", "staff")
    which = {"UserPoolId": pool.id, "Username": "ada"}
    (group,) = pool.api.admin_list_groups_for_user(**which)["Groups"]
    assert group["GroupName"] == "staff"
    (user,) = pool.api.list_users_in_group(UserPoolId=pool.id, GroupName="staff")["Users"]
    assert user["Username"] == "ada"
    pool.api.admin_remove_user_from_group(**which, GroupName="staff")
    assert pool.api.admin_list_groups_for_user(**which)["Groups"] == []


def test_names_with_slashes_do_not_run_into_each_other(pool: Pool) -> None:
    pool.user("b/ada")
    for name in ("a", "a/b"):
        make_group(pool, name)
    join(pool, "a", user="b/ada")
    join(pool, "a/b", user="ada")
    for group, user in (("a", "b/ada"), ("a/b", "ada")):
        users = pool.api.list_users_in_group(UserPoolId=pool.id, GroupName=group)["Users"]
        assert [each["Username"] for each in users] == [user]


def test_who_or_what_is_not_there(pool: Pool) -> None:
    with refused("ResourceNotFoundException", "Group not found."):
        join(pool, "nowhere")
    make_group(pool, "staff")
    with refused("UserNotFoundException", "User does not exist."):
        join(pool, "staff", user="nobody")


def test_tokens_carry_groups_by_precedence_and_their_roles(pool: Pool) -> None:
    assert "cognito:groups" not in claims(pool)
    make_group(pool, "readers")
    make_group(pool, "writers", Precedence=5, RoleArn=f"{ROLE}writer")
    make_group(pool, "admins", Precedence=0, RoleArn=f"{ROLE}admin")
    join(pool, "readers", "writers", "admins")
    identity = claims(pool)
    assert identity["cognito:groups"] == ["admins", "writers", "readers"]
    assert identity["cognito:roles"] == [f"{ROLE}admin", f"{ROLE}writer"]
    assert identity["cognito:preferred_role"] == f"{ROLE}admin"
    access = claims(pool, "AccessToken")
    assert access["cognito:groups"] == ["admins", "writers", "readers"]
    assert "cognito:roles" not in access


def test_two_roles_of_one_precedence_leave_none_preferred(pool: Pool) -> None:
    for name in ("a", "b"):
        make_group(pool, name, Precedence=1, RoleArn=f"{ROLE}role-{name}")
    join(pool, "a", "b")
    identity = claims(pool)
    assert identity["cognito:roles"] == [f"{ROLE}role-a", f"{ROLE}role-b"]
    assert "cognito:preferred_role" not in identity


def test_a_deleted_group_or_user_leaves_no_place_behind(pool: Pool) -> None:
    for name in ("a", "b"):
        make_group(pool, name)
    join(pool, "a", "b")
    pool.api.delete_group(UserPoolId=pool.id, GroupName="a")
    make_group(pool, "a")
    assert claims(pool)["cognito:groups"] == ["b"]
    pool.api.admin_delete_user(UserPoolId=pool.id, Username="ada")
    pool.user()
    assert "cognito:groups" not in claims(pool)


def test_a_user_is_in_a_hundred_groups_at_most(pool: Pool) -> None:
    for number in range(101):
        make_group(pool, f"g{number}")
    join(pool, *(f"g{number}" for number in range(100)))
    with refused("LimitExceededException"):
        join(pool, "g100")
