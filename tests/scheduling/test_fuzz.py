from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.scheduling.answering import answer
from studyapp.scheduling.fuzz import fuzz_range, fuzzed
from studyapp.scheduling.values import CardMemory, Rating
from tests.scheduling.factories import NOW, make_preset

# A first Easy, which the defaults put eight days ahead.
PRESET = make_preset(fuzz=True)


def _days(seed: int, reps: int = 0) -> int:
    card = replace(CardMemory(), reps=reps)
    return answer(card, Rating.EASY, PRESET, NOW, seed).interval.days


def test_the_same_seed_and_count_give_the_same_interval() -> None:
    assert all(_days(seed) == _days(seed) for seed in range(50))


def test_cards_learned_together_come_apart() -> None:
    spread = Counter(_days(seed) for seed in range(3_000))
    assert sorted(spread) == [6, 7, 8, 9, 10]
    assert all(500 < count < 700 for count in spread.values())


def test_each_review_of_a_card_draws_anew() -> None:
    assert len({_days(seed=1, reps=reps) for reps in range(30)}) == 5


@pytest.mark.parametrize(
    ("days", "expected"),
    [(1, (1, 1)), (2, (2, 2)), (3, (2, 4)), (7, (5, 9)), (20, (17, 23)), (100, (93, 107))],
)
def test_ranges_are_those_of_anki(days: int, expected: tuple[int, int]) -> None:
    assert fuzz_range(days, 1, 36_500) == expected


def test_the_minimum_holds_and_still_leaves_a_choice() -> None:
    assert fuzz_range(5, 9, 36_500) == (9, 11)
    assert fuzz_range(3, 5, 5) == (5, 5)


@given(
    st.integers(1, 40_000),
    st.integers(1, 40_000),
    st.integers(1, 36_500),
    st.floats(0, 1, exclude_max=True),
)
def test_fuzz_stays_within_its_limits(days: int, low: int, high: int, draw: float) -> None:
    assert min(low, high) <= fuzzed(days, low, high, draw) <= high


@given(st.integers(1, 36_499), st.floats(0, 1, exclude_max=True))
def test_a_longer_interval_stays_longer(days: int, draw: float) -> None:
    assert fuzzed(days, 1, 36_500, draw) <= fuzzed(days + 1, 1, 36_500, draw)
