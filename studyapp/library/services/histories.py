"""What a learner did with a vault's questions in another program, as it came along with them: in
the record beside a package's vault, or in the notes themselves.

The library reads it and has no place for it: cards are kept by a room that it doesn't know, which
says when the app starts what is to be done with them (``hand_over_to``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from studyapp.accounts.models import User
from studyapp.interchange.values import ForeignCard
from studyapp.library.models import ImportRun, Placement, Vault
from studyapp.library.services.packages import read_record
from studyapp.library.services.reading import Progress
from studyapp.obsidian.values import ForeignSchedule, ItemDraft

ANKI = "Anki"
PLUGIN = "the spaced-repetition plugin"

TOLD = 200
"""Cards left alone that a report names; of more it says how many."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What another program knows of a question. ``item`` (its id) is None, ``version`` 0 where it
    is only looked at what would come of an import that makes the question."""

    card: ForeignCard
    path: str
    line: int
    item: int | None = None
    version: int = 0
    prompt: str = ""


@dataclass(slots=True)
class TakenOver:
    """What came of arrivals: how many cards and reviews were new here and taken over, how many
    cards were as before, and which were left alone, each with the reason in a sentence."""

    cards: int = 0
    reviews: int = 0
    as_before: int = 0
    left: list[tuple[Arrival, str]] = field(default_factory=list)


class TakeOver(Protocol):
    """What the room that keeps cards does with arrivals: take them over as the learner's own, or
    (``only_look``) say what it would do. Doing it twice is as doing it once."""

    def __call__(
        self,
        learner: User | None,
        arrivals: Sequence[Arrival],
        *,
        only_look: bool,
        progress: Progress,
    ) -> TakenOver: ...


_rooms: list[TakeOver] = []


def hand_over_to(room: TakeOver) -> None:
    """Have ``room`` take over what comes along with every import from now on."""
    _rooms.append(room)


def take_over(vault: Vault, *, changed: bool, progress: Progress) -> dict[str, Any]:
    """Hand over what came along with the vault as it is served, and have the report of its last
    import say so; returns that part of it, empty where nothing came along. ``changed``: that
    import was this one, and made a revision."""
    package = None if vault.folder else read_record(Path(vault.source))
    source, arrivals, unplaced = _arrivals(vault, package.cards if package else {})
    if not arrivals and not unplaced:
        return {}
    taken = _handed_over(vault.owner, arrivals, only_look=False, progress=progress)
    report = {"only_look": False, **_report(source, taken, unplaced, _words(taken))}
    run = vault.runs.filter(state=ImportRun.State.DONE, kind=ImportRun.Kind.IMPORT).first()
    if run is not None and (changed or taken.cards or taken.left):
        run.report = {**run.report, "histories": report}
        run.save(update_fields=["report"])
    return report


def look_at_histories(
    owner: User | None,
    drafts: Iterable[ItemDraft],
    cards: Mapping[str, ForeignCard],
    items: Mapping[int, int],
) -> dict[str, Any]:
    """What ``take_over`` would report of ``drafts``, of which ``items`` says (number -> item id)
    which are in the vault already, and ``cards`` what a package knows of them."""
    arrivals = []
    left = set(cards)
    for number, draft in enumerate(drafts):
        left.discard(draft.explicit_id)
        card = cards.get(draft.explicit_id) or (draft.schedule and _of_plugin(draft.schedule))
        if card:
            place = (draft.path, draft.lines[0])
            arrivals.append(
                Arrival(card, *place, item=items.get(number), prompt=draft.content.prompt)
            )
    if not arrivals and not left:
        return {}
    taken = _handed_over(owner, arrivals, only_look=True, progress=lambda step, done, total: None)
    return {"only_look": True, **_report(ANKI if cards else PLUGIN, taken, len(left), {})}


def _arrivals(vault: Vault, cards: Mapping[str, ForeignCard]) -> tuple[str, list[Arrival], int]:
    """Whose they are, what came along with the served questions, and how much more of it there is
    than questions: one query."""
    placements = Placement.objects.live().filter(vault=vault).order_by("note__position", "position")
    columns = ("item", "version", "note__path", "first_line")
    arrivals = []
    if not cards:
        for schedule, item, version, path, line in placements.exclude(schedule=None).values_list(
            "schedule", *columns
        ):
            card = _of_plugin(ForeignSchedule.from_json(schedule))
            arrivals.append(Arrival(card, path, line, item, version))
        return PLUGIN, arrivals, 0
    left = dict(cards)
    for name, item, version, path, line in (
        placements.exclude(explicit_id="").values_list("explicit_id", *columns).iterator()
    ):
        found = left.pop(name, None)
        if found is not None:
            arrivals.append(Arrival(found, path, line, item, version))
    return ANKI, arrivals, len(left)


def _of_plugin(schedule: ForeignSchedule) -> ForeignCard:
    return ForeignCard(
        state="review",
        due_day=schedule.due.isoformat(),
        interval=schedule.interval,
        ease=schedule.ease / 100,
    )


def _handed_over(
    learner: User | None, arrivals: Sequence[Arrival], *, only_look: bool, progress: Progress
) -> TakenOver:
    whole = TakenOver()
    for room in _rooms:
        taken = room(learner, arrivals, only_look=only_look, progress=progress)
        whole.cards += taken.cards
        whole.reviews += taken.reviews
        whole.as_before += taken.as_before
        whole.left += taken.left
    return whole


def _words(taken: TakenOver) -> dict[int | None, str]:
    """What the questions ask whose cards were left alone: one query."""
    items = [arrival.item for arrival, _ in taken.left[:TOLD]]
    found = Placement.objects.live().filter(item__in=items).select_related("version")
    return {placement.item_id: placement.version.words for placement in found}


def _report(
    source: str, taken: TakenOver, unplaced: int, words: Mapping[int | None, str]
) -> dict[str, Any]:
    """As plain JSON values. ``unplaced`` counts what belongs to no question."""
    return {
        "source": source,
        "cards": taken.cards,
        "reviews": taken.reviews,
        "as_before": taken.as_before,
        "unplaced": unplaced,
        "left_alone": len(taken.left),
        "left": [
            [arrival.path, arrival.line, words.get(arrival.item, arrival.prompt), why]
            for arrival, why in taken.left[:TOLD]
        ],
    }
