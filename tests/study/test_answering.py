"""Rating, grading, setting aside and undoing, by the services that the pages call."""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from studyapp.accounts.models import User
from studyapp.items.responses import ResponseError, Typed
from studyapp.items.values import RECALLED_KINDS, Kind
from studyapp.library.models import Vault
from studyapp.scheduling.values import CardMemory, CardState, Rating
from studyapp.study.models import Card, Review, StudySession
from studyapp.study.services.answering import (
    RefusedError,
    StalePageError,
    bury_card,
    suspend_card,
)
from studyapp.study.services.presets import change_preset
from studyapp.study.services.rebuilding import differing_cards
from studyapp.study.services.sessions import Sitting
from studyapp.study.services.undoing import resume_card, undo_review
from tests.library.factories import make_content, make_item, make_version, remove_item
from tests.study.conftest import NOON
from tests.study.sittings import begin, look, rate, respond, right_response, wrong_response

MINUTE = timedelta(minutes=1)
GRADED = sorted(set(Kind) - RECALLED_KINDS)


def undo(sitting: Sitting, now=NOON) -> Sitting:
    return undo_review(
        learner=sitting.session.learner,
        session_id=sitting.session.pk,
        done=sitting.session.done,
        now=now,
    )


def set_aside(service, sitting: Sitting, now=NOON) -> Sitting:
    return service(
        learner=sitting.session.learner,
        session_id=sitting.session.pk,
        drawn=sitting.turn.drawn_from,
        request_id=uuid4(),
        now=now,
    )


@pytest.mark.parametrize("rating", Rating)
def test_the_interval_on_the_button_is_what_happens(
    learner: User, vault: Vault, rating: Rating
) -> None:
    make_item(vault)
    sitting = begin(learner, NOON)
    promised = sitting.turn.ratings[rating]
    rate(sitting, rating, NOON + 3 * MINUTE)
    review = Review.objects.get(learner=learner)
    assert timedelta(seconds=review.interval_seconds) == promised.interval
    card = Card.objects.get(learner=learner)
    assert card.state == promised.memory.state
    if card.state == CardState.REVIEW:
        assert card.due == promised.memory.due


def test_a_rating_is_logged_with_all_that_it_followed_from(learner: User, vault: Vault) -> None:
    placement = make_item(vault)
    sitting = begin(learner, NOON)
    rate(sitting, Rating.GOOD, NOON + timedelta(seconds=7))
    review = Review.objects.get(learner=learner)
    assert review.version == placement.version
    assert review.preset == sitting.session.rules
    assert review.state_before == CardState.NEW
    assert review.duration_ms == 7000
    assert review.correct is None


def test_time_away_from_the_page_is_not_study_time(learner: User, vault: Vault) -> None:
    make_item(vault)
    rate(begin(learner, NOON), Rating.GOOD, NOON + timedelta(hours=1))
    assert Review.objects.get(learner=learner).duration_ms == 60_000


def test_the_same_request_twice_changes_nothing_and_answers_the_same(
    learner: User, vault: Vault
) -> None:
    make_item(vault, prompt="First")
    make_item(vault, prompt="Second")
    sitting = begin(learner, NOON)
    request_id = uuid4()
    first = rate(sitting, Rating.GOOD, NOON, request_id=request_id)
    before = Card.objects.get(learner=learner).memory
    second = rate(sitting, Rating.AGAIN, NOON + MINUTE, request_id=request_id)
    assert second.turn.placement == first.turn.placement
    assert Card.objects.get(learner=learner).memory == before
    assert Review.objects.filter(learner=learner).count() == 1


def test_the_same_request_after_an_undo_is_still_the_same_request(
    learner: User, vault: Vault
) -> None:
    make_item(vault)
    sitting = begin(learner, NOON)
    request_id = uuid4()
    after = rate(sitting, Rating.EASY, NOON, request_id=request_id)
    undo(after)
    again = rate(sitting, Rating.EASY, NOON, request_id=request_id)
    assert again.turn is not None
    assert Card.objects.get(learner=learner).reps == 0


def test_a_page_is_stale_once_its_card_moved(learner: User, vault: Vault) -> None:
    make_item(vault)
    page = begin(learner, NOON)
    rate(look(page.session, NOON), Rating.AGAIN, NOON)
    with pytest.raises(StalePageError):
        rate(page, Rating.EASY, NOON + MINUTE)
    assert Card.objects.get(learner=learner).reps == 1


def test_a_page_is_stale_once_the_day_changed(learner: User, vault: Vault) -> None:
    make_item(vault)
    page = begin(learner, NOON)
    with pytest.raises(StalePageError):
        rate(page, Rating.GOOD, NOON + timedelta(days=1))
    assert not Review.objects.filter(learner=learner).exists()


def test_a_session_keeps_to_its_rules_and_the_next_has_the_new_ones(
    learner: User, vault: Vault
) -> None:
    make_item(vault)
    page = begin(learner, NOON)
    promised = page.turn.ratings[Rating.EASY].interval
    change_preset(learner=learner, desired_retention=0.7)
    fresh = begin(learner, NOON)
    assert fresh.session != page.session
    assert fresh.turn.ratings[Rating.EASY].interval > promised
    rate(page, Rating.EASY, NOON)
    assert Review.objects.get(learner=learner).interval_seconds == promised.total_seconds()


def test_two_sessions_do_not_rate_one_card_twice(learner: User, vault: Vault) -> None:
    make_item(vault)
    one, other = begin(learner, NOON), begin(learner, NOON, vault=vault)
    rate(one, Rating.EASY, NOON)
    with pytest.raises(StalePageError):
        rate(other, Rating.EASY, NOON)
    assert look(other.session, NOON).turn is None


@pytest.mark.parametrize("kind", GRADED)
def test_a_right_answer_can_not_be_failed_nor_a_wrong_one_passed(
    learner: User, vault: Vault, kind: Kind
) -> None:
    content = make_item(vault, kind=kind).version.content
    sitting = begin(learner, NOON)
    assert sitting.turn.allowed == ()
    with pytest.raises(RefusedError, match="Answer the question first"):
        rate(sitting, Rating.GOOD, NOON)

    answered = respond(sitting, wrong_response(content), NOON)
    assert answered.turn.allowed == (Rating.AGAIN,)
    for rating in (Rating.HARD, Rating.GOOD, Rating.EASY):
        with pytest.raises(RefusedError, match="wrong"):
            rate(answered, rating, NOON)

    later = NOON + 2 * MINUTE
    again = respond(rate(answered, Rating.AGAIN, NOON), right_response(content), later)
    assert again.turn.allowed == (Rating.HARD, Rating.GOOD, Rating.EASY)
    with pytest.raises(RefusedError, match="right"):
        rate(again, Rating.AGAIN, later)
    rate(again, Rating.GOOD, later)
    log = Review.objects.filter(learner=learner).order_by("id")
    assert [review.correct for review in log] == [False, True]
    assert all(review.response for review in log)


def test_the_first_answer_stands(learner: User, vault: Vault) -> None:
    make_item(vault, kind=Kind.TEXT)
    page = begin(learner, NOON)
    respond(page, Typed("wrong"), NOON)
    second = respond(page, Typed("STS"), NOON)
    assert second.turn.response == Typed("wrong")
    assert not second.turn.outcome.correct


def test_an_answer_that_cannot_be_read_is_asked_for_again(learner: User, vault: Vault) -> None:
    make_item(vault, kind=Kind.NUMBER)
    page = begin(learner, NOON)
    with pytest.raises(ResponseError):
        respond(page, Typed("about thirty"), NOON)
    assert look(page.session, NOON).turn.response is None


def test_an_answer_is_rated_as_it_was_worded_when_given(learner: User, vault: Vault) -> None:
    placement = make_item(vault, kind=Kind.TEXT)
    answered = respond(begin(learner, NOON), Typed("STS"), NOON)
    placement.version = make_version(placement.item, make_content(Kind.TEXT, accept=("IAM",)))
    placement.save()
    shown = look(answered.session, NOON)
    assert shown.turn.outcome.correct
    rate(shown, Rating.GOOD, NOON)
    assert Review.objects.get(learner=learner).version.number == 1


def test_a_question_reworded_before_the_answer_makes_the_page_stale(
    learner: User, vault: Vault
) -> None:
    placement = make_item(vault)
    page = begin(learner, NOON)
    placement.version = make_version(placement.item, make_content(prompt="Reworded"))
    placement.save()
    assert look(page.session, NOON).turn.content.prompt == "Reworded"
    with pytest.raises(StalePageError):
        rate(page, Rating.GOOD, NOON)


def test_undo_restores_card_and_session_and_shows_the_answer_again(
    learner: User, vault: Vault
) -> None:
    make_item(vault, prompt="First")
    make_item(vault, prompt="Second")
    page = begin(learner, NOON)
    undone = undo(rate(page, Rating.AGAIN, NOON))
    assert undone.turn.placement == page.turn.placement
    assert undone.turn.response is not None
    assert Card.objects.get(learner=learner).memory == CardMemory()
    assert undone.session.learning == page.session.learning
    assert undone.session.position == page.session.position
    review = Review.objects.get(learner=learner)
    assert review.undone_at == NOON
    assert not Review.objects.counted().filter(learner=learner).exists()


def test_undo_goes_back_from_the_finish_and_shows_the_graded_answer(
    learner: User, vault: Vault
) -> None:
    content = make_item(vault, kind=Kind.CHOICE).version.content
    answered = respond(begin(learner, NOON), right_response(content), NOON)
    finished = rate(answered, Rating.EASY, NOON)
    assert finished.turn is None
    assert finished.session.finished_at is not None
    undone = undo(finished)
    assert undone.session.finished_at is None
    assert undone.turn.outcome.correct


def test_several_undos_go_back_one_by_one_until_nothing_is_left(
    learner: User, vault: Vault
) -> None:
    for number in range(3):
        make_item(vault, prompt=f"Question {number}")
    pages = [begin(learner, NOON)]
    for _ in range(3):
        pages.append(rate(pages[-1], Rating.EASY, NOON))
    sitting = pages[-1]
    for page in reversed(pages[:-1]):
        sitting = undo(sitting)
        assert sitting.turn.placement == page.turn.placement
    with pytest.raises(RefusedError, match="nothing left"):
        undo(sitting)


def test_a_double_click_on_undo_takes_back_one_rating(learner: User, vault: Vault) -> None:
    for number in range(2):
        make_item(vault, prompt=f"Question {number}")
    second = rate(begin(learner, NOON), Rating.EASY, NOON)
    finished = rate(second, Rating.EASY, NOON)
    undo(finished)
    undo(finished)
    assert Review.objects.counted().filter(learner=learner).count() == 1


def test_undo_leaves_a_card_alone_that_moved_elsewhere(learner: User, vault: Vault) -> None:
    make_item(vault)
    rated = rate(begin(learner, NOON), Rating.AGAIN, NOON)
    other = begin(learner, NOON + MINUTE, vault=vault)
    rate(other, Rating.GOOD, NOON + MINUTE)
    with pytest.raises(RefusedError, match="studied again since"):
        undo(rated, NOON + 2 * MINUTE)
    assert Card.objects.get(learner=learner).reps == 2


def test_a_buried_card_waits_for_tomorrow(learner: User, vault: Vault) -> None:
    make_item(vault)
    page = begin(learner, NOON)
    buried = set_aside(bury_card, page)
    assert buried.turn is None
    assert begin(learner, NOON).turn is None
    assert begin(learner, NOON + timedelta(days=1)).turn.placement == page.turn.placement
    assert undo(buried).turn.placement == page.turn.placement
    assert Card.objects.get(learner=learner).buried_until is None


def test_a_suspended_card_waits_for_the_learner(learner: User, vault: Vault) -> None:
    make_item(vault)
    page = begin(learner, NOON)
    set_aside(suspend_card, page)
    next_week = NOON + timedelta(days=7)
    assert begin(learner, next_week).turn is None
    card = Card.objects.get(learner=learner)
    resume_card(learner=learner, card_id=card.pk)
    assert begin(learner, next_week).turn.placement == page.turn.placement


def test_a_question_that_vanished_is_passed_over(learner: User, vault: Vault) -> None:
    gone, kept = make_item(vault, prompt="Gone"), make_item(vault, prompt="Kept")
    page = begin(learner, NOON)
    remove_item(gone)
    shown = look(page.session, NOON)
    assert "passed over" in shown.notice
    assert shown.turn.placement == kept
    with pytest.raises(StalePageError):
        rate(page, Rating.GOOD, NOON)


@pytest.mark.parametrize("seed", range(12))
def test_the_log_rebuilds_every_card_whatever_was_done(
    learner: User, vault: Vault, seed: int
) -> None:
    """Random sittings over days, with undos, cards set aside and rules that change."""
    chance = random.Random(seed)
    for number in range(6):
        make_item(vault, kind=chance.choice(list(Kind)), prompt=f"Question {number}")
    now = NOON
    for _ in range(8):
        sitting = begin(learner, now)
        while sitting.turn is not None and chance.random() < 0.95:
            now += timedelta(seconds=chance.randint(1, 400))
            sitting = look(sitting.session, now)
            if sitting.turn is None:
                break
            snapshot = Sitting(StudySession.objects.get(pk=sitting.session.pk), sitting.turn)
            if sitting.turn.current["graded"] and sitting.turn.response is None:
                respond_with = chance.choice([right_response, wrong_response])
                sitting = respond(sitting, respond_with(sitting.turn.content), now)
            act = chance.random()
            if act < 0.05:
                sitting = set_aside(bury_card, sitting, now)
            elif act < 0.08:
                sitting = set_aside(suspend_card, sitting, now)
            else:
                sitting = rate(sitting, chance.choice(sitting.turn.allowed), now)
            if chance.random() < 0.3:
                sitting = undo(sitting, now)
                assert sitting.turn.placement == snapshot.turn.placement
                assert sitting.session.learning == snapshot.session.learning
                assert sitting.session.position == snapshot.session.position
                assert sitting.turn.card.memory == snapshot.turn.card.memory
        if chance.random() < 0.5:
            change_preset(learner=learner, desired_retention=chance.choice([0.8, 0.85, 0.95]))
        now += timedelta(hours=chance.randint(1, 200))
    assert Card.objects.filter(learner=learner).exists()
    assert list(differing_cards(learner)) == []


def test_a_card_that_differs_from_its_log_is_found_and_set_right(
    learner: User, vault: Vault
) -> None:
    make_item(vault)
    rate(begin(learner, NOON), Rating.GOOD, NOON)
    call_command("check_cards")
    card = Card.objects.get(learner=learner)
    memory, card.stability = card.memory, 99.0
    card.save()
    with pytest.raises(CommandError, match="1\u00a0card not as logged"):
        call_command("check_cards")
    call_command("check_cards", repair=True)
    assert Card.objects.get(learner=learner).memory == memory


def test_a_card_that_keeps_slipping_is_pointed_out(learner: User, vault: Vault) -> None:
    make_item(vault)
    change_preset(learner=learner, leech_threshold=1, learning_steps=(), relearning_steps=())
    now, notices = NOON, []
    for rating in (Rating.GOOD, Rating.AGAIN, Rating.GOOD):
        notices.append(rate(begin(learner, now), rating, now).notice)
        now += timedelta(days=30)
    assert notices[0] == notices[2] == ""
    assert "forgotten that card 1\u00a0time " in notices[1]
