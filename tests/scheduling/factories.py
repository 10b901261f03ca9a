"""Presets, histories and the strategies that make them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from studyapp.scheduling.answering import answer
from studyapp.scheduling.replay import LoggedReview
from studyapp.scheduling.values import CardMemory, Preset, Rating

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def make_preset(**overrides: Any) -> Preset:
    """The defaults without fuzz, so that tests can name days."""
    return Preset(**{"fuzz": False, **overrides})


def make_memory(
    ratings: Iterable[Rating] = (Rating.GOOD, Rating.GOOD, Rating.GOOD),
    preset: Preset | None = None,
    start: datetime = NOW,
    seed: int = 1,
) -> CardMemory:
    """A card answered with ``ratings``, each when it was due; three Goods make a review card."""
    preset = preset or make_preset()
    memory, now = CardMemory(), start
    for rating in ratings:
        memory = answer(memory, rating, preset, now, seed).memory
        assert memory.due is not None
        now = memory.due
    return memory


ratings = st.sampled_from(Rating)
moments = st.datetimes(
    datetime.fromisoformat("2005-01-01"),
    datetime.fromisoformat("2060-01-01"),
    timezones=st.just(UTC),
)
# Zones whose clocks change by an hour, by half an hour, at midnight, by a whole day, or never.
zones = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/St_Johns",
        "America/Havana",
        "America/Sao_Paulo",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Casablanca",
        "Asia/Kolkata",
    ]
)
hours = st.integers(0, 23)
steps = st.lists(st.timedeltas(timedelta(seconds=1), timedelta(hours=23)), max_size=3).map(
    lambda found: tuple(sorted(found))
)
presets = st.builds(
    Preset,
    desired_retention=st.floats(0.7, 0.99),
    learning_steps=steps,
    relearning_steps=steps,
    maximum_interval=st.sampled_from([1, 2, 30, 365, 36_500]),
    fuzz=st.booleans(),
    timezone=zones,
    day_start=hours,
)
gaps = st.one_of(
    st.timedeltas(timedelta(0), timedelta(minutes=30)),
    st.timedeltas(timedelta(0), timedelta(days=3)),
    st.timedeltas(timedelta(days=3), timedelta(days=900)),
    st.timedeltas(timedelta(hours=-3), timedelta(0)),  # a clock set back
)


@st.composite
def logs(draw: st.DrawFn) -> list[LoggedReview]:
    """A card's log: any ratings at any times, the preset changing now and then."""
    now = draw(moments)
    preset = draw(presets)
    log = []
    for rating, gap, changed in draw(
        st.lists(st.tuples(ratings, gaps, st.none() | presets), max_size=12)
    ):
        now += gap
        preset = changed or preset
        log.append(LoggedReview(rating, now, preset))
    return log
