"""Cards learnt elsewhere: converted as fsrs-rs does, replayed as if they had been answered here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from math import inf

import fsrs_rs_python as rust
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from studyapp.scheduling.replay import LoggedReview, replay
from studyapp.scheduling.taking_over import (
    EarlierReview,
    Elsewhere,
    memory_from_sm2,
    memory_taken_over,
)
from studyapp.scheduling.values import CardMemory, CardState, Preset, Rating
from tests.scheduling.factories import NOW, logs, make_preset, moments, presets, ratings

DAY = timedelta(days=1)
ORACLE = rust.FSRS(list(Preset().parameters))


@given(ease=st.floats(1.3, 6), interval=st.integers(1, 36_500))
def test_sm2_is_converted_as_fsrs_rs_does(ease: float, interval: int) -> None:
    expected = ORACLE.memory_state_from_sm2(ease, interval, 0.9)
    stability, difficulty = memory_from_sm2(ease, interval, Preset())
    assert stability == pytest.approx(expected.stability, rel=1e-4)
    assert difficulty == pytest.approx(expected.difficulty, rel=1e-4)


def elsewhere(log: Sequence[LoggedReview], state: CardState = CardState.REVIEW) -> Elsewhere:
    """A card with the ratings of ``log``, the first of which began it."""
    return Elsewhere(
        state=state,
        due=date(2026, 3, 20),
        interval=10,
        ease=2.5,
        last_review=log[-1].reviewed_at if log else None,
        log=tuple(
            EarlierReview(review.rating, review.reviewed_at, began=at == 0)
            for at, review in enumerate(log)
        ),
    )


@given(log=logs(), preset=presets)
def test_a_whole_log_comes_to_what_answering_here_would_have(
    log: list[LoggedReview], preset: Preset
) -> None:
    assume(log)
    here = replay([LoggedReview(r.rating, r.reviewed_at, preset) for r in log], seed=7)
    taken = memory_taken_over(elsewhere(log), preset, NOW)
    assert (taken.stability, taken.difficulty) == (here.stability, here.difficulty)


def reviewed(*days: int, began: int | None = 0, ease: float = 0.0) -> tuple[EarlierReview, ...]:
    return tuple(
        EarlierReview(Rating.GOOD, NOW - day * DAY, at == began, interval=3.0, ease=ease)
        for at, day in enumerate(days)
    )


def test_what_was_rated_before_a_card_began_anew_is_not_its_memory() -> None:
    preset = make_preset()
    anew = memory_taken_over(
        Elsewhere(CardState.REVIEW, log=reviewed(90, 60, 20, 10, began=2)), preset, NOW
    )
    alone = memory_taken_over(Elsewhere(CardState.REVIEW, log=reviewed(20, 10)), preset, NOW)
    assert anew.stability == alone.stability


def test_a_log_without_its_beginning_goes_on_from_what_sm2_had_made_of_it() -> None:
    card = Elsewhere(CardState.REVIEW, log=reviewed(30, 20, began=None, ease=2.5))
    start = ORACLE.memory_state_from_sm2(2.5, 3.0, 0.9)
    expected = ORACLE.next_states(start, 0.9, 10).good.memory
    taken = memory_taken_over(card, make_preset(), NOW)
    assert taken.stability == pytest.approx(expected.stability, rel=1e-4)
    assert taken.difficulty == pytest.approx(expected.difficulty, rel=1e-4)


def test_an_ease_that_fsrs_wrote_is_its_difficulty() -> None:
    assert memory_from_sm2(0.6, 12, Preset()) == (12, pytest.approx(5.5))


def test_fsrs_own_memory_is_believed_before_the_log() -> None:
    card = Elsewhere(CardState.REVIEW, stability=42.5, difficulty=3.25, log=reviewed(30, 20))
    taken = memory_taken_over(card, make_preset(), NOW)
    assert (taken.stability, taken.difficulty) == (42.5, 3.25)


def test_a_card_in_days_is_due_when_its_study_day_begins_where_the_learner_is() -> None:
    preset = make_preset(timezone="Europe/Berlin")
    card = Elsewhere(CardState.REVIEW, date(2026, 3, 20), interval=10, ease=2.5, reps=4, lapses=1)
    assert memory_taken_over(card, preset, NOW) == CardMemory(
        state=CardState.REVIEW,
        stability=10,
        difficulty=pytest.approx(memory_from_sm2(2.5, 10, preset)[1]),
        due=datetime(2026, 3, 20, 3, tzinfo=UTC),
        last_review=min(datetime(2026, 3, 10, 3, tzinfo=UTC), NOW),
        reps=4,
        lapses=1,
    )


@pytest.mark.parametrize(
    ("state", "left", "step"),
    [
        (CardState.LEARNING, 2, 0),
        (CardState.LEARNING, 1, 1),
        (CardState.LEARNING, 5, 0),
        (CardState.RELEARNING, 1, 0),
        (CardState.REVIEW, 0, None),
    ],
)
def test_as_many_steps_are_left_as_there(state: CardState, left: int, step: int | None) -> None:
    due = NOW + timedelta(minutes=3)
    card = Elsewhere(state, due, stability=1, difficulty=5, steps_left=left)
    memory = memory_taken_over(card, make_preset(), NOW)
    assert (memory.state, memory.step, memory.due) == (state, step, due)


def test_first_steps_of_which_nothing_is_known_begin_as_new() -> None:
    assert memory_taken_over(Elsewhere(CardState.LEARNING, NOW), make_preset(), NOW) == CardMemory()


amounts = st.floats(allow_nan=True, allow_infinity=True)
cards = st.builds(
    Elsewhere,
    state=st.sampled_from(CardState),
    due=st.none() | st.dates() | moments,
    interval=amounts,
    ease=st.floats(0, 100),
    stability=st.none() | st.floats(0, 1e300),
    difficulty=st.none() | st.floats(0, 1e300),
    last_review=st.none() | moments,
    reps=st.integers(0, 10**6),
    lapses=st.integers(0, 10**6),
    steps_left=st.integers(0, 999),
    log=st.lists(
        st.builds(
            EarlierReview,
            rating=ratings,
            reviewed_at=moments,
            began=st.booleans(),
            interval=amounts,
            ease=st.floats(0, 100),
        ),
        max_size=5,
    ).map(tuple),
)


@given(card=cards, preset=presets, now=moments)
def test_whatever_a_file_says_comes_to_a_card_that_can_be_asked(
    card: Elsewhere, preset: Preset, now: datetime
) -> None:
    memory = memory_taken_over(card, preset, now)
    assert CardMemory.from_json(memory.to_json()) == memory
    if memory.stability is not None and memory.difficulty is not None:
        assert memory.last_review is not None
        assert memory.last_review <= now
        assert 0.001 <= memory.stability < inf
        assert 1 <= memory.difficulty <= 10
