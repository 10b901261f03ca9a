from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.scheduling.replay import LoggedReview, replay
from studyapp.scheduling.values import CardMemory, Preset, SchedulingError
from tests.scheduling.factories import logs, make_memory, presets


@given(presets)
def test_a_preset_survives_json(preset: Preset) -> None:
    assert Preset.from_json(json.loads(json.dumps(preset.to_json()))) == preset


@given(logs(), st.integers())
def test_a_memory_survives_json(log: list[LoggedReview], seed: int) -> None:
    memory = replay(log, seed)
    assert CardMemory.from_json(json.loads(json.dumps(memory.to_json()))) == memory


def test_an_empty_preset_is_the_default_one() -> None:
    assert Preset.from_json({}) == Preset()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("desired_retention", 0.5),
        ("desired_retention", "0.9"),
        ("desired_retention", float("nan")),
        ("parameters", [1.0] * 20),
        ("parameters", [1000.0] * 21),
        ("parameters", "weights"),
        ("learning_steps", [-60]),
        ("learning_steps", [86_400]),
        ("learning_steps", [600, 60]),
        ("learning_steps", [float("inf")]),
        ("relearning_steps", ["10m"]),
        ("maximum_interval", 0),
        ("maximum_interval", 2.5),
        ("fuzz", "yes"),
        ("leech_threshold", -1),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../etc/passwd"),
        ("timezone", 1),
        ("day_start", 24),
        ("new_per_day", True),
        ("reviews_per_day", None),
        ("colour", "blue"),
    ],
)
def test_a_wrong_preset_names_the_field(field: str, value: Any) -> None:
    with pytest.raises(SchedulingError) as caught:
        Preset.from_json({field: value})
    assert caught.value.field == field


def test_a_preset_made_in_code_is_checked_too() -> None:
    with pytest.raises(SchedulingError) as caught:
        Preset(learning_steps=(timedelta(0),))
    assert caught.value.field == "learning_steps"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("state", "asleep"),
        ("step", -1),
        ("stability", "long"),
        ("stability", None),
        ("difficulty", None),
        ("due", "tomorrow"),
        ("due", "2026-03-02T12:00:00"),
        ("last_review", None),
        ("reps", 1.5),
        ("lapses", -1),
        ("ease", 2.5),
    ],
)
def test_a_wrong_memory_names_the_field(field: str, value: Any) -> None:
    with pytest.raises(SchedulingError) as caught:
        CardMemory.from_json(make_memory().to_json() | {field: value})
    assert caught.value.field == field


def test_a_card_in_steps_needs_to_know_which() -> None:
    with pytest.raises(SchedulingError) as caught:
        CardMemory.from_json(make_memory().to_json() | {"state": "relearning"})
    assert caught.value.field == "step"
