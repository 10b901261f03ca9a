"""What becomes of learners' cards when two items turn out to be one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, F, Q

from studyapp.library.models import Item
from studyapp.study.models import Card, Review

_RATINGS = Count("reviews", filter=Q(reviews__action=Review.Action.RATED, reviews__undone_at=None))


def exchange_cards(*, old: Item, new: Item) -> list[int]:
    """Of two items that are one, ``old`` stays: let it have of each learner's two cards the one
    with more reviews, and ``new`` keep the other with its log. Returns the learners whose cards
    changed places. The caller has a transaction."""
    reviews = {
        (learner, item): count
        for learner, item, count in Card.objects.filter(item__in=[old, new])
        .annotate(count=_RATINGS)
        .values_list("learner", "item", "count")
    }
    learners = [
        learner
        for (learner, item), count in reviews.items()
        if item == new.pk and count > reviews.get((learner, old.pk), -1)
    ]
    swap_cards(old, new, learners)
    return learners


def swap_cards(old: Item, new: Item, learners: Iterable[int]) -> None:
    """Let the ``learners``' cards of the two items change places. Their logs go along."""
    other = {old.pk: new.pk, new.pk: old.pk}
    for learner in learners:
        cards = list(Card.objects.select_for_update().filter(learner=learner, item__in=[old, new]))
        # Out of each other's way first: at every moment an item has one card. The reference is
        # checked when the transaction ends.
        Card.objects.filter(pk__in=[card.pk for card in cards]).update(item=-F("pk"))
        for card in cards:
            card.made_for = card.made_for or card.item_id
            card.item_id = other[card.item_id]
            card.moves += 1
            card.save(update_fields=["item", "made_for", "moves"])
