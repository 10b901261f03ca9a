"""The rules a learner is scheduled by."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction

from studyapp.accounts.models import User
from studyapp.scheduling.values import Preset
from studyapp.study.models import StudyPreset

UNCHOSEN = 1
"""The version that everybody begins with: the defaults."""


def current_preset(learner: User) -> StudyPreset:
    """The version in force."""
    return (
        StudyPreset.objects.filter(learner=learner).order_by("-version").first()
        or StudyPreset.objects.get_or_create(
            learner=learner, version=UNCHOSEN, defaults={"data": Preset().to_json()}
        )[0]
    )


@transaction.atomic
def change_preset(*, learner: User, **changes: Any) -> StudyPreset:
    """Put the fields of ``Preset`` in ``changes`` into force from now on, as a new version where
    anything differs. Raises SchedulingError naming the field that is wrong."""
    current = current_preset(learner)
    data = replace(current.preset, **changes).to_json()
    if data == current.data:
        return current
    return StudyPreset.objects.create(learner=learner, version=current.version + 1, data=data)


@transaction.atomic
def guess_timezone(*, learner: User, timezone: str) -> StudyPreset:
    """Believe the browser's time zone as long as the learner has chosen nothing themselves.
    Raises SchedulingError for a name that is none."""
    current = current_preset(learner)
    if current.version != UNCHOSEN:
        return current
    data = replace(current.preset, timezone=timezone).to_json()
    return StudyPreset.objects.create(learner=learner, version=UNCHOSEN + 1, data=data)
