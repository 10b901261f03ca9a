"""Switching the ways of asking that are off by default, for a vault or its folders."""

from __future__ import annotations

from studyapp.library.live_workers import live_workers
from studyapp.library.models import ImportRun, Vault
from studyapp.library.search.indexing import sweep
from studyapp.library.services.locking import only_change_to
from studyapp.library.services.placing import Changes
from studyapp.library.services.reading import Progress, resolve
from studyapp.library.services.revising import write_revision
from studyapp.library.services.served import served_reading
from studyapp.obsidian.values import Dialect


def switch_dialects(*, vault: Vault, on: tuple[tuple[str, Dialect], ...]) -> bool:
    """Have exactly ``on`` switched on from the next reading of the vault; False where that is so
    already. A dialect of a whole folder makes that of one within it needless."""
    rows = sorted({(folder, dialect.value) for folder, dialect in on})
    kept = [
        [folder, dialect]
        for folder, dialect in rows
        if not any(
            other == dialect and (not above or folder.startswith(f"{above}/"))
            for above, other in rows
            if above != folder
        )
    ]
    if kept == vault.dialects:
        return False
    vault.dialects = kept
    vault.save(update_fields=["dialects"])
    return True


def derive_again(
    *, vault: Vault, progress: Progress = lambda step, done, total: None
) -> Changes | None:
    """Read the texts that the vault has as its settings say now; None where nothing came of it.
    Raises ``VaultError``."""
    with only_change_to(vault):
        reading = served_reading(vault)
        reading.fetch()
        resolve(reading)
        found = vault.served_report()
        changes = write_revision(
            vault,
            reading,
            live_workers(),
            kind=ImportRun.Kind.SETTINGS,
            attachments=[],
            source=vault.source,
            found={"scan": found["scan"]} if "scan" in found else {},
            progress=progress,
        )
        sweep(vault)
        return changes
