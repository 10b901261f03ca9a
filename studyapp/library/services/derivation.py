"""Telling whether what was derived from a note still stands."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import studyapp
from studyapp.obsidian.values import VaultSettings

_ROOMS = ("items", "obsidian")
_LIBRARIES = ("markdown", "nh3", "pygments", "python-frontmatter")


@cache
def derivation_key() -> str:
    """Names the code that derives items and HTML from notes: a hash of its source and of the
    versions of the libraries it stands on. A version number would be forgotten."""
    digest = hashlib.sha256()
    root = Path(studyapp.__file__).parent
    for room in _ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            digest.update(path.read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library}=={version(library)}".encode())
    return digest.hexdigest()[:16]


def render_key(
    derivation: str,
    sha256: str,
    links: list[Any],
    settings: VaultSettings,
    topic: str,
    embedded: str,
) -> str:
    """Changes exactly when the same note would be stored differently: other code (``derivation``),
    another text, vault setting or topic, a link that now leads elsewhere, or another hash of what
    it embeds (for ``links`` and ``embedded`` see ``Embedding``)."""
    parts = [derivation, sha256, repr(settings), topic, links, embedded]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
