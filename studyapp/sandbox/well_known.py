"""What anybody may read of a pool below its issuer."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from studyapp.aws.wire.http import Request
from studyapp.sandbox.endpoint import dispatch
from studyapp.sandbox.quotas import Quotas


def issuer_of(base: str, pool_id: str) -> str:
    """Who its tokens say that they are from: the endpoint or, if the pool is set to it, AWS."""
    issuer: str = well_known(base, pool_id, "openid-configuration")["issuer"]
    return issuer


def well_known(base: str, pool_id: str, name: str) -> Any:
    """``name``: jwks.json or openid-configuration."""
    path = f"{urlsplit(base).path}/{pool_id}/.well-known/{name}"
    asked = Request("GET", path, headers={"host": urlsplit(base).netloc}, base=base)
    # Who used up their calls can still look at what they did.
    return json.loads(dispatch(asked, replace(Quotas.of_settings(), calls=0)).body)
