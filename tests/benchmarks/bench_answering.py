"""From a rating to the next card, as a browser asks for it, against a view that inserts one row.

For each number of cards there is a database on disk and a server of its own (granian, one worker,
loopback), both running at once. One learner studies on one connection; ratings and inserted rows
take turns, on both servers, so that whatever else the machine does falls on all of them alike.
Server time is what the application takes; ratings a second are seen from the client.
"""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.parse import urlencode

from tests.benchmarks.measuring import Measurement, percentile

SIZES = (1_000, 100_000)
WARM_UP = 30
RATINGS = 400
AGAIN_EVERY = 10
ROOT = Path(__file__).resolve().parents[2]
INSERT = "a logged-in view that inserts one row"


def measure() -> Iterator[Measurement]:
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="studyapp-bench-"))
        folders = [Path(folder) / str(size) for size in SIZES]
        for data, size in zip(folders, SIZES, strict=True):
            make_learner(data, size)
        desks = [stack.enter_context(_desk(data)) for data in folders]
        for _ in range(WARM_UP):
            for desk in desks:
                desk.rate()
                desk.insert()
        rated: list[list[Took]] = [[] for _ in desks]
        inserted: list[list[Took]] = [[] for _ in desks]
        for _ in range(RATINGS):
            for at, desk in enumerate(desks):
                rated[at].append(desk.rate())
                inserted[at].append(desk.insert())
        for desk in desks:
            desk.check()
    for size, ours, theirs in zip(SIZES, rated, inserted, strict=True):
        yield from _compare(f"{size:,} cards", ours, theirs)
    small, large = (statistics.median(took.server for took in each) for each in rated)
    yield Measurement(
        name=f"rating to next card, server time at {SIZES[1]:,} cards against {SIZES[0]:,}",
        value=large * 1000,
        unit="ms",
        against=f"{SIZES[0]:,} cards: {small * 1000:.2f} ms",
        ratio=large / small,
    )


class Took(NamedTuple):
    """Seconds that a request took: within the application, and as the client saw it."""

    server: float
    client: float


def _compare(where: str, ours: list[Took], theirs: list[Took]) -> Iterator[Measurement]:
    for percent in (50, 95):
        value, baseline = (
            percentile([took.server for took in each], percent) * 1000 for each in (ours, theirs)
        )
        yield Measurement(
            name=f"rating to next card, {where}, server time p{percent}",
            value=value,
            unit="ms",
            against=f"{INSERT}: {baseline:.2f} ms",
            ratio=value / baseline,
        )
    value, baseline = (len(each) / sum(took.client for took in each) for each in (ours, theirs))
    yield Measurement(
        name=f"ratings on one connection, {where}",
        value=value,
        unit="requests/s",
        against=f"{INSERT}: {baseline:.0f} requests/s",
        ratio=value / baseline,
    )


@dataclass
class Reply:
    """A response: its page, and what it took."""

    status: int
    location: str
    page: str
    took: Took

    def field(self, name: str) -> str:
        """The value of the page's first input called ``name``; "" where there is none."""
        for tag in re.findall(r"<input\b[^>]*>", self.page):
            if f'name="{name}"' in tag and (value := re.search(r'value="([^"]*)"', tag)):
                return unescape(value[1])
        return ""


class Browser:
    """A learner's browser at a server, on one connection."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.count = 0
        self.address = ""
        self.ask("GET", "/study/settings/")  # A page with a form, for the CSRF cookie.

    def insert(self) -> Took:
        """Insert one row."""
        reply = self.ask("POST", "/insert-row/", {"text": str(self.count)})
        if reply.status != 200:
            raise RuntimeError(f"inserting a row: status {reply.status}")
        return reply.took

    def ask(self, method: str, path: str, fields: dict[str, Any] | None = None) -> Reply:
        """One request over the connection; within the session as htmx makes it."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if self.address and path.startswith(self.address):
            headers["HX-Request"] = "true"
        body = None
        if fields is not None:
            body = urlencode(fields, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.cookies.get("studyapp_csrf", "")
        start = time.perf_counter()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        page = response.read()
        took = time.perf_counter() - start
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        server = float(response.headers["X-Server-Seconds"])
        location = response.headers.get("Location", "")
        return Reply(response.status, location, page.decode(), Took(server, took))


class Desk(Browser):
    """A learner at a server: rates the cards of a study session, one after another."""

    def __init__(self, port: int, database: Path) -> None:
        super().__init__(port)
        self.database = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
        self.address = self.ask("POST", "/study/start/", {}).location
        self.page = self.ask("GET", self.address)

    def rate(self) -> Took:
        """Rate the card on the page, its answer shown first; where the program grades, the right
        answer given first."""
        is_graded = f"{self.address}answer/" in self.page.page
        self.page = self._act("answer/", self._right_answer()) if is_graded else self._reveal()
        self.count += 1
        rating = 1 if self.count % AGAIN_EVERY == 0 and not is_graded else 3
        self.page = self._act("rate/", {"rating": rating, "request_id": str(uuid.uuid4())})
        return self.page.took

    def check(self) -> None:
        """Make sure that every rating was recorded. Raises RuntimeError."""
        (recorded,) = self.database.execute(
            "SELECT count(*) FROM study_review WHERE session_id IS NOT NULL AND action = 'rated'"
        ).fetchone()
        if recorded != self.count:
            raise RuntimeError(f"{self.count} ratings were sent, {recorded} recorded")

    def _reveal(self) -> Reply:
        return self._expect_question(self.ask("GET", f"{self.address}?reveal=1"))

    def _act(self, verb: str, fields: dict[str, Any]) -> Reply:
        drawn = self.page.field("drawn")
        fields = {"drawn": drawn, **fields}
        return self._expect_question(self.ask("POST", f"{self.address}{verb}", fields))

    @staticmethod
    def _expect_question(reply: Reply) -> Reply:
        if reply.status != 200 or 'id="question"' not in reply.page:
            raise RuntimeError(f"status {reply.status} and no question: {reply.page[:500]}")
        return reply

    def _right_answer(self) -> dict[str, Any]:
        """What to post for the question on the page, from the wording in the database."""
        version = self.page.field("drawn").split("-")[1]
        row = self.database.execute(
            "SELECT data FROM library_itemversion WHERE id = ?", (version,)
        ).fetchone()
        content = json.loads(row[0])
        match content["kind"]:
            case "text":
                return {"text": content["accept"][0]}
            case "number":
                return {"text": content["number"]["value"]}
            case "order":
                return {"order": [option["id"] for option in content["options"]]}
            case "match":
                return {f"match-{p['id']}": p["id"] for p in content["pairs"] if p["left"]}
            case _:
                return {"option": [o["id"] for o in content["options"] if o["correct"]]}


def make_learner(data: Path, cards: int) -> None:
    """A database in ``data`` with a learner who has ``cards`` cards."""
    data.mkdir()
    for command in (
        ["manage.py", "migrate", "--run-syncdb", "--verbosity", "0"],
        ["manage.py", "collectstatic", "--verbosity", "0", "--no-input"],
        ["-m", "tests.benchmarks.site.populate", str(cards)],
    ):
        subprocess.run([sys.executable, *command], check=True, cwd=ROOT, env=environment(data))


def environment(data: Path) -> dict[str, str]:
    return {
        **os.environ,
        "STUDYAPP_DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.site.settings",
    }


@contextmanager
def _desk(data: Path) -> Iterator[Desk]:
    """The learner of the database in ``data``, at a server of their own."""
    with served(data) as port:
        desk = Desk(port, data / "studyapp.sqlite3")
        with closing(desk.database), closing(desk.connection):
            yield desk


@contextmanager
def served(data: Path, *options: str) -> Iterator[int]:
    """A server of the database in ``data``, with these options of granian's; gives its port."""
    port = _free_port()
    where = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command = ["-m", "granian", *where, *options, "--log-level", "error"]
    application = "tests.benchmarks.site.wsgi:application"
    server = subprocess.Popen(
        [sys.executable, *command, application], cwd=ROOT, env=environment(data)
    )
    try:
        _wait_until_open(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_open(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with status {server.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not open its port within half a minute")
