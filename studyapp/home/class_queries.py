"""What the pages of classes show, each in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from studyapp.accounts.models import Membership, StudyClass, User
from studyapp.accounts.services import name_of
from studyapp.library.access import shared_with
from studyapp.library.models import Vault


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class in a list."""

    title: str
    url: str
    teaches: bool
    members: int
    is_archived: bool


def class_rows(user: User) -> list[ClassRow]:
    """The classes of ``user``: two queries."""
    mine = {
        membership.study_class_id: membership
        for membership in user.memberships.select_related("study_class")
    }
    counted = StudyClass.objects.filter(pk__in=mine).annotate(
        members=Count("memberships", Q(memberships__role=Membership.Role.LEARNER))
    )
    return [
        ClassRow(
            each.title,
            each.get_absolute_url(),
            mine[each.pk].teaches,
            each.members,
            each.archived_at is not None,
        )
        for each in counted
    ]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member in the list of a class."""

    person: int
    name: str
    teaches: bool
    time: str
    joined_at: object


def member_rows(study_class: StudyClass) -> list[MemberRow]:
    """Who is in the class, those who teach first: one query."""
    rows = [
        MemberRow(
            membership.person_id,
            name_of(membership.person),
            membership.teaches,
            membership.get_time_factor_display()
            if membership.time_factor != Membership.TimeFactor.NONE
            else "",
            membership.joined_at,
        )
        for membership in study_class.memberships.select_related("person")
    ]
    return sorted(rows, key=lambda row: (not row.teaches, row.name.casefold()))


def shared_vaults(study_class: StudyClass) -> list[Vault]:
    """What the class reads: one query."""
    return list(
        Vault.objects.filter(pk__in=shared_with(StudyClass.objects.filter(pk=study_class.pk)))
    )


def sharing_choices(user: User, study_class: StudyClass) -> list[Vault]:
    """The vaults of ``user`` that the class does not read yet: one query."""
    return list(user.vaults.exclude(shares__study_class=study_class))
