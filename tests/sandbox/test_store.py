"""The Store on the database keeps the contract of every Store, and keeps accounts apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection

from studyapp.aws.cognito_idp.documents import Domain
from studyapp.aws.cognito_idp.session_tracking import SessionTracking
from studyapp.aws.ports import ConflictError
from studyapp.sandbox.call import Transaction
from studyapp.sandbox.models import Account, Place, StoredDocument
from studyapp.sandbox.store import DatabaseStore
from tests.aws.store_contract import *  # noqa: F403
from tests.aws.store_contract import Book
from tests.sandbox.factories import make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def call() -> Iterator[Transaction]:
    with Transaction() as call:
        yield call


@pytest.fixture
def account(db: None) -> Account:
    return make_account()


@pytest.fixture
def store(account: Account, call: Transaction) -> DatabaseStore:
    return DatabaseStore(account, "us-east-1", call)


def test_accounts_and_regions_do_not_see_each_other(
    store: DatabaseStore, account: Account, call: Transaction
) -> None:
    store.put(Book(isbn="1", shelf="a"))
    elsewhere = DatabaseStore(account, "eu-west-1", call)
    other = DatabaseStore(make_account("bob"), "us-east-1", call)
    for stranger in (elsewhere, other):
        assert stranger.get(Book, "1") is None
        assert stranger.find(Book, ("shelf", "a")) == []
        assert stranger.delete(Book, "1") is False
        stranger.put(Book(isbn="1", shelf="b"))
    assert [book.shelf for book in store.find(Book)] == ["a"]


def test_a_domain_is_had_by_one_account_in_the_world(
    store: DatabaseStore, call: Transaction
) -> None:
    domain = Domain(pool_id="p", name="shop", managed_login_version=1)
    store.put(domain)
    other = DatabaseStore(make_account("bob"), "eu-west-1", call)
    with pytest.raises(ConflictError):
        other.put(replace(domain, pool_id="q"))
    assert other.get(Domain, "shop") is None


@pytest.mark.parametrize("key", ["a\0b", "\ud800"])
def test_text_that_no_database_keeps_is_of_no_document(store: DatabaseStore, key: str) -> None:
    store.put(Book(isbn="1", shelf=key, settings={"text": key}))
    assert store.get(Book, key) is None
    assert store.delete(Book, key) is False
    assert [book.settings for book in store.find(Book, ("shelf", key))] == [{"text": key}]
    with pytest.raises(ValueError, match="can't be a key"):
        store.put(Book(isbn=key, shelf="a"))


def test_a_long_value_is_found_as_well(store: DatabaseStore) -> None:
    store.put(Book(isbn="1", shelf="é" * 5_000))
    assert store.count(Book, ("shelf", "é" * 5_000)) == 1
    assert store.count(Book, ("shelf", "é" * 5_001)) == 0


def test_it_knows_how_much_it_grew(store: DatabaseStore) -> None:
    book = store.put(Book(isbn="1", shelf="a"))
    first = store.grown
    assert first == len(StoredDocument.objects.get().body)
    store.put(replace(book, shelf="a" * 101))
    assert store.grown == first + 100
    store.delete(Book, "1")
    assert store.grown == 0
    assert not Place.objects.exists()


def test_what_is_committed_stays_when_the_rest_is_undone(
    transactional_db: None, account: Account
) -> None:
    def fail() -> None:
        with Transaction() as call:
            store = DatabaseStore(account, "us-east-1", call)
            store.put(Book(isbn="kept", shelf="a"))
            call.commit()
            assert not connection.in_atomic_block
            store.put(Book(isbn="undone", shelf="a"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    store = DatabaseStore(account, "us-east-1", Transaction())
    assert [book.isbn for book in store.find(Book)] == ["kept"]


def test_reading_begins_no_transaction(transactional_db: None, account: Account) -> None:
    with Transaction() as call:
        DatabaseStore(account, "us-east-1", call).find(Book)
        assert not connection.in_atomic_block


def test_what_is_at_hand_is_of_before_a_change_that_was_undone(
    transactional_db: None, account: Account
) -> None:
    def fail() -> None:
        with Transaction() as call:
            store = DatabaseStore(account, "us-east-1", call)
            store.put(tracking)
            assert store.get(SessionTracking, "pool") is not None
            raise ZeroDivisionError

    tracking = SessionTracking(pool_id="pool")
    with pytest.raises(ZeroDivisionError):
        fail()
    with Transaction() as call:
        store = DatabaseStore(account, "us-east-1", call)
        assert store.get(SessionTracking, "pool") is None
        store.put(tracking)
    account.refresh_from_db()
    store = DatabaseStore(account, "us-east-1", Transaction())
    assert store.get(SessionTracking, "pool") == replace(tracking, version=1)


def test_who_was_slower_reads_what_is_there_rather_than_what_is_at_hand(
    transactional_db: None, account: Account
) -> None:
    with Transaction() as call, Transaction() as slower:
        late = DatabaseStore(account, "us-east-1", slower)
        assert late.get(SessionTracking, "pool") is None
        DatabaseStore(account, "us-east-1", call).put(SessionTracking(pool_id="pool"))
        call.commit()
        with pytest.raises(ConflictError):
            late.put(SessionTracking(pool_id="pool"))
        assert late.get(SessionTracking, "pool") is not None
