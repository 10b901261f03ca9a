"""Reading notes in processes that can be killed, each note under a deadline.

Python-Markdown is quadratic in places, so a note of a few kilobytes can keep a processor busy for
minutes. Nothing inside the process can stop it; so each worker process is owned by a thread that
waits for its answer, and replaces it when the deadline passes.
"""

from __future__ import annotations

import copy
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import Pipe
from pathlib import Path
from typing import Any, Self

WINDOW = 256
"""Jobs handed out ahead of the one whose answer is awaited: bounds memory, keeps workers busy."""

START_SECONDS = 60.0
"""How long a process may take to be ready. Starting is no note's fault, so it counts for none."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that has no result. ``timed_out`` when it was killed at its deadline."""

    message: str
    timed_out: bool = False


class _Worker:
    """One worker process and the connection to it."""

    def __init__(self) -> None:
        self.connection, theirs = Pipe()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                [sys.executable, "-m", "studyapp.library.note_worker", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=Path(__file__).resolve().parent.parent.parent,
                stdin=subprocess.DEVNULL,
            )
        self._is_ready = False

    def do(self, work: str, arguments: tuple[Any, ...], seconds: float) -> Any:
        """The result, or a ``Failure``; after a failure to answer the worker is dead."""
        try:
            if not self._is_ready:
                if not self.connection.poll(START_SECONDS):
                    self.close()
                    return Failure("could not begin: the process for it did not start")
                self._is_ready = self.connection.recv()
            self.connection.send((work, arguments))
            if not self.connection.poll(seconds):
                self.close()
                return Failure(f"took longer than {seconds:g} seconds", timed_out=True)
            succeeded, answer = self.connection.recv()
        except (EOFError, OSError):
            self.close()
            return Failure("the process reading it died, most likely for want of memory")
        return answer if succeeded else Failure(answer)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def close(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.wait()


def _in_order(waiting: deque[Future[Any]], begun: Iterator[Future[Any]]) -> Iterator[Any]:
    try:
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(islice(begun, 1))
    finally:  # somebody else may need the workers next
        for job in waiting:
            job.cancel()


class NoteWorkers:
    """A few worker processes. Use as a context manager; processes start when first needed."""

    def __init__(self, *, count: int, seconds: float) -> None:
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="note-worker")
        self._own = threading.local()
        self._all: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Finish what was begun, and end the processes."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._all:
            worker.close()

    def start(self) -> None:
        """Start a process now, in the background: reading has to wait for it the less."""
        self._threads.submit(self._process)

    def within(self, seconds: float) -> NoteWorkers:
        """The same workers, with another deadline for each job."""
        quicker = copy.copy(self)
        quicker._seconds = seconds
        return quicker

    def map(self, work: str, jobs: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """The result of ``work`` (see ``note_worker.WORK``) for each tuple of arguments, in
        order; a ``Failure`` for a job that had none. The first jobs are begun at once, so that
        the caller can do something else before asking for a result."""
        begun = (self._threads.submit(self._do, work, arguments) for arguments in jobs)
        return _in_order(deque(islice(begun, WINDOW)), begun)

    def _do(self, work: str, arguments: tuple[Any, ...]) -> Any:
        return self._process().do(work, arguments, self._seconds)

    def _process(self) -> _Worker:
        """The one that belongs to this thread."""
        worker: _Worker | None = getattr(self._own, "worker", None)
        if worker is None or not worker.alive:
            worker = self._own.worker = _Worker()
            self._all.append(worker)
        return worker
