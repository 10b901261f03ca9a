"""Which database, from the environment: SQLite in the data folder, or the PostgreSQL that
``STUDYAPP_DATABASE_URL`` names. The rest of the code runs on either."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_EXAMPLE = "postgresql://name:password@host:5432/studyapp"
_OURS = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def database(url: str, *, pool: int, folder: Path) -> dict[str, Any]:
    """Django's settings for the database at ``url``, or for SQLite in ``folder`` if it is empty.

    ``pool`` is how many connections a process shares among its threads; 0 keeps one a thread.
    Raises ``ImproperlyConfigured``, which never repeats the password.
    """
    if pool < 0:
        raise ImproperlyConfigured(f"STUDYAPP_DATABASE_POOL={pool} is less than 0.")
    if not url:
        return _sqlite(folder / "studyapp.sqlite3")
    return _postgresql(url, pool)


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # WAL lets readers go on while one writes; IMMEDIATE takes the write lock at BEGIN,
            # so that two writers queue for it instead of failing half-way.
            # Mapping the file spares a search the copying of its index, page by page.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=268435456;"
            ),
            "transaction_mode": "IMMEDIATE",
            # Seconds. SQLite wakes those who wait in no order, so when a class begins an exam at
            # once some wait far longer than most: late is better than refused.
            "timeout": 20,
        },
    }


def _postgresql(url: str, pool: int) -> dict[str, Any]:
    options = _options(url)
    settings: dict[str, Any] = {ours: options.pop(name, "") for name, ours in _OURS.items()}
    if not settings["NAME"]:
        raise ImproperlyConfigured(
            f"STUDYAPP_DATABASE_URL names no database: it reads like {_EXAMPLE}."
        )
    if pool:
        options["pool"] = {"min_size": min(pool, 2), "max_size": pool, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **settings,
        # A pool looks after the age of its connections itself.
        "CONN_MAX_AGE": 0 if pool else None,
        "CONN_HEALTH_CHECKS": True,
        # So that PgBouncer may stand between and hand out connections by the transaction.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": options,
    }


def _options(url: str) -> dict[str, Any]:
    """What ``url`` says, by libpq's names."""
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        raise ImproperlyConfigured(
            "STUDYAPP_DATABASE_URL is set, but the driver for PostgreSQL is not installed: "
            "pip install 'studyapp[postgresql]'"
        ) from error
    if urlsplit(url).scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured(
            "STUDYAPP_DATABASE_URL does not begin with postgresql:// "
            f"(it reads like {_EXAMPLE}). Leave it out for SQLite."
        )
    try:
        return dict(conninfo_to_dict(url))
    except ProgrammingError as error:
        # libpq's message may quote the address with its password.
        raise ImproperlyConfigured(
            f"STUDYAPP_DATABASE_URL cannot be read: it reads like {_EXAMPLE}, "
            "with other signs in a name or password written as %XX."
        ) from error
