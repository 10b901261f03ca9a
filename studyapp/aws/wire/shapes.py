"""What requests and responses look like, from botocore's service models, and what AWS says of a
request that doesn't."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from studyapp.aws.wire.patterns import compile_pattern

# Kinds of value that are neither structure, list nor map.
NUMBERS = frozenset({"integer", "long", "float", "double"})

# Members that the trace doesn't show, wherever they stand: what somebody could sign in with.
SECRETS = frozenset(
    {
        *("Password", "PreviousPassword", "ProposedPassword", "TemporaryPassword", "SecretHash"),
        *("ClientSecret", "ClientSecretValue", "SecretCode", "SecretKey", "SecretAccessKey"),
        *("PASSWORD", "NEW_PASSWORD", "PREVIOUS_PASSWORD", "SECRET_HASH", "PasswordVerifier"),
        *("client_secret", "private_key"),
    }
)
MASK = "••••••"


class Check(NamedTuple):
    """A constraint on a value: AWS's words for it, and whether it holds."""

    words: str
    holds: Callable[[Any], bool]


@dataclass(slots=True)
class Shape:
    """A shape of the model; ``type`` is botocore's, or ``document`` for any JSON at all. It is
    filled in after it is made, since shapes may hold themselves."""

    name: str
    type: str
    sensitive: bool = False
    checks: tuple[Check, ...] = ()
    members: dict[str, Shape] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    key: Shape | None = None
    item: Shape | None = None
    """What a list or a map holds."""
    holds_secrets: bool = False

    def __repr__(self) -> str:
        return f"<{self.type} {self.name}>"

    @property
    def entry(self) -> Shape:
        assert self.item is not None, self
        return self.item


class Shapes:
    """The shapes of one service, made when they are asked for."""

    def __init__(self, model: Mapping[str, Any]) -> None:
        self._model = model
        self._made: dict[str, Shape] = {}

    def __getitem__(self, name: str) -> Shape:
        made = self._made.get(name)
        if made is None:
            made = self._make(name, self._model[name])
        return made

    def _make(self, name: str, model: Mapping[str, Any]) -> Shape:
        shape = self._made[name] = Shape(
            name,
            "document" if model.get("document") else model["type"],
            sensitive=model.get("sensitive", False),
            checks=tuple(_checks(model)),
            required=tuple(model.get("required", ())),
        )
        for member, reference in model.get("members", {}).items():
            shape.members[member] = self[reference["shape"]]
        if "key" in model:
            shape.key, shape.item = self[model["key"]["shape"]], self[model["value"]["shape"]]
        elif "member" in model:
            shape.item = self[model["member"]["shape"]]
        shape.holds_secrets = (
            shape.type == "map"
            or any(
                member in SECRETS or part.holds_secrets for member, part in shape.members.items()
            )
            or (shape.item is not None and shape.item.holds_secrets)
        )
        return shape


EMPTY = Shape("Empty", "structure")
"""Of operations that take or answer nothing."""


def validation_message(shape: Shape, value: Mapping[str, Any]) -> str | None:
    """All that AWS says against a decoded request, in one sentence; None if nothing."""
    found: list[str] = []
    _check_structure(shape, value, "", found)
    if not found:
        return None
    errors = "error" if len(found) == 1 else "errors"
    return f"{len(found)} validation {errors} detected: {'; '.join(found)}"


def _check_structure(shape: Shape, value: Mapping[str, Any], path: str, found: list[str]) -> None:
    for name in shape.required:
        if name not in value:
            member = shape.members[name]
            shown = "Value" if member.sensitive else "Value null"
            found.append(_failed(shown, path + _lowered(name), "Member must not be null"))
    for name, part in value.items():
        member = shape.members[name]
        _check(member, part, path + _lowered(name), found)


def _check(shape: Shape, value: Any, path: str, found: list[str]) -> None:
    kind = shape.type
    if kind == "structure":
        _check_structure(shape, value, path + ".", found)
        return
    for check in shape.checks:
        if not check.holds(value):
            found.append(_failed(_shown(shape, value), path, check.words))
    if kind == "list":
        entry = shape.entry
        if entry.type in ("structure", "list", "map"):
            for number, part in enumerate(value, 1):
                _check(entry, part, f"{path}.{number}.member", found)
        elif any(not _holds(entry, part) for part in value):
            words = f"Member must satisfy constraint: [{_wording(entry)}]"
            found.append(_failed(_shown(shape, value), path, words))
    elif kind == "map":
        entry = shape.entry
        assert shape.key is not None
        if any(not _holds(shape.key, key) for key in value):
            words = f"Map keys must satisfy constraint: [{_wording(shape.key)}]"
            found.append(_failed(_shown(shape, value), path, words))
        if entry.type in ("structure", "list", "map"):
            for key, part in value.items():
                _check(entry, part, f"{path}.{key}.member", found)
        elif any(not _holds(entry, part) for part in value.values()):
            words = f"Map value must satisfy constraint: [{_wording(entry)}]"
            found.append(_failed(_shown(shape, value), path, words))


def _holds(shape: Shape, value: Any) -> bool:
    return all(check.holds(value) for check in shape.checks)


def _wording(shape: Shape) -> str:
    return ", ".join(check.words for check in shape.checks)


def _checks(model: Mapping[str, Any]) -> Iterator[Check]:
    size, what = (_itself, "value") if model["type"] in NUMBERS else (len, "length")
    least, most, pattern = model.get("min"), model.get("max"), model.get("pattern")
    if most is not None:
        words = f"Member must have {what} less than or equal to {most}"
        yield Check(words, lambda value: size(value) <= most)
    if least is not None:
        words = f"Member must have {what} greater than or equal to {least}"
        yield Check(words, lambda value: size(value) >= least)
    if pattern is not None:
        words = f"Member must satisfy regular expression pattern: {pattern}"
        yield Check(words, lambda value: _matches(pattern, value, most))
    if enum := model.get("enum"):
        words = f"Member must satisfy enum value set: [{', '.join(enum)}]"
        yield Check(words, frozenset(enum).__contains__)


def _itself(value: Any) -> Any:
    return value


def _matches(pattern: str, value: str, longest: int | None) -> bool:
    if longest is not None and len(value) > longest:
        return True  # it is refused already, and matching what is too long might take long
    return compile_pattern(pattern).fullmatch(value) is not None


def _failed(shown: str, path: str, words: str) -> str:
    return f"{shown} at '{path}' failed to satisfy constraint: {words}"


def _shown(shape: Shape, value: Any) -> str:
    """AWS repeats the value, unless it is somebody's secret (or name)."""
    if shape.sensitive or (shape.item is not None and shape.item.sensitive):
        return "Value"
    return f"Value '{_java(value)}'"


def _java(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_java, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_java(part)}" for key, part in value.items()) + "}"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]


def masked(shape: Shape, value: Any) -> Any:
    """``value`` of a decoded request or a response, without what nobody but its owner may read."""
    if not shape.holds_secrets or value is None:
        return value
    if shape.type == "structure":
        return {
            name: MASK if name in SECRETS else masked(shape.members[name], part)
            for name, part in value.items()
        }
    if shape.type == "map":
        return {
            name: MASK if name in SECRETS else masked(shape.entry, part)
            for name, part in value.items()
        }
    return [masked(shape.entry, part) for part in value]
