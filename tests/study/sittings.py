"""Acting on a study session as its page would."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from studyapp.accounts.models import User
from studyapp.items.responses import Chosen, Matched, Ordered, Response, Typed
from studyapp.items.values import Content, Kind
from studyapp.scheduling.values import Rating
from studyapp.study.models import StudySession
from studyapp.study.plan import Scope
from studyapp.study.services.answering import answer_question, rate_card
from studyapp.study.services.sessions import Sitting, look_at_session, start_session


def begin(learner: User, now: datetime, **scope: Any) -> Sitting:
    """A session as its page first shows it."""
    session = start_session(learner=learner, scope=Scope(**scope), now=now)
    return look(session, now)


def look(session: StudySession, now: datetime) -> Sitting:
    """The session as its page shows it at ``now``."""
    return look_at_session(learner=session.learner, session_id=session.pk, now=now)


def rate(
    sitting: Sitting, rating: int, now: datetime, *, request_id: UUID | None = None
) -> Sitting:
    """Press a rating on the page that ``sitting`` is."""
    assert sitting.turn is not None
    return rate_card(
        learner=sitting.session.learner,
        session_id=sitting.session.pk,
        rating=Rating(rating),
        drawn=sitting.turn.drawn_from,
        request_id=request_id or uuid4(),
        now=now,
    )


def respond(sitting: Sitting, response: Response, now: datetime) -> Sitting:
    """Send a response to the question on the page."""
    assert sitting.turn is not None
    return answer_question(
        learner=sitting.session.learner,
        session_id=sitting.session.pk,
        drawn=sitting.turn.drawn_from,
        read=lambda content: response,
        now=now,
    )


def right_response(content: Content) -> Response:
    """The response that the key of a graded content asks for."""
    match content.kind:
        case Kind.CHOICE | Kind.TRUE_FALSE:
            return Chosen(frozenset(o.id for o in content.options if o.correct))
        case Kind.TEXT:
            return Typed(content.answer)
        case Kind.NUMBER:
            assert content.number is not None
            return Typed(f"{content.number.value} {content.number.unit}")
        case Kind.ORDER:
            return Ordered(tuple(option.id for option in content.options))
        case _:
            return Matched({pair.id: pair.id for pair in content.pairs if pair.left})


def wrong_response(content: Content) -> Response:
    """A response that the key refuses."""
    match content.kind:
        case Kind.CHOICE | Kind.TRUE_FALSE:
            return Chosen(frozenset(o.id for o in content.options if not o.correct))
        case Kind.TEXT | Kind.NUMBER:
            return Typed("7")
        case Kind.ORDER:
            return Ordered(tuple(option.id for option in reversed(content.options)))
        case _:
            first, second, *_ = content.pairs
            return Matched({first.id: second.id, second.id: first.id})
