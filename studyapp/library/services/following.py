"""Following a folder: importing it again whenever something in it changes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from watchfiles import Change, watch

from studyapp.library.models import FOLLOWED, Vault
from studyapp.library.services.importing import ImportResult
from studyapp.obsidian.scan import IGNORED_NAMES, VaultError, is_repository
from studyapp.obsidian.settings import APP, CARDS
from studyapp.stopping import Stop

QUIET = 80
"""Milliseconds without a change after which a save is over: editors write a new file, take the old
one away and rename, all within a few."""

PATIENCE = 400
"""Milliseconds after which changes are imported although more keep coming."""

LOOK_UP = 1000
"""Milliseconds after which it is looked whether the folder is still there."""

BEAT = FOLLOWED / 3


def follow(
    root: Path,
    *,
    import_again: Callable[[], ImportResult],
    stop: Stop,
    say: Callable[[str], None],
) -> None:
    """Import the folder ``root`` again and again until ``stop`` is asked for.

    ``say`` is told, a sentence each, what goes wrong and when it is over; nothing that goes wrong
    ends it. The folder may go away and come back.
    """
    trouble = ""

    def attempt() -> Vault | None:
        nonlocal trouble
        close_old_connections()
        try:
            vault = import_again().vault
        except (VaultError, DatabaseError, OSError) as error:
            if str(error) != trouble:
                say(f"{error} Waiting for a change.")
            trouble = str(error)
            return None
        if trouble:
            say(f"{root} can be read again.")
        trouble = ""
        return vault

    while not stop.asked:
        vault = attempt()
        if vault is None:
            # What is wrong may mend itself without a change that is seen: the folder returns.
            stop.wait(LOOK_UP / 1000)
            continue
        with _beating(vault) as beat:
            for changes in _changes(root, stop):
                if changes and attempt() is None:
                    break
                beat()


def _changes(root: Path, stop: Stop) -> Iterator[bool]:
    """Whether something changed, at least each second; ends when the folders are others."""
    folders = list(_folders(root))
    known = _identity(root)
    first = True
    for changes in watch(
        *folders,
        watch_filter=_Concerns(root),
        step=QUIET,
        debounce=PATIENCE,
        rust_timeout=LOOK_UP,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=False,
        recursive=False,
        ignore_permission_denied=True,
    ):
        # What changed before the watch began is seen by the first import after.
        yield bool(changes) or first
        first = False
        if _identity(root) != known or (changes and list(_folders(root)) != folders):
            return


def _identity(root: Path) -> tuple[int, int] | None:
    try:
        found = root.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _folders(root: Path) -> Iterator[Path]:
    """Those whose files an import reads: hidden ones, like ``.git``, are not even walked."""
    for name in (APP, CARDS):
        if (root / name).parent.is_dir():
            yield (root / name).parent
    for folder, below, _ in os.walk(root):
        below[:] = sorted(
            name for name in below if _is_read(name) and not is_repository(Path(folder, name))
        )
        yield Path(folder)


def _is_read(name: str) -> bool:
    return not name.startswith(".") and name.lower() not in IGNORED_NAMES


class _Concerns:
    """Whether an import would look at what changed."""

    def __init__(self, root: Path) -> None:
        self.settings = {str(root / name) for name in (APP, CARDS)}

    def __call__(self, change: Change, path: str) -> bool:
        name = os.path.basename(path)  # noqa: PTH119 (thousands of them at a time)
        return path in self.settings or (
            _is_read(name) and f"{os.sep}.obsidian{os.sep}" not in path
        )


@contextmanager
def _beating(vault: Vault) -> Iterator[Callable[[], None]]:
    """Says now and then, when called, that the vault is followed, and in the end that it is not."""
    said = timezone.now() - timedelta(days=1)

    def beat() -> None:
        nonlocal said
        now = timezone.now()
        if now - said >= BEAT:
            said = now
            Vault.objects.filter(pk=vault.pk).update(followed_at=now)

    try:
        beat()
        yield beat
    finally:
        Vault.objects.filter(pk=vault.pk).update(followed_at=None)
