"""``manage.py run``: everything one person needs, in one foreground process tree."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner
from studyapp.env import env_int
from studyapp.home.leash import GRACE_SECONDS
from studyapp.library.live_workers import end_live_workers
from studyapp.library.models import Vault
from studyapp.library.services.importing import import_vault
from studyapp.library.services.locking import VaultBusyError
from studyapp.library.services.pruning import prune_blobs, prune_vault
from studyapp.obsidian.scan import VaultError
from studyapp.stopping import Stop

SAMPLE = settings.BASE_DIR / "notes"
TITLE = "AWS Developer"
READY_SECONDS = 60
FOLLOWERS_SECONDS = 1.0
WORKER = "The worker"
STEADY_SECONDS = 10.0
"""How long a worker has to have run for its end to be bad luck, such as a database that stayed
locked, and not a fault that another one would end of as well."""


class Command(BaseCommand):
    help = "Migrate, import the sample vault on first use, and serve studyapp on loopback."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=env_int("PORT", 8000))
        parser.add_argument(
            "--no-sample", action="store_true", help="do not import the sample vault"
        )

    def handle(self, *args: Any, port: int, no_sample: bool, **options: Any) -> None:
        _refuse_taken_port(port)
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        learner = ensure_learner()
        if not no_sample:
            self._import_sample(learner)
            end_live_workers()
        self._make_room()
        self._serve(port)

    def _import_sample(self, learner: User) -> None:
        namesake = learner.vaults.filter(title=TITLE).exclude(source=str(SAMPLE.resolve())).first()
        if namesake is not None and Path(namesake.source).is_dir():
            return  # the learner's own vault by now: the sample must not be read over it
        try:
            result = import_vault(owner=learner, root=SAMPLE, title=TITLE)
        except VaultError as error:
            self.stderr.write(f"The sample vault was not imported: {error}")
            return
        if result.changed:
            self.stdout.write(f"Imported the sample vault: {result.summary}")

    def _make_room(self) -> None:
        """Let go of what earlier revisions left behind, while nobody reads or writes anything."""
        with suppress(VaultBusyError):  # another process does: the next start is as good
            for vault in Vault.objects.order_by("pk"):
                prune_vault(vault)
            prune_blobs()

    def _serve(self, port: int) -> None:
        address = f"http://127.0.0.1:{port}/"
        commands = {
            "The web server": [
                "-m",
                "granian",
                "--interface",
                "wsgi",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "--workers",
                str(env_int("STUDYAPP_WEB_WORKERS", 2)),
                "--blocking-threads",
                "4",
                "--no-ws",
                "--log-level",
                "warning",
                "--workers-kill-timeout",
                "5",
                "studyapp.wsgi:application",
            ],
            WORKER: ["manage.py", "db_worker", "--verbosity", "0", "--no-reload"],
        }
        stop = Stop()
        stop.on_signals()
        with _running(commands) as family:
            self._announce(address, family.processes["The web server"], stop)
            while not stop.wait(0.2):
                family.keep_following()
                for name, process in family.processes.items():
                    if process.poll() is None:
                        continue
                    words = f"{name} stopped by itself (exit status {process.returncode})"
                    if name != WORKER or not family.may_start_again():
                        raise CommandError(f"{words}; see its message above.")
                    self.stderr.write(f"{words}; it is started again.")
                    family.processes[name] = family.start(commands[name])

    def _announce(self, address: str, server: subprocess.Popen[bytes], stop: Stop) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and server.poll() is None and not stop.asked:
            try:
                with urllib.request.urlopen(address, timeout=5):  # noqa: S310 (our own address)
                    self.stdout.write(f"studyapp is ready: {address}  (Ctrl-C stops it)")
                    self.stdout.flush()
                    return
            except urllib.error.HTTPError as error:
                self.stderr.write(f"{address} answers, but with error {error.code}: see above.")
                return
            except OSError:
                stop.wait(0.1)


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({str(error.strerror).lower()}). "
                f"Choose another: make run PORT={port + 1}"
            ) from error


class Family:
    """The processes that were started, each also told to ``leash``."""

    def __init__(self, leash: IO[bytes]) -> None:
        self.leash = leash
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.followers: dict[int, subprocess.Popen[bytes]] = {}
        self._looked = 0.0
        self._begun = time.monotonic()

    def may_start_again(self) -> bool:
        """Whether a worker that ended gets a successor."""
        before, self._begun = self._begun, time.monotonic()
        return self._begun - before >= STEADY_SECONDS

    def start(self, arguments: list[str]) -> subprocess.Popen[bytes]:
        """A process of our own interpreter."""
        process = _start(arguments)
        self.leash.write(b"%d\n" % process.pid)
        self.leash.flush()
        return process

    def keep_following(self) -> None:
        """Once a second: a process for each vault whose folder is to be followed, and no other."""
        if time.monotonic() - self._looked < FOLLOWERS_SECONDS:
            return
        self._looked = time.monotonic()
        try:
            wanted = set(Vault.objects.filter(follow=True).values_list("pk", flat=True))
        except DatabaseError:
            return  # it is said by those who cannot go on without
        for key in [key for key in self.followers if key not in wanted]:
            _stop([self.followers.pop(key)])
        for key in wanted:
            if key not in self.followers or self.followers[key].poll() is not None:
                self.followers[key] = self.start(["manage.py", "follow_vault", str(key)])


@contextmanager
def _running(commands: dict[str, list[str]]) -> Iterator[Family]:
    """The commands as processes, which end with the block, or with this process."""
    leash = _start(["-m", "studyapp.home.leash"], stdin=subprocess.PIPE)
    assert leash.stdin is not None
    family = Family(leash.stdin)
    try:
        for name, arguments in commands.items():
            family.processes[name] = family.start(arguments)
        yield family
    finally:
        _stop([*family.processes.values(), *family.followers.values()])
        leash.communicate(b"stopped\n")


def _start(arguments: list[str], stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    # A process group of their own: Ctrl-C reaches this process alone, which then stops the others
    # in order instead of everybody falling over at once.
    return subprocess.Popen(  # noqa: S603 (our own interpreter and modules)
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        stdin=stdin,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "studyapp.settings"},
        start_new_session=True,
    )


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
