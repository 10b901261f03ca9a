"""Acting on the question on the page: a response, a rating, setting its card aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from studyapp.accounts.models import User
from studyapp.items.grading import grade
from studyapp.items.responses import Recalled, Response, response_to_json
from studyapp.items.values import Content
from studyapp.library.models import ItemVersion
from studyapp.scheduling.answering import answer
from studyapp.scheduling.values import Rating
from studyapp.study.access import access_session
from studyapp.study.models import Card, Review, StudySession
from studyapp.study.plan import ONE_DAY, day_at
from studyapp.study.services.sessions import PROGRESS, Sitting
from studyapp.study.sitting import (
    advance,
    allowed_ratings,
    drawn_from,
    find_cards,
    heads,
    settle,
)
from studyapp.ui.wording import plural

LONGEST_ANSWER = timedelta(minutes=1)
"""Time on a question counts up to this: beyond it, the learner was elsewhere (as Anki)."""


LEECH = (
    "You have forgotten that card {} by now. Rewording its question, or splitting it, helps more "
    "than repeating it."
)


class RefusedError(Exception):
    """An act that does not fit the session as it is. ``message`` is for the learner, and says
    what happened; nothing was changed."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class StalePageError(RefusedError):
    """The page was drawn before something else changed the card or the day."""

    def __init__(self) -> None:
        super().__init__(
            "This page was out of date, so nothing was recorded. Here is the question as it is now."
        )


@transaction.atomic
def answer_question(
    *,
    learner: User,
    session_id: int,
    drawn: str,
    read: Callable[[Content], Response],
    now: datetime,
) -> Sitting:
    """Grade the response that ``read`` finds for the question on the page, and keep it with the
    session until it is rated. The first answer to a question stands. Raises ResponseError where
    it cannot be graded, StalePageError."""
    session, cards = _open(learner, session_id)
    _refuse_stale(session, cards, drawn, now)
    assert session.current is not None
    if session.current["answer"] is None:
        content = ItemVersion.objects.get(pk=session.current["version"]).content
        response = read(content)
        outcome = grade(content, response)
        session.current["answer"] = {
            "response": response_to_json(response),
            "correct": outcome.correct,
        }
        session.save(update_fields=PROGRESS)
    turn, _ = settle(session, now)
    return Sitting(session, turn)


def rate_card(
    *,
    learner: User,
    session_id: int,
    rating: Rating,
    drawn: str,
    request_id: UUID,
    now: datetime,
) -> Sitting:
    """Rate the card on the page and go on to the next question.

    The same ``request_id`` again changes nothing and gives what the first gave. Raises
    StalePageError where the page was drawn (``drawn``, see ``sitting.drawn_from``) from something
    else than is true now, RefusedError for a rating that the verdict does not leave open.
    """

    def rate(session: StudySession, card: Card, review: Review) -> str:
        _refuse_rating(session, rating)
        if review.response is None:  # answered in the head: undoing shows the answer again
            review.response = response_to_json(Recalled())
            seen = {"response": review.response, "correct": None}
            review.before["session"]["current"] = {**(session.current or {}), "answer": seen}
        answered = answer(card.memory, rating, session.preset, now, card.seed)
        card.memory = answered.memory
        review.rating = rating
        review.stability = answered.memory.stability
        review.difficulty = answered.memory.difficulty
        review.interval_seconds = int(answered.interval.total_seconds())
        return LEECH.format(plural(card.lapses, "time,times")) if answered.is_leech else ""

    return _act(
        Review.Action.RATED,
        rate,
        learner=learner,
        session_id=session_id,
        drawn=drawn,
        request_id=request_id,
        now=now,
    )


def bury_card(
    *, learner: User, session_id: int, drawn: str, request_id: UUID, now: datetime
) -> Sitting:
    """Set the card on the page aside until tomorrow. Raises as ``rate_card``."""

    def bury(session: StudySession, card: Card, review: Review) -> str:
        card.buried_until = review.day + ONE_DAY
        return "Set aside until tomorrow."

    return _act(
        Review.Action.BURIED,
        bury,
        learner=learner,
        session_id=session_id,
        drawn=drawn,
        request_id=request_id,
        now=now,
    )


def suspend_card(
    *, learner: User, session_id: int, drawn: str, request_id: UUID, now: datetime
) -> Sitting:
    """Set the card on the page aside until the learner brings it back. Raises as ``rate_card``."""

    def suspend(session: StudySession, card: Card, review: Review) -> str:
        card.suspended_at = now
        return "Suspended: it stays away until you bring it back."

    return _act(
        Review.Action.SUSPENDED,
        suspend,
        learner=learner,
        session_id=session_id,
        drawn=drawn,
        request_id=request_id,
        now=now,
    )


def _act(
    action: Review.Action,
    change: Callable[[StudySession, Card, Review], str],
    *,
    learner: User,
    session_id: int,
    drawn: str,
    request_id: UUID,
    now: datetime,
) -> Sitting:
    """One act on the card on the page, whole or not at all: refuse what is stale or not allowed,
    log what was, change the card, go on to the next question. ``change`` returns what there is to
    tell the learner."""
    try:
        with transaction.atomic():
            session, cards = _open(learner, session_id)
            try:
                card = _refuse_stale(session, cards, drawn, now)
            except StalePageError:
                if not Review.objects.filter(learner=learner, request_id=request_id).exists():
                    raise
                turn, _ = settle(session, now)
                return Sitting(session, turn)
            review = _begin_review(action, session, card, request_id, now)
            notice = change(session, card, review)
            card.moves += 1
            card.save()
            review.card = card
            review.moves = card.moves
            review.save(force_insert=True)
            session.done += 1
            again = card if card.is_askable(review.day) else None
            turn = advance(session, now, again=again, cards={**cards, card.item_id: card})
            session.save(update_fields=PROGRESS)
            return Sitting(session, turn, notice)
    except IntegrityError as error:
        # Another page made the card, or used the request id, between our look and our write.
        raise StalePageError from error


def _open(learner: User, session_id: int) -> tuple[StudySession, dict[int, Card | None]]:
    """The session, and the cards that the act is about or will probably be followed by."""
    session = access_session(learner, session_id, lock=True)
    return session, find_cards(session, heads(session), lock=True)


def _refuse_stale(
    session: StudySession, cards: Mapping[int, Card | None], drawn: str, now: datetime
) -> Card:
    """The card on the page, if the page was drawn from what is true now."""
    if session.current is None:
        raise StalePageError
    item_id = session.current["item"]
    card = cards[item_id] or Card(learner=session.learner, item_id=item_id)
    if drawn != drawn_from(session.current, card, day_at(now, session.preset)):
        raise StalePageError
    return card


def _refuse_rating(session: StudySession, rating: Rating) -> None:
    """A graded question is answered before it is rated, and rated as it was graded."""
    assert session.current is not None
    if rating in allowed_ratings(session.current):
        return
    if session.current["answer"] is None:
        raise RefusedError("Answer the question first: this one is graded, not rated at sight.")
    if session.current["answer"]["correct"]:
        raise RefusedError("Your answer was right: rate how hard it was, Hard, Good or Easy.")
    raise RefusedError("Your answer was wrong, so the card comes again.")


def _begin_review(
    action: Review.Action,
    session: StudySession,
    card: Card,
    request_id: UUID,
    now: datetime,
) -> Review:
    """A line of the log with everything that is known before the change."""
    current = session.current
    assert current is not None
    elapsed = now - datetime.fromisoformat(current["shown_at"])
    given: dict[str, Any] = current["answer"] or {}
    return Review(
        learner=session.learner,
        session=session,
        request_id=request_id,
        action=action,
        reviewed_at=now,
        day=day_at(now, session.preset).date,
        duration_ms=min(elapsed, LONGEST_ANSWER) // timedelta(milliseconds=1),
        response=given.get("response"),
        correct=given.get("correct"),
        preset=session.rules,
        version_id=current["version"],
        before={"card": card.snapshot(), "session": session.snapshot()},
        state_before=card.state,
    )
