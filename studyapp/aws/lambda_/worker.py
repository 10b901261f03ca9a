"""The process a function runs in: ``python -m studyapp.aws.lambda_.worker DESCRIPTOR``.

Takes calls on a connection, one after the other, as JSON (never pickles: who gets out of the
interpreter must not get into our parent), and answers each. Its memory and its files are limited,
and its owner kills it when it takes too long.
"""

from __future__ import annotations

import json
import resource
import sys
from contextlib import suppress
from multiprocessing.connection import Connection

from studyapp.aws.lambda_.runtime import run

ADDRESS_SPACE = 512 * 1024 * 1024
FILES = 16


def main(descriptor: int) -> None:
    for what, most in (
        (resource.RLIMIT_AS, ADDRESS_SPACE),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    connection = Connection(descriptor)
    with suppress(EOFError, KeyboardInterrupt):
        while True:
            call = json.loads(connection.recv_bytes())
            connection.send_bytes(json.dumps(run(*call)).encode())


if __name__ == "__main__":
    main(int(sys.argv[1]))
