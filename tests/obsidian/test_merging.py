"""Merging a text that was changed in two places."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.obsidian.merging import Agreed, Conflict, merge_texts

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=9).map("\n".join)


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        ("one\ntwo!\nthree\nfour", "one\ntwo\nthree\nfour!", "one\ntwo!\nthree\nfour!"),
        ("zero\none\ntwo\nthree\nfour", "one\ntwo\nthree", "zero\none\ntwo\nthree"),
        ("one\nthree\nfour", "one\nthree\nfour\nfive", "one\nthree\nfour\nfive"),
        ("one\ntwo\nthree\nfour\n", "ONE\ntwo\nthree\nfour", "ONE\ntwo\nthree\nfour\n"),
    ],
)
def test_changes_apart_are_both_made(ours: str, theirs: str, merged: str) -> None:
    found = merge_texts("one\ntwo\nthree\nfour", ours, theirs)
    assert found.conflicts == ()
    assert found.text() == merged


def test_the_same_line_changed_twice_is_a_conflict() -> None:
    found = merge_texts("one\ntwo\nthree", "one\n2\nthree", "one\nzwei\nthree")
    assert found.parts == (
        Agreed(("one",)),
        Conflict(("two",), ("2",), ("zwei",)),
        Agreed(("three",)),
    )
    assert found.text([("2", "zwei")]) == "one\n2\nzwei\nthree"


def test_a_line_taken_away_here_and_changed_there_is_a_conflict() -> None:
    found = merge_texts("one\ntwo\nthree", "one\nthree", "one\ntwo!\nthree")
    assert found.conflicts == (Conflict(("two",), (), ("two!",)),)


@given(TEXTS, TEXTS)
def test_what_only_one_changed_is_as_that_one_has_it(base: str, changed: str) -> None:
    for ours, theirs in [(base, changed), (changed, base), (changed, changed)]:
        found = merge_texts(base, ours, theirs)
        assert found.conflicts == ()
        assert found.text() == changed


@given(TEXTS, TEXTS, TEXTS)
def test_either_side_of_every_conflict_can_be_had(base: str, ours: str, theirs: str) -> None:
    """No line that somebody wrote is lost: it is in the merged text or in a conflict."""
    found = merge_texts(base, ours, theirs)
    both = found.text([(*part.ours, *part.theirs) for part in found.conflicts])
    there = Counter(both.split("\n"))
    for text in (ours, theirs):
        written = Counter(text.split("\n")) - Counter(base.split("\n"))
        assert not written - there


@given(TEXTS, TEXTS, TEXTS)
def test_the_sides_may_be_exchanged(base: str, ours: str, theirs: str) -> None:
    one, other = merge_texts(base, ours, theirs), merge_texts(base, theirs, ours)
    assert one.text([part.ours for part in one.conflicts]) == other.text(
        [part.theirs for part in other.conflicts]
    )
