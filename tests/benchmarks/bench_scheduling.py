"""Answering a card in the scheduling core, against the ``fsrs`` package that it wraps.

The package does less: no day boundaries, no seeded fuzz, no day between the buttons (for which a
Good has to know what Hard gives).
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import fsrs

from studyapp.scheduling.answering import answer
from studyapp.scheduling.values import CardMemory, Preset, Rating
from tests.benchmarks.measuring import Measurement, alternate, seconds

CARDS = 2_000
RATINGS = (Rating.GOOD, Rating.GOOD, Rating.GOOD, Rating.AGAIN, Rating.GOOD, Rating.HARD)
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def measure() -> Iterator[Measurement]:
    ours, theirs = alternate(7, lambda: seconds(_answer_all), lambda: seconds(_review_all))
    reviews = CARDS * len(RATINGS)
    rate, baseline = (reviews / statistics.median(found[1:]) for found in (ours, theirs))
    yield Measurement(
        name="answer a card in the scheduling core",
        value=rate,
        unit="reviews/s",
        against=f"the fsrs package alone: {baseline:,.0f} reviews/s",
        ratio=rate / baseline,
    )


def _answer_all() -> None:
    preset = Preset(timezone="Europe/Berlin")
    for seed in range(CARDS):
        memory, now = CardMemory(), START
        for rating in RATINGS:
            memory = answer(memory, rating, preset, now, seed).memory
            now += DAY


def _review_all() -> None:
    scheduler = fsrs.Scheduler()
    for card_id in range(CARDS):
        card, now = fsrs.Card(card_id=card_id, due=START), START
        for rating in RATINGS:
            card, _ = scheduler.review_card(card, fsrs.Rating(rating), now)
            now += DAY
