"""A vault and its learner."""

from __future__ import annotations

import pytest

from studyapp.accounts.models import User
from studyapp.library.models import Vault
from tests.library.factories import make_learner, make_vault


@pytest.fixture
def learner(db: None) -> User:
    return make_learner()


@pytest.fixture
def vault(learner: User) -> Vault:
    return make_vault(learner)
