"""A request and a response over HTTP, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """``path`` and ``query`` as they were sent, still percent-encoded; names of ``headers`` in
    lower case; ``base`` is where the cloud is served, without a slash at its end."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: str = ""
    body: bytes = b""
    base: str = ""
    source_ip: str = ""

    @property
    def place(self) -> str:
        """The path below ``base``."""
        return self.path.removeprefix(urlsplit(self.base).path)


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
