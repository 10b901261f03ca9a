"""FSRS-6 against its Rust implementation, over random histories."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import fsrs_rs_python as rust
import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from studyapp.scheduling.answering import answer, preview, retrievability
from studyapp.scheduling.values import CardMemory, CardState, Preset, Rating
from tests.scheduling.factories import NOW, make_memory, make_preset

HISTORIES = 2_500


def _fitted(random: Random) -> tuple[float, ...]:
    """Parameters as fitting might find them: each at most a fifth off its default."""
    return tuple(
        min(max(default * random.uniform(0.8, 1.2), low), high)
        for default, low, high in zip(
            DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True
        )
    )


def _history(random: Random) -> Iterator[tuple[int, Rating]]:
    """Days since the review before, and a rating; often on the same day."""
    for _ in range(random.randint(1, 12)):
        days = random.choice((0, 0, 1, random.randint(1, 12), random.randint(1, 400)))
        yield days, Rating(random.choices((1, 2, 3, 4), (3, 2, 8, 2))[0])


@pytest.mark.parametrize("part", range(4))
def test_memory_and_intervals_agree_with_the_rust_implementation(part: int) -> None:
    random = Random(20_260_302 + part)
    for number in range(HISTORIES // 4):
        parameters = DEFAULT_PARAMETERS if number % 2 else _fitted(random)
        preset = make_preset(parameters=parameters, desired_retention=random.uniform(0.75, 0.97))
        _compare(rust.FSRS(list(parameters)), preset, list(_history(random)))


def _compare(oracle: rust.FSRS, preset: Preset, history: list[tuple[int, Rating]]) -> None:
    memory, known, now = CardMemory(), None, NOW
    for days, rating in history:
        now += timedelta(days=days, seconds=1)
        states = oracle.next_states(known, preset.desired_retention, days if known else 0)
        buttons = preview(memory, preset, now, seed=1)
        shortest = 1
        for button, answered in buttons.items():
            expected = getattr(states, button.name.lower())
            assert answered.memory.stability == pytest.approx(expected.memory.stability, rel=1e-4)
            assert answered.memory.difficulty == pytest.approx(expected.memory.difficulty, rel=1e-4)
            if answered.memory.state is CardState.REVIEW:
                interval = max(shortest, round(expected.interval))
                assert abs(answered.interval.days - interval) <= 1
                shortest = answered.interval.days + 1
        memory, known = buttons[rating].memory, getattr(states, rating.name.lower()).memory


def test_golden_intervals_at_the_defaults() -> None:
    """Goods around an Again at the defaults, each on its day: as the Rust binding 0.9.3 says."""
    ratings = [Rating.GOOD] * 5 + [Rating.AGAIN] + [Rating.GOOD] * 4
    preset = make_preset(learning_steps=(), relearning_steps=())
    memory, now, intervals = CardMemory(), NOW, []
    for rating in ratings:
        answered = answer(memory, rating, preset, now, seed=1)
        memory, now = answered.memory, now + answered.interval
        intervals.append(answered.interval.days)
    assert intervals == [2, 11, 46, 163, 497, 7, 17, 37, 77, 151]


@pytest.mark.parametrize("days", [0, 1, 7, 30, 365])
def test_retrievability_is_the_desired_one_after_the_stability(days: int) -> None:
    memory = make_memory()
    assert memory.last_review is not None
    assert memory.stability is not None
    found = retrievability(memory, memory.last_review + timedelta(days=days), make_preset())
    decay = -DEFAULT_PARAMETERS[20]
    factor = 0.9 ** (1 / decay) - 1
    assert found == pytest.approx((1 + factor * days / memory.stability) ** decay)


def test_a_new_card_has_no_retrievability() -> None:
    assert retrievability(CardMemory(), NOW, make_preset()) is None


def test_elapsed_days_are_the_learners_own() -> None:
    """Two reviews five hours apart, across four in the morning: a day where the learner lives."""
    preset = make_preset(timezone="Europe/Berlin", learning_steps=())
    evening = datetime.fromisoformat("2026-05-08T23:30+02:00")
    morning = datetime.fromisoformat("2026-05-09T04:30+02:00")
    after_evening = answer(CardMemory(), Rating.GOOD, preset, evening, seed=1).memory
    after_morning = answer(after_evening, Rating.GOOD, preset, morning, seed=1).memory
    oracle = rust.FSRS(list(DEFAULT_PARAMETERS))
    known = oracle.next_states(None, 0.9, 0).good.memory
    expected = oracle.next_states(known, 0.9, 1).good.memory
    assert after_morning.stability == pytest.approx(expected.stability, rel=1e-4)
