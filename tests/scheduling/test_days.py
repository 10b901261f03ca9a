from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from studyapp.scheduling.days import day_start_at, study_day
from tests.scheduling.factories import hours, moments, zones

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("local", "day"),
    [
        ("2026-05-08 12:00", date(2026, 5, 8)),
        ("2026-05-09 03:59", date(2026, 5, 8)),
        ("2026-05-09 04:00", date(2026, 5, 9)),
    ],
)
def test_the_evening_lasts_until_four(local: str, day: date) -> None:
    assert study_day(datetime.fromisoformat(local).replace(tzinfo=BERLIN), BERLIN, 4) == day


def test_the_same_moment_is_another_day_elsewhere() -> None:
    moment = datetime(2026, 5, 8, 23, tzinfo=UTC)
    assert study_day(moment, ZoneInfo("America/New_York"), 4) == date(2026, 5, 8)
    assert study_day(moment, ZoneInfo("Asia/Tokyo"), 4) == date(2026, 5, 9)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 28), 23), (date(2026, 10, 24), 25), (date(2026, 5, 8), 24)]
)
def test_days_on_which_clocks_change(day: date, hours: int) -> None:
    length = day_start_at(day + timedelta(days=1), BERLIN, 4) - day_start_at(day, BERLIN, 4)
    assert length == timedelta(hours=hours)


def test_a_skipped_hour_starts_the_day_when_the_clock_jumps() -> None:
    assert day_start_at(date(2026, 3, 29), BERLIN, 2) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_repeated_hour_starts_the_day_the_first_time() -> None:
    assert day_start_at(date(2026, 10, 25), BERLIN, 2) == datetime(2026, 10, 25, 0, tzinfo=UTC)


@given(moments, zones, hours)
def test_a_moment_lies_in_its_study_day(moment: datetime, zone: str, hour: int) -> None:
    day = study_day(moment, ZoneInfo(zone), hour)
    assert day_start_at(day, ZoneInfo(zone), hour) <= moment
    assert moment < day_start_at(day + timedelta(days=1), ZoneInfo(zone), hour)


@given(moments, moments, zones, hours)
def test_study_days_never_run_backwards(a: datetime, b: datetime, zone: str, hour: int) -> None:
    earlier, later = sorted((a, b))
    assert study_day(earlier, ZoneInfo(zone), hour) <= study_day(later, ZoneInfo(zone), hour)


@given(moments, zones, hours)
def test_a_day_begins_in_itself(moment: datetime, zone: str, hour: int) -> None:
    start = day_start_at(study_day(moment, ZoneInfo(zone), hour), ZoneInfo(zone), hour)
    assert start.tzinfo is UTC
    assert study_day(start, ZoneInfo(zone), hour) == study_day(moment, ZoneInfo(zone), hour)
