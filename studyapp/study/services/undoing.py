"""Taking back what was done to a card."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from studyapp.accounts.models import User
from studyapp.study.access import access_card, access_session
from studyapp.study.models import Card, Review
from studyapp.study.services.answering import RefusedError
from studyapp.study.services.sessions import PASSED_OVER, PROGRESS, Sitting
from studyapp.study.sitting import settle


@transaction.atomic
def undo_review(*, learner: User, session_id: int, done: int, now: datetime) -> Sitting:
    """Take the last of the session's ``done`` acts back: the card and the session are as they
    were, its question and answer on the page. The log keeps the line, marked. Where the session
    is not at ``done`` any more (a double click), nothing is taken back.

    Raises RefusedError where there is nothing to take back, or the card was changed elsewhere
    since.
    """
    session = access_session(learner, session_id, lock=True)
    if session.done != done:
        turn, _ = settle(session, now)
        return Sitting(session, turn)
    review = (
        Review.objects.filter(learner=learner, session=session, undone_at=None)
        .order_by("-id")
        .first()
    )
    if review is None:
        raise RefusedError("There is nothing left to undo in this session.")
    card = Card.objects.select_for_update().get(learner=learner, pk=review.card_id)
    if card.moves != review.moves:
        raise RefusedError(
            "That card has been studied again since, on another page, so it was left as it is."
        )
    card.restore(review.before["card"])
    card.moves += 1
    card.save()
    review.undone_at = now
    review.save(update_fields=["undone_at"])
    session.restore(review.before["session"])
    session.save(update_fields=PROGRESS)
    turn, changed = settle(session, now)
    if changed:
        session.save(update_fields=PROGRESS)
    return Sitting(session, turn, PASSED_OVER if changed else "")


@transaction.atomic
def resume_card(*, learner: User, card_id: int) -> Card:
    """Bring a suspended card back. Raises Http404 for a card that is not the learner's."""
    card = access_card(learner, card_id)
    if card.suspended_at is not None:
        card.suspended_at = None
        card.moves += 1
        card.save(update_fields=["suspended_at", "moves"])
    return card
