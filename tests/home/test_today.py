"""The first page: what is due, what is next, what is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner
from studyapp.library.services.importing import import_vault
from tests.library.vaults import TOPICS, messaging, write_vault

pytestmark = pytest.mark.django_db


def test_an_empty_house_says_what_to_do(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "import_vault" in page
    assert "Start studying" not in page


def test_a_vault_can_be_studied_at_once(client: Client, tmp_path: Path) -> None:
    root = write_vault(
        messaging(tmp_path / "Messaging"), {"Open.md": "> [!question] Why *is* it blue?\n"}
    )
    import_vault(owner=ensure_learner(), root=root)
    page = client.get("/").content.decode()
    assert "<strong>3 new</strong>" in page
    assert "Queues" in page
    assert "/library/messaging/notes/Queues.md" in page
    assert "Why is it blue?" in page  # needs an answer
    session = client.post("/study/start/", follow=True)
    assert session.status_code == 200
    assert "How long does a message stay hidden" in session.content.decode()


def test_one_topic_can_be_studied_alone(client: Client, tmp_path: Path) -> None:
    import_vault(owner=ensure_learner(), root=messaging(tmp_path / "Messaging"))
    (topics, _) = (row for row in client.get("/").context["topics"].rows)
    assert topics.name == "Queues"
    session = client.post("/study/start/", {"topic": topics.id}, follow=True)
    assert "How long does a message stay hidden" in session.content.decode()


def test_somebody_else_sees_nothing_of_it(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    import_vault(owner=ensure_learner(), root=messaging(tmp_path / "Messaging"))
    settings.ONE_PERSON = False
    client.force_login(User.objects.create_user("mallory"))
    assert "Messaging" not in client.get("/").content.decode()


def test_the_page_costs_the_same_however_much_there_is(client: Client, tmp_path: Path) -> None:
    root = messaging(tmp_path / "Messaging")
    import_vault(owner=ensure_learner(), root=root)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        return len(captured)

    queries()
    few = queries()
    more = {f"More {n}.md": TOPICS.replace("Who", f"Number {n}: who") for n in range(25)}
    import_vault(owner=ensure_learner(), root=write_vault(root, dict(more)))
    assert queries() == few


def test_a_large_vault_shows_what_is_urgent_and_leaves_the_rest_to_the_library(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("studyapp.home.queries.SHOWN_TOPICS", 1)
    import_vault(owner=ensure_learner(), root=messaging(tmp_path / "Messaging"))
    response = client.get("/")
    assert [row.name for row in response.context["topics"].rows] == ["Queues"]
    assert "And 1 topic more" in " ".join(response.content.decode().split())
