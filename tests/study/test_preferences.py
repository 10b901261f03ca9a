"""The rules a learner studies by, and the page that changes them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.scheduling.values import Preset
from studyapp.study.models import StudyPreset
from studyapp.study.services.presets import change_preset, current_preset, guess_timezone

SETTINGS = "study:settings"


def posted(**changes: Any) -> dict[str, Any]:
    return {
        "new_per_day": 20,
        "reviews_per_day": 200,
        "desired_retention": 90,
        "timezone": "UTC",
        "day_start": 4,
        "learning_steps": "1m 10m",
        "relearning_steps": "10m",
        **changes,
    }


def test_a_change_is_a_new_version_and_the_old_one_stays(learner: User) -> None:
    first = current_preset(learner)
    second = change_preset(learner=learner, new_per_day=5)
    assert current_preset(learner) == second
    assert StudyPreset.objects.get(pk=first.pk).preset == Preset()
    assert change_preset(learner=learner, new_per_day=5) == second


def test_the_page_shows_and_saves_the_rules(client: Client, learner: User) -> None:
    page = client.get(reverse(SETTINGS)).content.decode()
    assert 'value="1m 10m"' in page
    response = client.post(
        reverse(SETTINGS),
        posted(timezone="Europe/Berlin", learning_steps="90s, 15 2h", desired_retention=85),
    )
    assert response.status_code == 302
    preset = current_preset(learner).preset
    assert preset.timezone == "Europe/Berlin"
    assert preset.desired_retention == 0.85
    assert preset.learning_steps == tuple(timedelta(seconds=s) for s in (90, 900, 7200))
    assert 'value="90s 15m 2h"' in client.get(reverse(SETTINGS)).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("timezone", "Mars/Olympus", "o such time zone"),
        ("timezone", "", "This cannot be left empty."),
        ("day_start", "25", "Write a whole number from 0 to 23."),
        ("new_per_day", "-1", "Write a whole number from 0 to 9999."),
        ("new_per_day", "a few", "Write a whole number from 0 to 9999."),
        ("desired_retention", "100", "Write a whole number from 70 to 99."),
        ("learning_steps", "soon", "“soon” is not a step"),
        ("learning_steps", "10m 1m", "must not be shorter"),
        ("relearning_steps", "48h", "under a day"),
        ("learning_steps", "infm", "“infm” is not a step"),
        ("reviews_per_day", "", "Write a whole number from 0 to 9999."),
    ],
)
def test_a_value_that_cannot_be_is_named_and_nothing_is_saved(
    client: Client, learner: User, field: str, value: str, complaint: str
) -> None:
    response = client.post(reverse(SETTINGS), posted(**{field: value}))
    page = response.content.decode()
    assert response.status_code == 422
    assert complaint in page
    assert f'href="#id_{field}"' in page
    assert current_preset(learner).preset == Preset()


def test_the_browser_s_time_zone_is_believed_until_something_is_chosen(
    client: Client, learner: User
) -> None:
    url = reverse("study:timezone")
    assert client.post(url, {"timezone": "nonsense"}).status_code == 422
    assert client.post(url, {"timezone": "Asia/Tokyo"}).status_code == 204
    assert current_preset(learner).preset.timezone == "Asia/Tokyo"
    guess_timezone(learner=learner, timezone="Europe/Berlin")
    assert current_preset(learner).preset.timezone == "Asia/Tokyo"


def test_a_guess_that_is_the_default_counts_as_chosen(learner: User) -> None:
    guess_timezone(learner=learner, timezone="UTC")
    guess_timezone(learner=learner, timezone="Asia/Tokyo")
    assert current_preset(learner).preset.timezone == "UTC"


def test_everybody_has_rules_of_their_own(
    client: Client, learner: User, settings: Settings
) -> None:
    settings.ONE_PERSON = False
    change_preset(learner=learner, new_per_day=3)
    assert client.get(reverse(SETTINGS)).status_code == 302
    client.force_login(User.objects.create(username="other"))
    assert 'name="new_per_day" value="20"' in client.get(reverse(SETTINGS)).content.decode()
