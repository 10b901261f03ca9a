"""Documents survive being written as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from studyapp.aws.documents import decode, written
from tests.aws.store_contract import Book, full_book


def test_a_document_survives_json() -> None:
    book = replace(full_book(), version=3)
    assert decode(Book, json.loads(written(book))) == book


def test_a_document_of_before_a_field_was_added_gets_its_default() -> None:
    told = json.loads(written(full_book()))
    del told["pages"]
    assert decode(Book, {**told, "dropped": 1}) == replace(full_book(), pages=())


def test_what_can_not_be_kept_is_refused_when_it_is_written() -> None:
    with pytest.raises(TypeError, match="set can't be kept"):
        written(Book(isbn="1", shelf="a", settings={"a": {1, 2}}))
