from __future__ import annotations

import pytest

from tests.aws.clients import Running
from tests.aws.cognito_idp.pools import Pool, make_pool


@pytest.fixture
def pool(sandbox: Running) -> Pool:
    return make_pool(sandbox, AutoVerifiedAttributes=["email"])
