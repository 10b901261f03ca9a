"""One call's work in the database."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from django.db import transaction


class Transaction:
    """A call's transaction, begun when it first writes: what only reads, and what only computes
    (a sign-in's powers take longer than all its queries), keeps nobody from writing meanwhile.

    Documents carry their version, so what was read before the transaction began is as good as what
    is read inside: if it has moved on, the put is refused.
    """

    def __init__(self) -> None:
        self._atomic: transaction.Atomic | None = None
        self._last: list[Callable[[], None]] = []

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
        self._end(kind, error, traceback)

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
