"""What AWS answers when it won't."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class AwsError(Exception):
    """An error of AWS's by its name, with AWS's words. ``fields`` are further members its shape
    has; ``status`` None leaves it to the model (400, or 500 for the service's own faults)."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int | None = None,
        fields: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields or {}


def unknown_operation() -> AwsError:
    return AwsError("UnknownOperationException", "")


def malformed(message: str = "") -> AwsError:
    """The body isn't what the protocol says."""
    return AwsError("SerializationException", message)
