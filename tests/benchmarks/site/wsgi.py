"""The application that granian serves, timed from inside.

Every response says in a header how many seconds the application took, so that neither the client
nor HTTP counts as server time.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from studyapp.wsgi import application as studyapp

HEADER = "X-Server-Seconds"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """``studyapp``, timed until its whole response is there."""
    start = time.perf_counter()
    begun: list[Any] = []
    body = b"".join(studyapp(environ, lambda *args: begun.extend(args)))
    status, headers, *_ = begun
    start_response(status, [*headers, (HEADER, f"{time.perf_counter() - start:.6f}")])
    return [body]
