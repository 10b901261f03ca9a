from datetime import UTC, datetime, timedelta

import pytest

from studyapp.ui.wording import interval, plural, relative, spent, words_of

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(0), "<1 min"),
        (timedelta(seconds=59), "<1 min"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=10), "10 min"),
        (timedelta(minutes=59, seconds=40), "1 h"),
        (timedelta(hours=5), "5 h"),
        (timedelta(hours=23, minutes=50), "1 d"),
        (timedelta(days=4), "4 d"),
        (timedelta(days=30), "30 d"),
        (timedelta(days=31), "1 mo"),
        (timedelta(days=64), "2.1 mo"),
        (timedelta(days=364), "1 y"),
        (timedelta(days=550), "1.5 y"),
        (345_600, "4 d"),
    ],
)
def test_interval_is_short_and_in_the_largest_fitting_unit(
    length: timedelta | float, said: str
) -> None:
    assert interval(length) == said


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (timedelta(seconds=20), "now"),
        (-timedelta(seconds=20), "just now"),
        (timedelta(minutes=10), "in 10 minutes"),
        (timedelta(hours=1), "in 1 hour"),
        (timedelta(days=3), "in 3 days"),
        (-timedelta(days=70), "2 months ago"),
        (timedelta(days=800), "in 2 years"),
    ],
)
def test_relative_time_says_how_far(distance: timedelta, said: str) -> None:
    assert relative(NOW + distance, NOW).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 notes"), (1, "1 note"), (2, "2 notes"), (12_345, "12\u202f345 notes")],
)
def test_plural_says_the_number_and_the_noun(count: int, said: str) -> None:
    assert plural(count, "note,notes").replace("\u00a0", " ") == said


def test_words_of_a_rendered_text_are_its_words_as_read() -> None:
    html = "<p>Which <em>two</em>\n calls to <code>/&lt;pool&gt;/a&amp;b</code>?</p>"
    assert words_of(html) == "Which two calls to /<pool>/a&b?"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1.2, "1 s"), (59.4, "59 s"), (59.6, "1 min"), (125, "2 min 5 s"), (660, "11 min")],
)
def test_time_spent_is_said_to_the_second_where_that_matters(seconds: float, said: str) -> None:
    assert spent(seconds) == said
