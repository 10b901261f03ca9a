from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.scheduling.queue import (
    Counts,
    Entry,
    Limits,
    Queue,
    build_queue,
    limits_left,
    next_entry,
)
from studyapp.scheduling.values import SchedulingError
from tests.scheduling.factories import NOW, make_preset

PLENTY = Limits(new=1_000, reviews=1_000)
MINUTE = timedelta(minutes=1)


def _entries(
    keys: Sequence[int], due: datetime | None = None, group: str = ""
) -> tuple[Entry, ...]:
    return tuple(Entry(key, group, due) for key in keys)


def _keys(entries: Sequence[Entry]) -> list[int]:
    return [entry.key for entry in entries]


def _build(
    learning: Sequence[Entry] = (),
    reviews: Sequence[Entry] = (),
    new: Sequence[Entry] = (),
    limits: Limits = PLENTY,
    seed: int = 1,
    groups_done: frozenset[str] = frozenset(),
) -> Queue:
    return build_queue(learning, reviews, new, limits=limits, seed=seed, groups_done=groups_done)


def test_a_step_whose_time_has_come_is_first() -> None:
    learning = (Entry(1, due=NOW), Entry(2, due=NOW - MINUTE))
    queue = _build(learning, _entries([3], NOW), _entries([4]))
    found = next_entry(queue, NOW)
    assert found is not None
    assert found.key == 2


def test_a_step_to_come_waits_while_there_is_something_else() -> None:
    queue = _build([Entry(1, due=NOW + MINUTE)], _entries([2], NOW))
    assert next_entry(queue, NOW) == Entry(2, due=NOW)


@pytest.mark.parametrize(("minutes", "asked"), [(20, True), (21, False)])
def test_a_step_is_asked_early_when_nothing_else_is_left(minutes: int, asked: bool) -> None:
    queue = _build([Entry(1, due=NOW + minutes * MINUTE)])
    assert (next_entry(queue, NOW) is not None) is asked


def test_an_empty_queue_has_no_next() -> None:
    assert next_entry(_build(), NOW) is None


def test_reviews_come_oldest_due_first_and_shuffled_within_a_day() -> None:
    old, fresh = _entries(range(10), NOW - 5 * MINUTE), _entries(range(10, 20), NOW)
    orders = {tuple(_keys(_build(reviews=fresh + old, seed=seed).main)) for seed in range(5)}
    assert len(orders) == 5
    assert all(sorted(order[:10]) == list(range(10)) for order in orders)


def test_new_cards_keep_their_order_among_the_reviews() -> None:
    queue = _build(reviews=_entries(range(100, 160), NOW), new=_entries(range(20)))
    places = [at for at, entry in enumerate(queue.main) if entry.key < 20]
    assert [queue.main[at].key for at in places] == list(range(20))
    # Spread over the whole session, not all at one end of it.
    assert places[0] < 20
    assert places[-1] > 60


def test_daily_limits_hold() -> None:
    queue = _build(
        [Entry(1, due=NOW)],
        _entries(range(10, 20), NOW),
        _entries(range(20, 30)),
        limits=Limits(new=2, reviews=3),
    )
    assert queue.counts == Counts(new=2, learning=1, reviews=3)
    assert queue.counts.total == 6
    assert len(queue.main) == 5


def test_limits_count_what_was_done_today() -> None:
    preset = make_preset(new_per_day=20, reviews_per_day=200)
    assert limits_left(preset, new_done=5, reviews_done=230) == Limits(new=15, reviews=0)


def test_one_sibling_a_day() -> None:
    """Steps take precedence over reviews, reviews over new cards; without a group all are asked."""
    queue = _build(
        _entries([1], NOW, "a"),
        (*_entries([2], NOW, "a"), *_entries([3], NOW, "b"), *_entries([4, 5], NOW)),
        (*_entries([6], None, "b"), *_entries([7, 8], None, "c"), *_entries([9], None, "d")),
        groups_done=frozenset({"d"}),
    )
    assert _keys(queue.learning) == [1]
    assert sorted(_keys(queue.main)) == [3, 4, 5, 7]
    assert sorted(_keys(queue.buried)) == [2, 6, 8, 9]


def test_a_buried_sibling_takes_no_place_from_others() -> None:
    new = (*_entries([1, 2], None, "a"), *_entries([3], None, "b"))
    assert _keys(_build(new=new, limits=Limits(new=2, reviews=0)).main) == [1, 3]


def test_a_review_without_a_due_date_is_refused() -> None:
    with pytest.raises(SchedulingError) as caught:
        _build(reviews=_entries([1]))
    assert caught.value.field == "due"


groups = st.sampled_from(["", "", "", "a", "b", "c"])
dues = st.integers(0, 3).map(lambda days: NOW - timedelta(days=days))


@st.composite
def candidates(draw: st.DrawFn) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Reviews and new cards, each with a key of its own."""
    reviews = draw(st.lists(st.tuples(groups, dues), max_size=15))
    new = draw(st.lists(groups, max_size=15))
    return (
        tuple(Entry(key, group, due) for key, (group, due) in enumerate(reviews)),
        tuple(Entry(100 + key, group) for key, group in enumerate(new)),
    )


@given(candidates(), st.integers(0, 12), st.integers(0, 12), st.integers())
def test_a_queue_built_again_after_an_answer_goes_on(
    found: tuple[tuple[Entry, ...], tuple[Entry, ...]], new: int, reviews: int, seed: int
) -> None:
    old, fresh = found
    limits, done = Limits(new, reviews), frozenset[str]()
    expected = _build((), old, fresh, limits, seed).main
    for at, entry in enumerate(expected):
        assert _build((), old, fresh, limits, seed, done).main == expected[at:]
        if entry in old:
            old = tuple(e for e in old if e != entry)
            limits = replace(limits, reviews=limits.reviews - 1)
        else:
            fresh = tuple(e for e in fresh if e != entry)
            limits = replace(limits, new=limits.new - 1)
        done |= {entry.group} - {""}
    assert _build((), old, fresh, limits, seed, done).main == ()
