"""The attributes of a pool's users: the standard ones, and what may be asked for beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from studyapp.aws.cognito_idp.resources import invalid

Entry = Mapping[str, Any]

MAX_CUSTOM = 50
MAX_LENGTH = 2048


def _standard(name: str, kind: str = "String", **more: Any) -> Entry:
    constraints: dict[str, Any] = {}
    if kind == "String":
        constraints = {"StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"}}
    elif kind == "Number":
        constraints = {"NumberAttributeConstraints": {"MinValue": "0"}}
    return {
        "Name": name,
        "AttributeDataType": kind,
        "DeveloperOnlyAttribute": False,
        "Mutable": True,
        "Required": False,
        **constraints,
        **more,
    }


STANDARD: Mapping[str, Entry] = {
    entry["Name"]: entry
    for entry in (
        _standard(
            "sub",
            Mutable=False,
            Required=True,
            StringAttributeConstraints={"MinLength": "1", "MaxLength": "2048"},
        ),
        _standard("name"),
        _standard("given_name"),
        _standard("family_name"),
        _standard("middle_name"),
        _standard("nickname"),
        _standard("preferred_username"),
        _standard("profile"),
        _standard("picture"),
        _standard("website"),
        _standard("email"),
        _standard("email_verified", "Boolean"),
        _standard("gender"),
        _standard("birthdate", StringAttributeConstraints={"MinLength": "10", "MaxLength": "10"}),
        _standard("zoneinfo"),
        _standard("locale"),
        _standard("phone_number"),
        _standard("phone_number_verified", "Boolean"),
        _standard("address"),
        _standard("updated_at", "Number"),
        _standard("identities", StringAttributeConstraints={}),
    )
}


def schema_of(asked: Iterable[Entry]) -> list[Entry]:
    """SchemaAttributes of a new pool. Raises InvalidParameterException."""
    entries, custom = dict(STANDARD), []
    for entry in asked:
        name = _name_of(entry)
        if name in STANDARD:
            entries[name] = _changed(STANDARD[name], entry)
        else:
            custom.append(entry)
    return with_custom(list(entries.values()), custom)


def with_custom(schema: Sequence[Entry], asked: Iterable[Entry]) -> list[Entry]:
    """``schema`` and further custom attributes. Raises InvalidParameterException."""
    entries = {entry["Name"]: entry for entry in schema}
    for entry in asked:
        made = _custom(entry)
        if made["Name"] in entries:
            raise invalid(f"{made['Name']}: Existing attribute already has name {made['Name']}.")
        entries[made["Name"]] = made
    if len(entries) - len(STANDARD) > MAX_CUSTOM:
        raise invalid(f"A user pool can have at most {MAX_CUSTOM} custom attributes.")
    return list(entries.values())


def _name_of(entry: Entry) -> str:
    name: str | None = entry.get("Name")
    if name is None:
        raise invalid("Attribute name is required.")
    return name


def _changed(standard: Entry, asked: Entry) -> Entry:
    """A standard attribute that is to be required, fixed, or within other bounds."""
    name = standard["Name"]
    kind = asked.get("AttributeDataType", standard["AttributeDataType"])
    if kind != standard["AttributeDataType"] or asked.get("DeveloperOnlyAttribute"):
        raise invalid(
            "You can not change AttributeDataType or set developerOnlyAttribute for standard "
            f"schema attribute {name}"
        )
    if name == "sub" and (asked.get("Mutable") or asked.get("Required") is False):
        raise invalid("You can not change the standard schema attribute sub")
    return {
        **standard,
        "Mutable": asked.get("Mutable", standard["Mutable"]),
        "Required": asked.get("Required", standard["Required"]),
        **_constraints(name, kind, asked, standard),
    }


def _custom(asked: Entry) -> Entry:
    kind = asked.get("AttributeDataType", "String")
    if asked.get("Required"):
        raise invalid("Required custom attributes are not supported currently.")
    developer_only = asked.get("DeveloperOnlyAttribute", False)
    name = f"{'dev' if developer_only else 'custom'}:{_name_of(asked)}"
    return {
        "Name": name,
        "AttributeDataType": kind,
        "DeveloperOnlyAttribute": developer_only,
        "Mutable": asked.get("Mutable", True),
        "Required": False,
        **_constraints(name, kind, asked, {}),
    }


def _constraints(name: str, kind: str, asked: Entry, otherwise: Entry) -> dict[str, Any]:
    if kind not in ("String", "Number"):
        return {}
    member = f"{kind}AttributeConstraints"
    constraints = asked.get(member)
    if constraints is None:
        constraints = otherwise.get(member, {})
    bounds = {
        bound: _number(name, bound, constraints[bound])
        for bound in ("MinLength", "MaxLength", "MinValue", "MaxValue")
        if bound in constraints
    }
    if kind == "String":
        if bounds.get("MaxLength", 0) > MAX_LENGTH:
            raise invalid(
                f"user.{name}: String attributes cannot have a length of more than {MAX_LENGTH}"
            )
        if bounds.get("MaxLength", MAX_LENGTH) < bounds.get("MinLength", 0):
            raise invalid(f"user.{name}: Max length cannot be less than min length.")
    elif "MinValue" in bounds and bounds.get("MaxValue", bounds["MinValue"]) < bounds["MinValue"]:
        raise invalid(f"user.{name}: Max value cannot be less than min value.")
    return {member: dict(constraints)}


def _number(name: str, bound: str, text: str) -> float:
    pattern = r"\d+" if bound.endswith("Length") else r"-?\d+(\.\d+)?"
    if re.fullmatch(pattern, text, re.ASCII) is None:
        raise invalid(f"Invalid {bound} for schema attribute {name}")
    return float(text)
