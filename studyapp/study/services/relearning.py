"""Having a card begin anew, because its answer is not what was learnt."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404

from studyapp.accounts.models import User
from studyapp.scheduling.values import CardMemory
from studyapp.study.access import studiable
from studyapp.study.models import Card, Review
from studyapp.study.plan import day_at
from studyapp.study.services.answering import RefusedError
from studyapp.study.services.presets import current_preset


@transaction.atomic
def relearn_card(*, learner: User, item_id: int, request_id: UUID, now: datetime) -> Review:
    """Forget what the learner knew of the item: it is asked as a new one, before the other new
    ones. The log keeps all there was. The same ``request_id`` again changes nothing. Raises Http404
    where the learner has no card of it."""
    done = Review.objects.filter(learner=learner, request_id=request_id).first()
    if done is not None:
        return done
    card = Card.objects.select_for_update().filter(learner=learner, item=item_id).first()
    placement = studiable(learner).filter(item=item_id).first()
    if card is None or placement is None:
        raise Http404(f"card of item {item_id}")
    rules = current_preset(learner)
    review = Review(
        learner=learner,
        card=card,
        request_id=request_id,
        action=Review.Action.RELEARNED,
        reviewed_at=now,
        day=day_at(now, rules.preset).date,
        preset=rules,
        version_id=placement.version_id,
        before={"card": card.snapshot()},
        state_before=card.state,
    )
    card.memory = CardMemory()
    card.suspended_at = card.buried_until = None
    card.moves += 1
    card.save()
    review.moves = card.moves
    review.save(force_insert=True)
    return review


@transaction.atomic
def take_back_relearning(*, learner: User, review_id: int, now: datetime) -> None:
    """The card is as it was before. Raises Http404, and RefusedError where it was studied since."""
    review = (
        Review.objects.filter(learner=learner, action=Review.Action.RELEARNED, undone_at=None)
        .filter(pk=review_id)
        .first()
    )
    if review is None:
        raise Http404(f"review {review_id}")
    card = Card.objects.select_for_update().get(learner=learner, pk=review.card_id)
    if card.moves != review.moves:
        raise RefusedError("That card has been studied again since, so it was left as it is.")
    card.restore(review.before["card"])
    card.moves += 1
    card.save()
    review.undone_at = now
    review.save(update_fields=["undone_at"])
