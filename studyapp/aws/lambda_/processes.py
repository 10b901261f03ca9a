"""Worker processes that functions run in, killed and replaced when one takes too long."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from multiprocessing import Pipe
from pathlib import Path
from queue import LifoQueue
from typing import Any

from studyapp.aws.ports import Invocation, Sent

SECONDS = 5.0
"""How long Cognito waits for a function (developer guide, "Lambda triggers")."""

NO_SECRETS: Mapping[str, str] = {}

_ROOT = Path(__file__).resolve().parents[3]


class _Worker:
    """One process and the connection to it."""

    def __init__(self) -> None:
        self._connection, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                [sys.executable, "-m", "studyapp.aws.lambda_.worker", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=_ROOT,
                env={},
                stdin=subprocess.DEVNULL,
            )

    def call(
        self, source: str, event: Mapping[str, Any], secrets: Mapping[str, str], seconds: float
    ) -> Invocation | None:
        """None if it died or had to be killed; then it is of no more use."""
        try:
            self._connection.send_bytes(
                json.dumps([source, json.dumps(event), json.dumps(secrets)]).encode()
            )
            if not self._connection.poll(seconds):
                return None
            told = json.loads(self._connection.recv_bytes())
        except (EOFError, OSError):
            return None
        return Invocation(
            result=told.get("result"),
            error=str(told.get("error", "")),
            timed_out=bool(told.get("timed_out")),
            log=str(told.get("log", "")),
            sent=tuple(
                Sent(str(each.get("to")), str(each.get("subject")), str(each.get("body")))
                for each in told.get("sent", ())
            ),
        )

    def close(self) -> None:
        self._connection.close()
        self._process.kill()
        self._process.wait()


class FunctionProcesses:
    """``count`` processes; each is started when it is first needed."""

    def __init__(self, *, count: int = 2, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._idle: LifoQueue[_Worker | None] = LifoQueue()
        for _ in range(count):
            self._idle.put(None)

    def run(
        self, source: str, event: Mapping[str, Any], secrets: Mapping[str, str] = NO_SECRETS
    ) -> Invocation:
        """Waits for a process to be free, then at most ``seconds`` for the function."""
        worker = self._idle.get() or _Worker()
        invocation = None
        try:
            invocation = worker.call(source, event, secrets, self._seconds)
        finally:
            if invocation is None:
                worker.close()
            self._idle.put(worker if invocation else None)
        return invocation or Invocation(error="The function took too long.", timed_out=True)

    def close(self) -> None:
        """End the processes that are idle."""
        for _ in range(self._idle.qsize()):
            worker = self._idle.get()
            if worker is not None:
                worker.close()
            self._idle.put(None)
