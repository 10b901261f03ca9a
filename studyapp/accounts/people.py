"""Who there is on this site, and what each may do: for its admins."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Count, Q

from studyapp.accounts.models import User

PEOPLE_A_PAGE = 50


class RoleError(Exception):
    """Why somebody's role cannot be changed. ``message`` is for the admin."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def find_people(text: str, role: str, page: str | None) -> Page[Any]:
    """The people whose name or address holds every word of ``text``, of that role if one is given,
    the latest first, each with ``classes``, how many they belong to: two queries."""
    found = User.objects.annotate(classes=Count("memberships")).order_by("-date_joined", "-pk")
    for word in text.split():
        found = found.filter(
            Q(email__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(username__icontains=word)
        )
    if role in User.Role.values:
        found = found.filter(role=role)
    return Paginator(found, PEOPLE_A_PAGE).get_page(page)


@transaction.atomic
def change_role(*, person: User, role: str) -> None:
    """Make somebody a learner, an instructor or an admin. Raises RoleError where nobody would be
    left to do this."""
    if role != User.Role.ADMIN:
        admins = list(
            User.objects.select_for_update()
            .filter(role=User.Role.ADMIN, is_active=True)
            .values_list("pk", flat=True)
        )
        if admins == [person.pk]:
            raise RoleError("The site needs an admin. Make somebody else one first.")
    User.objects.filter(pk=person.pk).update(role=role)
