"""What a session came to, and when to come back."""

from __future__ import annotations

from datetime import timedelta

from studyapp.accounts.models import User
from studyapp.library.models import Vault
from studyapp.scheduling.values import Rating
from studyapp.study.report import report_on
from studyapp.study.services.presets import change_preset
from tests.library.factories import make_item
from tests.study.conftest import NOON
from tests.study.sittings import begin, rate
from tests.study.test_plan import due_card

HALF = timedelta(seconds=30)


def test_the_report_counts_what_stands_and_how_it_went(learner: User, vault: Vault) -> None:
    for _ in range(4):
        make_item(vault)
    change_preset(learner=learner, learning_steps=(timedelta(hours=2),))
    now, sitting = NOON, begin(learner, NOON)
    for rating in (Rating.AGAIN, Rating.EASY, Rating.EASY, Rating.EASY):
        now += HALF
        sitting = rate(sitting, rating, now)
    report = report_on(sitting.session, now)
    assert (report.cards, report.reviews, report.minutes) == (4, 4, 2)
    assert report.right_percent == 75
    assert [(share.name, share.count) for share in report.shares] == [
        ("Again", 1),
        ("Hard", 0),
        ("Good", 0),
        ("Easy", 3),
    ]
    assert (report.ready, report.waiting) == (0, 1)
    assert report.waiting_from == NOON + HALF + timedelta(hours=2)
    assert report.ready_in == (timedelta(minutes=100) - 3 * HALF).total_seconds()


def test_the_report_looks_ahead_to_tomorrow(learner: User, vault: Vault) -> None:
    for days in (1, 1, 3):
        due_card(make_item(vault), learner, days_ago=-days)
    sitting = begin(learner, NOON)
    assert sitting.turn is None
    report = report_on(sitting.session, NOON)
    assert (report.reviews, report.right_percent, report.shares) == (0, None, ())
    assert report.tomorrow == 2
    assert report.next_due == NOON + timedelta(days=1)


def test_the_report_offers_what_the_next_session_would_hold(learner: User, vault: Vault) -> None:
    for _ in range(3):
        make_item(vault)
    change_preset(learner=learner, new_per_day=1)
    done = rate(begin(learner, NOON), Rating.EASY, NOON)
    assert report_on(done.session, NOON).ready == 0
    change_preset(learner=learner, new_per_day=3)
    assert report_on(done.session, NOON).ready == 2
