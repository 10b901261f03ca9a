"""Notes are read in processes that can be killed."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from studyapp.library.packing import unpack
from studyapp.library.workers import Failure, NoteWorkers
from studyapp.obsidian.values import VaultSettings

SETTINGS = VaultSettings()


def jobs(count: int) -> list[tuple[object, ...]]:
    return [(f"{n}.md", f"# Note {n}".encode(), SETTINGS) for n in range(count)]


def test_results_come_in_the_order_of_the_jobs() -> None:
    with NoteWorkers(count=2, seconds=30) as workers:
        paths = [unpack(note.head).path for note in workers.map("parse", jobs(150))]
    assert paths == [f"{n}.md" for n in range(150)]


def test_a_job_past_its_deadline_fails_alone() -> None:
    with NoteWorkers(count=1, seconds=30) as workers:
        assert unpack(next(workers.map("parse", jobs(1))).head).path == "0.md"
        workers._seconds = 0.0
        (late,) = workers.map("parse", [("long.md", b"- [[x]]\n" * 50_000, SETTINGS)])
        assert isinstance(late, Failure)
        assert late.timed_out
        assert "longer than 0 seconds" in late.message
        workers._seconds = 30
        assert [unpack(note.head).path for note in workers.map("parse", jobs(2))] == [
            "0.md",
            "1.md",
        ]


def test_the_start_of_a_process_is_no_part_of_a_job_s_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow = tmp_path / "slow-python"
    slow.write_text(f'#!/bin/sh\nsleep 1\nexec {sys.executable} "$@"\n')
    slow.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(slow))
    with NoteWorkers(count=1, seconds=1.0) as workers:
        (note,) = workers.map("parse", jobs(1))
    assert not isinstance(note, Failure), note.message


def test_a_job_that_raises_fails_alone() -> None:
    with NoteWorkers(count=1, seconds=30) as workers:
        broken, fine = workers.map("parse", [("a.md",), *jobs(1)])
    assert isinstance(broken, Failure)
    assert "TypeError" in broken.message
    assert unpack(fine.head).path == "0.md"


def test_a_process_that_dies_is_replaced() -> None:
    with NoteWorkers(count=1, seconds=30) as workers:
        list(workers.map("parse", jobs(1)))
        workers._all[0].process.kill()
        workers._all[0].process.wait()
        assert [unpack(note.head).path for note in workers.map("parse", jobs(1))] == ["0.md"]


def test_a_process_that_was_started_before_is_the_one_that_reads() -> None:
    with NoteWorkers(count=1, seconds=30) as workers:
        workers.start()
        list(workers.map("parse", jobs(1)))
        assert len(workers._all) == 1


def test_what_nobody_waits_for_any_more_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[object] = []
    given_up = threading.Event()

    def read(self: NoteWorkers, work: str, arguments: object) -> None:
        begun.append(arguments)
        assert len(begun) == 1 or given_up.wait(20)

    monkeypatch.setattr(NoteWorkers, "_do", read)
    with NoteWorkers(count=1, seconds=30) as workers:
        results = workers.map("parse", jobs(100))
        next(results)
        del results  # as when an import fails
        given_up.set()
        list(workers.map("parse", jobs(1)))
    assert len(begun) <= 4


def test_nothing_is_left_running() -> None:
    with NoteWorkers(count=2, seconds=30) as workers:
        list(workers.map("parse", jobs(4)))
    assert all(worker.process.poll() is not None for worker in workers._all)
