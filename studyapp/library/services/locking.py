"""One change to a vault at a time, whoever makes it: an import, or an edit in the browser."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction
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
    """Hold the vault's lock, with nothing unfinished in it; the lock is let go of when the process
    dies. Raises ``VaultBusyError``."""
    lock = _lock_of_database if connection.vendor == "postgresql" else _lock_of_machine
    with lock(vault) as take:
        _wait_for(take, vault)
        _clear_unfinished(vault)
        yield


_Take = Callable[[], bool]
"""Takes the lock; False while somebody else has it."""


@contextmanager
def _lock_of_machine(vault: Vault) -> Iterator[_Take]:
    """A file's lock: whoever uses SQLite is on the same machine."""
    folder = settings.DATA_DIR / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"vault-{vault.pk}").open("w") as file:

        def take() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield take


@contextmanager
def _lock_of_database(vault: Vault) -> Iterator[_Take]:
    """An advisory lock of PostgreSQL, which holds for all machines.

    It belongs to a transaction of a connection of its own, in which nothing else happens: the
    change itself is many short ones, and PgBouncer may give each to another session.
    """
    own = connection.copy()
    own.settings_dict["OPTIONS"].pop("pool", None)
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")

            def take() -> bool:
                name = f"studyapp vault {vault.pk}"
                cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
                return bool(cursor.fetchone()[0])

            yield take
    finally:
        own.close()


def _wait_for(take: _Take, vault: Vault) -> None:
    deadline = time.monotonic() + PATIENCE
    while not take():
        if time.monotonic() >= deadline:
            raise VaultBusyError(
                vault.source,
                f"The vault “{vault.title}” is being imported already; try again when that is "
                "done.",
            )
        time.sleep(0.05)


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
