"""Reports of questions, and grading again what was asked wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from studyapp.library.models import ItemVersion
from studyapp.quizzes.grading import counts, rule_slot, rulings_on
from studyapp.quizzes.models import Attempt, Mark, Regrading, Report, Ruling, Slot

WHOLE = ("right", "scored", "points", "most_points")
"""What the result of an attempt says, on it and on its mark."""


@dataclass(frozen=True, slots=True)
class Change:
    """A graded question of somebody's that a ruling changes, as ``Regrading`` keeps it."""

    slot: Slot
    before: dict[str, Any]
    after: dict[str, Any]


@transaction.atomic
def report_slot(*, slot: Slot, reason: str, words: str, now: datetime) -> Report:
    """Tell the author of a question what is amiss in it. The same learner's next report of it takes
    the place of one that is open still, and asks anew where it was answered."""
    return Report.objects.update_or_create(
        learner_id=slot.learner_id,
        slot=slot,
        defaults={
            "version_id": slot.version_id,
            "reason": reason,
            "words": words,
            "made_at": now,
            "closed_at": None,
            "answer": "",
            "ruling": None,
            "heard_at": None,
        },
    )[0]


def answer_reports(*, version: ItemVersion, answer: str, now: datetime) -> int:
    """Close what is open about the wording, its grading left as it is; returns how many."""
    open_ = Report.objects.filter(version=version, closed_at=None)
    return open_.update(closed_at=now, answer=answer)


def changes_by(ruling: Ruling) -> list[Change]:
    """What ``ruling``, saved or not, changes of what is graded: three queries. Of an attempt that
    goes on nothing, unless a question of it was checked; it is graded by the ruling at its end."""
    held = rulings_on([ruling.version_id]).get(ruling.version_id)
    graded = Q(correct__isnull=False) | Q(attempt__finished_at__isnull=False)
    asked = {"item": ruling.version.item_id, "version": ruling.version_id}
    slots = Slot.objects.filter(graded, **asked).order_by("pk")
    found = []
    for slot in slots.select_related("attempt__learner", "attempt__assignment", "attempt__mark"):
        slot.version = ruling.version
        old, new = _grade(slot, held), _fresh(slot, ruling)
        if old != new:
            whole = _whole(slot.attempt)
            found.append(Change(slot, old | whole, new | _moved(slot, whole, old, new)))
    return found


@transaction.atomic
def make_ruling(*, ruling: Ruling) -> tuple[Ruling, int]:
    """Let ``ruling`` (not saved) hold of its wording from now on, and grade again what was graded:
    the ruling, and how many questions that changed. The same request again changes nothing. Who
    reported the wording is told, and whose mark it changes."""
    ItemVersion.objects.select_for_update().get(pk=ruling.version_id)
    again = Ruling.objects.filter(version=ruling.version_id, request_id=ruling.request_id).first()
    if again is not None:
        return again, again.regradings.count()
    changes = changes_by(ruling)
    ruling.save()
    _write(changes)
    Regrading.objects.bulk_create(
        Regrading(
            learner_id=change.slot.learner_id,
            ruling=ruling,
            attempt_id=change.slot.attempt_id,
            slot=change.slot,
            before=change.before,
            after=change.after,
        )
        for change in changes
    )
    Report.objects.filter(version=ruling.version_id, closed_at=None).update(
        closed_at=ruling.made_at, answer=ruling.reason, ruling=ruling
    )
    return ruling, len(changes)


def _write(changes: Sequence[Change]) -> None:
    slots, attempts, marks = [], [], []
    for change in changes:
        slot, attempt = change.slot, change.slot.attempt
        if slot.correct is not None:  # else nobody was told, and whoever is will be by the ruling
            slot.correct, slot.credit = change.after["correct"], change.after["credit"]
            slots.append(slot)
        told: list[Attempt | Mark] = [attempt] if attempt.points is not None else []
        if (mark := _mark(attempt)) is not None:
            told.append(mark)
            marks.append(mark)
        if attempt.points is not None:
            attempts.append(attempt)
        for result in told:
            for name in WHOLE:
                setattr(result, name, change.after[name])
    Slot.objects.bulk_update(slots, ["correct", "credit"], batch_size=500)
    Attempt.objects.bulk_update(attempts, WHOLE, batch_size=500)
    Mark.objects.bulk_update(marks, WHOLE, batch_size=500)


def _grade(slot: Slot, held: Ruling | None) -> dict[str, Any]:
    """How it is graded by what was told, or would be told."""
    if slot.correct is None:
        return _fresh(slot, held)
    return {"correct": slot.correct, "credit": slot.credit or 0.0, "counts": counts(slot, held)}


def _fresh(slot: Slot, ruling: Ruling | None) -> dict[str, Any]:
    ruled = rule_slot(slot, ruling)
    credit = float(ruled.outcome.credit)
    return {"correct": ruled.outcome.correct, "credit": credit, "counts": ruled.counts}


def _whole(attempt: Attempt) -> dict[str, Any]:
    """The result that the attempt has; nothing where it goes on."""
    result = attempt if attempt.points is not None else _mark(attempt)
    return {name: getattr(result, name) for name in WHOLE} if result else {}


def _moved(
    slot: Slot, whole: dict[str, Any], old: dict[str, Any], new: dict[str, Any]
) -> dict[str, Any]:
    """The result ``whole`` with the question graded as ``new`` in place of ``old``."""
    if not whole:
        return {}
    parts = [_part(slot, grade) for grade in (old, new)]
    return {name: round(whole[name] + parts[1][name] - parts[0][name], 9) for name in WHOLE}


def _part(slot: Slot, grade: dict[str, Any]) -> dict[str, Any]:
    """What the question adds to the result."""
    if not grade["counts"]:
        return dict.fromkeys(WHOLE, 0)
    is_right = bool(grade["correct"])
    credit = grade["credit"] if slot.attempt.partial_credit else float(is_right)
    worth = (int(is_right), 1, slot.points * credit, slot.points)
    return dict(zip(WHOLE, worth, strict=True))


def _mark(attempt: Attempt) -> Mark | None:
    return getattr(attempt, "mark", None)
