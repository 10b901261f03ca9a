"""Which operations there are, as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from studyapp.aws.operations import Service


@dataclass(frozen=True, slots=True)
class Listed:
    """An operation of botocore's model; ``reason`` is why the sandbox won't have it."""

    name: str
    is_done: bool
    reason: str = ""


def operations_of(service: Service) -> list[Listed]:
    return [
        Listed(name, name in service.operations, service.unsupported.get(name, ""))
        for name in service.model.names
    ]


def as_markdown(services: Iterable[Service]) -> str:
    """The page ``docs/sandbox-operations.md``."""
    parts = [
        "# Operations of the sandbox",
        "",
        "Made by `python -m studyapp.aws --operations`; a test compares. An operation that isn't",
        "done answers `UnsupportedOperationException` and names itself.",
    ]
    for service in services:
        listed = operations_of(service)
        done = [operation for operation in listed if operation.is_done]
        parts += ["", f"## {service.title} (`{service.name}`): {len(done)} of {len(listed)}", ""]
        parts += ["| operation | |", "|---|---|"]
        parts += [f"| {operation.name} | {_standing(operation)} |" for operation in listed]
    return "\n".join(parts) + "\n"


def _standing(operation: Listed) -> str:
    return "done" if operation.is_done else operation.reason or "not yet"
