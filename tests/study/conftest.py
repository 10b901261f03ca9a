"""A vault and its learner, and the clock of the study tests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from studyapp.accounts.models import User
from studyapp.library.models import Vault
from tests.library.factories import make_learner, make_vault

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def learner(db: None) -> User:
    return make_learner()


@pytest.fixture
def vault(learner: User) -> Vault:
    return make_vault(learner)
