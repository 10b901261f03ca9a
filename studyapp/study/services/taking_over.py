"""Taking over what a learner learnt in another program, as it came along with an import.

The log gets a line for each rating given there, and one that says with which memory the card goes
on here. What a line is called (its request id) follows from what it says, so that the same again
is known, whatever was broken off in the middle. A card that was studied here is left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from json import dumps
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone

from studyapp.accounts.models import User
from studyapp.interchange.values import ForeignCard, ForeignReview
from studyapp.library.services.histories import Arrival, TakenOver
from studyapp.library.services.reading import Progress
from studyapp.scheduling.days import study_day
from studyapp.scheduling.taking_over import EarlierReview, Elsewhere, memory_taken_over
from studyapp.scheduling.values import CardMemory, CardState, Rating
from studyapp.study.models import Card, Review, ReviewQuerySet, StudyPreset
from studyapp.study.services.answering import LONGEST_ANSWER
from studyapp.study.services.presets import current_preset

STUDIED_HERE = "You have studied it here, and that holds."
NEWER_HERE = "What was taken over before is newer."

BATCH = 100
"""Cards in one transaction: some tens of milliseconds, so that reviews are not starved."""

TRIES = 5
"""How often a batch is judged anew because somebody studied its cards meanwhile."""

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
    """See ``library.services.histories.TakeOver``. A batch takes the same few queries whatever
    its cards."""
    rules = current_preset(learner) if learner else None
    whole = TakenOver()
    for start in range(0, len(arrivals), BATCH):
        batch = arrivals[start : start + BATCH]
        if learner is None or rules is None:
            whole.cards += len(batch)
            whole.reviews += sum(len(_valid(arrival.card.reviews)) for arrival in batch)
        else:
            found = _take_over(learner, rules, batch, only_look=only_look)
            whole.cards += found.cards
            whole.reviews += found.reviews
            whole.as_before += found.as_before
            whole.left += found.left
        progress("Taking over schedules and reviews", start + len(batch), len(arrivals))
    return whole


class _MovedOnError(Exception):
    """A card was changed by somebody else since it was judged."""


def _take_over(
    learner: User,
    rules: StudyPreset,
    arrivals: Sequence[Arrival],
    *,
    only_look: bool,
    tries: int = TRIES,
) -> TakenOver:
    """One batch. All is thought out before anything is locked, and thought out again where the
    learner was faster."""
    batch = _Batch(learner, rules, arrivals)
    found = batch.judge()
    if only_look:
        return found
    try:
        batch.write()
    except (_MovedOnError, IntegrityError):  # a card was changed, or made
        if tries == 1:
            raise
        return _take_over(learner, rules, arrivals, only_look=False, tries=tries - 1)
    return found


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
    """Arrivals, and what becomes of each."""

    def __init__(self, learner: User, rules: StudyPreset, arrivals: Sequence[Arrival]) -> None:
        self._learner, self._rules, self._preset = learner, rules, rules.preset
        self._now = timezone.now()
        items = [arrival.item for arrival in arrivals if arrival.item is not None]
        known = Card.objects.filter(learner=learner, item__in=items)
        cards = {card.item_id: card for card in known}
        imports: defaultdict[int, list[UUID]] = defaultdict(list)
        for card, name in (
            self._log(cards.values())
            .filter(action=Review.Action.IMPORTED)
            .order_by("id")
            .values_list("card", "request_id")
        ):
            imports[card].append(name)
        self._as_before = 0
        self._open: list[tuple[Arrival, Card, int]] = []
        for arrival in arrivals:
            own = cards.get(arrival.item) if arrival.item is not None else None
            own = own or Card(learner=learner, item_id=arrival.item or 0)
            names = imports[own.pk] if own.pk else []
            if names and names[-1] == _import_id(own, arrival.card, len(names) - 1):
                self._as_before += 1
            else:
                self._open.append((arrival, own, len(names)))
        self._done_here: defaultdict[int, set[str]] = defaultdict(set)
        self._ratings: defaultdict[int, set[UUID]] = defaultdict(set)
        there = [card for _, card, _ in self._open if card.pk]
        if there:
            here = self._log(there).here().filter(undone_at=None)
            for card, action in here.values_list("card", "action").distinct():
                self._done_here[card].add(action)
            rated = self._log(there).filter(
                origin=Review.Origin.ELSEWHERE, action=Review.Action.RATED
            )
            for card, name in rated.values_list("card", "request_id"):
                self._ratings[card].add(name)
        self._taken: list[_Taken] = []

    def _log(self, cards: Iterable[Card]) -> ReviewQuerySet:
        return Review.objects.filter(learner=self._learner, card__in=[card.pk for card in cards])

    def judge(self) -> TakenOver:
        """Say what is to be done with each arrival."""
        found = TakenOver(as_before=self._as_before)
        for arrival, card, number in self._open:
            done = self._done_here[card.pk] if card.pk else set()
            if done & {Review.Action.RATED, Review.Action.RELEARNED}:
                found.left.append((arrival, STUDIED_HERE))
                continue
            reviews = _valid(arrival.card.reviews)
            memory = memory_taken_over(_elsewhere(arrival.card, reviews), self._preset, self._now)
            if number and _is_older(memory, card):
                found.left.append((arrival, NEWER_HERE))
                continue
            known = self._ratings[card.pk] if card.pk else set()
            new = [r for r in reviews if _rating_id(card, r) not in known]
            found.cards += 1
            found.reviews += len(new)
            self._taken.append(_Taken(card, arrival, memory, new, number))
        return found

    def write(self) -> None:
        """Write what is taken over. Raises _MovedOnError or IntegrityError, with nothing written,
        where a card is not as it was judged."""
        moves = {taken.card.pk: taken.card.moves for taken in self._taken if taken.card.pk}
        old = [taken.card for taken in self._taken if taken.card.pk]
        new = [taken.card for taken in self._taken if not taken.card.pk]
        lines = [line for taken in self._taken for line in self._lines(taken)]
        with transaction.atomic():
            if moves:
                now = Card.objects.filter(pk__in=moves).order_by("pk").select_for_update()
                if dict(now.values_list("pk", "moves")) != moves:
                    raise _MovedOnError
                fields = [*CardMemory.__dataclass_fields__, "suspended_at", "moves"]
                Card.objects.bulk_update(old, fields)
            Card.objects.bulk_create(new)
            for line in lines:
                line.card_id = line.card.pk
            Review.objects.bulk_create(lines)

    def _lines(self, taken: _Taken) -> Iterator[Review]:
        """Change the card; the log's lines that say so."""
        card, foreign = taken.card, taken.arrival.card
        before, state = card.snapshot(), card.state
        card.memory = taken.memory
        if not card.pk or Review.Action.SUSPENDED not in self._done_here[card.pk]:
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


def _elsewhere(card: ForeignCard, reviews: Sequence[ForeignReview]) -> Elsewhere:
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
    """Whether it says less than what was taken over before. Last reviews are whole seconds there,
    so within one the number of reviews decides."""
    return (
        memory.last_review is not None
        and card.last_review is not None
        and (memory.last_review, memory.reps) < (card.last_review, card.reps)
    )
