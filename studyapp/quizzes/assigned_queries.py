"""What the pages of assignments show, each in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from studyapp.accounts.models import Membership, StudyClass, User
from studyapp.accounts.services import name_of
from studyapp.items.masking import PairMask
from studyapp.library.asking.layout import lay_out
from studyapp.library.asking.values import Sheet
from studyapp.quizzes.models import Assignment, Attempt, Mark, Slot
from studyapp.quizzes.services.finishing import finish_overdue, graded_slots
from studyapp.ui.wording import plural


@dataclass(frozen=True, slots=True)
class AssignedRow:
    """What a class was set, in a list, with how far its reader is."""

    title: str
    url: str
    opens_at: datetime
    due_at: datetime
    is_coming: bool
    state: str


def assigned_rows(
    learner: User, classes: QuerySet[StudyClass], now: datetime, *, every: bool = False
) -> list[AssignedRow]:
    """What these classes were set and is not done with; with ``every``, all of it: two queries."""
    found = Assignment.objects.filter(study_class__in=classes)
    if not every:
        taught = Membership.objects.filter(person=learner, role=Membership.Role.INSTRUCTOR)
        found = found.filter(due_at__gt=now, withdrawn_at=None)
        found = found.exclude(study_class__in=taught.values("study_class"))
    assignments = list(found)
    sat: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in Attempt.objects.filter(learner=learner, assignment__in=assignments):
        sat[attempt.assignment_id or 0].append(attempt)
    return [
        AssignedRow(
            each.title,
            each.get_absolute_url(),
            each.opens_at,
            each.due_at,
            now < each.opens_at,
            state_in_words(each, sat[each.pk], now),
        )
        for each in assignments
    ]


def state_in_words(assignment: Assignment, sat: Sequence[Attempt], now: datetime) -> str:
    """How far a candidate is with it."""
    if any(not attempt.is_over(now) for attempt in sat):
        return "begun"
    left = assignment.attempts_allowed - len(sat)
    if assignment.withdrawn_at is not None:
        left = 0
    if not sat and assignment.withdrawn_at is not None:
        return "withdrawn"
    if not sat:
        return "not sat" if now >= assignment.due_at else plural(left, "attempt,attempts")
    told = "" if assignment.tells(now) else ", result follows"
    if left > 0 and now < assignment.due_at:
        return f"handed in{told}, {plural(left, 'attempt,attempts')} left"
    return f"handed in{told}"


def attempts_at(assignment: Assignment, learner: User) -> list[Attempt]:
    """The learner's attempts at it, the latest first: one query."""
    return list(Attempt.objects.filter(learner=learner, assignment=assignment))


@dataclass(frozen=True, slots=True)
class CandidateAttempt:
    """An attempt in the row of its candidate."""

    pk: int
    percent: int | None
    answered: int
    of: int
    counts: bool


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A member in the table of an assignment: each attempt, and the mark that counts."""

    name: str
    attempts: Sequence[CandidateAttempt]
    state: str
    mark: Mark | None


def candidate_rows(assignment: Assignment, now: datetime) -> list[CandidateRow]:
    """How far each learner of the class is: five queries, and what it takes to end attempts whose
    time is past."""
    finish_overdue(Attempt.objects.filter(assignment=assignment), now)
    attempts = list(Attempt.objects.filter(assignment=assignment).order_by("pk"))
    answered = {
        pk: (given, of)
        for pk, given, of in Slot.objects.filter(attempt__assignment=assignment)
        .order_by()
        .values_list("attempt")
        .annotate(filled=Count("pk", Q(response__isnull=False)), of=Count("pk"))
    }
    marks = {mark.attempt_id: mark for mark in Mark.objects.filter(assignment=assignment)}
    sat: dict[int, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        sat[attempt.learner_id].append(attempt)
    members = assignment.study_class.memberships.filter(
        role=Membership.Role.LEARNER
    ).select_related("person")
    rows = []
    for membership in members:
        mine = sat[membership.person_id]
        mark = counting(assignment, [marks[each.pk] for each in mine if each.pk in marks])
        rows.append(
            CandidateRow(
                name_of(membership.person),
                [
                    CandidateAttempt(
                        each.pk,
                        marks[each.pk].percent if each.pk in marks else None,
                        *answered[each.pk],
                        mark is not None and mark.attempt_id == each.pk,
                    )
                    for each in mine
                ],
                _progress(mine, now),
                mark,
            )
        )
    return sorted(rows, key=lambda row: row.name.casefold())


def counting(assignment: Assignment, marks: Sequence[Mark]) -> Mark | None:
    """Which of a candidate's marks, the first first, counts by the assignment's rule."""
    at = which_counts(assignment.counts, [mark.percent for mark in marks])
    return None if at is None else marks[at]


def which_counts(rule: str, percents: Sequence[int]) -> int | None:
    """Which of these, the first first, counts by that rule; None where there is none."""
    if not percents:
        return None
    match rule:
        case Assignment.Counts.FIRST:
            return 0
        case Assignment.Counts.LAST:
            return len(percents) - 1
    return percents.index(max(percents))


def _progress(sat: Sequence[Attempt], now: datetime) -> str:
    if not sat:
        return "not begun"
    return "handed in" if sat[-1].is_over(now) else "sitting it"


@dataclass(frozen=True, slots=True)
class GradeRow:
    """A member in the gradebook: for each assignment the mark that counts, None without one."""

    name: str
    marks: Sequence[Mark | None]


def gradebook(study_class: StudyClass, now: datetime) -> tuple[list[Assignment], list[GradeRow]]:
    """What the class was set, and what each learner of it came to: four queries, and what it takes
    to end attempts whose time is past."""
    assignments = list(Assignment.objects.filter(study_class=study_class, withdrawn_at=None))
    finish_overdue(Attempt.objects.filter(assignment__in=assignments), now)
    marks: dict[tuple[int, int], list[Mark]] = defaultdict(list)
    for mark in Mark.objects.filter(assignment__in=assignments).order_by("pk"):
        marks[mark.learner_id, mark.assignment_id].append(mark)
    members = study_class.memberships.filter(role=Membership.Role.LEARNER)
    rows = [
        GradeRow(
            name_of(membership.person),
            [counting(each, marks[membership.person_id, each.pk]) for each in assignments],
        )
        for membership in members.select_related("person")
    ]
    return assignments, sorted(rows, key=lambda row: row.name.casefold())


@dataclass(frozen=True, slots=True)
class SeenSlot:
    """A question of a candidate's attempt as its instructor sees it: graded, told or not."""

    slot: Slot
    counts: bool
    sheet: Sheet


def seen_slots(attempt: Attempt) -> list[SeenSlot]:
    """The questions of a finished attempt with what was given and what is right: two queries."""
    return [
        SeenSlot(
            slot,
            ruled.counts,
            lay_out(
                ruled.version,
                trail=(),
                seed=slot.seed,
                mask=PairMask(ruled.version.content, slot.seed),
                given=ruled.given,
                outcome=ruled.outcome,
            ),
        )
        for slot, ruled in graded_slots(attempt)
    ]


def changes_in_words(
    assignment: Assignment, rows: Sequence[CandidateRow], terms: dict[str, Any], now: datetime
) -> list[str]:
    """What other ``terms`` change, and for whom; ``rows`` are the candidates as they stand."""
    new = {name: value for name, value in terms.items() if getattr(assignment, name) != value}
    sitting = sum(row.state == "sitting it" for row in rows)
    said = []
    if (opens := new.get("opens_at")) is not None:
        said.append(f"Opens {_moment(opens)}. Whoever has begun goes on.")
    if (due := new.get("due_at")) is not None:
        said.append(f"Due {_moment(due)}: for whoever begins from now on.")
        if sitting:
            said.append(f"It stays as it was for {_people(sitting)} sitting it now.")
    if (allowed := new.get("attempts_allowed")) is not None:
        spent = sum(assignment.attempts_allowed <= len(row.attempts) < allowed for row in rows)
        over = sum(len(row.attempts) > allowed for row in rows)
        said.append(f"{plural(allowed, 'attempt,attempts')} each.")
        if spent:
            said.append(f"{_people(spent).capitalize()} who had none left can sit it again.")
        if over:
            said.append(f"{_people(over).capitalize()} sat it more often. All their attempts stay.")
    if "counts" in new:
        other = sum(_counts_else(row, new["counts"]) for row in rows)
        said.append(
            f"{Assignment.Counts(new['counts']).label.capitalize()} counts: "
            f"another mark for {_people(other)}."
        )
    if "release" in new or ("due_at" in new and not assignment.tells(now)):
        release = terms.get("release", assignment.release)
        told = Assignment.Release(release).label
        said.append(f"Results are told {told}. What was told already stays told.")
    return said


def _moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F Y, H:i")


def _people(count: int) -> str:
    return plural(count, "learner,learners") if count else "nobody"


def _counts_else(row: CandidateRow, counts: str) -> bool:
    """Whether another of the candidate's attempts counts by that rule."""
    marked = [each for each in row.attempts if each.percent is not None]
    before = next((each for each in marked if each.counts), None)
    chosen = which_counts(counts, [each.percent or 0 for each in marked])
    return before is not None and chosen is not None and marked[chosen] is not before
