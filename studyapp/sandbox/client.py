"""The pages' own client: it signs with the learner's keys and goes through the same door as any."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from studyapp.aws.dispatch import DEFAULT_REGION
from studyapp.aws.services import SERVICES
from studyapp.aws.wire.errors import AwsError
from studyapp.aws.wire.http import Request
from studyapp.aws.wire.sigv4 import ALGORITHM, Signature, expected
from studyapp.sandbox.endpoint import dispatch
from studyapp.sandbox.models import AccessKey
from studyapp.sandbox.quotas import Quotas

AGENT = "studyapp console"
_SIGNED = ("content-type", "host", "x-amz-date", "x-amz-target")
_TARGETS = {service.name: service.target for service in SERVICES}


class ConsoleClient:
    """Calls of one learner's, in one region."""

    def __init__(
        self, key: AccessKey, *, base: str, source_ip: str, region: str = DEFAULT_REGION
    ) -> None:
        self._key = key
        self._base = base
        self._source_ip = source_ip
        self.region = region

    def call(self, operation: str, /, service: str = "cognito-idp", **request: Any) -> Any:
        """The answer's JSON values. Raises AwsError."""
        # Who used up their calls can still look at what they did.
        quotas = replace(Quotas.of_settings(), calls=0)
        response = dispatch(self._signed(service, operation, request), quotas)
        answer = json.loads(response.body)
        if response.status >= 400:
            raise AwsError(answer["__type"], answer.get("message", ""), status=response.status)
        return answer

    def _signed(self, service: str, operation: str, request: dict[str, Any]) -> Request:
        now = datetime.now(UTC)
        headers = {
            "content-type": "application/x-amz-json-1.1",
            "host": urlsplit(self._base).netloc,
            "user-agent": AGENT,
            "x-amz-date": now.strftime("%Y%m%dT%H%M%SZ"),
            "x-amz-target": f"{_TARGETS[service]}.{operation}",
        }
        asked = Request(
            method="POST",
            path=urlsplit(self._base).path + "/",
            headers=headers,
            body=json.dumps(request).encode(),
            base=self._base,
            source_ip=self._source_ip,
        )
        signature = Signature(
            key_id=self._key.pk,
            date=now.strftime("%Y%m%d"),
            region=self.region,
            service=service,
            terminator="aws4_request",
            headers=_SIGNED,
            signature="",
            moment=now,
        )
        headers["authorization"] = (
            f"{ALGORITHM} Credential={self._key.pk}/{signature.scope}, "
            f"SignedHeaders={';'.join(_SIGNED)}, "
            f"Signature={expected(asked, signature, self._key.secret)}"
        )
        return asked
