"""Documents to JSON values and back, by the types of their fields."""

from __future__ import annotations

import base64
import json
import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Decode = Callable[[Any], Any]


def written(value: Any) -> str:
    """The JSON of a value, a dataclass field by field; what is at its default is written as well.

    Moments are written in ISO 8601, bytes in base64. A ``Mapping[str, Any]`` field has to hold
    JSON values already. Raises TypeError for what can't be read back.
    """
    return _ENCODER.encode(value)


def _as_json(value: Any) -> Any:
    """What JSON doesn't have, in terms of what it has."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {name: getattr(value, name) for name in _names(cast(Hashable, type(value)))}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} can't be kept in a document")


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


_ENCODER = json.JSONEncoder(separators=(",", ":"), default=_as_json)


def decode(kind: type[T], data: Mapping[str, Any]) -> T:
    """Undo ``written``, from the JSON value. Fields that aren't in ``data`` get their default, so
    that a document may gain a field; fields it no longer has are passed over."""
    result: T = _decoder(cast(Hashable, kind))(data)
    return result


@cache
def _decoder(kind: Any) -> Decode:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is datetime:
        return datetime.fromisoformat
    if kind is bytes:
        return base64.b64decode
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_decoder(kind)
    if origin is tuple and arguments[-1] is Ellipsis:
        entry = _decoder(arguments[0])
        return lambda data: tuple(entry(value) for value in data)
    if origin in (types.UnionType, Union):
        (some,) = (argument for argument in arguments if argument is not type(None))
        given = _decoder(some)
        return lambda data: None if data is None else given(data)
    if origin is not None and issubclass(origin, Mapping) and arguments[1] is not Any:
        entry = _decoder(arguments[1])
        return lambda data: {key: entry(value) for key, value in data.items()}
    return _as_it_is


def _dataclass_decoder(kind: Any) -> Decode:
    hints = get_type_hints(kind)
    decoders = {field.name: _decoder(hints[field.name]) for field in fields(kind)}
    changed = {name: decode for name, decode in decoders.items() if decode is not _as_it_is}

    def decode_fields(data: Mapping[str, Any]) -> Any:
        given = {name: data[name] for name in decoders if name in data}
        for name, decode in changed.items():
            if name in given:
                given[name] = decode(given[name])
        return kind(**given)

    return decode_fields


def _as_it_is(data: Any) -> Any:
    return data
