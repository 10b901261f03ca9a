"""The process in which notes are read and rendered: ``python -m studyapp.library.note_worker FD``.

It knows the obsidian core and nothing else (no Django, no database), answers one job at a time on
the connection it was given, and is killed by its parent when a job takes too long.
"""

from __future__ import annotations

import gc
import resource
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from studyapp.library.packing import parse_packed, render_packed
from studyapp.obsidian.diffing import diff_lines
from studyapp.obsidian.merging import merge_texts
from studyapp.obsidian.rewriting import rewrite_note

WORK: dict[str, Callable[..., Any]] = {
    "parse": parse_packed,
    "render": render_packed,
    "merge": merge_texts,
    "diff": diff_lines,
    "rewrite": rewrite_note,
}
MEMORY_BYTES = 2 * 1024**3
COLLECTED_EVERY = 50_000
"""New objects after which cycles are looked for. A note makes tens of thousands and next to no
cycle: looked for as often as usual, that takes a fifteenth of the time."""


def main(descriptor: int) -> None:
    """Say ``True`` when ready, then answer jobs ``(work, arguments)`` with ``(True, result)`` or
    ``(False, message)``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who ends this process
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    gc.freeze()  # what is there by now stays
    gc.set_threshold(COLLECTED_EVERY)
    connection = Connection(descriptor)
    connection.send(True)
    while True:
        try:
            work, arguments = connection.recv()
        except (EOFError, ConnectionError):  # whoever asks may go away at any moment
            return
        try:
            answer = (True, WORK[work](*arguments))
        except Exception as error:
            answer = (False, f"{type(error).__name__}: {error}")
        connection.send(answer)


if __name__ == "__main__":
    main(int(sys.argv[1]))
