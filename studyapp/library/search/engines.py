"""The engine that searches the database there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.db import connection

from studyapp.library.search import fts5, postgresql
from studyapp.library.search.entries import Match
from studyapp.library.search.parsing import Query


class Engine(Protocol):
    """What an engine answers."""

    def matches(self, vaults: Sequence[int], query: Query, *, limit: int) -> list[Match]:
        """What these vaults serve that matches, best first; one database query."""

    def are_found(self, vaults: Sequence[int], queries: Sequence[Query]) -> list[bool]:
        """Whether these vaults serve anything that matches, for each of ``queries``; one database
        query."""

    def near_titles(self, vaults: Sequence[int], query: Query) -> list[tuple[int, str]]:
        """Titles that share letters with ``query``; one database query."""

    def rebuild_index(self) -> None:
        """Make the index anew from the entries."""


def engine() -> Engine:
    """By what the connection speaks."""
    return postgresql if connection.vendor == "postgresql" else fts5
