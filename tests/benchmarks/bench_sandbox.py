"""User pools with boto3's own clients, one and eight at a time, beside moto's server.

All are asked the same, taking turns, by clients in processes of their own: what a client takes is
in the numbers of all. Ours is measured alone, with its memory Store, and in the app, where a call
goes through Django, is a transaction on SQLite and leaves a trace entry. It does what moto doesn't:
it keeps verifiers rather than passwords (one that was right lately is remembered by a digest, see
``recollection``), computes SRP, holds requests against AWS's model and sees whether a token was
revoked.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from tests.benchmarks.measuring import Measurement, percentile

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Passw0rd!"
USERS = 1_000
ROUNDS = 3
CALLS = 200
"""In a round, by all clients together."""
CLIENTS = (1, 8)

ALONE = [sys.executable, "-m", "studyapp.aws", "--port"]
MOTO = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p"]

APP = [
    *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
    *("--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "error"),
    *("studyapp.wsgi:application", "--port"),
]
"""As ``manage.py run`` serves it."""

OPERATIONS = {
    "create": "AdminCreateUser",
    "password": "InitiateAuth (password)",
    "srp": "InitiateAuth (SRP)",
    "get": "GetUser",
    "list": f"ListUsers of {USERS:,}",
}


Job = tuple[str, int, int]
"""An operation, the number of a round, and which place."""
Heard = tuple[float, float, list[float]]
"""When a client began and ended, and how long each call took it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A server with a pool of ``USERS`` users, and somebody signed in."""

    endpoint: str
    pool: str
    client: str
    access: str


@dataclass(frozen=True, slots=True)
class Found:
    """Operations a second, and how many milliseconds one took."""

    rate: float
    half: float
    most: float


def measure() -> Iterator[Measurement]:
    with served(ALONE) as alone, app() as in_app, served(MOTO) as theirs:
        places = (prepared(alone), prepared(in_app), prepared(theirs))
        for clients in CLIENTS:
            found = asked(places, clients)
            for operation, name in OPERATIONS.items():
                memory, sqlite, moto = found[operation]
                yield _line("sandbox", name, clients, memory, moto, "1.5 times moto")
                yield _line("sandbox in the app", name, clients, sqlite, moto, "moto's own")


def _line(what: str, name: str, clients: int, ours: Found, moto: Found, aim: str) -> Measurement:
    who = "one client" if clients == 1 else f"{clients} clients"
    return Measurement(
        name=f"{what} {name}, {who} (p50 {ours.half:.2f} ms, p99 {ours.most:.2f} ms)",
        value=ours.rate,
        unit="operations/s",
        against=(
            f"moto's server: {moto.rate:.0f}/s, p50 {moto.half:.2f} ms, p99 {moto.most:.2f} ms "
            f"(the aim is {aim})"
        ),
        ratio=ours.rate / moto.rate,
    )


@contextmanager
def app() -> Iterator[str]:
    """The endpoint of the app on a new SQLite, open to any key."""
    with tempfile.TemporaryDirectory(prefix="studyapp-bench-") as folder:
        environment = {
            **os.environ,
            "STUDYAPP_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "studyapp.settings",
            "STUDYAPP_DATABASE_URL": "",
            "STUDYAPP_SANDBOX_OPEN": "1",
        }
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
        with served(APP, environment) as address:
            yield f"{address}/aws"


@contextmanager
def served(command: list[str], environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """A server in a process of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*command, str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def api(endpoint: str) -> Any:
    return boto3.client(
        "cognito-idp",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        config=Config(retries={"max_attempts": 0}),
    )


def prepared(endpoint: str) -> Place:
    client = api(endpoint)
    pool = client.create_user_pool(PoolName="bench")["UserPool"]["Id"]
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    app = client.create_user_pool_client(
        UserPoolId=pool, ClientName="bench", ExplicitAuthFlows=flows
    )["UserPoolClient"]["ClientId"]
    for number in range(USERS):
        _create(client, pool, f"user{number:04d}")
    client.admin_set_user_password(
        UserPoolId=pool, Username="user0000", Password=PASSWORD, Permanent=True
    )
    access = _sign_in(client, app)["AuthenticationResult"]["AccessToken"]
    return Place(endpoint, pool, app, access)


def _create(client: Any, pool: str, name: str) -> None:
    client.admin_create_user(
        UserPoolId=pool,
        Username=name,
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}],
    )


def _sign_in(client: Any, app: str) -> Any:
    return client.initiate_auth(
        ClientId=app,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "user0000", "PASSWORD": PASSWORD},
    )


def _call(client: Any, place: Place, operation: str, unique: str) -> None:
    match operation:
        case "create":
            _create(client, place.pool, f"made{unique}")
        case "password":
            _sign_in(client, place.client)
        case "srp":
            client.initiate_auth(
                ClientId=place.client,
                AuthFlow="USER_SRP_AUTH",
                AuthParameters={"USERNAME": "user0000", "SRP_A": "2" * 768},
            )
        case "get":
            client.get_user(AccessToken=place.access)
        case "list":
            client.list_users(UserPoolId=place.pool)


def asked(places: tuple[Place, ...], clients: int) -> dict[str, list[Found]]:
    """What that many clients at once find of each operation, at each place.

    Of some rounds the best counts: what else the machine does only ever slows.
    """
    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(clients), context.Queue()
    # The places take turns.
    jobs = [
        (name, n, which)
        for name in OPERATIONS
        for n in range(ROUNDS)
        for which in range(len(places))
    ]
    processes = [
        context.Process(target=_client, args=(places, jobs, each, CALLS // clients, start, answers))
        for each in range(clients)
    ]
    for process in processes:
        process.start()
    heard: dict[Job, list[Heard]] = defaultdict(list)
    for _ in range(clients * len(jobs)):
        job, told = answers.get(timeout=300)
        heard[job].append(told)
    for process in processes:
        process.join()
    found: dict[str, list[Found]] = {}
    for operation in OPERATIONS:
        found[operation] = [
            max(
                (_found(heard[operation, number, which]) for number in range(ROUNDS)),
                key=lambda each: each.rate,
            )
            for which in range(len(places))
        ]
    return found


def _found(heard: list[Heard]) -> Found:
    took = [seconds for _, _, each in heard for seconds in each]
    span = max(end for _, end, _ in heard) - min(begin for begin, _, _ in heard)
    return Found(len(took) / span, percentile(took, 50) * 1000, percentile(took, 99) * 1000)


def _client(
    places: tuple[Place, ...], jobs: list[Job], each: int, calls: int, start: Any, answers: Any
) -> None:
    """One client in a process of its own; for every job all begin at once."""
    clients = [api(place.endpoint) for place in places]
    for job in jobs:
        operation, number, which = job
        client, place = clients[which], places[which]
        unique = f"{start.parties}x{number}x{each}"
        _call(client, place, operation, f"{unique}w")
        start.wait()
        took = []
        begin = time.time()
        for call in range(calls):
            before = time.perf_counter()
            _call(client, place, operation, f"{unique}n{call}")
            took.append(time.perf_counter() - before)
        answers.put((job, (begin, time.time(), took)))
