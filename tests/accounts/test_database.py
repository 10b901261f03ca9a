"""The database from the environment: what is set wrong is said, and no password with it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from studyapp.database import database


def test_without_an_address_it_is_sqlite_in_the_data_folder(tmp_path: Path) -> None:
    found = database("", pool=0, folder=tmp_path)
    assert found["ENGINE"].endswith("sqlite3")
    assert found["NAME"] == tmp_path / "studyapp.sqlite3"


def test_an_address_is_read_with_its_options(tmp_path: Path) -> None:
    url = "postgresql://ann:s%40crt@db.example:5433/study?sslmode=require"
    found = database(url, pool=0, folder=tmp_path)
    assert found["ENGINE"].endswith("postgresql")
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    assert [found[name] for name in names] == ["study", "ann", "s@crt", "db.example", "5433"]
    assert found["OPTIONS"] == {"sslmode": "require"}
    assert found["CONN_MAX_AGE"] is None


def test_a_pool_keeps_the_connections_in_place_of_the_threads(tmp_path: Path) -> None:
    found = database("postgresql:///study?host=%2Frun", pool=1, folder=tmp_path)
    assert found["CONN_MAX_AGE"] == 0
    assert found["OPTIONS"]["pool"]["max_size"] == 1
    assert found["HOST"] == "/run"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://ann:s3cret@host/study", "does not begin with postgresql://"),
        ("postgresql://ann:s3cret@host:port/study?x", "cannot be read"),
        ("postgresql://ann:s3cret@host/study?nothing=1", "cannot be read"),
        ("postgresql://ann:s3cret@host", "names no database"),
    ],
)
def test_what_cannot_be_used_is_said_without_the_password(
    tmp_path: Path, url: str, words: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=words) as refused:
        database(url, pool=0, folder=tmp_path)
    assert "STUDYAPP_DATABASE_URL" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_missing_driver_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ImproperlyConfigured, match=r"studyapp\[postgresql\]"):
        database("postgresql:///study", pool=0, folder=tmp_path)


def test_a_pool_of_less_than_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="STUDYAPP_DATABASE_POOL=-1"):
        database("", pool=-1, folder=tmp_path)
