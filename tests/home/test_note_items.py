"""How well a note's questions are known, in the reader's margin."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner
from studyapp.library.services.importing import import_vault
from tests.library.vaults import messaging
from tests.study.sittings import begin, rate

pytestmark = pytest.mark.django_db

NOTE = "messaging/notes/Queues.md"
ITEMS = "/known/messaging/Queues.md"


@pytest.fixture
def learner(tmp_path: Path) -> User:
    learner = ensure_learner()
    import_vault(owner=learner, root=messaging(tmp_path / "Messaging"))
    return learner


def test_the_reader_asks_for_the_states_once(client: Client, learner: User) -> None:
    assert f'hx-get="{ITEMS}"' in client.get(f"/library/{NOTE}").text
    assert "hx-get" not in client.get(ITEMS).text


def test_each_question_says_how_well_it_is_known(client: Client, learner: User) -> None:
    assert client.get(ITEMS).text.count("state--new") == 2
    now = timezone.now()
    rate(begin(learner, now), 3, now)
    page = client.get(ITEMS).text
    assert page.count("state--new") == 1
    assert "state--learning" in page
    assert "How long does a message stay hidden" in page


def test_somebody_elses_note_is_not_there(
    client: Client, settings: Settings, learner: User
) -> None:
    settings.ONE_PERSON = False
    client.force_login(User.objects.create_user("mallory"))
    assert client.get(ITEMS).status_code == 404
