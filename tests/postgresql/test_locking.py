"""That one change to a vault at a time is one on all machines that share a database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from studyapp.library.services import locking
from studyapp.library.services.locking import VaultBusyError, only_change_to
from tests.library.factories import make_vault

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="this run is on SQLite"),
]


def test_another_machine_waits_for_the_change(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "PATIENCE", 0.1)
    vault, other = make_vault(), make_vault(slug="other")
    with only_change_to(vault):
        settings.DATA_DIR = tmp_path  # as a machine that shares nothing but the database
        with pytest.raises(VaultBusyError, match="being imported"), only_change_to(vault):
            pass
        with only_change_to(other):
            pass
    with only_change_to(vault):
        pass


def test_the_lock_goes_with_the_connection_of_whoever_died(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "PATIENCE", 2)
    vault = make_vault()
    with only_change_to(vault):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                " WHERE locktype = 'advisory' AND granted"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        with only_change_to(vault):
            pass
