"""Which file of a package is which: media lie in it under numbers."""

from __future__ import annotations

import json

from studyapp.interchange.apkg.collection import decompress
from studyapp.interchange.apkg.protobuf import decode, text_of
from studyapp.interchange.apkg.zstd import MAGIC
from studyapp.interchange.values import InterchangeError

MAX_MAP_BYTES = 16 * 1024**2
_DAMAGED = "The package's list of media is damaged. Export it again."


def read_media_map(data: bytes) -> dict[str, str]:
    """A medium's name -> its name within the package. ``data`` is the package's file ``media``:
    JSON in old packages, compressed Protocol Buffers in new ones. Raises InterchangeError."""
    if data.startswith(MAGIC):
        entries = decode(decompress(data, MAX_MAP_BYTES)).get(1, [])
        return {
            name: str(number)
            for number, entry in enumerate(entries)
            if isinstance(entry, bytes) and (name := text_of(decode(entry), 1))
        }
    if not data.strip():
        return {}
    try:
        listed = json.loads(data)
        return {str(name): str(number) for number, name in listed.items()}
    except (ValueError, AttributeError, RecursionError) as error:
        raise InterchangeError(_DAMAGED) from error
