"""Guessing what the author of a broken link may have meant."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import fuzz, process

NEAR = 72
"""Likeness, of 100, from which a name is worth naming."""


def did_you_mean(target: str, names: Mapping[str, str]) -> str | None:
    """The path whose name (path -> what a link to it may say) is nearest to ``target``, if any is
    near."""
    wanted = _bare(target)
    if not wanted:
        return None
    found = process.extractOne(wanted, names, scorer=fuzz.ratio, processor=_bare, score_cutoff=NEAR)
    return found[2] if found else None


def _bare(name: str) -> str:
    """A link's target as it is compared: without folders, heading, extension, case."""
    file = name.partition("#")[0].rpartition("/")[2]
    return file.removesuffix(".md").strip().casefold()
