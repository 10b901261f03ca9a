"""What a score says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studyapp.items.scoring import Standing, scaled, standing, wilson


def test_the_interval_is_wilsons() -> None:
    low, high = wilson(0.72 * 65, 65)
    assert (round(low, 2), round(high, 2)) == (0.60, 0.81)
    assert wilson(0, 0) == (0, 1)


@given(st.integers(1, 200).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_share_lies_in_its_interval(score: tuple[int, int]) -> None:
    right, of = score
    low, high = wilson(right, of)
    assert 0 <= low <= right / of + 1e-12
    assert right / of - 1e-12 <= high <= 1


def test_a_pass_is_likely_only_where_even_the_low_end_passes() -> None:
    assert standing(60, 65, 0.72) is Standing.LIKELY
    assert standing(47, 65, 0.72) is Standing.BORDERLINE
    assert standing(30, 65, 0.72) is Standing.NOT_YET


def test_a_scale_is_laid_on_evenly() -> None:
    assert [scaled(share, 100, 1000) for share in (0, 0.5, 1)] == [100, 550, 1000]
