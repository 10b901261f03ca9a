"""One stylesheet a page: the parts that ``studyapp.css`` imports are put into it when the static
files are collected, because a browser asks for imports one after the other before it paints."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

STYLESHEET = "css/studyapp.css"

_IMPORT = re.compile(
    r"""^@import url\("(?P<name>[^"]+)"\)(?: layer\((?P<layer>[\w-]+)\))?(?P<media>[^;]*);""",
    re.MULTILINE,
)
_ADDRESS = re.compile(r"""url\("(?P<name>[^":#/][^":]*)"\)""")


class MissingStylesheetError(ValueError):
    """An import names a file that is not there."""


def bundle(name: str, read: Callable[[str], str]) -> tuple[str, frozenset[str]]:
    """The stylesheet ``name`` with what it imports in place, and the names of what that is.

    An import keeps its layer and its medium; addresses in it go on leading where they led. An
    import is a line ``@import url("...") layer(...) medium;``; imports of imports are followed.
    """
    parts: set[str] = set()

    def put_in(match: re.Match[str]) -> str:
        part = posixpath.normpath(posixpath.join(posixpath.dirname(name), match["name"]))
        text, below = bundle(part, read)
        parts.update({part, *below})
        text = _ADDRESS.sub(lambda found: _moved(found, part, name), text)
        if match["layer"]:
            text = f"@layer {match['layer']} {{\n{text}}}\n"
        if match["media"].strip():
            text = f"@media{match['media']} {{\n{text}}}\n"
        return text

    try:
        text = read(name)
    except (KeyError, OSError) as error:
        raise MissingStylesheetError(f"There is no stylesheet {name!r}.") from error
    return _IMPORT.sub(put_in, text), frozenset(parts)


def _moved(address: re.Match[str], source: str, goal: str) -> str:
    """An address relative to the file ``source``, now relative to the file ``goal``."""
    whole = posixpath.join(posixpath.dirname(source), address["name"])
    return f'url("{posixpath.relpath(whole, posixpath.dirname(goal))}")'


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Collected files under hashed names and compressed, with one stylesheet in place of many."""

    def post_process(self, paths: dict[str, Any], **options: Any) -> Iterator[Any]:
        """As Django's, of ``paths`` (name -> storage and path) with the stylesheet bundled."""

        def read(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return str(file.read().decode())

        if STYLESHEET in paths:
            text, parts = bundle(STYLESHEET, read)
            whole = InMemoryStorage()
            whole.save(STYLESHEET, ContentFile(text.encode()))
            paths = {name: place for name, place in paths.items() if name not in parts}
            paths[STYLESHEET] = whole, STYLESHEET
        yield from super().post_process(paths, **options)
