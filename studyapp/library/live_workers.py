"""The worker processes that this process keeps at hand: started when first needed and ended with
it, since a short import, an edit or a preview would else mostly wait for one to start. A process
that will need them no more ends them itself."""

from __future__ import annotations

import atexit
import threading

from django.conf import settings

from studyapp.library.workers import NoteWorkers

_lock = threading.Lock()
_kept: list[NoteWorkers] = []


def live_workers() -> NoteWorkers:
    """This process's own workers, with the deadline that the settings give each note."""
    with _lock:
        if not _kept:
            workers = NoteWorkers(count=settings.NOTE_WORKERS, seconds=settings.NOTE_SECONDS)
            atexit.register(workers.close)
            _kept.append(workers)
        return _kept[0].within(settings.NOTE_SECONDS)


def end_live_workers() -> None:
    """End them, when nothing is being read. Whoever asks for them again gets others."""
    with _lock:
        while _kept:
            workers = _kept.pop()
            atexit.unregister(workers.close)
            workers.close()
