"""How risky a sign-in is, and why, as a function of values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.aws.cognito_idp.origins import Origin, origin_of
from studyapp.aws.cognito_idp.threat import Attempt, Level, assess

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOME = Origin("192.0.2.7", "Firefox 140, Linux", "mine")
DAY = timedelta(days=1)


def signed_in(ago: timedelta = DAY, origin: Origin = HOME, *, good: bool = True) -> Attempt:
    return Attempt(NOW - ago, origin, good)


def test_the_first_sign_in_has_nothing_to_be_compared_with() -> None:
    assert assess(NOW, HOME, []).level is Level.NONE


def test_who_comes_as_always_is_no_risk() -> None:
    assert assess(NOW, HOME, [signed_in(DAY * n) for n in range(1, 20)]).score == 0


@pytest.mark.parametrize(
    ("origin", "level", "said"),
    [
        (Origin("192.0.2.8", "Firefox 140, Linux", "mine"), Level.NONE, ["address"]),
        (Origin("192.0.2.7", "Safari 20, iPhone", "other"), Level.NONE, ["device"]),
        (Origin("192.0.2.8", "Safari 20, iPhone", "other"), Level.LOW, ["address", "device"]),
        (
            Origin("192.0.2.200", "Safari 20, iPhone", "other"),
            Level.MEDIUM,
            ["address", "device", "Portland"],
        ),
        (Origin("203.0.113.5", HOME.device, "mine"), Level.MEDIUM, ["address", "Australia"]),
    ],
)
def test_what_is_new_adds_up(origin: Origin, level: Level, said: list[str]) -> None:
    assessment = assess(NOW, origin, [signed_in()])
    assert assessment.level is level
    assert len(assessment.reasons) == len(said)
    for reason, word in zip(assessment.reasons, said, strict=True):
        assert word in reason.words


def test_nobody_is_in_sydney_two_hours_after_seattle() -> None:
    sydney = Origin("203.0.113.5", HOME.device, "mine")
    soon = assess(NOW, sydney, [signed_in(timedelta(hours=2))])
    assert soon.level is Level.HIGH
    assert "km from Seattle" in soon.reasons[-1].words
    assert assess(NOW, sydney, [signed_in(timedelta(hours=20))]).level is Level.MEDIUM


def test_guesses_before_it_count() -> None:
    guesses = [signed_in(timedelta(minutes=n), good=False) for n in range(12)]
    assert assess(NOW, HOME, [*guesses[:3], signed_in()]).score == 20
    assert assess(NOW, HOME, [*guesses, signed_in()]).level is Level.MEDIUM
    long_ago = [signed_in(DAY, good=False) for _ in guesses]
    assert assess(NOW, HOME, [*long_ago, signed_in()]).score == 0


def test_an_address_that_was_reported_stays_so() -> None:
    reported = Attempt(NOW - DAY * 30, HOME, good=False, bad=True)
    assert assess(NOW, HOME, [reported, signed_in()]).level is Level.HIGH


def test_another_time_of_day_is_noticed_once_there_are_hours() -> None:
    at_noon = [signed_in(DAY * n) for n in range(1, 9)]
    night = NOW + timedelta(hours=11)
    assert "far from the hours" in assess(night, HOME, at_noon).reasons[0].words
    assert not assess(night, HOME, at_noon[:7]).reasons
    assert not assess(NOW + timedelta(hours=3), HOME, at_noon).reasons


ORIGINS = st.builds(
    Origin,
    st.sampled_from(["192.0.2.7", "192.0.2.200", "203.0.113.5", "10.0.0.1", "2001:db8:1::1", ""]),
    st.sampled_from(["", "Firefox 140, Linux"]),
    st.sampled_from(["", "mine", "other"]),
)
ATTEMPTS = st.lists(
    st.builds(
        Attempt,
        st.integers(0, 10_000).map(lambda minutes: NOW - timedelta(minutes=minutes)),
        ORIGINS,
        st.booleans(),
    ),
    max_size=12,
)


@given(ORIGINS, ATTEMPTS)
def test_a_score_is_the_sum_of_its_reasons_in_any_order(
    origin: Origin, earlier: list[Attempt]
) -> None:
    assessment = assess(NOW, origin, earlier)
    assert 0 <= assessment.score <= 100
    assert bool(assessment.score) == bool(assessment.reasons)
    again = assess(NOW, origin, earlier[::-1])
    if len({attempt.at for attempt in earlier}) == len(earlier):
        assert again == assessment


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_encoded_data_is_read_or_passed_over(text: str) -> None:
    assert origin_of({"EncodedData": text}, "10.0.0.1").address == "10.0.0.1"


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox 140, Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
            "Edge 141, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
            "like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari 18, iPhone",
        ),
        ("Boto3/1.44", "Boto3/1.44"),
        ("", ""),
    ],
)
def test_a_device_is_named_as_people_name_it(agent: str, device: str) -> None:
    header = {"headerName": "User-Agent", "headerValue": agent}
    assert origin_of({"HttpHeaders": [header]}, "").device == device
