"""A cloud in memory, open to everybody as one account: for tests, and for the standalone server."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from dataclasses import replace
from threading import Lock
from typing import Any

from studyapp.aws.ports import (
    AccessKey,
    ConflictError,
    D,
    Document,
    Home,
    Message,
    Store,
    Where,
)

OPEN_ACCOUNT = "123456789012"
"""The account of everybody, where a cloud is open to any key."""


class MemoryStore:
    """The Store port. Documents are handed out as they are: nobody changes a value."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._documents: dict[str, dict[str, Any]] = defaultdict(dict)
        self._keys: dict[tuple[str, Where | None], list[str]] = defaultdict(list)

    def get(self, kind: type[D], key: str) -> D | None:
        documents: dict[str, D] = self._documents[kind.kind]
        return documents.get(key)

    def put(self, document: D) -> D:
        with self._lock:
            documents = self._documents[document.kind]
            known = documents.get(document.key)
            if (known.version if known else 0) != document.version:
                raise ConflictError(f"{document.kind} {document.key}")
            stored = replace(document, version=document.version + 1)
            documents[stored.key] = stored
            old, new = _places(known) if known else set(), _places(stored)
            for place in old - new:
                self._forget(place, stored.key)
            for place in new - old:
                insort(self._keys[place], stored.key)
            return stored

    def delete(self, kind: type[Document], key: str) -> bool:
        with self._lock:
            known = self._documents[kind.kind].pop(key, None)
            if known is None:
                return False
            for place in _places(known):
                self._forget(place, key)
            return True

    def find(
        self,
        kind: type[D],
        where: Where | None = None,
        *,
        after: str = "",
        limit: int | None = None,
    ) -> list[D]:
        with self._lock:
            documents: dict[str, D] = self._documents[kind.kind]
            keys = self._keys.get((kind.kind, where), [])
            first = bisect_right(keys, after) if after else 0
            return [documents[key] for key in keys[first : limit and first + limit]]

    def count(self, kind: type[Document], where: Where | None = None) -> int:
        return len(self._keys.get((kind.kind, where), ()))

    def _forget(self, place: tuple[str, Where | None], key: str) -> None:
        keys = self._keys[place]
        del keys[bisect_right(keys, key) - 1]
        if not keys:
            del self._keys[place]


def _places(document: Document) -> set[tuple[str, Where | None]]:
    places: set[tuple[str, Where | None]] = {(document.kind, None)}
    for index in document.indexes:
        value = getattr(document, index)
        if value is not None:
            places.add((document.kind, (index, value)))
    return places


class MemoryOutbox:
    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        self.messages.append(message)


class MemoryCloud:
    """The Cloud port: whoever asks, with whatever key, is OPEN_ACCOUNT."""

    def __init__(self) -> None:
        self._stores: dict[Home, MemoryStore] = {}
        self._outboxes: dict[Home, MemoryOutbox] = {}

    def access_key(self, key_id: str) -> AccessKey | None:
        return AccessKey(key_id, OPEN_ACCOUNT, f"arn:aws:iam::{OPEN_ACCOUNT}:root", secret=None)

    def store(self, home: Home) -> Store:
        # ``setdefault`` is one step: two threads that come first get the same.
        return self._stores.get(home) or self._stores.setdefault(home, MemoryStore())

    def outbox(self, home: Home) -> MemoryOutbox:
        return self._outboxes.get(home) or self._outboxes.setdefault(home, MemoryOutbox())

    def home_of(self, kind: type[Document], key: str) -> Home | None:
        homes = (home for home, store in list(self._stores.items()) if store.get(kind, key))
        return next(homes, None)

    def stranger(self, region: str) -> Home:
        return Home(OPEN_ACCOUNT, region)
