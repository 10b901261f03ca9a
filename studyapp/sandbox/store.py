"""The Store port on the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, cast

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Length

from studyapp.aws.documents import decode, encode
from studyapp.aws.ports import ConflictError, D, Document, Where
from studyapp.sandbox.call import Transaction
from studyapp.sandbox.models import Account, Place, StoredDocument
from studyapp.sandbox.quotas import Quotas

LONGEST_VALUE = 200
"""Of an index. What is longer is found by its digest, as PostgreSQL indexes no long text."""


# Written out, as a sign-in takes a dozen of these, and Django takes ten times longer to put such a
# query together than either database to answer it.
_GET = """
    SELECT version, body FROM sandbox_storeddocument
    WHERE account_id = %s AND region = %s AND kind = %s AND "key" = %s
"""
_FIND = """
    SELECT d.version, d.body FROM sandbox_place p
    JOIN sandbox_storeddocument d ON d.id = p.document_id
    WHERE p.account_id = %s AND p.region = %s AND p.kind = %s AND p.name = %s AND p.value = %s
        AND p."key" > %s
    ORDER BY p."key" LIMIT %s
"""
_INSERT = """
    INSERT INTO sandbox_storeddocument (account_id, region, kind, "key", version, body)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id
"""
_PLACE = """
    INSERT INTO sandbox_place (account_id, document_id, region, kind, name, value, "key")
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_ALL = 2**31 - 1


class DatabaseStore:
    """The documents of an account in a region, for one call: what it read, it doesn't read again.
    ``grown`` is by how much they did, in bytes."""

    def __init__(
        self, account: Account, region: str, call: Transaction, quotas: Quotas | None = None
    ) -> None:
        self.account = account
        self.grown = 0
        self._home = (account.pk, region)
        self._call = call
        self._quotas = quotas
        self._read: dict[tuple[str, str], Document | None] = {}
        self._own = {"account_id": account.pk, "region": region}

    def get(self, kind: type[D], key: str) -> D | None:
        place = (kind.kind, key)
        if place not in self._read:
            self._read[place] = self._got(kind, key)
        return cast("D | None", self._read[place])

    def _got(self, kind: type[D], key: str) -> D | None:
        if not is_storable(key):
            return None
        return next(_documents(kind, _rows_of(_GET, [*self._home, kind.kind, key])), None)

    def put(self, document: D) -> D:
        key = document.key
        if not is_storable(key):
            raise ValueError(f"{document.kind} {key!r} can't be a key")
        stored = replace(document, version=document.version + 1)
        body = json.dumps(encode(stored), separators=(",", ":"))
        self._call.begin()
        self._read.pop((document.kind, key), None)
        if document.version == 0:
            self._insert(stored, body)
        else:
            self._update(stored, body)
        self._read[document.kind, key] = stored
        return stored

    def delete(self, kind: type[Document], key: str) -> bool:
        if not is_storable(key):
            return False
        self._call.begin()
        self._read.pop((kind.kind, key), None)
        found = self._rows(kind).filter(key=key).values_list("pk", Length("body"))[:1]
        for pk, size in found:
            Place.objects.filter(account=self.account, document_id=pk).delete()
            if StoredDocument.objects.filter(**self._own, pk=pk).delete()[0]:
                self.grown -= size
                return True
        return False

    def find(
        self,
        kind: type[D],
        where: Where | None = None,
        *,
        after: str = "",
        limit: int | None = None,
    ) -> list[D]:
        if not is_storable(after):
            return []
        if where is None:
            rows = self._rows(kind).filter(key__gt=after).order_by("key")
            return list(_documents(kind, rows.values_list("version", "body")[:limit]))
        name, value = where
        asked = [*self._home, kind.kind, name, _indexed(value), after]
        return list(_documents(kind, _rows_of(_FIND, [*asked, _ALL if limit is None else limit])))

    def count(self, kind: type[Document], where: Where | None = None) -> int:
        return (self._places(kind, where) if where else self._rows(kind)).count()

    def _rows(self, kind: type[Document]) -> QuerySet[StoredDocument]:
        return StoredDocument.objects.filter(**self._own, kind=kind.kind)

    def _places(self, kind: type[Document], where: Where) -> QuerySet[Place]:
        name, value = where
        return Place.objects.filter(**self._own, kind=kind.kind, name=name, value=_indexed(value))

    def _insert(self, stored: Document, body: str) -> None:
        if self._quotas:
            self._quotas.check_new(self, type(stored))
        self._grow(len(body))
        made = _rows_of(_INSERT, [*self._home, stored.kind, stored.key, stored.version, body])
        if not made:
            raise ConflictError(f"{stored.kind} {stored.key}")
        self._add(made[0][0], stored, _values(stored))

    def _update(self, stored: Document, body: str) -> None:
        rows = self._rows(type(stored)).filter(key=stored.key, version=stored.version - 1)
        known = rows.values_list("pk", Length("body")).first()
        if known is None or not rows.update(version=stored.version, body=body):
            raise ConflictError(f"{stored.kind} {stored.key}")
        pk, size = known
        self._grow(len(body) - size)
        if stored.indexes:
            places = Place.objects.filter(account=self.account, document_id=pk)
            old, new = set(places.values_list("name", "value")), _values(stored)
            for name, value in old - new:
                places.filter(name=name, value=value).delete()
            self._add(pk, stored, new - old)

    def _add(self, pk: int, stored: Document, values: Iterable[tuple[str, str]]) -> None:
        own = (self.account.pk, pk, self._home[1], stored.kind)
        with connection.cursor() as cursor:
            for name, value in values:
                cursor.execute(_PLACE, [*own, name, value, stored.key])

    def _grow(self, size: int) -> None:
        self.grown += size
        if size > 0 and self._quotas:
            self._quotas.check_size(self.account.stored_bytes + self.grown)


def is_storable(text: str) -> bool:
    """Whether every database can keep ``text`` in a column that is compared: no NUL, and no half
    of a surrogate pair. (In a document's JSON both are escaped.)"""
    return "\0" not in text and text.encode(errors="replace").decode() == text


def _rows_of(query: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows: list[Any] = cursor.fetchall()
        return rows


def _documents(kind: type[D], rows: Iterable[tuple[int, str]]) -> Iterator[D]:
    return (decode(kind, {**json.loads(body), "version": version}) for version, body in rows)


def _values(document: Document) -> set[tuple[str, str]]:
    values = ((name, getattr(document, name)) for name in document.indexes)
    return {(name, _indexed(value)) for name, value in values if value is not None}


def _indexed(value: str) -> str:
    if len(value) <= LONGEST_VALUE and is_storable(value):
        return value
    return f"sha256:{hashlib.sha256(value.encode(errors='surrogatepass')).hexdigest()}"
