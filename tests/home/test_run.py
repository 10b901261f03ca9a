"""``manage.py run``, for real: from an empty data folder to a page one can study from, and back."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from studyapp.accounts.services import ensure_learner
from studyapp.home.management.commands.run import STEADY_SECONDS, TITLE, Command
from studyapp.library.models import ImportRun, NoteVersion
from studyapp.library.services import locking
from studyapp.library.services.importing import import_vault
from studyapp.library.services.locking import only_change_to
from studyapp.stopping import Stop
from tests.library.vaults import messaging

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


def command(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command of manage.py, with these environment variables."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "studyapp.settings", **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


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
        assert len(children) == 3  # the web server, the worker, and who ends them if need be
        process.send_signal(number)
        assert process.wait(timeout=30) == 0
    assert not any(is_running(pid) for pid in children)


def test_a_folder_is_followed_while_its_switch_is_on(tmp_path: Path) -> None:
    def page(data: bytes | None = None) -> str:
        address = f"http://127.0.0.1:{port}/library/mine/{'follow/' if data else ''}"
        headers = {"X-CSRFToken": token, "Cookie": f"studyapp_csrf={token}"} if data else {}
        request = urllib.request.Request(address, data, headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            return str(response.read().decode())

    def wait_for(words: str) -> None:
        deadline = time.monotonic() + 40
        while words not in page():
            assert time.monotonic() < deadline, words
            time.sleep(0.2)

    token = "a" * 32
    port = free_port()
    root = messaging(tmp_path / "mine")
    assert command("migrate", STUDYAPP_DATA_DIR=str(tmp_path / "data")).returncode == 0
    arguments = ("import_vault", str(root))
    assert command(*arguments, STUDYAPP_DATA_DIR=str(tmp_path / "data")).returncode == 0
    with running(tmp_path / "data", port) as (process, _):
        assert "Stop following the folder" in page(b"follow=1")
        wait_for("data-follow=")
        (root / "Brand new.md").write_text("Words.\n")
        wait_for("Brand new")
        everybody = children_of(process.pid)
        assert len(everybody) == 4
        assert ">Follow the folder" in page(b"follow=0")
        deadline = time.monotonic() + 20
        while len(children_of(process.pid)) == 4:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_killing_it_ends_what_it_started(tmp_path: Path) -> None:
    with running(tmp_path / "data", free_port()) as (process, _):
        children = children_of(process.pid)
        everybody = [*children, *(pid for child in children for pid in children_of(child))]
        assert len(everybody) == 5
        process.kill()
        process.wait()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and any(map(is_running, everybody)):
            time.sleep(0.1)
    assert not any(map(is_running, everybody))


def test_a_worker_that_ends_has_a_successor_but_not_for_ever(tmp_path: Path) -> None:
    def worker() -> int:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for child in children_of(process.pid):
                with suppress(FileNotFoundError):  # it ended meanwhile
                    if b"db_worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                        return child
            time.sleep(0.1)
        raise AssertionError("there is no worker")

    with running(tmp_path / "data", free_port()) as (process, _):
        time.sleep(STEADY_SECONDS)
        first = worker()
        os.kill(first, signal.SIGKILL)
        while (second := worker()) == first:
            time.sleep(0.1)
        assert process.poll() is None
        os.kill(second, signal.SIGKILL)
        assert process.wait(timeout=30) == 1


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"STUDYAPP_DEBUG": "maybe"}, "STUDYAPP_DEBUG='maybe' is neither yes nor no"),
        ({"STUDYAPP_DATA_DIR": "/dev/null/data"}, "data folder /dev/null/data cannot be made"),
    ],
    ids=["a setting", "the data folder"],
)
def test_what_is_set_wrong_is_said_in_a_sentence(variables: dict[str, str], words: str) -> None:
    ended = command("run", **variables)
    assert ended.returncode == 1
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_that_is_locked_is_said_in_a_sentence(tmp_path: Path) -> None:
    assert command("migrate", STUDYAPP_DATA_DIR=str(tmp_path)).returncode == 0
    with closing(sqlite3.connect(tmp_path / "studyapp.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ended = command("import_vault", str(ROOT / "notes"), STUDYAPP_DATA_DIR=str(tmp_path))
    assert ended.returncode == 1
    assert "The database cannot be used: database is locked" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_data_folder_is_made_wherever_the_secret_is(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    ended = command("migrate", STUDYAPP_DATA_DIR=str(data), STUDYAPP_SECRET_KEY="given")
    assert ended.returncode == 0, ended.stderr
    assert (data / "studyapp.sqlite3").exists()
    assert not (data / "secret-key").exists()


def test_the_secret_is_for_nobody_else_to_read(tmp_path: Path) -> None:
    environment = {"STUDYAPP_DATA_DIR": str(tmp_path), "STUDYAPP_SECRET_KEY": ""}
    assert command("check", **environment).returncode == 0
    secret = tmp_path / "secret-key"
    assert secret.stat().st_mode & 0o777 == 0o600
    first = secret.read_text()
    assert len(first) > 50
    assert command("check", **environment).returncode == 0
    assert secret.read_text() == first
    assert {path.name for path in tmp_path.iterdir()} == {"secret-key", "cache"}


def test_a_taken_port_is_named_before_anything_is_done(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        with running(tmp_path / "data", port) as (process, said):
            assert process.wait(timeout=30) == 1
    assert f"Port {port} cannot be used" in "".join(said)
    assert not (tmp_path / "data" / "studyapp.sqlite3").exists()


@pytest.mark.django_db
def test_the_sample_is_not_read_over_a_vault_that_took_its_name(tmp_path: Path) -> None:
    learner = ensure_learner()
    mine = import_vault(owner=learner, root=messaging(tmp_path / "mine"), title=TITLE).vault
    Command()._import_sample(learner)
    assert list(learner.vaults.all()) == [mine]
    assert mine.notes.filter(path="Queues.md").exists()
    (tmp_path / "mine").rename(tmp_path / "away")  # as when the sample itself has moved
    Command()._import_sample(learner)
    mine.refresh_from_db()
    assert mine.source.endswith("notes")


@pytest.mark.django_db
def test_beginning_makes_room_but_waits_for_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    root = messaging(tmp_path / "mine")
    vault = import_vault(owner=ensure_learner(), root=root).vault
    import_vault(owner=vault.owner, root=messaging(root, Queues="Nothing."))
    ImportRun.objects.update(finished_at=timezone.now() - timedelta(days=2))
    earlier = NoteVersion.objects.filter(vault=vault, note__path="Queues.md").order_by("since")[0]
    monkeypatch.setattr(locking, "PATIENCE", 0)
    with only_change_to(vault):
        Command()._make_room()
    earlier.refresh_from_db()
    assert earlier.html
    Command()._make_room()
    earlier.refresh_from_db()
    assert (earlier.html, earlier.text[:3]) == ("", "---")


def test_a_signal_at_any_moment_of_waiting_is_heard() -> None:
    stop = Stop()

    def interrupt(*_: object) -> object:
        stop.ask()  # as a signal handler would, between any two steps of ``wait``
        return interrupt

    def give_up(*_: object) -> None:
        raise TimeoutError("the handler waits for what it interrupted")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(10)
    sys.settrace(interrupt)
    try:
        assert stop.wait(0.01)
    finally:
        sys.settrace(None)
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
