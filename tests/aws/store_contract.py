"""What every Store promises. A module of tests gives ``store`` as a fixture and takes these in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any, ClassVar

import pytest

from studyapp.aws.ports import ConflictError, Document, NotStoredError, Store, change


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Book(Document):
    kind: ClassVar[str] = "test/book"
    indexes: ClassVar[tuple[str, ...]] = ("shelf", "lent_to")

    isbn: str
    shelf: str
    lent_to: str | None = None
    pages: tuple[Page, ...] = ()
    cover: bytes = b""
    colour: Colour = Colour.RED
    bought: datetime | None = None
    settings: dict[str, Any] | None = None

    @property
    def key(self) -> str:
        return self.isbn


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Document):
    kind: ClassVar[str] = "test/record"

    title: str

    @property
    def key(self) -> str:
        return self.title


def full_book() -> Book:
    return Book(
        isbn="1",
        shelf="a",
        lent_to="ann",
        pages=(Page(1, "é"), Page(2)),
        cover=b"\x00\xff",
        bought=datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC),
        settings={"a": [1, {"b": None}], "c": 1.5},
    )


def test_what_is_put_is_what_is_got(store: Store) -> None:
    stored = store.put(full_book())
    assert stored.version == 1
    assert store.get(Book, "1") == replace(full_book(), version=1)


def test_nothing_is_got_of_another_key_or_kind(store: Store) -> None:
    store.put(Book(isbn="1", shelf="a"))
    assert store.get(Book, "2") is None
    assert store.get(Record, "1") is None


def test_a_new_document_never_takes_the_place_of_another(store: Store) -> None:
    store.put(Book(isbn="1", shelf="a"))
    with pytest.raises(ConflictError):
        store.put(Book(isbn="1", shelf="b"))
    assert [book.shelf for book in store.find(Book)] == ["a"]


def test_of_two_who_change_the_same_version_the_second_is_refused(store: Store) -> None:
    book = store.put(Book(isbn="1", shelf="a"))
    store.put(replace(book, lent_to="ann"))
    with pytest.raises(ConflictError):
        store.put(replace(book, lent_to="bob"))
    assert [book.lent_to for book in store.find(Book)] == ["ann"]


def test_a_deleted_document_is_not_brought_back_by_a_late_change(store: Store) -> None:
    book = store.put(Book(isbn="1", shelf="a"))
    assert store.delete(Book, "1") is True
    with pytest.raises(ConflictError):
        store.put(replace(book, shelf="b"))
    assert store.get(Book, "1") is None


def test_only_the_first_to_delete_hears_that_it_was_there(store: Store) -> None:
    store.put(Book(isbn="1", shelf="a"))
    assert [store.delete(Book, "1"), store.delete(Book, "1")] == [True, False]


def test_found_by_an_index_in_the_order_of_keys(store: Store) -> None:
    for isbn, shelf in (("3", "a"), ("1", "a"), ("2", "b"), ("10", "a")):
        store.put(Book(isbn=isbn, shelf=shelf))
    assert [book.isbn for book in store.find(Book, ("shelf", "a"))] == ["1", "10", "3"]
    assert [book.isbn for book in store.find(Book)] == ["1", "10", "2", "3"]
    assert store.find(Book, ("shelf", "c")) == []
    assert store.find(Record) == []


def test_keys_are_in_the_order_of_their_code_points(store: Store) -> None:
    keys = ["a", "B", "é", "Z", "\U0001f600", "￿", "_", "1"]
    for key in keys:
        store.put(Book(isbn=key, shelf="a"))
    assert [book.isbn for book in store.find(Book)] == sorted(keys)
    assert [book.isbn for book in store.find(Book, after="Z")] == sorted(keys)[3:]


def test_a_listing_goes_on_behind_a_key_whether_or_not_it_is_still_there(store: Store) -> None:
    for isbn in "12345":
        store.put(Book(isbn=isbn, shelf="a"))
    page = store.find(Book, ("shelf", "a"), limit=2)
    assert [book.isbn for book in page] == ["1", "2"]
    store.delete(Book, "2")
    rest = store.find(Book, ("shelf", "a"), after="2", limit=2)
    assert [book.isbn for book in rest] == ["3", "4"]
    assert store.find(Book, after="5") == []


def test_an_index_follows_the_document(store: Store) -> None:
    book = store.put(Book(isbn="1", shelf="a", lent_to="ann"))
    store.put(replace(book, lent_to=None, shelf="b"))
    assert store.find(Book, ("lent_to", "ann")) == []
    assert store.count(Book, ("shelf", "a")) == 0
    assert [book.isbn for book in store.find(Book, ("shelf", "b"))] == ["1"]
    store.delete(Book, "1")
    assert store.find(Book, ("shelf", "b")) == []


def test_counted_by_kind_and_by_index(store: Store) -> None:
    for isbn, shelf in (("1", "a"), ("2", "a"), ("3", "b")):
        store.put(Book(isbn=isbn, shelf=shelf))
    assert (store.count(Book), store.count(Book, ("shelf", "a"))) == (3, 2)
    assert (store.count(Record), store.count(Book, ("lent_to", "ann"))) == (0, 0)


def test_a_change_is_made_again_when_somebody_was_faster(store: Store) -> None:
    store.put(Book(isbn="1", shelf="a"))
    seen = []

    def lend(book: Book) -> Book:
        if not seen:
            store.put(replace(book, shelf="b"))
        seen.append(book.shelf)
        return replace(book, lent_to="ann")

    changed = change(store, Book, "1", lend)
    assert seen == ["a", "b"]
    assert (changed.shelf, changed.lent_to) == ("b", "ann")
    assert store.get(Book, "1") == changed


def test_a_change_that_changes_nothing_writes_nothing(store: Store) -> None:
    book = store.put(Book(isbn="1", shelf="a"))
    assert change(store, Book, "1", lambda book: book) == book
    assert store.get(Book, "1") == book


def test_what_is_not_there_can_not_be_changed(store: Store) -> None:
    with pytest.raises(NotStoredError, match="test/book 1"):
        change(store, Book, "1", lambda book: book)
