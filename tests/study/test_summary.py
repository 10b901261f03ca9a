"""How a learner stands, as other rooms show it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from studyapp.accounts.models import User
from studyapp.library.models import Vault
from studyapp.scheduling.values import Rating
from studyapp.study.models import Card
from studyapp.study.summary import memory_labels, today_summary, topic_states
from tests.library.factories import make_item, make_learner
from tests.study.conftest import NOON
from tests.study.sittings import begin, rate
from tests.study.test_plan import due_card


def test_today_is_what_a_session_would_hold(learner: User, vault: Vault) -> None:
    for _ in range(25):
        make_item(vault)
    due_card(make_item(vault), learner)
    today = today_summary(learner, NOON)
    assert (today.due, today.new, today.learning, today.total) == (1, 20, 0, 21)
    assert today.minutes == 8  # 61 answers of 8 seconds
    rate(begin(learner, NOON), Rating.AGAIN, NOON + timedelta(seconds=30))
    assert today_summary(learner, NOON).learning == 1


def test_minutes_follow_the_learner_s_own_pace(learner: User, vault: Vault) -> None:
    for days in range(1, 31):
        due_card(make_item(vault), learner, days_ago=days)
    now, sitting = NOON, begin(learner, NOON)
    for _ in range(10):
        now += timedelta(seconds=30)
        sitting = rate(sitting, Rating.GOOD, now)
    assert today_summary(learner, now).minutes == 10


def test_a_day_with_nothing_left_says_when_the_next_card_comes(learner: User, vault: Vault) -> None:
    make_item(vault)
    assert today_summary(learner, NOON).next_due_at is None
    rate(begin(learner, NOON), Rating.EASY, NOON)
    today = today_summary(learner, NOON)
    assert today.total == 0
    assert today.minutes == 0
    assert today.next_due_at == Card.objects.get(learner=learner).due


def test_topic_states_count_each_item_once_and_the_due_ones_again(
    learner: User, vault: Vault
) -> None:
    cards = [due_card(make_item(vault), learner) for _ in range(5)]
    make_item(vault)
    make_item(vault, note="Other.md")
    Card.objects.filter(pk=cards[0].pk).update(stability=50, due=NOON + timedelta(days=9))
    Card.objects.filter(pk=cards[1].pk).update(state="relearning", step=0)
    Card.objects.filter(pk=cards[2].pk).update(suspended_at=NOON)
    Card.objects.filter(pk=cards[3].pk).update(buried_until=NOON + timedelta(days=1))
    stranger = make_learner("stranger")
    due_card(vault.placements.first(), stranger)
    first, second = topic_states(learner, [vault], NOON)
    assert (first.new, first.learning, first.young, first.mature, first.due) == (1, 1, 2, 1, 2)
    assert (first.name, first.trail) == ("Cognito", ("Cognito",))
    assert (second.new, second.due) == (1, 0)


def test_memory_labels_name_what_is_known_of_each_item(learner: User, vault: Vault) -> None:
    placements = [make_item(vault) for _ in range(4)]
    cards = [due_card(placement, learner) for placement in placements[1:]]
    Card.objects.filter(pk=cards[1].pk).update(suspended_at=NOON)
    Card.objects.filter(pk=cards[2].pk).update(stability=90, due=NOON + timedelta(days=9))
    labels = memory_labels(learner, [placement.item_id for placement in placements], NOON)
    states = [labels[placement.item_id].state for placement in placements]
    assert states == ["new", "due", "suspended", "mature"]


@pytest.mark.parametrize("count", [2, 40])
def test_the_summaries_take_a_fixed_number_of_queries(
    learner: User, vault: Vault, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    today_summary(learner, NOON)
    placements = [make_item(vault, note=f"{number % 7}.md") for number in range(count)]
    for placement in placements[::2]:
        due_card(placement, learner)
    with django_assert_num_queries(8):
        today_summary(learner, NOON)
    with django_assert_num_queries(3):
        topic_states(learner, [vault], NOON)
    with django_assert_num_queries(2):
        memory_labels(learner, [placement.item_id for placement in placements], NOON)
