"""Taking over what a learner learnt in another program, as it came along with an import.

The log gets a line for each rating given there, and one that says with which memory the card goes
on here. What a line is called (its request id) follows from what it says, so that the same again
is known, whatever was broken off in the middle. A card that was studied here is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from json import dumps
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from studyapp.accounts.models import User
from studyapp.interchange.values import ForeignCard, ForeignReview
from studyapp.library.services.histories import Arrival, TakenOver
from studyapp.library.services.reading import Progress
from studyapp.scheduling.days import study_day
from studyapp.scheduling.taking_over import EarlierReview, Elsewhere, memory_taken_over
from studyapp.scheduling.values import CardMemory, CardState, Rating
from studyapp.study.models import Card, Review, StudyPreset
from studyapp.study.services.answering import LONGEST_ANSWER
from studyapp.study.services.presets import current_preset

STUDIED_HERE = "You have studied it here, and that holds."
NEWER_HERE = "What was taken over before is newer."

BATCH = 400
"""Cards in one transaction: some tens of milliseconds, so that reviews are not starved."""

_NAMES = UUID("6f1c2f0e-6d0b-5b0c-9a55-3d6c1f5b8e1a")
_LATEST_MS = 4_102_444_800_000  # 2100: what a broken clock says is no moment of a review
_LARGEST = 2**31 - 1
_CENTURY_SECONDS = 36_500 * 86_400


def take_over_histories(
    learner: User | None,
    arrivals: Sequence[Arrival],
    *,
    only_look: bool,
    progress: Progress,
) -> TakenOver:
    """See ``library.services.histories.TakeOver``. Takes a fixed number of queries a batch."""
    rules = current_preset(learner) if learner else None
    whole = TakenOver()
    for start in range(0, len(arrivals), BATCH):
        batch = arrivals[start : start + BATCH]
        if learner is None or rules is None:
            whole.cards += len(batch)
            whole.reviews += sum(len(_valid(arrival.card.reviews)) for arrival in batch)
        elif only_look:
            _Batch(learner, rules, batch, _cards(learner, batch)).judge(whole)
        else:
            with transaction.atomic():
                handled = _Batch(learner, rules, batch, _locked_cards(learner, batch))
                handled.judge(whole)
                handled.write()
        progress("Taking over schedules and reviews", start + len(batch), len(arrivals))
    return whole


def _cards(learner: User, batch: Iterable[Arrival]) -> dict[int, Card]:
    items = [arrival.item for arrival in batch if arrival.item is not None]
    return {card.item_id: card for card in Card.objects.filter(learner=learner, item__in=items)}


def _locked_cards(learner: User, batch: Iterable[Arrival]) -> dict[int, Card]:
    """The cards of all items of ``batch``, made where there were none, for nobody else to change
    until the transaction ends."""
    items = {arrival.item for arrival in batch if arrival.item is not None}
    cards = Card.objects.filter(learner=learner, item__in=items)
    missing = items - set(cards.values_list("item", flat=True))
    Card.objects.bulk_create(
        [Card(learner=learner, item_id=item) for item in sorted(missing)], ignore_conflicts=True
    )
    return {card.item_id: card for card in cards.order_by("pk").select_for_update()}


@dataclass(frozen=True, slots=True)
class _Taken:
    """A card that goes on with what was learnt elsewhere: its memory, and the ratings that are not
    in the log yet. ``number`` counts the times that this was done before."""

    card: Card
    arrival: Arrival
    memory: CardMemory
    reviews: Sequence[ForeignReview]
    number: int


class _Batch:
    """Arrivals with the cards of their items, and what the log says of these."""

    def __init__(
        self,
        learner: User,
        rules: StudyPreset,
        arrivals: Sequence[Arrival],
        cards: dict[int, Card],
    ) -> None:
        self._learner, self._rules, self._preset = learner, rules, rules.preset
        self._arrivals, self._cards = arrivals, cards
        self._now = timezone.now()
        self._taken: list[_Taken] = []
        log = Review.objects.filter(learner=learner, card__in=[card.pk for card in cards.values()])
        done = log.here().filter(undone_at=None).values_list("card", "action").distinct()
        self._done_here: defaultdict[int, set[str]] = defaultdict(set)
        for card, action in done:
            self._done_here[card].add(action)
        elsewhere = log.exclude(origin=Review.Origin.HERE).order_by("card", "id")
        rows = elsewhere.values_list("card", "action", "request_id")
        self._ratings: dict[int, set[UUID]] = {}
        self._imports: dict[int, list[UUID]] = {}
        for card, lines in groupby(rows.iterator(), key=lambda row: row[0]):
            known = list(lines)
            imported = Review.Action.IMPORTED
            self._imports[card] = [name for _, action, name in known if action == imported]
            self._ratings[card] = {name for _, action, name in known if action != imported}

    def judge(self, whole: TakenOver) -> None:
        """Add to ``whole`` what is to be done with each arrival."""
        for arrival in self._arrivals:
            card = self._cards.get(arrival.item) if arrival.item is not None else None
            reviews = _valid(arrival.card.reviews)
            if card is None:  # only looked at: an import would make it
                whole.cards += 1
                whole.reviews += len(reviews)
                continue
            imports = self._imports.get(card.pk, [])
            if imports and imports[-1] == _import_id(card, arrival.card, len(imports) - 1):
                whole.as_before += 1
            elif self._done_here[card.pk] & {Review.Action.RATED, Review.Action.RELEARNED}:
                whole.left.append((arrival, STUDIED_HERE))
            else:
                memory = memory_taken_over(
                    _elsewhere(arrival.card, reviews), self._preset, self._now
                )
                if imports and _is_older(memory, card):
                    whole.left.append((arrival, NEWER_HERE))
                    continue
                known = self._ratings.get(card.pk, set())
                new = [r for r in reviews if _rating_id(card, r) not in known]
                whole.cards += 1
                whole.reviews += len(new)
                self._taken.append(_Taken(card, arrival, memory, new, len(imports)))

    def write(self) -> None:
        """Write what is taken over."""
        lines = [line for taken in self._taken for line in self._lines(taken)]
        cards = [taken.card for taken in self._taken]
        fields = [*CardMemory.__dataclass_fields__, "suspended_at", "moves"]
        Card.objects.bulk_update(cards, fields)
        Review.objects.bulk_create(lines)

    def _lines(self, taken: _Taken) -> Iterator[Review]:
        """Change the card; the log's lines that say so."""
        card, foreign = taken.card, taken.arrival.card
        before, state = card.snapshot(), card.state
        card.memory = taken.memory
        if Review.Action.SUSPENDED not in self._done_here[card.pk]:
            suspended = card.suspended_at or self._now
            card.suspended_at = suspended if foreign.suspended else None
        card.moves += 1
        for review in taken.reviews:
            yield self._line(
                taken,
                _moment(review),
                request_id=_rating_id(card, review),
                action=Review.Action.RATED,
                rating=review.rating,
                duration_ms=min(review.duration_ms, LONGEST_ANSWER.seconds * 1000),
                interval_seconds=min(review.interval_s, _CENTURY_SECONDS),
                before={},
                state_before=review.state,
            )
        yield self._line(
            taken,
            self._now,
            request_id=_import_id(card, foreign, taken.number),
            action=Review.Action.IMPORTED,
            memory=taken.memory.to_json(),
            stability=taken.memory.stability,
            difficulty=taken.memory.difficulty,
            before={"card": before},
            state_before=state,
        )

    def _line(self, taken: _Taken, at: datetime, **fields: Any) -> Review:
        return Review(
            learner=self._learner,
            card=taken.card,
            origin=Review.Origin.ELSEWHERE,
            reviewed_at=at,
            day=study_day(at, self._preset.zone, self._preset.day_start),
            preset=self._rules,
            version_id=taken.arrival.version,
            moves=taken.card.moves,
            **fields,
        )


# --- names ----------------------------------------------------------------------------------


def _rating_id(card: Card, review: ForeignReview) -> UUID:
    return uuid5(_NAMES, f"{card.seed}:{review.at_ms}")


def _import_id(card: Card, foreign: ForeignCard, number: int) -> UUID:
    """What the line is called by which ``card`` has what ``foreign`` says, after ``number``
    others."""
    return uuid5(_NAMES, f"{card.seed}:{number}:{dumps(foreign.to_json(), sort_keys=True)}")


# --- values of another program, which may be anything ---------------------------------------


def _valid(reviews: Iterable[ForeignReview]) -> list[ForeignReview]:
    """The reviews that can have been, each once."""
    found = {r.at_ms: r for r in reviews if 0 < r.at_ms < _LATEST_MS and 1 <= r.rating <= 4}
    return list(found.values())


def _moment(review: ForeignReview) -> datetime:
    return datetime.fromtimestamp(review.at_ms / 1000, UTC)


def _elsewhere(card: ForeignCard, reviews: Collection[ForeignReview]) -> Elsewhere:
    return Elsewhere(
        state=CardState(card.state),
        due=_instant(card.due_at) or _day(card.due_day),
        interval=card.interval,
        ease=card.ease,
        stability=card.stability,
        difficulty=card.difficulty,
        last_review=_instant(card.last_review or 0),
        reps=min(card.reps, _LARGEST),
        lapses=min(card.lapses, _LARGEST),
        steps_left=card.steps_left,
        log=tuple(
            EarlierReview(
                Rating(review.rating),
                _moment(review),
                began=review.state == CardState.NEW,
                interval=review.interval_s / 86_400,
                ease=review.ease,
            )
            for review in reviews
        ),
    )


def _instant(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds * 1000 < _LATEST_MS else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_older(memory: CardMemory, card: Card) -> bool:
    """Whether it says less than what was taken over before."""
    return (
        memory.last_review is not None
        and card.last_review is not None
        and memory.last_review < card.last_review
    )
