"""HTTP on loopback for clients of AWS's: kept-alive connections, a thread each.

``http.server`` reads headers with the e-mail parser, which takes longer than most operations; the
little that AWS's clients need is read here by hand.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from socketserver import StreamRequestHandler, ThreadingTCPServer

from studyapp.aws.wire.http import Request, Response

logger = logging.getLogger(__name__)

MAX_LINE = 16 * 1024
MAX_HEADERS = 100
MAX_BODY = 10 * 1024 * 1024
IDLE = 60.0
"""Seconds after which a connection nobody uses is closed."""


class Server(ThreadingTCPServer):
    """Serves ``app`` on loopback; ``port`` 0 takes any that is free."""

    allow_reuse_address = True
    daemon_threads = True
    # A thread may wait for a client's next request as long as it likes to.
    block_on_close = False
    request_queue_size = 128

    def __init__(self, app: Callable[[Request], Response], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Connection)
        self.app = app

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _BadRequestError(Exception):
    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class _Connection(StreamRequestHandler):
    timeout = IDLE
    disable_nagle_algorithm = True
    server: Server

    def handle(self) -> None:
        try:
            while self._serve_one():
                pass
        except (ConnectionError, TimeoutError):
            logger.debug("%s went away", self.client_address)

    def _serve_one(self) -> bool:
        """Whether the connection is kept for another."""
        try:
            request = self._read()
        except _BadRequestError as error:
            self._write(Response(error.status.value, error.status.phrase.encode()), close=True)
            return False
        if request is None:
            return False
        close = request.headers.get("connection", "").lower() == "close"
        self._write(self.server.app(request), close=close)
        return not close

    def _read(self) -> Request | None:
        line = self._line()
        if not line:
            return None
        parts = line.split()
        if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
            raise _BadRequestError(HTTPStatus.BAD_REQUEST)
        headers = self._headers()
        path, _, query = parts[1].partition("?")
        return Request(
            method=parts[0],
            path=path,
            query=query,
            headers=headers,
            body=self._body(headers),
            base=f"http://{headers.get('host', '127.0.0.1')}",
            source_ip=self.client_address[0],
        )

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        for _ in range(MAX_HEADERS):
            line = self._line().strip()
            if not line:
                return headers
            name, colon, value = line.partition(":")
            if not colon:
                raise _BadRequestError(HTTPStatus.BAD_REQUEST)
            name, value = name.lower(), value.strip()
            headers[name] = f"{headers[name]},{value}" if name in headers else value
        raise _BadRequestError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def _body(self, headers: dict[str, str]) -> bytes:
        if "transfer-encoding" in headers:
            raise _BadRequestError(HTTPStatus.LENGTH_REQUIRED)
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            raise _BadRequestError(HTTPStatus.BAD_REQUEST)
        if int(length) > MAX_BODY:
            raise _BadRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if headers.get("expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return self.rfile.read(int(length))

    def _line(self) -> str:
        line = self.rfile.readline(MAX_LINE + 1)
        if len(line) > MAX_LINE:
            raise _BadRequestError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return line.decode("latin-1")

    def _write(self, response: Response, *, close: bool) -> None:
        status = HTTPStatus(response.status)
        lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        lines += [f"Content-Length: {len(response.body)}"]
        lines += ["Connection: close"] if close else []
        head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
        self.wfile.write(head + response.body)
