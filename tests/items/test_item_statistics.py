"""Item statistics, against figures computed by hand and by other means."""

from __future__ import annotations

import random
import statistics
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyapp.items.item_statistics import (
    JUDGED_FROM,
    Answers,
    Asked,
    Flag,
    FormStatistics,
    form_statistics,
    item_statistics,
)

# Five candidates (rows) and four questions: totals 4, 3, 2, 1, 0.
MATRIX = [[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]


def asked(matrix: list[list[float]] | list[list[int]]) -> list[Asked]:
    totals = [sum(row) for row in matrix]
    return [
        Asked([Answers(mark, total - mark) for total, mark in zip(totals, marks, strict=True)])
        for marks in zip(*matrix, strict=True)
    ]


def form(matrix: list[list[float]] | list[list[int]]) -> FormStatistics | None:
    return form_statistics(asked(matrix), [(sum(row), 1) for row in matrix])


def test_a_small_form_by_hand() -> None:
    first, second, _, _ = item_statistics(asked(MATRIX))
    assert first.candidates == 5
    assert first.facility == pytest.approx(0.8)
    # Marks 1 1 1 1 0, rests 3 2 1 0 0: covariance 0.3, variances 0.2 and 1.7.
    assert first.discrimination == pytest.approx(100 * 0.3 / (0.2 * 1.7) ** 0.5)
    assert first.efficiency == pytest.approx(100)
    # Covariances with the total: 0.5, 0.75, 0.75, 0.5.
    roots = [0.5**0.5, 0.75**0.5]
    assert first.weight == pytest.approx(100 * roots[0] / (2 * sum(roots)))
    assert second.weight == pytest.approx(100 * roots[1] / (2 * sum(roots)))
    # One candidate is 27 % of five; the two weakest are level, and got it right and wrong.
    assert first.index == pytest.approx(1 - 0.5)
    whole = form(MATRIX)
    assert whole is not None
    # Variances 0.2 0.3 0.3 0.2 of a total's 2.5: alpha = 4/3 (1 - 1/2.5) = 0.8.
    assert whole.alpha == pytest.approx(0.8)
    assert whole.error == pytest.approx((2.5 * 0.2) ** 0.5)


def test_what_does_not_vary_says_nothing() -> None:
    for matrix in ([[1, 1], [1, 1]], [[1, 0], [1, 1]]):
        first = item_statistics(asked(matrix))[0]
        assert (first.discrimination, first.efficiency) == (None, None)
    assert form([[1, 1], [1, 1]]) is None
    assert form([[1], [0]]) is None
    (alone,) = item_statistics([Asked([Answers(1, 2)])])
    assert (alone.facility, alone.discrimination, alone.index) == (1, None, None)
    (nobody,) = item_statistics([Asked([])])
    assert (nobody.candidates, nobody.facility) == (0, 0)


def test_options_are_held_against_ability() -> None:
    # Ten candidates, the weakest first; the key "k" is chosen by the upper half.
    chosen = [{"a"}, {"a"}, {"b"}, {"b"}, {"b"}, {"k"}, {"k"}, {"k"}, {"k"}, {"k"}]
    answers = [Answers(float("k" in each), at, 1, each) for at, each in enumerate(chosen)]
    (found,) = item_statistics([Asked(answers, 1, ("k", "a", "b", "c"), frozenset("k"))])
    key, a, *_ = found.options
    assert [(o.id, o.is_key) for o in found.options] == [
        *(("k", True), ("a", False), ("b", False), ("c", False)),
    ]
    assert [o.share for o in found.options] == pytest.approx([0.5, 0.2, 0.3, 0])
    assert [o.mean_rest for o in found.options] == [7, 0.5, 3, None]
    assert key.curve == pytest.approx((0, 0, 0.5, 1, 1))
    assert a.curve == pytest.approx((1, 0, 0, 0, 0))
    assert found.distractor_efficiency == pytest.approx(100 * 2 / 3)
    assert found.index == pytest.approx(1)


def many(key: str, count: int = JUDGED_FROM) -> Asked:
    """The better half chooses "x", the other half "y"; ``key`` is right."""
    chosen = ["y" if at < count // 2 else "x" for at in range(count)]
    answers = [Answers(float(key == each), at, 1, each) for at, each in enumerate(chosen)]
    return Asked(answers, 1, ("x", "y"), frozenset(key))


def test_a_wrong_key_is_flagged_once_there_are_enough() -> None:
    assert item_statistics([many("y")])[0].flags == (Flag.NEGATIVE, Flag.DISTRACTOR)
    assert item_statistics([many("x")])[0].flags == ()
    assert item_statistics([many("y", JUDGED_FROM - 2)])[0].flags == ()


@pytest.mark.parametrize(
    ("marks", "flag"),
    [
        ([float(at % 10 == 9) for at in range(100)], Flag.HARD),
        ([float(at % 50 != 0) for at in range(100)], Flag.EASY),
        ([float(at % 2) for at in range(100)], Flag.WEAK),
    ],
)
def test_what_tells_little_is_flagged(marks: list[float], flag: Flag) -> None:
    answers = [Answers(mark, at) for at, mark in enumerate(marks)]
    assert flag in item_statistics([Asked(answers)])[0].flags


def test_distractors_that_nobody_takes_are_flagged() -> None:
    asked_ = replace(many("x"), options=("x", "y", "z"))
    assert item_statistics([asked_])[0].flags == (Flag.DEAD,)


def test_what_does_not_count_has_no_weight() -> None:
    one, other = asked(MATRIX)[:2]
    found = item_statistics([one, replace(other, counts=False)])
    assert [each.weight for each in found] == [pytest.approx(100), None]


MATRICES = st.integers(2, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=width, max_size=width),
        min_size=3,
        max_size=12,
    )
)


@given(MATRICES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_figures_are_those_of_python_s_own_statistics(matrix: list[list[float]]) -> None:
    totals = [sum(row) for row in matrix]
    for found, marks in zip(item_statistics(asked(matrix)), zip(*matrix, strict=True), strict=True):
        rests = [total - mark for total, mark in zip(totals, marks, strict=True)]
        assert found.facility == pytest.approx(statistics.fmean(marks))
        assert found.deviation == pytest.approx(statistics.stdev(marks))
        try:
            expected = 100 * statistics.correlation(marks, rests)
        except statistics.StatisticsError:
            assert found.discrimination is None
        else:
            assert found.discrimination == pytest.approx(expected, abs=1e-9)
            best = statistics.covariance(sorted(marks), sorted(rests))
            shared = statistics.covariance(marks, rests)
            assert found.efficiency == pytest.approx(100 * shared / best, abs=1e-9)
            assert found.efficiency <= 100 + 1e-9
    weights = [f.weight for f in item_statistics(asked(matrix)) if f.weight is not None]
    assert not weights or sum(weights) == pytest.approx(100)


@given(MATRICES, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_the_candidates_says_nothing(
    matrix: list[list[float]], chance: random.Random
) -> None:
    shuffled = matrix[:]
    chance.shuffle(shuffled)
    for one, other in zip(
        item_statistics(asked(matrix)), item_statistics(asked(shuffled)), strict=True
    ):
        for name in ("facility", "discrimination", "efficiency", "weight", "index"):
            assert getattr(one, name) == pytest.approx(getattr(other, name))
    one_form, other_form = form(matrix), form(shuffled)
    assert (one_form is None) == (other_form is None)
    if one_form and other_form:
        assert one_form.alpha == pytest.approx(other_form.alpha)


@given(MATRICES, st.integers(2, 4))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_equal_candidates_may_be_put_together(matrix: list[list[float]], times: int) -> None:
    together = [
        replace(each, answers=[answer._replace(times=times) for answer in each.answers])
        for each in asked(matrix)
    ]
    for one, other in zip(
        item_statistics(together), item_statistics(asked(matrix * times)), strict=True
    ):
        for name in (
            "candidates",
            "facility",
            "deviation",
            "discrimination",
            "efficiency",
            "index",
        ):
            assert getattr(one, name) == pytest.approx(getattr(other, name))
