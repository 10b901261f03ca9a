"""The worker processes that a web process keeps at hand: for edits and previews, which cannot wait
for one to start. Notes are no safer in there than in an import, so they are read nowhere else."""

from __future__ import annotations

import atexit
import threading

from django.conf import settings

from studyapp.library.workers import NoteWorkers

_lock = threading.Lock()
_kept: list[NoteWorkers] = []


def live_workers() -> NoteWorkers:
    """This process's own workers, started when first needed and ended with it."""
    with _lock:
        if not _kept:
            workers = NoteWorkers(count=settings.NOTE_WORKERS, seconds=settings.NOTE_SECONDS)
            atexit.register(workers.close)
            _kept.append(workers)
        return _kept[0]
