"""What a study day holds: limits, siblings, scopes, and what cannot be asked."""

from __future__ import annotations

from datetime import timedelta

from studyapp.accounts.models import User
from studyapp.items.values import Status
from studyapp.library.models import Placement, Vault
from studyapp.scheduling.values import Rating
from studyapp.study.models import Card
from studyapp.study.plan import Scope, plan_day
from studyapp.study.services.presets import change_preset, current_preset
from studyapp.study.sitting import counts_left
from tests.library.factories import make_item, make_learner, make_note, make_vault, remove_item
from tests.study.conftest import NOON
from tests.study.sittings import begin, rate


def planned(learner: User, now=NOON, **scope) -> list[int]:
    queue = plan_day(learner, Scope(**scope), current_preset(learner).preset, now)
    return [entry.key for entry in (*queue.learning, *queue.main)]


def due_card(placement: Placement, learner: User, *, days_ago: int = 1) -> Card:
    moment = NOON - timedelta(days=days_ago)
    return Card.objects.create(
        learner=learner,
        item=placement.item,
        state="review",
        stability=5,
        difficulty=5,
        due=moment,
        last_review=moment - timedelta(days=5),
        reps=2,
    )


def test_new_items_come_in_reading_order_up_to_the_limit(learner: User, vault: Vault) -> None:
    make_note(vault, "First.md")
    make_note(vault, "Second.md")
    late = make_item(vault, note="Second.md")
    early = [make_item(vault, note="First.md") for _ in range(2)]
    assert planned(learner) == [p.item_id for p in (*early, late)]
    change_preset(learner=learner, new_per_day=2)
    assert planned(learner) == [p.item_id for p in early]


def test_the_day_s_limit_counts_all_sessions_of_the_day(learner: User, vault: Vault) -> None:
    for _ in range(5):
        make_item(vault)
    change_preset(learner=learner, new_per_day=2)
    rate(begin(learner, NOON, vault=vault), Rating.EASY, NOON)
    assert len(planned(learner)) == 1
    assert len(planned(learner, NOON + timedelta(days=1))) == 2


def test_the_oldest_reviews_come_first_up_to_the_limit(learner: User, vault: Vault) -> None:
    placements = [make_item(vault) for _ in range(4)]
    for days, placement in enumerate(placements, start=1):
        due_card(placement, learner, days_ago=days)
    change_preset(learner=learner, reviews_per_day=2)
    assert planned(learner) == [placements[3].item_id, placements[2].item_id]


def test_of_siblings_one_is_asked_a_day(learner: User, vault: Vault) -> None:
    siblings = [make_item(vault, group="cloze") for _ in range(3)]
    elsewhere = make_item(vault, note="Other.md", group="cloze")
    sitting = begin(learner, NOON)
    assert counts_left(sitting.session).new == 2
    rate(sitting, Rating.EASY, NOON)
    assert planned(learner) == [elsewhere.item_id]
    tomorrow = NOON + timedelta(days=1)
    assert planned(learner, tomorrow) == [siblings[1].item_id, elsewhere.item_id]


def test_many_siblings_do_not_starve_the_rest(learner: User, vault: Vault) -> None:
    for _ in range(30):
        make_item(vault, group="one long cloze")
    rest = [make_item(vault) for _ in range(5)]
    change_preset(learner=learner, new_per_day=4)
    assert planned(learner)[1:] == [placement.item_id for placement in rest[:3]]


def test_only_what_is_ready_live_and_one_s_own_is_asked(learner: User, vault: Vault) -> None:
    ready = make_item(vault)
    make_item(vault, status=Status.NEEDS_ANSWER)
    make_item(vault, status=Status.AMBIGUOUS)
    make_item(make_vault(make_learner("stranger"), slug="strange"))
    gone = make_item(vault)
    due_card(gone, learner)
    remove_item(gone)
    assert planned(learner) == [ready.item_id]


def test_a_scope_holds_a_vault_or_a_topic_with_all_below_it(learner: User, vault: Vault) -> None:
    make_note(vault, "Pools.md", parent="Cognito")
    pools = make_item(vault, note="Pools.md")
    make_item(vault, note="Queues.md")
    other = make_item(make_vault(learner, slug="other"))
    assert planned(learner, vault=other.vault) == [other.item_id]
    assert planned(learner, topic=pools.topic.parent) == [pools.item_id]
    assert planned(learner, topic=pools.topic) == [pools.item_id]
    assert len(planned(learner)) == 3


def test_the_day_is_the_learner_s_own(learner: User, vault: Vault) -> None:
    """At 22:30 UTC it is 07:30 of the next day in Tokyo."""
    placement = make_item(vault)
    card = due_card(placement, learner)
    card.due = NOON
    card.save()
    yesterday = NOON.replace(hour=22, minute=30) - timedelta(days=1)
    assert planned(learner, yesterday) == []
    change_preset(learner=learner, timezone="Asia/Tokyo")
    assert planned(learner, yesterday) == [placement.item_id]


def test_a_card_in_steps_comes_again_in_the_session(learner: User, vault: Vault) -> None:
    first, second = make_item(vault), make_item(vault)
    change_preset(learner=learner, learning_steps=(timedelta(minutes=10),))
    sitting = rate(begin(learner, NOON), Rating.AGAIN, NOON)
    assert sitting.turn.placement == second
    later = NOON + timedelta(minutes=11)
    sitting = rate(sitting, Rating.EASY, later)
    assert sitting.turn.placement == first
    assert rate(sitting, Rating.GOOD, later).turn is None


def test_a_session_ends_while_a_step_is_far_off_and_another_goes_on(
    learner: User, vault: Vault
) -> None:
    make_item(vault)
    change_preset(learner=learner, learning_steps=(timedelta(minutes=45),))
    ended = rate(begin(learner, NOON), Rating.AGAIN, NOON)
    assert ended.turn is None
    later = NOON + timedelta(minutes=46)
    assert begin(learner, later).turn.current["sort"] == "learning"


def test_yesterday_s_session_is_not_gone_on_with(learner: User, vault: Vault) -> None:
    make_item(vault)
    make_item(vault)
    yesterday = begin(learner, NOON)
    today = begin(learner, NOON + timedelta(days=1))
    assert today.session != yesterday.session
    assert begin(learner, NOON + timedelta(days=1)).session == today.session
