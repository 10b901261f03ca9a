from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.scheduling.answering import answer, preview
from studyapp.scheduling.days import day_start_at, study_day
from studyapp.scheduling.replay import LoggedReview, replay
from studyapp.scheduling.values import CardMemory, CardState, Preset, Rating, SchedulingError
from tests.scheduling.factories import NOW, gaps, logs, make_memory, make_preset, presets

MINUTE = timedelta(minutes=1)
seeds = st.integers(0, 2**64)


@st.composite
def asked(draw: st.DrawFn) -> tuple[CardMemory, Preset, datetime, int]:
    """A card with any history, about to be asked."""
    log, seed = draw(logs()), draw(seeds)
    now = (log[-1].reviewed_at if log else NOW) + draw(gaps)
    return replay(log, seed), draw(presets), now, seed


@given(asked())
def test_what_the_buttons_show_is_what_happens(
    question: tuple[CardMemory, Preset, datetime, int],
) -> None:
    memory, preset, now, seed = question
    shown = preview(memory, preset, now, seed)
    assert list(shown) == list(Rating)
    for rating in Rating:
        assert answer(memory, rating, preset, now, seed) == shown[rating]


@given(asked())
def test_a_better_rating_never_comes_back_sooner(
    question: tuple[CardMemory, Preset, datetime, int],
) -> None:
    memory, preset, now, seed = question
    shown = list(preview(memory, preset, now, seed).values())
    assert all(worse.interval <= better.interval for worse, better in pairwise(shown))
    stabilities = [answered.memory.stability for answered in shown]
    assert stabilities == sorted(stabilities)
    in_days = [a.interval.days for a in shown[1:] if a.memory.state is CardState.REVIEW]
    for worse, better in pairwise(in_days):
        assert worse < better or better == preset.maximum_interval


@given(asked(), st.sampled_from(Rating))
def test_a_review_card_is_due_when_a_study_day_begins(
    question: tuple[CardMemory, Preset, datetime, int], rating: Rating
) -> None:
    memory, preset, now, seed = question
    answered = answer(memory, rating, preset, now, seed)
    after = answered.memory
    assert after.due is not None
    assert after.due.tzinfo is UTC
    assert after.last_review == now
    assert after.reps == memory.reps + 1
    if after.state is CardState.REVIEW:
        assert 1 <= answered.interval.days <= preset.maximum_interval
        day = study_day(now, preset.zone, preset.day_start) + answered.interval
        assert after.due == day_start_at(day, preset.zone, preset.day_start)
        assert after.due > now
        assert after.step is None
    else:
        assert after.due - now == answered.interval


@given(asked(), st.sampled_from(Rating))
def test_the_clock_may_be_read_anywhere(
    question: tuple[CardMemory, Preset, datetime, int], rating: Rating
) -> None:
    memory, preset, now, seed = question
    elsewhere = now.astimezone(ZoneInfo("Asia/Kolkata"))
    assert answer(memory, rating, preset, elsewhere, seed) == answer(
        memory, rating, preset, now, seed
    )


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(SchedulingError) as caught:
        answer(CardMemory(), Rating.GOOD, make_preset(), NOW.replace(tzinfo=None), seed=1)
    assert caught.value.field == "now"


def test_a_new_card_goes_through_its_steps() -> None:
    preset = make_preset()
    shown = preview(CardMemory(), preset, NOW, seed=1)
    assert [a.interval for a in shown.values()] == [
        1 * MINUTE,
        5.5 * MINUTE,
        10 * MINUTE,
        timedelta(days=8),
    ]
    second = shown[Rating.GOOD].memory
    assert (second.state, second.step) == (CardState.LEARNING, 1)
    graduated = answer(second, Rating.GOOD, preset, NOW + 10 * MINUTE, seed=1)
    assert (graduated.memory.state, graduated.interval) == (CardState.REVIEW, timedelta(days=2))


def test_without_steps_a_new_card_is_in_days_at_once() -> None:
    shown = preview(CardMemory(), make_preset(learning_steps=()), NOW, seed=1)
    assert [a.interval.days for a in shown.values()] == [1, 1, 2, 8]


def test_a_forgotten_card_is_a_lapse_and_learned_again() -> None:
    memory = make_memory()
    assert memory.due is not None
    forgotten = answer(memory, Rating.AGAIN, make_preset(), memory.due, seed=1)
    assert forgotten.is_lapse
    assert forgotten.interval == 10 * MINUTE
    assert (forgotten.memory.state, forgotten.memory.lapses) == (CardState.RELEARNING, 1)
    again = answer(forgotten.memory, Rating.AGAIN, make_preset(), memory.due + MINUTE, seed=1)
    assert (again.is_lapse, again.memory.lapses) == (False, 1)


def test_forgetting_a_card_in_its_first_steps_is_no_lapse() -> None:
    answered = answer(CardMemory(), Rating.AGAIN, make_preset(), NOW, seed=1)
    assert (answered.is_lapse, answered.memory.lapses) == (False, 0)


@pytest.mark.parametrize(
    ("threshold", "leeches"), [(8, [8, 12, 16]), (3, [3, 5, 7, 9, 11, 13, 15, 17]), (0, [])]
)
def test_a_leech_is_said_at_the_threshold_and_at_each_half_more(
    threshold: int, leeches: list[int]
) -> None:
    memory, preset = make_memory(), make_preset(leech_threshold=threshold)
    said = [
        lapses + 1
        for lapses in range(17)
        if answer(replace(memory, lapses=lapses), Rating.AGAIN, preset, NOW, seed=1).is_leech
    ]
    assert said == leeches


def test_a_better_rating_is_at_least_a_day_longer() -> None:
    """On the day of the last review all three ratings would give the same few days."""
    memory, preset = make_memory(), make_preset(desired_retention=0.99)
    assert memory.last_review is not None
    shown = preview(memory, preset, memory.last_review + MINUTE, seed=1)
    hard, good, easy = (shown[r].interval.days for r in Rating if r is not Rating.AGAIN)
    assert hard < good < easy


def test_no_interval_is_longer_than_the_preset_allows() -> None:
    memory = make_memory([Rating.EASY] * 6)
    assert memory.due is not None
    shown = preview(memory, make_preset(maximum_interval=30, fuzz=True), memory.due, seed=1)
    assert [a.interval.days for r, a in shown.items() if r is not Rating.AGAIN][1:] == [30, 30]


def test_a_preset_with_fewer_steps_lets_a_card_in_its_third_step_go_on() -> None:
    three = make_preset(learning_steps=(MINUTE, 2 * MINUTE, 3 * MINUTE))
    memory = make_memory([Rating.GOOD, Rating.GOOD], three)
    assert memory.step == 2
    answered = answer(memory, Rating.GOOD, make_preset(learning_steps=(MINUTE,)), NOW, seed=1)
    assert answered.memory.state is CardState.REVIEW


@given(logs(), seeds)
def test_the_log_rebuilds_the_live_memory(log: list[LoggedReview], seed: int) -> None:
    memory = CardMemory()
    for review in log:
        shown = preview(memory, review.preset, review.reviewed_at, seed)
        stored = shown[review.rating].memory.to_json()
        memory = CardMemory.from_json(stored)
    assert replay(log, seed) == memory
