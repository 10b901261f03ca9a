"""``python -m studyapp.home.leash``: ends the processes of ``manage.py run`` when it dies first.

The command stops its processes itself. But somebody may kill it outright, and processes that go
on would keep the port and the database. So this one reads from a pipe that only the command holds
open: process groups, a number a line. When the pipe closes, however that came about, the groups
are ended, unless the last line said ``stopped``.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE_SECONDS = 8


def main(lines: Iterable[str]) -> None:
    """Wait for the end of ``lines``, then end the groups they name."""
    words = [line.strip() for line in lines]
    if words and words[-1] == "stopped":
        return
    groups = [int(word) for word in words]
    for group in groups:
        _send(group, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and any(_send(group, 0) for group in groups):
        time.sleep(0.1)
    for group in groups:
        _send(group, signal.SIGKILL)


def _send(group: int, number: int) -> bool:
    """Whether there was anybody in the group to send the signal to."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)
        return True
    return False


if __name__ == "__main__":
    main(sys.stdin)
