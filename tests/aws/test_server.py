"""The standalone server: what it makes of HTTP, and the command."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from threading import Thread
from urllib.parse import urlsplit

import boto3
import pytest

from studyapp.aws.__main__ import main
from studyapp.aws.server import MAX_BODY, Server
from studyapp.aws.wire.http import Request, Response


def echo(request: Request) -> Response:
    text = f"{request.method} {request.path} {request.query} {request.base} {request.headers}"
    return Response(200, f"{text} {request.body!r}".encode(), {"X-One": "1"})


@pytest.fixture
def connection() -> Iterator[socket.socket]:
    with Server(echo) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        address = urlsplit(server.endpoint)
        with socket.create_connection((address.hostname, address.port), timeout=5) as client:
            yield client
        server.shutdown()
        thread.join()


def exchange(connection: socket.socket, data: bytes) -> str:
    connection.sendall(data)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536) or b"\r\n\r\n"
    head, _, body = answer.partition(b"\r\n\r\n")
    length = int(re.search(rb"Content-Length: (\d+)", head)[1])  # type: ignore[index]
    while len(body) < length:
        body += connection.recv(65536)
    return (head + b"\n" + body).decode()


def test_a_connection_serves_one_request_after_another(connection: socket.socket) -> None:
    for body in ("a", "bc"):
        answer = exchange(
            connection,
            f"POST /p%20q?x=1 HTTP/1.1\r\nHost: h:1\r\nX-A:  b \r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode(),
        )
        assert answer.startswith("HTTP/1.1 200 OK\r\nX-One: 1\r\n")
        assert "POST /p%20q x=1 http://h:1 {'host': 'h:1', 'x-a': 'b'" in answer
        assert answer.endswith(f"b'{body}'")


def test_a_client_that_asks_to_close_is_closed(connection: socket.socket) -> None:
    answer = exchange(connection, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert "Connection: close" in answer
    assert connection.recv(1) == b""


def test_a_client_that_waits_to_be_asked_for_the_body_is_asked(connection: socket.socket) -> None:
    connection.sendall(b"PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert exchange(connection, b"hi").endswith("b'hi'")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", "400 Bad Request"),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", "400 Bad Request"),
        (b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400 Bad Request"),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "411 Length Required"),
        (
            f"POST / HTTP/1.1\r\nContent-Length: {MAX_BODY + 1}\r\n\r\n".encode(),
            "413 Request Entity Too Large",
        ),
        (b"GET /" + b"a" * 17_000, "431 Request Header Fields Too Large"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 101, "431 Request Header Fields Too Large"),
    ],
)
def test_what_is_not_http_is_refused_and_the_connection_closed(
    connection: socket.socket, request_: bytes, status: str
) -> None:
    assert exchange(connection, request_).startswith(f"HTTP/1.1 {status}")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_told_to_stop(ending: signal.Signals) -> None:
    command = [sys.executable, "-m", "studyapp.aws", "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            announced = process.stdout.readline()
            match = re.search(r"http://127\.0\.0\.1:\d+", announced)
            assert match, announced
            client = boto3.client(
                "cognito-idp",
                endpoint_url=match[0],
                region_name="us-east-1",
                aws_access_key_id="any",
                aws_secret_access_key="any",
            )
            pool = client.create_user_pool(PoolName="first")["UserPool"]
            listed = client.list_user_pools(MaxResults=1)["UserPools"]
            assert [each["Id"] for each in listed] == [pool["Id"]]
            client.close()
            process.send_signal(ending)
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, out, err) == (0, "Stopped.\n", "")


def test_a_port_that_is_taken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with Server(echo) as server:
        port = server.server_address[1]
        assert main(["--port", str(port)]) == 1
    assert f"Can't listen on port {port}" in capsys.readouterr().err
