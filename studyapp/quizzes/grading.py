"""How what was given is judged: by the wording that was asked, or as its author has ruled since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from django.db.models import OuterRef, Q, QuerySet, Subquery

from studyapp.items.grading import Outcome, grade
from studyapp.items.regrading import grade_by
from studyapp.items.responses import (
    Chosen,
    Judged,
    Matched,
    Ordered,
    Response,
    ResponseError,
    Typed,
)
from studyapp.items.values import Content, Kind
from studyapp.library.models import ItemVersion
from studyapp.quizzes.models import Ruling, Slot


@dataclass(frozen=True, slots=True)
class Ruled:
    """A question under the ruling that holds: the verdict, whether it counts, and the wording that
    it is shown in with the response in the terms of that."""

    outcome: Outcome
    counts: bool
    version: ItemVersion
    given: Response | None


def rulings_on(versions: Iterable[int]) -> dict[int, Ruling]:
    """The ruling that holds, by wording: one query."""
    found = Ruling.objects.filter(version__in=set(versions)).select_related("graded_by")
    return {ruling.version_id: ruling for ruling in found}  # the latest comes last


def without_dropped(slots: QuerySet[Slot]) -> QuerySet[Slot]:
    """``slots`` less those whose wording counts no more: there was something wrong in it."""
    held = Ruling.objects.filter(version=OuterRef("version")).order_by("-pk").values("kind")[:1]
    dropped = Q(held=Ruling.Kind.DROPPED)
    return slots.alias(held=Subquery(held)).filter(Q(held=None) | ~dropped)


def dropped_in(vault: int) -> set[int]:
    """The wordings of the vault's questions that count no more: one query."""
    rulings = Ruling.objects.filter(version__item__vault=vault).values_list("version", "kind")
    return {version for version, kind in dict(rulings).items() if kind == Ruling.Kind.DROPPED}


def counts(slot: Slot, ruling: Ruling | None) -> bool:
    """Whether the question counts under ``ruling``."""
    return slot.is_scored and (ruling is None or ruling.kind != Ruling.Kind.DROPPED)


def rule_slot(slot: Slot, ruling: Ruling | None) -> Ruled:
    """The slot under ``ruling``. What a mended wording cannot judge stays as it was asked."""
    outcome = outcome_of(slot)
    ruled = Ruled(outcome, counts(slot, ruling), slot.version, slot.given)
    if ruling is None:
        return ruled
    if (by := ruling.graded_by) is not None:
        content = slot.version.content
        judged = grade_by(content, by.content, slot.given or blank(content))
        if judged is not None:
            mended, given = judged
            ruled = replace(ruled, outcome=mended, version=by, given=slot.given and given)
    if ruling.kind == Ruling.Kind.POINT:
        return replace(ruled, outcome=replace(ruled.outcome, correct=True, credit=Fraction(1)))
    if ruling.kind == Ruling.Kind.EITHER and ruled.outcome.credit < outcome.credit:
        kept = replace(ruled.outcome, correct=outcome.correct, credit=outcome.credit)
        return replace(ruled, outcome=kept)
    return ruled


def outcome_of(slot: Slot) -> Outcome:
    """The verdict on what was given; a blank is wrong, and so is what cannot be read."""
    content = slot.version.content
    try:
        return grade(content, slot.given or blank(content))
    except ResponseError as error:
        blank_outcome = grade(content, blank(content))
        return Outcome(False, blank_outcome.credit, blank_outcome.parts, error.message)


def blank(content: Content) -> Response:
    """No response to ``content``."""
    match content.kind:
        case Kind.CHOICE | Kind.TRUE_FALSE:
            return Chosen(frozenset())
        case Kind.ORDER:
            return Ordered(())
        case Kind.MATCH:
            return Matched({})
        case Kind.BASIC | Kind.REVERSED:
            return Judged("", False)
    return Typed("")
