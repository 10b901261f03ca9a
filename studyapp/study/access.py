"""Who may study what: each function fetches through the learner, or refuses with 404."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from studyapp.accounts.models import User
from studyapp.library.access import readable_by
from studyapp.library.models import Placement, PlacementQuerySet
from studyapp.study.models import Card, CardExport, StudySession


def access_session(learner: User, pk: int, *, lock: bool = False) -> StudySession:
    """The learner's study session. With ``lock`` (in a transaction) nobody else changes it
    meanwhile."""
    sessions = StudySession.objects.filter(learner=learner, pk=pk).select_related("rules")
    session = (sessions.select_for_update(of=("self",)) if lock else sessions).first()
    if session is None:
        raise Http404(f"study session {pk}")
    session.learner = learner
    return session


def access_card(learner: User, pk: int) -> Card:
    """The learner's card."""
    card = Card.objects.filter(learner=learner, pk=pk).first()
    if card is None:
        raise Http404(f"card {pk}")
    return card


def access_export(learner: User, key: UUID) -> CardExport:
    """The file that the learner asked for, with its vault."""
    return get_object_or_404(learner.card_exports.select_related("vault"), pk=key)


def studiable(learner: User) -> PlacementQuerySet:
    """Where everything stands that the learner can be asked: ready, and in a vault that they
    may read, as it is served now."""
    return Placement.objects.ready().filter(readable_by(learner))
