"""What a vault's settings page shows: the dialects, and what each would add where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from studyapp.library.dialect_words import WORDS, Words, place_value
from studyapp.library.models import Vault
from studyapp.obsidian.dialects import Tally, offered
from studyapp.obsidian.values import Dialect

MAX_FOLDERS = 100
"""Folders listed for a dialect: those that would gain most."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder ("" is the whole vault) where a dialect is on, or would add ``items`` in ``notes``.
    ``value`` is what its box posts."""

    folder: str
    value: str
    is_on: bool
    notes: int
    items: int


@dataclass(frozen=True, slots=True)
class Switch:
    """A dialect with its words, the whole vault, and the folders that it may be on for instead."""

    dialect: Dialect
    words: Words
    vault: Place
    folders: tuple[Place, ...]

    @property
    def is_on_in_folders(self) -> bool:
        """Whether any folder is ticked."""
        return any(place.is_on for place in self.folders)


def dialect_switches(vault: Vault) -> list[Switch]:
    """A switch for each dialect: one query."""
    tally: Tally = vault.served_report().get("offers", {})
    on = set(vault.switched_on)
    return [
        Switch(
            dialect,
            WORDS[dialect],
            _place(tally, dialect, "", on),
            tuple(_folders(tally, dialect, on)),
        )
        for dialect in Dialect
    ]


def _folders(tally: Tally, dialect: Dialect, on: set[tuple[str, Dialect]]) -> Iterator[Place]:
    names = {folder for folder, other in on if other is dialect and folder}
    for folder, row in tally.items():
        if dialect.value in row and folder:
            parts = folder.split("/")
            names |= {"/".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
    # A folder that only holds another that would gain as much says nothing of its own.
    for name in sorted(names, key=len, reverse=True):
        above = name.rpartition("/")[0]
        if (above, dialect) not in on and offered(tally, dialect, name) == offered(
            tally, dialect, above
        ):
            names.discard(above)
    places = [_place(tally, dialect, folder, on) for folder in names]
    places.sort(key=lambda place: (not place.is_on, -place.items, place.folder))
    yield from sorted(places[:MAX_FOLDERS], key=lambda place: place.folder)


def _place(tally: Tally, dialect: Dialect, folder: str, on: set[tuple[str, Dialect]]) -> Place:
    notes, items = offered(tally, dialect, folder)
    return Place(folder, place_value(dialect, folder), (folder, dialect) in on, notes, items)
