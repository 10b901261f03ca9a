"""The order of a study session: what comes next, and what has to wait for another day.

Cards in steps come first when their time has come; reviews and new cards are mixed behind them.
The order follows from the entries, the limits and a seed alone, and it is stable: a queue built
again after its first entry has been answered goes on where the old one was. So nothing needs to
be stored between two requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from studyapp.scheduling.draws import unit_draw
from studyapp.scheduling.values import Preset, SchedulingError

LEARN_AHEAD = timedelta(minutes=20)
"""How long before its time a card in steps may be asked when nothing else is left (as Anki)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A card that might be asked. ``key`` is the caller's; siblings share a ``group`` ("": none).

    ``due`` may be left out for new cards.
    """

    key: int
    group: str = ""
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How many new cards and how many reviews the study day still allows."""

    new: int
    reviews: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What is left today: new cards, cards in steps, and reviews."""

    new: int
    learning: int
    reviews: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.new + self.learning + self.reviews


@dataclass(frozen=True, slots=True)
class Queue:
    """A study session's order. ``learning`` is sorted by due; ``main`` is in the order to ask.

    ``buried`` are siblings of cards asked today or about to be: they wait for another day.
    ``counts`` leaves those out, as it leaves out what is over the limits.
    """

    learning: tuple[Entry, ...]
    main: tuple[Entry, ...]
    buried: tuple[Entry, ...]
    counts: Counts


def limits_left(preset: Preset, *, new_done: int, reviews_done: int) -> Limits:
    """What the preset still allows after what was done on this study day."""
    return Limits(
        new=max(0, preset.new_per_day - new_done),
        reviews=max(0, preset.reviews_per_day - reviews_done),
    )


def build_queue(
    learning: Iterable[Entry],
    reviews: Iterable[Entry],
    new: Iterable[Entry],
    *,
    limits: Limits,
    seed: int,
    groups_done: Set[str] = frozenset(),
) -> Queue:
    """Order what can be asked today.

    ``learning`` are the cards in (re)learning steps, ``reviews`` those due by the end of the
    study day, ``new`` those never asked, in the order to introduce them. Of each group one card
    is asked a day: cards in steps take precedence, then reviews, then new ones; ``groups_done``
    are the groups asked already. Reviews come oldest due first, shuffled within the same due.
    ``seed`` should change with the study day.

    Raises SchedulingError for a card in steps or a review without a due date.
    """
    steps = tuple(sorted(learning, key=_due))
    taken = set(groups_done) | {entry.group for entry in steps}
    buried: list[Entry] = []
    by_due = sorted(reviews, key=lambda entry: (_due(entry), unit_draw(seed, "review", entry.key)))
    due_now = _take(by_due, limits.reviews, taken, buried)
    introduced = _take(new, limits.new, taken, buried)
    return Queue(
        learning=steps,
        main=_mix(due_now, introduced, seed),
        buried=tuple(buried),
        counts=Counts(new=len(introduced), learning=len(steps), reviews=len(due_now)),
    )


def next_entry(queue: Queue, now: datetime) -> Entry | None:
    """What to ask at ``now``; None when all that is left, if anything, is a step to wait for."""
    waiting = queue.learning[0] if queue.learning else None
    if waiting and _due(waiting) <= now:
        return waiting
    if queue.main:
        return queue.main[0]
    if waiting and _due(waiting) <= now + LEARN_AHEAD:
        return waiting
    return None


def _take(
    entries: Iterable[Entry], limit: int, taken: set[str], buried: list[Entry]
) -> list[Entry]:
    """The first ``limit`` entries whose group is not in ``taken``; siblings go to ``buried``."""
    chosen: list[Entry] = []
    for entry in entries:
        if entry.group and entry.group in taken:
            buried.append(entry)
        elif len(chosen) < limit:
            chosen.append(entry)
            taken.add(entry.group)
    return chosen


def _mix(reviews: list[Entry], new: list[Entry], seed: int) -> tuple[Entry, ...]:
    """Spread ``new`` among ``reviews``, keeping the order of both.

    Each place goes to a new card with the chance that the cards left make fair. The draw depends
    on how many are left of both and on nothing else: hence the order is stable.
    """
    mixed: list[Entry] = []
    old, fresh = list(reversed(reviews)), list(reversed(new))
    while old and fresh:
        chance = len(fresh) / (len(old) + len(fresh))
        is_new = unit_draw(seed, "mix", len(old), len(fresh)) < chance
        mixed.append((fresh if is_new else old).pop())
    return (*mixed, *reversed(old), *reversed(fresh))


def _due(entry: Entry) -> datetime:
    if entry.due is None:
        raise SchedulingError("due", f"entry {entry.key} is not new, and has none")
    return entry.due
