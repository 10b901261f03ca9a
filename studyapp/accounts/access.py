"""Who may see a class: each function fetches or refuses with 404, as if it were not there."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from studyapp.accounts.models import Membership, StudyClass, User


def access_membership(user: User, pk: int) -> Membership:
    """What ``user`` is in the class ``pk``, with the class."""
    return get_object_or_404(user.memberships.select_related("study_class"), study_class=pk)


def access_taught_class(user: User, pk: int) -> StudyClass:
    """The class ``pk``, if ``user`` teaches it."""
    found: StudyClass = get_object_or_404(
        StudyClass, pk=pk, memberships__person=user, memberships__role=Membership.Role.INSTRUCTOR
    )
    return found


def live_classes(user: User) -> QuerySet[StudyClass]:
    """The classes that ``user`` belongs to and that are not archived, as a query to filter by."""
    return StudyClass.objects.filter(memberships__person=user, archived_at=None)


def check_admin(user: User) -> None:
    """Refuses whoever is no admin of a site of many people."""
    if settings.ONE_PERSON or user.role != User.Role.ADMIN:
        raise Http404("people")
