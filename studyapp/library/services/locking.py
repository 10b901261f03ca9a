"""One change to a vault at a time, whoever makes it: an import, or an edit in the browser."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from studyapp.library.models import (
    OPEN,
    Attachment,
    ImportRun,
    NoteVersion,
    Placement,
    SettingsFile,
    Vault,
)
from studyapp.obsidian.scan import VaultError

PATIENCE = 3.0
"""Seconds to wait for another change: an edit is done by then, an import of much is not."""


class VaultBusyError(VaultError):
    """Somebody else is changing the vault at this moment."""


@contextmanager
def only_change_to(vault: Vault) -> Iterator[None]:
    """Hold the vault's lock, with nothing unfinished in it; the system lets go of the lock when the
    process dies. Raises ``VaultBusyError``."""
    folder = settings.DATA_DIR / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"vault-{vault.pk}").open("w") as lock:
        _wait_for(lock, vault)
        _clear_unfinished(vault)
        yield


def _wait_for(lock: IO[str], vault: Vault) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            raise VaultBusyError(
                vault.source,
                f"The vault “{vault.title}” is being imported already; try again when that is "
                "done.",
            ) from error
        return


def _clear_unfinished(vault: Vault) -> None:
    """Clear away what a change that died left behind. Nobody could see it."""
    vault.refresh_from_db()
    for model in (Placement, NoteVersion, Attachment, SettingsFile):
        rows = model.objects.filter(vault=vault)
        with transaction.atomic():
            rows.filter(since__gt=vault.revision).delete()
            rows.filter(until__gt=vault.revision, until__lt=OPEN).update(until=OPEN)
    ImportRun.objects.filter(vault=vault, state=ImportRun.State.RUNNING).update(
        state=ImportRun.State.FAILED, finished_at=timezone.now()
    )
