from __future__ import annotations

from typing import Any

import pytest

from studyapp.aws.cognito_idp.attributes import Schema, readable, unwritable
from studyapp.aws.cognito_idp.usernames import Naming

SCHEMA = Schema.of(
    [
        {"Name": "sub", "Required": True, "Mutable": False},
        {"Name": "name", "Required": True, "Mutable": True},
        {"Name": "email", "Mutable": True, "StringAttributeConstraints": {"MaxLength": "30"}},
        {"Name": "phone_number"},
        {"Name": "birthdate"},
        {
            "Name": "custom:level",
            "AttributeDataType": "Number",
            "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "9"},
        },
        {"Name": "custom:tenant", "Mutable": False},
        {"Name": "custom:member", "AttributeDataType": "Boolean"},
        {"Name": "custom:since", "AttributeDataType": "DateTime"},
        {"Name": "custom:code", "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "4"}},
        {"Name": "dev:note", "DeveloperOnlyAttribute": True},
    ]
)
START = "Attributes did not conform to the schema: "


@pytest.mark.parametrize(
    ("given", "objection"),
    [
        ({"name": "Ada"}, None),
        ({}, START + "name: The attribute is required\n"),
        ({"name": "Ada", "nick": "a"}, START + "nick: Attribute does not exist in the schema.\n"),
        ({"name": "Ada", "email": "ada"}, "Invalid email address format."),
        ({"name": "Ada", "phone_number": "0171"}, "Invalid phone number format."),
        ({"name": "Ada", "custom:level": "9"}, None),
        (
            {"name": "Ada", "custom:level": "10"},
            START + "custom:level: Attribute value must not be greater than 9.\n",
        ),
        (
            {"name": "Ada", "custom:level": "high"},
            START + "custom:level: Attribute value is not a valid number.\n",
        ),
        (
            {"name": "Ada", "custom:code": "x"},
            START + "custom:code: Attribute length must not be less than 2 characters.\n",
        ),
        (
            {"name": "Ada", "custom:member": "yes"},
            START + "custom:member: Attribute value is not a valid boolean.\n",
        ),
        (
            {"name": "Ada", "custom:since": "yesterday"},
            START + "custom:since: Attribute value is not a valid date.\n",
        ),
        (
            {"name": "Ada", "birthdate": "1815-13-10"},
            START + "birthdate: Invalid birthdate format: please use YYYY-MM-DD.\n",
        ),
        (
            {"name": "ä" * 1025},
            START + "name: Attribute value is longer than 2048 bytes.\n",
        ),
    ],
)
def test_a_new_user_must_conform(given: dict[str, str], objection: str | None) -> None:
    assert SCHEMA.objection(given, complete=True) == objection


def test_an_administrator_may_leave_the_required_for_later() -> None:
    assert SCHEMA.objection({}, complete=False) is None


@pytest.mark.parametrize(
    ("given", "objection"),
    [
        ({"name": "Ada King"}, None),
        ({"email": ""}, None),
        ({"name": ""}, START + "name: The attribute is required\n"),
        ({"sub": "mine"}, "user.sub: Attribute cannot be updated.\n"),
        ({"custom:tenant": "b"}, "user.custom:tenant: Attribute cannot be updated.\n"),
        ({"dev:note": "x"}, "user.dev:note: Attribute cannot be updated.\n"),
        ({"nick": ""}, START + "nick: Attribute does not exist in the schema.\n"),
    ],
)
def test_an_update_must_conform(given: dict[str, str], objection: str | None) -> None:
    assert SCHEMA.update_objection(given, by_admin=False) == objection


def test_developer_only_attributes_are_for_administrators() -> None:
    assert SCHEMA.update_objection({"dev:note": "x"}, by_admin=True) is None
    assert readable({"dev:note": "x", "name": "Ada"}, {}) == {"name": "Ada"}


def test_a_client_reads_and_writes_what_it_may() -> None:
    client: dict[str, Any] = {"WriteAttributes": ["name"], "ReadAttributes": ["email"]}
    assert not unwritable(["name"], client)
    assert unwritable(["name", "email"], client)
    assert not unwritable(["email"], {})
    assert unwritable(["email_verified"], {})
    who = {"sub": "1", "name": "Ada", "email": "a@b.c"}
    assert readable(who, client) == {"sub": "1", "email": "a@b.c"}
    assert readable(who, {}) == who


@pytest.mark.parametrize(
    ("naming", "username", "objection"),
    [
        (Naming(), "ada@example.com", None),
        (Naming(("email",)), "ada@example.com", None),
        (Naming(("email",)), "ada", "Username should be an email."),
        (Naming(("phone_number",)), "ada", "Username should be a phone number."),
        (Naming(("email", "phone_number")), "+4917", None),
        (
            Naming(("email", "phone_number")),
            "ada",
            "Username should be either an email or a phone number.",
        ),
        (
            Naming((), ("email",)),
            "ada@example.com",
            "Username cannot be of email format, since user pool is configured for email alias.",
        ),
    ],
)
def test_a_username_is_what_the_pool_wants(
    naming: Naming, username: str, objection: str | None
) -> None:
    assert naming.objection(username) == objection


def test_an_alias_counts_once_it_is_proven() -> None:
    naming = Naming((), ("email", "preferred_username"), case_sensitive=False)
    known = {"email": "Ada@Example.com", "preferred_username": "Countess"}
    assert naming.sign_in_names("Ada", known) == {
        "ada": "username",
        "countess": "preferred_username",
    }
    assert "ada@example.com" in naming.sign_in_names("Ada", {**known, "email_verified": "true"})
    assert Naming().sign_in_names("Ada", known) == {"Ada": "username"}
