"""What a protocol of AWS's has to do; one file each beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from studyapp.aws.wire.errors import AwsError
from studyapp.aws.wire.http import Request, Response
from studyapp.aws.wire.models import OperationModel


class WireProtocol(Protocol):
    def decode(self, operation: OperationModel, request: Request) -> dict[str, Any]:
        """The request's members by name, of the model's types. Raises AwsError."""
        ...

    def encode(self, operation: OperationModel, answer: Mapping[str, Any]) -> Response: ...

    def encode_error(self, error: AwsError, status: int) -> Response: ...
