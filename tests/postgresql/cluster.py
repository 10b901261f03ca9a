"""A PostgreSQL of one's own, for as long as it is wanted.

    python -m tests.postgresql.cluster COMMAND [ARGUMENT ...]

runs the command with ``STUDYAPP_DATABASE_URL`` naming a database in a cluster that is made for it
and taken away afterwards: it listens on a socket in a temporary folder and on no port. Where there
is no server the command is not run, and that is said; where STUDYAPP_POSTGRESQL is ``required`` it
is an error instead.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

QUICK = ("fsync", "synchronous_commit", "full_page_writes")
"""What keeps data through a power cut, which nothing here has to survive."""

NAME = "studyapp"


def server_folder() -> Path | None:
    """Where ``initdb`` and ``postgres`` are: on the path, or the newest where Debian puts them."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    return debian[-1].parent if debian else None


@contextmanager
def cluster(binaries: Path) -> Iterator[str]:
    """A running server with an empty database; the address to put in STUDYAPP_DATABASE_URL."""
    folder = Path(tempfile.mkdtemp(prefix="studyapp-pg-"))
    account = _account()
    try:
        if account:
            os.chown(folder, account["user"], account["group"])
        data = folder / "data"
        make = [binaries / "initdb", "-D", data, "-U", NAME, "-A", "trust", "-E", "UTF8"]
        _run([*make, "--locale=C.UTF-8", "--no-sync", "--no-instructions"], account)
        control = [binaries / "pg_ctl", "-D", data, "-s", "-w"]
        settings = ["-c listen_addresses=''", f"-c unix_socket_directories='{folder}'"]
        settings += [f"-c {name}=off" for name in QUICK]
        _run([*control, "-l", folder / "log", "-o", " ".join(settings), "start"], account)
        try:
            address = f"host={quote(str(folder), safe='')}&user={NAME}"
            _run([binaries / "createdb", "-h", folder, "-U", NAME, NAME], account)
            yield f"postgresql:///{NAME}?{address}"
        finally:
            _run([*control, "-m", "immediate", "stop"], account)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> dict[str, Any]:
    """Whom the server runs as, for ``subprocess``: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise SystemExit("PostgreSQL refuses to run as root, and there is nobody else to run it.")


def _run(command: list[str | Path], account: dict[str, Any]) -> None:
    done = subprocess.run(
        command, **account, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stderr.decode(errors='replace')}")


def main(command: list[str]) -> int:
    binaries = server_folder()
    if binaries is None:
        if os.environ.get("STUDYAPP_POSTGRESQL") == "required":
            print("PostgreSQL is required here, and there is none.", file=sys.stderr)
            return 1
        print("No PostgreSQL here: not run on it. (Debian: apt-get install postgresql)")
        return 0
    with cluster(binaries) as address:
        environment = {**os.environ, "STUDYAPP_DATABASE_URL": address}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
