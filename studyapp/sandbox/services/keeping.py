"""A whole account at once: taken as a snapshot, put back, emptied, written out."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import zstandard
from django.db import transaction
from django.db.models import QuerySet

from studyapp.sandbox.models import (
    WORLDWIDE,
    Account,
    Place,
    Snapshot,
    StoredDocument,
    new_edition,
)

MOST_SNAPSHOTS = 10


class TooManySnapshotsError(Exception):
    """There is no room for one more."""


@transaction.atomic
def take_snapshot(account: Account, name: str) -> Snapshot:
    """Raises TooManySnapshotsError."""
    _lock(account)
    if account.snapshots.count() >= MOST_SNAPSHOTS:
        raise TooManySnapshotsError
    rows = [
        {
            "region": row.region,
            "kind": row.kind,
            "key": row.key,
            "version": row.version,
            "body": row.body,
            "places": places,
        }
        for row, places in _with_places(account)
    ]
    content = zstandard.compress(json.dumps(rows).encode())
    return Snapshot.objects.create(account=account, name=name, documents=len(rows), content=content)


@transaction.atomic
def restore_snapshot(snapshot: Snapshot) -> list[str]:
    """Put all documents back to what they were. Answers the names that couldn't be: domains that
    somebody else has by now."""
    account = _lock(snapshot.account)
    rows = json.loads(zstandard.decompress(bytes(snapshot.content)))
    _empty(account)
    names = [row["key"] for row in rows if row["kind"] in WORLDWIDE]
    others = StoredDocument.objects.filter(kind__in=WORLDWIDE, key__in=names)
    taken = set(others.values_list("kind", "key"))
    kept = [row for row in rows if (row["kind"], row["key"]) not in taken]
    made = StoredDocument.objects.bulk_create(
        (
            StoredDocument(
                account=account,
                **{name: row[name] for name in ("region", "kind", "key", "version", "body")},
            )
            for row in kept
        ),
        batch_size=500,
    )
    Place.objects.bulk_create(
        (
            Place(
                account=account,
                document=document,
                region=document.region,
                kind=document.kind,
                key=document.key,
                name=name,
                value=value,
            )
            for document, row in zip(made, kept, strict=True)
            for name, value in row["places"]
        ),
        batch_size=500,
    )
    size = sum(len(row["body"]) for row in kept)
    _put_down(account, size)
    return sorted(key for _, key in taken)


@transaction.atomic
def reset_account(account: Account) -> None:
    """Take away every document, message and call. Keys, functions and snapshots stay."""
    account = _lock(account)
    _empty(account)
    account.messages.all().delete()
    account.trace.all().delete()
    _put_down(account, 0)


def exported(account: Account) -> dict[str, Any]:
    """All documents as JSON values, in the order of their keys."""
    rows = account.documents.order_by("region", "kind", "key")
    return {
        "account": account.number,
        "documents": [
            {"region": row.region, "kind": row.kind, "document": json.loads(row.body)}
            for row in rows.iterator(chunk_size=500)
        ],
    }


def _lock(account: Account) -> Account:
    """So that no two of these run at once."""
    return Account.objects.select_for_update().get(pk=account.pk)


def _empty(account: Account) -> None:
    Place.objects.filter(account=account).delete()
    account.documents.all().delete()


def _put_down(account: Account, size: int) -> None:
    """That all its documents are others now, and what they take."""
    Account.objects.filter(pk=account.pk).update(stored_bytes=size, edition=new_edition())


def _with_places(account: Account) -> list[tuple[StoredDocument, list[tuple[str, str]]]]:
    places: dict[int, list[tuple[str, str]]] = defaultdict(list)
    found = Place.objects.filter(account=account).values_list("document_id", "name", "value")
    for pk, name, value in found:
        places[pk].append((name, value))
    rows: QuerySet[StoredDocument] = account.documents.order_by("id")
    return [(row, places[row.pk]) for row in rows]
