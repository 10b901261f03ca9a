"""What somebody types, as a search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.library.search.parsing import Filter, FilterName, Term, asking_less, parse


def test_words_phrases_and_what_to_leave_out() -> None:
    query = parse('cache "cache key" -redis -"in memory" lay')
    assert query.terms == (Term("cache"), Term("cache key"), Term("lay", is_open=True))
    assert query.without == (Term("redis"), Term("in memory"))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("queue ", (Term("queue"),)),  # finished: a space follows
        ('"queue"', (Term("queue"),)),
        ('"visibility time', (Term("visibility time", is_open=True),)),
        ("“visibility timeout”", (Term("visibility timeout"),)),  # as a phone types it
        ("us-east-1", (Term("us-east-1", is_open=True),)),
        ("http://example.com", (Term("http://example.com", is_open=True),)),
        ("( ) * ^ - --", ()),
        ("tag:", ()),  # its value is still to come
        ("", ()),
    ],
)
def test_terms(text: str, terms: tuple[Term, ...]) -> None:
    assert parse(text).terms == terms
    assert parse(text).notices == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tag:#AWS ", Filter(FilterName.TAG, ("aws",))),
        ("Topic:Überblick ", Filter(FilterName.TOPIC, ("uberblick",))),
        ('topic:"Messaging Index"', Filter(FilterName.TOPIC, ("messaging index",))),
        ("-path:journal ", Filter(FilterName.PATH, ("journal",), negated=True)),
        ("kind:true_false ", Filter(FilterName.KIND, ("true_false",))),
        ("kind:true-f", Filter(FilterName.KIND, ("true_false",), is_open=True)),
        ("kind:c", Filter(FilterName.KIND, ("cloze", "choice"), is_open=True)),
        ("is:needs-answer ", Filter(FilterName.IS, ("needs_answer",))),
    ],
)
def test_filters(text: str, found: Filter) -> None:
    assert parse(text).filters == (found,)


def test_what_looks_like_a_filter_is_named_and_would_be_welcome() -> None:
    query = parse("colour:red queue ")
    assert query.terms == (Term("queue"),)
    assert query.hoped == (Term("colour red"),)
    (notice,) = query.notices
    assert "colour:" in notice
    assert all(f"{name}:" in notice for name in FilterName)
    assert parse("iam:PassRole ").terms == (Term("iam PassRole"),)


def test_an_unknown_value_is_named_with_those_that_are_known() -> None:
    query = parse("is:lost queue")
    assert (query.filters, query.terms) == ((), (Term("queue", is_open=True),))
    (notice,) = query.notices
    assert "is:lost" in notice
    assert "needs-answer" in notice


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_a_search(text: str) -> None:
    parse(text)


@pytest.mark.parametrize(
    ("text", "less"),
    [
        ("", ()),
        ("word", ()),
        ("-word", ()),
        ("two words", ("two", "words")),
        ("“a phrase” tag:x -y", ('"a phrase"', "tag:x")),
        ("word is:new", ("word", "is:new")),
        ("one two path:x", ("one two", "one", "two", "path:x")),
        ("same same", ("same",)),
    ],
)
def test_what_asks_for_less(text: str, less: tuple[str, ...]) -> None:
    assert asking_less(text) == less
