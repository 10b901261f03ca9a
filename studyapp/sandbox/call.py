"""One call's work in the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper


class Transaction:
    """A call's transaction, begun when it first writes: what only reads, and what only computes
    (a sign-in's powers take longer than all its queries), keeps nobody from writing meanwhile.

    Documents carry their version, so what was read before the transaction began is as good as what
    is read inside: if it has moved on, the put is refused.
    """

    def __init__(self) -> None:
        self._atomic: transaction.Atomic | None = None
        self._last: list[Callable[[], None]] = []
        self._cursor: CursorWrapper | None = None

    def do(self, query: str, values: Sequence[Any]) -> CursorWrapper:
        """Run a query, by the one cursor that a call has: to make another takes as long as most
        queries do."""
        if self._cursor is None:
            self._cursor = connection.cursor()
        self._cursor.execute(query, values)
        return self._cursor

    def rows(self, query: str, values: Sequence[Any]) -> list[Any]:
        found: list[Any] = self.do(query, values).fetchall()
        return found

    def before_commit(self, act: Callable[[], None]) -> None:
        """Call ``act`` in the transaction, each time that it ends well."""
        self._last.append(act)

    def begin(self) -> None:
        """A write follows."""
        if self._atomic is None:
            self._atomic = transaction.atomic()
            self._atomic.__enter__()

    def commit(self) -> None:
        """Keep what was written so far, and let others write: something slow follows."""
        self._end(None, None, None)

    def __enter__(self) -> Transaction:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        cursor, self._cursor = self._cursor, None
        try:
            self._end(kind, error, traceback)
        finally:
            if cursor is not None:
                cursor.close()

    def _end(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        atomic, self._atomic = self._atomic, None
        if atomic is None:
            return
        try:
            if kind is None:
                for act in self._last:
                    act()
        except BaseException as failed:
            atomic.__exit__(type(failed), failed, failed.__traceback__)
            raise
        atomic.__exit__(kind, error, traceback)
