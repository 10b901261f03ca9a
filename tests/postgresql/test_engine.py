"""That a run on PostgreSQL is one, and that the whole app runs on it."""

from __future__ import annotations

import os
import urllib.request
from pathlib import Path

import pytest
from django.db import connection

from tests.home.test_run import free_port, running
from tests.postgresql.cluster import NAME

ADDRESS = os.environ.get("STUDYAPP_DATABASE_URL", "")
pytestmark = pytest.mark.skipif(not ADDRESS, reason="this run is on SQLite")


@pytest.mark.django_db
def test_the_tests_run_on_postgresql() -> None:
    assert connection.vendor == "postgresql"


def test_the_whole_app_runs_on_a_pool_of_connections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    name = f"whole_{os.getpid()}"
    with psycopg.connect(ADDRESS, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    monkeypatch.setenv("STUDYAPP_DATABASE_URL", ADDRESS.replace(f"/{NAME}?", f"/{name}?"))
    monkeypatch.setenv("STUDYAPP_DATABASE_POOL", "4")
    port = free_port()
    with running(tmp_path, port) as (process, said):
        assert "Imported the sample vault" in "".join(said)
        for path, words in (("", "due"), ("library/search/?q=cognito", "<mark>Cognito</mark>")):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=30) as page:
                assert words in page.read().decode()
        process.terminate()
        assert process.wait(timeout=30) == 0
    assert not list(tmp_path.glob("*.sqlite3"))
