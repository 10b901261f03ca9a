from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.aws.clients import Running, running


@pytest.fixture
def sandbox() -> Iterator[Running]:
    """The whole cloud in memory, over HTTP."""
    with running() as started:
        yield started
