"""Zstandard, in which new packages hold everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import zstandard

from studyapp.interchange.values import InterchangeError

MAGIC = b"\x28\xb5\x2f\xfd"

_DAMAGED = "A part of the package is damaged or cut off. Export it again."
_STEP = 1024
"""Bytes unpacked at once: however well they pack, they come to some 40 MB at most."""


def unpacked(read: Callable[[int], bytes], limit: int) -> Iterator[bytes]:
    """What ``read(size)`` gives, unpacked piece by piece. Raises InterchangeError for more than
    ``limit`` bytes, and for damage."""
    unpacker = zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()
    size = 0
    try:
        while (packed := read(_STEP)) and not unpacker.eof:
            piece: bytes = unpacker.decompress(packed)
            size += len(piece)
            if size > limit:
                raise InterchangeError(
                    f"A part of the package unpacks to more than {limit / 1024**2:.0f} MB, as no "
                    "honest one does."
                )
            yield piece
    except zstandard.ZstdError as error:
        raise InterchangeError(_DAMAGED) from error
    if not unpacker.eof:
        raise InterchangeError(_DAMAGED)
