"""A study session at work: which question is on the page, and which comes next.

These functions change a ``StudySession`` in memory; whoever calls them holds the row's lock and
saves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from studyapp.items.grading import Outcome, grade
from studyapp.items.responses import Response, response_from_json
from studyapp.items.values import RECALLED_KINDS, Content
from studyapp.library.models import ItemVersion, Placement
from studyapp.scheduling.answering import Answered, preview
from studyapp.scheduling.queue import Counts, Entry, Queue, next_entry
from studyapp.scheduling.values import CardState, Preset, Rating
from studyapp.study.access import studiable
from studyapp.study.models import IN_STEPS, Card, StudySession
from studyapp.study.plan import Day, day_at

LOOKAHEAD = 50
"""How many entries of the plan are fetched at once after one that could not be asked. Mostly the
first can be, and is fetched alone."""

Sort = Literal["new", "review", "learning"]


@dataclass
class Turn:
    """The question on the page: what is asked, where it stands, what the learner knows of it.

    ``current`` is the session's own JSON: ``item`` and ``version`` (ids), ``sort`` (which part of
    the queue it came from), ``graded`` (the program judges, not the learner), ``shown_at`` (ISO
    8601) and ``answer``, None until there is one: ``{"response": ..., "correct": ...}``.
    ``card`` has no row yet for an item never met.
    """

    current: dict[str, Any]
    placement: Placement
    version: ItemVersion
    card: Card
    preset: Preset
    now: datetime

    @cached_property
    def content(self) -> Content:
        """The wording that is shown."""
        return self.version.content

    @property
    def drawn_from(self) -> str:
        """What a page showing this was drawn from; see ``drawn_from``."""
        return drawn_from(self.current, self.card, day_at(self.now, self.preset))

    @property
    def response(self) -> Response | None:
        """What the learner answered, if they have."""
        answer = self.current["answer"]
        return None if answer is None else response_from_json(answer["response"])

    @cached_property
    def outcome(self) -> Outcome | None:
        """The program's verdict; None while unanswered, and where the learner is the judge."""
        response = self.response
        if response is None or self.content.is_recalled:
            return None
        return grade(self.content, response)

    @cached_property
    def ratings(self) -> dict[Rating, Answered]:
        """What each rating would do."""
        return preview(self.card.memory, self.preset, self.now, self.card.seed)

    @property
    def allowed(self) -> tuple[Rating, ...]:
        """The ratings that may be given."""
        return allowed_ratings(self.current)

    @property
    def shuffle_seed(self) -> int:
        """Orders the options: fixed for a card until it is reviewed."""
        return self.card.seed << 20 | self.card.reps


def drawn_from(current: dict[str, Any], card: Card, day: Day) -> str:
    """Everything that what a rating does depends on, beside the session's rules. A rating says
    what its page was drawn from; where that is no longer so, the page is stale and the rating is
    refused. So the interval on the button is the interval that happens."""
    return f"{current['item']}-{current['version']}-{card.moves}-{day.date.toordinal()}"


def allowed_ratings(current: dict[str, Any]) -> tuple[Rating, ...]:
    """All where the learner is the judge. Where the program is: none before an answer, Again
    alone after a wrong one, the others after a right one."""
    if not current["graded"]:
        return tuple(Rating)
    if current["answer"] is None:
        return ()
    correct = current["answer"]["correct"]
    return (Rating.HARD, Rating.GOOD, Rating.EASY) if correct else (Rating.AGAIN,)


def find_cards(
    session: StudySession, item_ids: Iterable[int], *, lock: bool = False
) -> dict[int, Card | None]:
    """The learner's cards of the items, None where there is none yet."""
    cards = Card.objects.filter(learner=session.learner_id, item__in=item_ids)
    found = {card.item_id: card for card in (cards.select_for_update() if lock else cards)}
    return {item_id: found.get(item_id) for item_id in item_ids}


def heads(session: StudySession) -> set[int]:
    """The item on the page and those that probably follow it."""
    steps, plan = session.learning[:2], session.plan[session.position : session.position + 2]
    current = {session.current["item"]} if session.current else set()
    return current | {key for _, key in steps} | {key for key, _ in plan}


def counts_left(session: StudySession) -> Counts:
    """What is left of the session, the question on the page included."""
    sorts = [sort for _, sort in session.plan[session.position :]]
    return Counts(
        new=sorts.count("new"), learning=len(session.learning), reviews=sorts.count("review")
    )


def settle(session: StudySession, now: datetime) -> tuple[Turn | None, bool]:
    """The question on the page, and whether that took a change of the session: a question that
    can no longer be asked (its note lost it, another page answered it) is passed over."""
    current = session.current
    if current is None:
        return None, False
    turn = _Finder(session, now).turn(current["item"], current["sort"])
    if turn is None:
        return advance(session, now), True
    if current["answer"] is None and current["version"] != turn.version.pk:
        return turn, _show(session, turn)
    if current["version"] != turn.version.pk:  # answered as it was worded before
        turn.version = ItemVersion.objects.get(pk=current["version"])
    turn.current = current
    return turn, False


def advance(
    session: StudySession,
    now: datetime,
    *,
    again: Card | None = None,
    cards: Mapping[int, Card | None] | None = None,
) -> Turn | None:
    """Leave the question on the page behind and find the next; None finishes the session. The
    card ``again``, if its memory is in steps, comes again in this session. ``cards`` are those
    looked up already, by item."""
    if session.current is not None:
        _drop(session, session.current["item"], session.current["sort"])
    if again is not None and again.state in IN_STEPS and again.due is not None:
        session.learning = sorted([*session.learning, [again.due.timestamp(), again.item_id]])
    finder = _Finder(session, now, cards or {})
    while (entry := _next(session, now)) is not None:
        turn = finder.turn(*entry)
        if turn is not None:
            _show(session, turn)
            return turn
        _drop(session, *entry)
    session.current = None
    session.finished_at = now
    return None


def _show(session: StudySession, turn: Turn) -> bool:
    session.current = turn.current
    return True


def _next(session: StudySession, now: datetime) -> tuple[int, Sort] | None:
    """The item to ask now, by the scheduler's own rule, and the part of the queue it is from."""
    steps, plan = session.learning[:1], session.plan[session.position : session.position + 1]
    queue = Queue(
        learning=tuple(Entry(key, due=datetime.fromtimestamp(at, UTC)) for at, key in steps),
        main=tuple(Entry(key) for key, _ in plan),
        buried=(),
        counts=Counts(0, 0, 0),
    )
    entry = next_entry(queue, now)
    if entry is None:
        return None
    return (entry.key, "learning") if entry in queue.learning else (plan[0][0], plan[0][1])


def _drop(session: StudySession, item_id: int, sort: Sort) -> None:
    if sort == "learning":
        session.learning = [entry for entry in session.learning if entry[1] != item_id]
    else:
        session.position += 1


class _Finder:
    """Fetches what the next entries need, a few at a time, each once."""

    def __init__(
        self,
        session: StudySession,
        now: datetime,
        cards: Mapping[int, Card | None] = MappingProxyType({}),
    ) -> None:
        self.session = session
        self.now = now
        self.day = day_at(now, session.preset)
        self.known: set[int] = set()
        self.placements: dict[int, Placement] = {}
        self.cards = dict(cards)

    def turn(self, item_id: int, sort: Sort) -> Turn | None:
        """The item as a question; None when it can no longer be asked as ``sort``."""
        if item_id not in self.known:
            upcoming = self.session.plan[self.session.position :][:LOOKAHEAD] if self.known else []
            self._fetch({item_id, *(key for key, _ in upcoming)})
        placement = self.placements.get(item_id)
        if placement is None:
            return None
        card = self.cards.get(item_id) or Card(learner_id=self.session.learner_id, item_id=item_id)
        if not self._is_due(card, sort):
            return None
        current = {
            "item": item_id,
            "version": placement.version_id,
            "sort": sort,
            "graded": placement.kind not in RECALLED_KINDS,
            "shown_at": self.now.isoformat(),
            "answer": None,
        }
        return Turn(current, placement, placement.version, card, self.session.preset, self.now)

    def _fetch(self, item_ids: Iterable[int]) -> None:
        learner = self.session.learner
        for placement in (
            studiable(learner)
            .filter(item__in=item_ids)
            .select_related("version", "topic", "note__vault")
        ):
            self.placements[placement.item_id] = placement
        if missing := set(item_ids) - set(self.cards):
            self.cards |= find_cards(self.session, missing)
        self.known.update(item_ids)

    def _is_due(self, card: Card, sort: Sort) -> bool:
        if not card.is_askable(self.day.date):
            return False
        if sort == "new":
            return card.state == CardState.NEW
        if sort == "learning":
            return card.state in IN_STEPS
        return card.state == CardState.REVIEW and card.due is not None and card.due < self.day.end
