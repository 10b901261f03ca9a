"""A user's attributes: what the pool's schema lets them be, and how names are compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# Longest value of any attribute, in bytes (developer guide, quotas).
MAX_BYTES = 2048

# Attributes whose value somebody can be reached at, and what says that it was proven.
VERIFIABLE = {"email": "email_verified", "phone_number": "phone_number_verified"}
WRITTEN_BY_POOL = frozenset({"sub", "identities"})
_VERIFIED_BY_ADMINS = frozenset(VERIFIABLE.values())

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_PHONE = re.compile(r"\+[0-9]{1,15}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One entry of a pool's SchemaAttributes; ``name`` with its ``custom:`` or ``dev:``."""

    name: str
    data_type: str = "String"
    mutable: bool = True
    developer_only: bool = False
    minimum: float | None = None
    maximum: float | None = None

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Attribute:
        constraints = {
            **entry.get("StringAttributeConstraints", {}),
            **entry.get("NumberAttributeConstraints", {}),
        }
        bounds = [
            float(constraints[names[0]] if names[0] in constraints else constraints[names[1]])
            if names[0] in constraints or names[1] in constraints
            else None
            for names in (("MinLength", "MinValue"), ("MaxLength", "MaxValue"))
        ]
        return cls(
            name=entry["Name"],
            data_type=entry.get("AttributeDataType", "String"),
            mutable=entry.get("Mutable", True),
            developer_only=entry.get("DeveloperOnlyAttribute", False),
            minimum=bounds[0],
            maximum=bounds[1],
        )

    def objection(self, value: str) -> str | None:
        """What is wrong with ``value``; None if nothing."""
        if self.data_type == "Number":
            if re.fullmatch(r"-?\d+", value, re.ASCII) is None:
                return "Attribute value is not a valid number."
            return self._out_of_bounds(float(value), "value", "")
        if self.data_type == "Boolean":
            return None if value in ("true", "false") else "Attribute value is not a valid boolean."
        if self.data_type == "DateTime":
            try:
                datetime.fromisoformat(value)
            except ValueError:
                return "Attribute value is not a valid date."
            return None
        if len(value.encode()) > MAX_BYTES:
            return f"Attribute value is longer than {MAX_BYTES} bytes."
        if self.name == "birthdate" and not _is_date(value):
            return "Invalid birthdate format: please use YYYY-MM-DD."
        return self._out_of_bounds(len(value), "length", " characters")

    def _out_of_bounds(self, size: float, what: str, unit: str) -> str | None:
        if self.minimum is not None and size < self.minimum:
            return f"Attribute {what} must not be less than {self.minimum:g}{unit}."
        if self.maximum is not None and size > self.maximum:
            return f"Attribute {what} must not be greater than {self.maximum:g}{unit}."
        return None


def _is_date(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007, a day has no zone
    except ValueError:
        return False
    return _DATE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Schema:
    """What the attributes of a pool's users may be. ``entries`` are by name; each is read when it
    is asked for, since a call asks for few of them."""

    entries: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, entries: Sequence[Mapping[str, Any]]) -> Schema:
        return cls({entry["Name"]: entry for entry in entries})

    def attribute(self, name: str) -> Attribute | None:
        entry = self.entries.get(name)
        return None if entry is None else Attribute.of(entry)

    def objection(self, given: Mapping[str, str], *, complete: bool) -> str | None:
        """What AWS says against a new user's attributes; None if nothing.

        ``complete``: whether those that the pool requires have to be among them, as they must
        when somebody signs up, but not when an administrator makes a user.
        """
        return self._format_objection(given) or _listed(
            [
                *self._value_objections(given),
                *(f"{name}: The attribute is required" for name in self.missing(given) if complete),
            ]
        )

    def update_objection(self, given: Mapping[str, str], *, by_admin: bool) -> str | None:
        """What AWS says against changing attributes to ``given`` ("" takes one away)."""
        for name in given:
            attribute = self.attribute(name)
            if attribute is not None and (
                not attribute.mutable or (attribute.developer_only and not by_admin)
            ):
                return f"user.{name}: Attribute cannot be updated.\n"
        present = {name: value for name, value in given.items() if value}
        gone = [name for name in given if not given[name]]
        return self._format_objection(present) or _listed(
            [
                *self._value_objections(present),
                *self._value_objections(dict.fromkeys(gone), check_values=False),
                *(f"{name}: The attribute is required" for name in gone if self._requires(name)),
            ]
        )

    def missing(self, given: Mapping[str, str]) -> list[str]:
        """The required attributes that ``given`` lacks."""
        return [name for name in self.entries if self._requires(name) and not given.get(name)]

    @property
    def required(self) -> frozenset[str]:
        return frozenset(name for name in self.entries if self._requires(name))

    def _requires(self, name: str) -> bool:
        # sub is required by every schema, and given by the pool itself.
        entry = self.entries.get(name)
        return entry is not None and bool(entry.get("Required")) and name != "sub"

    def _format_objection(self, given: Mapping[str, str]) -> str | None:
        if "email" in given and not is_email(given["email"]):
            return "Invalid email address format."
        if "phone_number" in given and not is_phone(given["phone_number"]):
            return "Invalid phone number format."
        return None

    def _value_objections(
        self, given: Mapping[str, str] | Mapping[str, None], *, check_values: bool = True
    ) -> Iterable[str]:
        for name, value in given.items():
            attribute = self.attribute(name)
            if attribute is None:
                yield f"{name}: Attribute does not exist in the schema."
            elif check_values and value is not None and (wrong := attribute.objection(value)):
                yield f"{name}: {wrong}"


def _listed(objections: Sequence[str]) -> str | None:
    if not objections:
        return None
    return "Attributes did not conform to the schema: " + "".join(f"{o}\n" for o in objections)


def unwritable(given: Iterable[str], client: Mapping[str, Any]) -> bool:
    """Whether a client may not write one of these; without WriteAttributes it may all but those
    that say an address was proven, and those that the pool itself writes."""
    allowed = client.get("WriteAttributes")
    return any(
        name in _VERIFIED_BY_ADMINS
        or name in WRITTEN_BY_POOL
        or (allowed is not None and name not in allowed)
        for name in given
    )


def readable(attributes: Mapping[str, str], client: Mapping[str, Any]) -> dict[str, str]:
    """What a client may read of a user; ``dev:`` attributes none may."""
    allowed = client.get("ReadAttributes")
    return {
        name: value
        for name, value in attributes.items()
        if (allowed is None or name in allowed or name == "sub") and not name.startswith("dev:")
    }


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """E.164: a plus and up to fifteen digits."""
    return _PHONE.fullmatch(text) is not None


def as_list(attributes: Mapping[str, str]) -> list[dict[str, str]]:
    """As the API writes attributes."""
    return [{"Name": name, "Value": value} for name, value in attributes.items()]


def from_list(entries: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """From how the API writes them; an entry without a value is an empty one."""
    return {entry["Name"]: entry.get("Value", "") for entry in entries}
