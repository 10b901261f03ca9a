"""As much of Protocol Buffers' wire format as Anki's new packages need to be read.

https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from studyapp.interchange.values import InterchangeError

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def decode(data: bytes) -> dict[int, list[int | bytes]]:
    """The fields of a message: number -> its values, in their order. Raises InterchangeError."""
    fields: dict[int, list[int | bytes]] = {}
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        wire = key & 7
        value: int | bytes
        if wire == _VARINT:
            value, at = _varint(data, at)
        elif wire in (_FIXED64, _FIXED32, _BYTES):
            if wire == _BYTES:
                size, at = _varint(data, at)
            else:
                size = 8 if wire == _FIXED64 else 4
            value = data[at : at + size]
            at += size
            if at > len(data):
                raise InterchangeError(_DAMAGED)
        else:
            raise InterchangeError(_DAMAGED)
        fields.setdefault(key >> 3, []).append(value)
    return fields


def text_of(fields: dict[int, list[int | bytes]], number: int) -> str:
    """The text of a field, "" where it has none."""
    value = fields.get(number, [b""])[-1]
    return value.decode(errors="replace") if isinstance(value, bytes) else ""


def int_of(fields: dict[int, list[int | bytes]], number: int) -> int:
    """The number of a field, 0 where it has none."""
    value = fields.get(number, [0])[-1]
    return value if isinstance(value, int) else 0


_DAMAGED = "The package is damaged: a part of it is not as Anki writes it. Export it again."


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise InterchangeError(_DAMAGED)
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7
