"""JSON 1.0 and 1.1: one address, the operation in ``X-Amz-Target``, a JSON object each way."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from studyapp.aws.wire.errors import AwsError, malformed
from studyapp.aws.wire.http import Request, Response
from studyapp.aws.wire.models import OperationModel
from studyapp.aws.wire.shapes import Shape

_TYPES = {
    "string": "String",
    "integer": "Integer",
    "long": "Long",
    "float": "Float",
    "double": "Double",
    "boolean": "Boolean",
    "timestamp": "Date",
    "blob": "ByteBuffer",
}
_FOUND = {"str": "STRING_VALUE", "int": "NUMBER_VALUE", "float": "DECIMAL_VALUE"}


@dataclass(frozen=True, slots=True)
class JsonRpc:
    version: str = "1.1"

    def decode(self, operation: OperationModel, request: Request) -> dict[str, Any]:
        try:
            data = json.loads(request.body or b"{}", parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise malformed() from None
        if not isinstance(data, dict):
            raise malformed()
        return _decoded_structure(operation.input, data)

    def encode(self, operation: OperationModel, answer: Mapping[str, Any]) -> Response:
        return self._response(200, _encoded(operation.output, answer))

    def encode_error(self, error: AwsError, status: int) -> Response:
        body = {"__type": error.code, **error.fields}
        headers = {"x-amzn-ErrorType": f"{error.code}:"}
        if error.message:
            body["message"] = error.message
            headers["x-amzn-ErrorMessage"] = _header_text(error.message)
        return self._response(status, body, headers)

    def _response(
        self, status: int, body: Any, headers: Mapping[str, str] | None = None
    ) -> Response:
        content = f"application/x-amz-json-{self.version}"
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return Response(status, text.encode(), {"Content-Type": content, **(headers or {})})


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _header_text(text: str) -> str:
    return " ".join(text.encode("ascii", "replace").decode().split())


def _decoded(shape: Shape, value: Any) -> Any:
    match shape.type:
        case "structure":
            if not isinstance(value, dict):
                raise malformed("Expected a structure or map")
            return _decoded_structure(shape, value)
        case "list":
            if isinstance(value, dict):
                raise malformed("Start of structure or map found where not expected.")
            if not isinstance(value, list):
                raise malformed("Expected list or null")
            entry = shape.entry
            return [_decoded(entry, part) for part in value if part is not None]
        case "map":
            if not isinstance(value, dict):
                raise malformed("Expected a structure or map")
            entry = shape.entry
            return {key: _decoded(entry, part) for key, part in value.items() if part is not None}
        case "document":
            return value
    return _decoded_scalar(shape, value)


def _decoded_structure(shape: Shape, value: dict[str, Any]) -> dict[str, Any]:
    """Members AWS doesn't know are passed over; null is as good as absent."""
    members = shape.members
    return {
        name: _decoded(members[name], part)
        for name, part in value.items()
        if part is not None and name in members
    }


def _decoded_scalar(shape: Shape, value: Any) -> Any:
    if isinstance(value, dict):
        raise malformed("Start of structure or map found where not expected.")
    if isinstance(value, list):
        raise malformed("Start of list found where not expected")
    kind, is_number = shape.type, isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "string" and isinstance(value, str):
        return value
    if kind == "boolean" and isinstance(value, bool):
        return value
    if kind in ("integer", "long") and is_number and (isinstance(value, int) or value.is_integer()):
        return int(value)
    if kind in ("float", "double") and is_number and math.isfinite(value):
        return float(value)
    if kind == "timestamp" and is_number:
        try:
            return datetime.fromtimestamp(value, UTC)
        except (OverflowError, ValueError, OSError):
            raise malformed(f"{value} is no moment") from None
    if kind == "blob" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            raise malformed("Invalid base64 in a blob") from None
    found = f"{value}_VALUE".upper() if isinstance(value, bool) else _FOUND[type(value).__name__]
    raise malformed(f"{found} can not be converted to {_article(_TYPES[kind])}")


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "AEIOU" else f"a {noun}"


def _encoded(shape: Shape, value: Any) -> Any:
    match shape.type:
        case "structure":
            members = shape.members
            return {
                name: _encoded(members[name], part)
                for name, part in value.items()
                if part is not None
            }
        case "list":
            entry = shape.entry
            return [_encoded(entry, part) for part in value]
        case "map":
            entry = shape.entry
            return {key: _encoded(entry, part) for key, part in value.items()}
        case "timestamp":
            return round(value.timestamp(), 3)
        case "blob":
            return base64.b64encode(value).decode()
    return value
