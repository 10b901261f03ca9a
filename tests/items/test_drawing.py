"""Drawing a form."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.items.drawing import Candidate, Shortage, apportion, draw_form, draw_unscored

DVA = {"Development": 32, "Security": 26, "Deployment": 24, "Troubleshooting": 18}
BLUEPRINT = {name: Decimal(weight) for name, weight in DVA.items()}

names = st.sampled_from(["a", "b", "c", "d"])
weights = st.dictionaries(names, st.decimals("0.1", 100, places=1), min_size=1)
banks = st.lists(
    st.tuples(names, st.integers(0, 3), st.sampled_from(["", "x", "y"])), max_size=40
).map(lambda rows: [Candidate(key, *row) for key, row in enumerate(rows)])


def test_the_exam_guides_weights_give_the_real_counts() -> None:
    assert list(apportion(BLUEPRINT, 65).values()) == [21, 17, 15, 12]


@given(weights, st.integers(0, 200))
def test_shares_add_up_and_are_never_a_whole_question_off(
    shares_of: dict[str, Decimal], count: int
) -> None:
    shares = apportion(shares_of, count)
    assert sum(shares.values()) == count
    total = sum(shares_of.values())
    for name, weight in shares_of.items():
        assert abs(shares[name] - weight * count / total) < 1


@given(banks, st.integers(0, 50), st.integers(0, 9), weights | st.none())
def test_a_form_asks_each_question_once_and_is_as_long_as_it_can_be(
    bank: list[Candidate], count: int, seed: int, blueprint: dict[str, Decimal] | None
) -> None:
    form = draw_form(bank, seed=seed, count=count, blueprint=blueprint)
    eligible = [c for c in bank if not blueprint or c.domain in blueprint]
    assert len(set(form.keys)) == len(form.keys) == min(count or len(eligible), len(eligible))
    assert form == draw_form(bank, seed=seed, count=count, blueprint=blueprint)


@given(banks, st.integers(1, 20), st.integers(0, 9))
def test_nothing_is_asked_again_while_something_was_asked_less(
    bank: list[Candidate], count: int, seed: int
) -> None:
    keys = set(draw_form(bank, seed=seed, count=count).keys)
    asked = [c.seen for c in bank if c.key in keys]
    left = [c.seen for c in bank if c.key not in keys]
    assert not asked or not left or max(asked) <= min(left)


@given(banks, st.integers(0, 9))
def test_the_questions_of_a_case_stay_together(bank: list[Candidate], seed: int) -> None:
    keys = draw_form(bank, seed=seed).keys
    for case in ("x", "y"):
        places = [place for place, key in enumerate(keys) if bank[key].case == case]
        assert places == list(range(places[0], places[-1] + 1)) if places else True


def test_a_domain_that_falls_short_is_named_and_the_others_fill_its_places() -> None:
    domains = {"Development": 40, "security": 40, "Deployment": 2, "Troubleshooting": 40}
    bank = [
        Candidate(100 * at + number, domain)
        for at, (domain, there) in enumerate(domains.items())
        for number in range(there)
    ]
    form = draw_form(bank, seed=1, count=65, blueprint=BLUEPRINT)
    assert form.shortages == (Shortage("Deployment", 15, 2),)
    counts = Counter(key // 100 for key in form.keys)
    assert counts == {0: 27, 1: 21, 2: 2, 3: 15}


def test_the_order_can_be_kept() -> None:
    bank = [Candidate(key) for key in (5, 3, 9)]
    assert draw_form(bank, seed=4, keep_order=True).keys == (5, 3, 9)
    orders = {draw_form(bank, seed=seed).keys for seed in range(30)}
    assert len(orders) == 6


@pytest.mark.parametrize(("count", "unscored"), [(65, 15), (3, 0), (2, 1)])
def test_so_many_places_do_not_count(count: int, unscored: int) -> None:
    places = draw_unscored(count, unscored, 7)
    assert len(places) == unscored
    assert places <= set(range(count))
