"""A cloud on loopback, and the real clients for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from studyapp.aws.dispatch import Dispatcher
from studyapp.aws.machine import MachineKeys, RandomIds
from studyapp.aws.memory import MemoryCloud
from studyapp.aws.operations import Service
from studyapp.aws.ports import Cloud, Functions
from studyapp.aws.server import Server
from studyapp.aws.services import SERVICES
from studyapp.aws.trace import Entry
from studyapp.aws.wire.http import Response


@dataclass
class MovableClock:
    """The real time, and as much later as a test wants it to be."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Running:
    """A cloud that is being served, and what a test may see of it."""

    endpoint: str
    cloud: Any
    clock: MovableClock
    entries: list[Entry] = field(default_factory=list)

    def client(
        self,
        service: str = "cognito-idp",
        region: str = "us-east-1",
        key: str = "AKIAIOSFODNN7EXAMPLE",
        secret: str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        *,
        validates: bool = True,
    ) -> Any:
        """boto3's client. ``validates`` False: it sends what isn't right as well."""
        return _client(self.endpoint, service, region, key, secret, validates)


@cache
def _client(
    endpoint: str, service: str, region: str, key: str, secret: str, validates: bool
) -> Any:
    """Kept, as it takes longer to make one than to ask it a hundred things."""
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"max_attempts": 0}, parameter_validation=validates),
    )


@cache
def _server() -> Server:
    """One for all tests of a process; which cloud it serves changes."""
    server = Server(lambda request: Response(503))
    Thread(target=server.serve_forever, daemon=True).start()
    return server


@contextmanager
def running(
    services: Iterable[Service] = SERVICES,
    cloud: Cloud | None = None,
    functions: Functions | None = None,
) -> Iterator[Running]:
    """A cloud over HTTP, in memory if no other is given."""
    clock, entries = MovableClock(), []
    cloud = cloud or MemoryCloud()
    server = _server()
    server.app = Dispatcher(
        cloud,
        services,
        clock=clock,
        ids=RandomIds(),
        keys=MachineKeys(),
        record=entries.append,
        functions=functions,
    )
    yield Running(server.endpoint, cloud, clock, entries)


def refusal(call: Any, **request: Any) -> tuple[str, str]:
    """The name and the words of the error that ``call`` is answered with."""
    with pytest.raises(ClientError) as error:
        call(**request)
    told = error.value.response["Error"]
    return told["Code"], told.get("Message", "")
