"""Columns that compare as the Store port promises."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class CodePointField(models.TextField):  # type: ignore[type-arg]
    """Text that is ordered by its code points, whatever the database's language: SQLite does that
    anyway, PostgreSQL where the column's collation is "C"."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}
