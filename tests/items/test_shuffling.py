from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.items.shuffling import shuffled, shuffled_options, shuffled_rights
from studyapp.items.values import Content, Kind, make_options
from tests.items.factories import choices, make_choice, make_match, make_order


def _letters(content: Content, seed: int) -> str:
    return "".join(option.text for option in shuffled_options(content, seed))


@given(choices, st.integers())
def test_a_seed_gives_one_order_of_all_options(content: Content, seed: int) -> None:
    shown = shuffled_options(content, seed)
    assert shown == shuffled_options(content, seed)
    assert Counter(shown) == Counter(content.options)


def test_every_order_is_about_as_likely() -> None:
    seen = Counter(shuffled("abc", seed) for seed in range(6000))
    assert len(seen) == 6
    assert all(850 < count < 1150 for count in seen.values())


def test_shuffle_false_keeps_the_order() -> None:
    content = make_choice(shuffle=False)
    assert {_letters(content, seed) for seed in range(20)} == {"abcd"}


@pytest.mark.parametrize(
    ("pin", "places"),
    [("last", {3: "d"}), ("first, last", {0: "a", 3: "d"}), ("2", {1: "b"}), ("3 4 9", {2: "c"})],
)
def test_pinned_options_stay_and_the_others_move(pin: str, places: dict[int, str]) -> None:
    content = make_choice(metadata={"pin": pin})
    orders = {_letters(content, seed) for seed in range(40)}
    assert len(orders) > 1
    assert all(order[at] == letter for order in orders for at, letter in places.items())


def test_a_pin_that_says_nothing_pins_nothing() -> None:
    content = make_choice(metadata={"pin": "maybe"})
    assert {_letters(content, seed)[3] for seed in range(40)} == set("abcd")


def test_true_false_stays_as_written() -> None:
    options = make_options([("True", True, ""), ("False", False, "")])
    content = Content(Kind.TRUE_FALSE, "Is it?", options=options)
    assert all(shuffled_options(content, seed) == options for seed in range(20))


def test_an_order_item_is_never_shown_solved() -> None:
    content = make_order("a", "b", "c")
    orders = {_letters(content, seed) for seed in range(60)}
    assert "abc" not in orders
    assert len(orders) == 5


def test_right_sides_are_offered_once_each() -> None:
    content = make_match(
        ("Lambda", "Regional"), ("SQS", "regional"), ("IAM", "Global"), ("", "Edge")
    )
    offered = shuffled_rights(content, 5)
    assert sorted(pair.right for pair in offered) == ["Edge", "Global", "Regional"]
    assert len({shuffled_rights(content, seed) for seed in range(40)}) == 6
