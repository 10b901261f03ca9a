"""Beginning a study session, and looking at one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from studyapp.accounts.models import User
from studyapp.study.access import access_session
from studyapp.study.models import StudySession
from studyapp.study.plan import Scope, day_at, plan_day
from studyapp.study.services.presets import current_preset
from studyapp.study.sitting import Turn, advance, settle

PASSED_OVER = "The question that stood here is no longer to be asked, so it was passed over."

PROGRESS = ("position", "learning", "current", "done", "finished_at")
"""The columns of a session that change while it goes on; the plan is not written again."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session as its page shows it. ``turn`` is the question; None when it is finished.
    ``notice`` tells the learner what happened beside what they asked for."""

    session: StudySession
    turn: Turn | None
    notice: str = ""


@transaction.atomic
def start_session(*, learner: User, scope: Scope, now: datetime) -> StudySession:
    """The unfinished session of today with that scope under the rules in force, or a new one with
    what is left to do."""
    rules = current_preset(learner)
    day = day_at(now, rules.preset)
    same = StudySession.objects.filter(
        learner=learner,
        day=day.date,
        finished_at=None,
        scope=scope.kind,
        vault=scope.vault,
        topic=scope.topic,
        rules=rules,
    )
    session = same.select_for_update(of=("self",)).select_related("rules").order_by("-id").first()
    if session is not None:
        session.learner = learner
        turn, changed = settle(session, now)
        if changed:
            session.save(update_fields=PROGRESS)
        if turn is not None:
            return session
    queue = plan_day(learner, scope, rules.preset, now)
    session = StudySession(
        learner=learner,
        scope=scope.kind,
        vault=scope.vault,
        topic=scope.topic,
        rules=rules,
        day=day.date,
        started_at=now,
        plan=[[entry.key, "new" if entry.due is None else "review"] for entry in queue.main],
        learning=[[entry.due.timestamp(), entry.key] for entry in queue.learning if entry.due],
    )
    advance(session, now)
    session.save()
    return session


def look_at_session(*, learner: User, session_id: int, now: datetime) -> Sitting:
    """The session as it is. Changes it only where the question on the page can no longer be
    asked. Raises Http404 for a session that is not the learner's."""
    session = access_session(learner, session_id)
    turn, stale = settle(session, now)
    if not stale:
        return Sitting(session, turn)
    with transaction.atomic():
        session = access_session(learner, session_id, lock=True)
        shown = session.current and session.current["item"]
        turn, _ = settle(session, now)
        session.save(update_fields=PROGRESS)
    is_kept = turn is not None and turn.placement.item_id == shown
    return Sitting(session, turn, "" if is_kept else PASSED_OVER)
