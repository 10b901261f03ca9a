"""Telling what of a vault's folder is as the last import left it, without opening a file.

A file whose size and time of change are the same is the same. One that was changed in the moment
before the look is not remembered: it may be changed again without either showing.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from studyapp.library.models import FolderLook, Vault
from studyapp.library.services.derivation import derivation_key
from studyapp.library.services.reading import Folder, Reading
from studyapp.obsidian.settings import parse_settings

SETTLED_NS = 2 * 10**9
"""Age from which a file's time of change tells it from a later one (FAT counts in two seconds)."""


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to see of a folder from outside. ``basis`` names everything but the files that
    an import follows from; ``settled`` are the files that may be remembered."""

    basis: str
    files: dict[str, list[int]]
    settled: dict[str, list[int]]

    def is_as(self, before: FolderLook) -> bool:
        """Whether nothing at all has changed since."""
        return self.basis == before.basis and self.files == before.files

    def differing(self, before: FolderLook) -> list[str]:
        """The files that may have changed since."""
        return [path for path, seen in self.files.items() if before.files.get(path) != seen]

    def same_as(self, before: FolderLook) -> set[str]:
        """The files that have not changed since."""
        return {path for path, seen in self.files.items() if before.files.get(path) == seen}


def look_of(folder: Folder, vault: Vault) -> Look:
    """What can be seen of ``folder`` now, for ``vault`` as it is set."""
    listing = folder.listing
    settings, _ = parse_settings(folder.settings_files)
    state = [str(folder.root.resolve()), derivation_key()]
    state += [repr(settings), repr(sorted(folder.settings_files.items()))]
    state += [repr(vault.switched_on), *map(repr, listing.diagnostics)]
    files = {f.path: [f.size, f.mtime_ns] for f in (*listing.notes, *listing.attachments)}
    young = time.time_ns() - SETTLED_NS
    settled = {path: seen for path, seen in files.items() if seen[1] < young}
    return Look(hashlib.sha256("\0".join(state).encode()).hexdigest(), files, settled)


def remembered(vault: Vault) -> FolderLook:
    """How the vault's folder looked to its last import; an empty look where nobody knows."""
    return FolderLook.objects.filter(vault=vault).first() or FolderLook(vault=vault)


def remember(vault: Vault, look: Look, reading: Reading) -> None:
    """Keep ``look`` for the vault's next import, but for what ``reading`` had to leave out."""
    left_out = {d.path for d in reading.diagnostics if d.code == "unreadable"}
    files = {path: seen for path, seen in look.settled.items() if path not in left_out}
    FolderLook.objects.update_or_create(vault=vault, defaults={"basis": look.basis, "files": files})
