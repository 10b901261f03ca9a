"""What a quiz tells of cards: who does not even recognise an answer would not recall it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from studyapp.accounts.models import User
from studyapp.scheduling.answering import answer
from studyapp.scheduling.values import Rating
from studyapp.study.access import studiable
from studyapp.study.models import Card, Review
from studyapp.study.plan import day_at
from studyapp.study.services.presets import current_preset


@dataclass(frozen=True, slots=True)
class Miss:
    """An item that was answered wrongly elsewhere: its wording, the response, and what makes a
    second report of it the same."""

    item: int
    version: int
    response: dict[str, Any] | None
    request_id: UUID


@transaction.atomic
def fail_cards(*, learner: User, misses: Iterable[Miss], now: datetime) -> int:
    """Rate the cards of what was missed Again, so that they are due now. Returns how many were: a
    miss that was reported before, or whose item cannot be studied, changes nothing. A right answer
    to a quiz is no evidence of recall, and is never reported here."""
    misses = list(misses)
    rules = current_preset(learner)
    day = day_at(now, rules.preset).date
    items = [miss.item for miss in misses]
    can = set(studiable(learner).filter(item__in=items).values_list("item", flat=True))
    known = Review.objects.filter(learner=learner, request_id__in=[m.request_id for m in misses])
    done = set(known.values_list("request_id", flat=True))
    cards = {
        card.item_id: card
        for card in Card.objects.select_for_update().filter(learner=learner, item__in=items)
    }
    count = 0
    for miss in misses:
        if miss.request_id in done or miss.item not in can:
            continue
        card = cards.get(miss.item) or Card(learner=learner, item_id=miss.item)
        review = Review(
            learner=learner,
            request_id=miss.request_id,
            action=Review.Action.RATED,
            rating=Rating.AGAIN,
            reviewed_at=now,
            day=day,
            response=miss.response,
            correct=False,
            preset=rules,
            version_id=miss.version,
            before={"card": card.snapshot()},
            state_before=card.state,
        )
        answered = answer(card.memory, Rating.AGAIN, rules.preset, now, card.seed)
        card.memory = answered.memory
        card.suspended_at = card.buried_until = None
        card.moves += 1
        card.save()
        review.card = card
        review.moves = card.moves
        review.stability = answered.memory.stability
        review.difficulty = answered.memory.difficulty
        review.interval_seconds = int(answered.interval.total_seconds())
        review.save(force_insert=True)
        count += 1
    return count
