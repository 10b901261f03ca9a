"""What anybody may read of a pool below its issuer."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from studyapp.aws.wire.http import Request
from studyapp.sandbox.endpoint import dispatch


def well_known(base: str, pool_id: str, name: str) -> Any:
    """``name``: jwks.json or openid-configuration."""
    path = f"{urlsplit(base).path}/{pool_id}/.well-known/{name}"
    asked = Request("GET", path, headers={"host": urlsplit(base).netloc}, base=base)
    return json.loads(dispatch(asked).body)
