"""``python -m studyapp.aws --port N``: the simulated cloud alone, in memory, open to any key."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from studyapp.aws.catalogue import as_markdown
from studyapp.aws.dispatch import Dispatcher
from studyapp.aws.lambda_.folder import FolderFunctions
from studyapp.aws.lambda_.processes import FunctionProcesses
from studyapp.aws.machine import MachineKeys, RandomIds, SystemClock
from studyapp.aws.memory import OPEN_ACCOUNT, MemoryCloud
from studyapp.aws.server import Server
from studyapp.aws.services import SERVICES
from studyapp.aws.trace import Entry

DEFAULT_PORT = 4566


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m studyapp.aws", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="default %(default)s; 0 takes a free one"
    )
    parser.add_argument(
        "--operations", action="store_true", help="print the list of operations and stop"
    )
    parser.add_argument(
        "--functions",
        type=Path,
        metavar="FOLDER",
        help="of NAME.js files, which Lambda triggers call as arn:aws:lambda:…:function:NAME",
    )
    options = parser.parse_args(arguments)
    if options.operations:
        print(as_markdown(SERVICES), end="")
        return 0
    if options.functions and not options.functions.is_dir():
        print(f"{options.functions} is no folder.", file=sys.stderr)
        return 1
    return serve(options.port, options.functions)


def serve(port: int, functions: Path | None = None) -> int:
    processes = FunctionProcesses()
    app = Dispatcher(
        MemoryCloud(),
        SERVICES,
        clock=SystemClock(),
        ids=RandomIds(),
        keys=MachineKeys(),
        record=_tell,
        functions=FolderFunctions(functions, processes) if functions else None,
    )
    try:
        server = Server(app, port)
    except OSError as error:
        print(
            f"Can't listen on port {port}: {error.strerror}. Try another --port.", file=sys.stderr
        )
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with server:
        print(f"AWS sandbox at {server.endpoint} (account {OPEN_ACCOUNT}, any key)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("Stopped.")
        finally:
            processes.close()
    return 0


def _tell(entry: Entry) -> None:
    """Without pages, codes and what functions print are read here; the rest of a trace isn't."""
    for run in entry.triggers:
        for line in (run.log, run.error):
            if line:
                print(f"{run.source}: {line}", flush=True)
    for message in entry.messages:
        print(f"{message.medium} to {message.to}: {message.body}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
