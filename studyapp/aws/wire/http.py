"""A request and a response over HTTP, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


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

    @property
    def in_query(self) -> dict[str, str]:
        """The parameters of the query, the first of each name."""
        return _decoded(self.query)

    @property
    def in_form(self) -> dict[str, str]:
        """The fields of a form in the body, the first of each name."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if self.method != "POST" or kind != "application/x-www-form-urlencoded":
            return {}
        return _decoded(self.body.decode("utf-8", "replace"))

    @property
    def parameters(self) -> dict[str, str]:
        """What came in the query and in a form."""
        return {**self.in_query, **self.in_form}


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def _decoded(text: str) -> dict[str, str]:
    return dict(reversed(parse_qsl(text, keep_blank_values=True)))
