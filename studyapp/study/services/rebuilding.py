"""Rebuilding what a learner remembers from the review log, the one record that is never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction

from studyapp.accounts.models import User
from studyapp.scheduling.replay import NEVER_ASKED, LoggedReview, replay
from studyapp.scheduling.values import CardMemory, Rating
from studyapp.study.models import Card, Review


@dataclass(frozen=True, slots=True)
class Difference:
    """A card whose memory is not what its log says."""

    card: Card
    logged: CardMemory


def differing_cards(learner: User) -> Iterator[Difference]:
    """The learner's cards whose memory is not what replaying their log gives."""
    cards = {card.pk: card for card in Card.objects.filter(learner=learner)}
    log = (
        Review.objects.rebuilding()
        .filter(learner=learner)
        .select_related("preset")
        .order_by("card_id", "id")
    )
    logged = dict.fromkeys(cards, NEVER_ASKED)
    for card_id, reviews in groupby(log.iterator(), key=lambda review: review.card_id):
        begun, since = _since_begun(reviews)
        logged[card_id] = replay(since, cards[card_id].seed, begun)
    for pk, memory in logged.items():
        if cards[pk].memory != memory:
            yield Difference(cards[pk], memory)


@transaction.atomic
def rebuild_card(*, learner: User, card_id: int, memory: CardMemory) -> None:
    """Give the card the memory its log says; pages that show it become stale."""
    card = Card.objects.select_for_update().get(learner=learner, pk=card_id)
    card.memory = memory
    card.moves += 1
    card.save()


def _since_begun(reviews: Iterable[Review]) -> tuple[CardMemory, list[LoggedReview]]:
    """What the card last began with, anew or as it was taken over, and the ratings since."""
    memory, log = NEVER_ASKED, list[LoggedReview]()
    for review in reviews:
        if review.action == Review.Action.RATED:
            log.append(_logged(review))
        else:
            memory = CardMemory.from_json(review.memory) if review.memory else NEVER_ASKED
            log.clear()
    return memory, log


def _logged(review: Review) -> LoggedReview:
    assert review.rating is not None
    return LoggedReview(Rating(review.rating), review.reviewed_at, review.preset.preset)
