"""The Store in memory keeps the contract, and keeps accounts apart."""

from __future__ import annotations

import pytest

from studyapp.aws.memory import MemoryCloud, MemoryStore
from studyapp.aws.ports import Home
from tests.aws.store_contract import *  # noqa: F403
from tests.aws.store_contract import Book


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def test_regions_do_not_see_each_other_and_a_document_is_found_wherever_it_is() -> None:
    cloud = MemoryCloud()
    home = Home("123456789012", "eu-west-1")
    cloud.store(home).put(Book(isbn="1", shelf="a"))
    assert cloud.store(home).get(Book, "1") is not None
    assert cloud.store(Home("123456789012", "us-east-1")).get(Book, "1") is None
    assert cloud.home_of(Book, "1") == home
    assert cloud.home_of(Book, "2") is None
