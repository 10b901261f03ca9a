"""The Store port on the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import cast

from django.db import connection

from studyapp.aws.cognito_idp.documents import Client, UserPool
from studyapp.aws.cognito_idp.session_tracking import SessionTracking
from studyapp.aws.cognito_idp.signing_keys import PoolKeys
from studyapp.aws.documents import decode, written
from studyapp.aws.ports import ConflictError, D, Document, Where
from studyapp.sandbox.call import Transaction
from studyapp.sandbox.models import Account, new_edition
from studyapp.sandbox.quotas import Quotas

LONGEST_VALUE = 200
"""Of an index. What is longer is found by its digest, as PostgreSQL indexes no long text."""


AT_HAND = (UserPool, Client, PoolKeys, SessionTracking)
"""Kinds of which nearly every call reads a document and hardly any writes one: a process keeps
them, for as long as their account has the same edition."""
MOST_AT_HAND = 1_000


# Written out, as a sign-in takes a dozen of these, and Django takes ten times longer to put such a
# query together than either database to answer it.
_GET = """
    SELECT version, body FROM sandbox_storeddocument
    WHERE account_id = %s AND region = %s AND kind = %s AND "key" = %s
"""
_LIST = """
    SELECT version, body FROM sandbox_storeddocument
    WHERE account_id = %s AND region = %s AND kind = %s AND "key" > %s
    ORDER BY "key" LIMIT %s
"""
_FIND = """
    SELECT d.version, d.body FROM sandbox_place p
    JOIN sandbox_storeddocument d ON d.id = p.document_id
    WHERE p.account_id = %s AND p.region = %s AND p.kind = %s AND p.name = %s AND p.value = %s
        AND p."key" > %s
    ORDER BY p."key" LIMIT %s
"""
_COUNT = """
    SELECT COUNT(*) FROM sandbox_storeddocument
    WHERE account_id = %s AND region = %s AND kind = %s
"""
_COUNT_PLACES = """
    SELECT COUNT(*) FROM sandbox_place
    WHERE account_id = %s AND region = %s AND kind = %s AND name = %s AND value = %s
"""
_KNOWN = """
    SELECT id, version, length(body) FROM sandbox_storeddocument
    WHERE account_id = %s AND region = %s AND kind = %s AND "key" = %s
"""
_INSERT = """
    INSERT INTO sandbox_storeddocument (account_id, region, kind, "key", version, body)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id
"""
_UPDATE = """
    UPDATE sandbox_storeddocument SET version = %s, body = %s
    WHERE account_id = %s AND id = %s AND version = %s RETURNING id
"""
_DELETE = "DELETE FROM sandbox_storeddocument WHERE account_id = %s AND id = %s RETURNING id"
_PLACES = "SELECT name, value FROM sandbox_place WHERE account_id = %s AND document_id = %s"
_PLACE = """
    INSERT INTO sandbox_place (account_id, document_id, region, kind, name, value, "key") VALUES
"""
_LEAVE = "DELETE FROM sandbox_place WHERE account_id = %s AND document_id = %s"
_LEAVE_ONE = """
    DELETE FROM sandbox_place
    WHERE account_id = %s AND document_id = %s AND name = %s AND value = %s
"""
_NEXT_EDITION = "UPDATE sandbox_account SET edition = %s WHERE learner_id = %s"
_GROW = "UPDATE sandbox_account SET stored_bytes = stored_bytes + %s WHERE learner_id = %s"
_ALL = 2**31 - 1


class DatabaseStore:
    """The documents of an account in a region, for one call: what it read, it doesn't read again.
    ``grown`` is by how much they did, in bytes."""

    def __init__(
        self, account: Account, region: str, call: Transaction, quotas: Quotas | None = None
    ) -> None:
        self.account = account
        self.grown = 0
        self._told = 0
        self._home = (account.pk, region)
        self._call = call
        self._quotas = quotas
        self._read: dict[tuple[str, str], Document | None] = {}
        self._edited = False
        call.before_commit(self._tell_account)

    def get(self, kind: type[D], key: str) -> D | None:
        place = (kind.kind, key)
        if place not in self._read:
            self._read[place] = self._got(kind, key)
        return cast("D | None", self._read[place])

    def _got(self, kind: type[D], key: str) -> D | None:
        if not is_storable(key):
            return None
        if kind in AT_HAND and not self._edited:
            known = _at_hand(self._home, self.account.edition, cast(Hashable, kind), key)
            return cast("D | None", known)
        return next(_documents(kind, self._call.rows(_GET, (*self._home, kind.kind, key))), None)

    def put(self, document: D) -> D:
        key = document.key
        if not is_storable(key):
            raise ValueError(f"{document.kind} {key!r} can't be a key")
        stored = replace(document, version=document.version + 1)
        body = written(stored)
        self._begin(type(document))
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
        self._begin(kind)
        self._read.pop((kind.kind, key), None)
        for pk, _, size in self._call.rows(_KNOWN, (*self._home, kind.kind, key)):
            self._call.do(_LEAVE, (self.account.pk, pk))
            if self._call.rows(_DELETE, (self.account.pk, pk)):
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
        own = (*self._home, kind.kind)
        most = _ALL if limit is None else limit
        if where is None:
            return list(_documents(kind, self._call.rows(_LIST, (*own, after, most))))
        name, value = where
        rows = self._call.rows(_FIND, (*own, name, _indexed(value), after, most))
        return list(_documents(kind, rows))

    def count(self, kind: type[Document], where: Where | None = None) -> int:
        own = (*self._home, kind.kind)
        if where is None:
            ((number,),) = self._call.rows(_COUNT, own)
        else:
            ((number,),) = self._call.rows(_COUNT_PLACES, (*own, where[0], _indexed(where[1])))
        return cast(int, number)

    def _begin(self, kind: type[Document]) -> None:
        """A document of that kind is about to be written. What is at hand may be of before."""
        self._call.begin()
        self._edited = self._edited or kind in AT_HAND

    def untold_growth(self) -> int:
        """By how much the documents grew since this was last asked."""
        growth, self._told = self.grown - self._told, self.grown
        return growth

    def _tell_account(self) -> None:
        if self._edited:
            self._call.do(_NEXT_EDITION, (new_edition(), self.account.pk))
        # Who reads a pool's keys leaves no entry in the trace, and may be the first to need them.
        if growth := self.untold_growth():
            self._call.do(_GROW, (growth, self.account.pk))

    def _insert(self, stored: Document, body: str) -> None:
        if self._quotas:
            self._quotas.check_new(self, type(stored))
        self._grow(len(body))
        made = self._call.rows(
            _INSERT, (*self._home, stored.kind, stored.key, stored.version, body)
        )
        if not made:
            raise ConflictError(f"{stored.kind} {stored.key}")
        self._add(made[0][0], stored, _values(stored))

    def _update(self, stored: Document, body: str) -> None:
        known = self._call.rows(_KNOWN, (*self._home, stored.kind, stored.key))
        before = stored.version - 1
        if not known or known[0][1] != before:
            raise ConflictError(f"{stored.kind} {stored.key}")
        pk, _, size = known[0]
        self._grow(len(body) - size)
        if not self._call.rows(_UPDATE, (stored.version, body, self.account.pk, pk, before)):
            raise ConflictError(f"{stored.kind} {stored.key}")
        if stored.indexes:
            old, new = set(self._call.rows(_PLACES, (self.account.pk, pk))), _values(stored)
            for place in old - new:
                self._call.do(_LEAVE_ONE, (self.account.pk, pk, *place))
            self._add(pk, stored, new - old)

    def _add(self, pk: int, stored: Document, values: Collection[tuple[str, str]]) -> None:
        if not values:
            return
        region = self._home[1]
        places = [
            (self.account.pk, pk, region, stored.kind, name, value, stored.key)
            for name, value in values
        ]
        rows = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(places))
        self._call.do(_PLACE + rows, [value for place in places for value in place])

    def _grow(self, size: int) -> None:
        self.grown += size
        if size > 0 and self._quotas:
            self._quotas.check_size(self.account.stored_bytes + self.grown)


def is_storable(text: str) -> bool:
    """Whether every database can keep ``text`` in a column that is compared: no NUL, and no half
    of a surrogate pair. (In a document's JSON both are escaped.)"""
    return "\0" not in text and text.encode(errors="replace").decode() == text


@lru_cache(maxsize=MOST_AT_HAND)
def _at_hand(
    home: tuple[int, str], edition: int, kind: type[Document], key: str
) -> Document | None:
    """A document as an account's edition has it. (One that was changed between that the edition was
    read and this is only newer, and the account has another edition by then.)"""
    with connection.cursor() as cursor:
        cursor.execute(_GET, (*home, kind.kind, key))
        return next(_documents(kind, cursor.fetchall()), None)


def _documents(kind: type[D], rows: Iterable[tuple[int, str]]) -> Iterator[D]:
    return (decode(kind, {**json.loads(body), "version": version}) for version, body in rows)


def _values(document: Document) -> set[tuple[str, str]]:
    values = ((name, getattr(document, name)) for name in document.indexes)
    return {(name, _indexed(value)) for name, value in values if value is not None}


def _indexed(value: str) -> str:
    if len(value) <= LONGEST_VALUE and is_storable(value):
        return value
    return f"sha256:{hashlib.sha256(value.encode(errors='surrogatepass')).hexdigest()}"
