"""``manage.py run``, for real: from an empty data folder to a page one can study from, and back."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(data: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """The command and what it said until it was ready (or ended)."""
    environment = {
        **os.environ,
        "STUDYAPP_DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "studyapp.settings",
        "PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if "is ready" in line:
                break
        yield process, said
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        process.stdout.close()


def children_of(pid: int) -> list[int]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(word) for word in found.stdout.split()]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_from_nothing_to_studying_and_back(tmp_path: Path, number: signal.Signals) -> None:
    port = free_port()
    with running(tmp_path / "data", port) as (process, said):
        address = f"http://127.0.0.1:{port}/"
        assert address in said[-1]
        assert "Imported the sample vault" in "".join(said)
        with urllib.request.urlopen(address, timeout=20) as response:
            page = response.read().decode()
        assert "Start studying" in page
        assert "Cognito User Pools" in page
        children = children_of(process.pid)
        assert len(children) == 2  # the web server and the worker
        process.send_signal(number)
        assert process.wait(timeout=30) == 0
    assert not any(is_running(pid) for pid in children)


def test_a_taken_port_is_named_before_anything_is_done(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        with running(tmp_path / "data", port) as (process, said):
            assert process.wait(timeout=30) == 1
    assert f"Port {port} cannot be used" in "".join(said)
    assert not (tmp_path / "data" / "studyapp.sqlite3").exists()
