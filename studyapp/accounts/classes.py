"""What is done with classes: making, joining, leaving, archiving."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from studyapp.accounts.models import Membership, StudyClass, User

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No letter or digit that is taken for another when it is read out or copied by hand."""

CODE_LENGTH = 12
"""Twelve of thirty letters are 58 bits: at ten tries a minute nobody finds one by guessing."""

CODE_DAYS = 14


class ClassError(Exception):
    """Why something cannot be done with a class. ``message`` is for the person who tried."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def spoken_code(code: str) -> str:
    """A code as it is kept, however it was typed: in capitals, in groups of four."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


@transaction.atomic
def make_class(*, instructor: User, title: str, now: datetime, timezone: str = "UTC") -> StudyClass:
    """A class that ``instructor`` teaches, with a code to join it by."""
    made = StudyClass.objects.create(
        title=title,
        timezone=timezone,
        join_code=_new_code(),
        code_expires_at=now + timedelta(days=CODE_DAYS),
    )
    Membership.objects.create(study_class=made, person=instructor, role=Membership.Role.INSTRUCTOR)
    return made


def change_class(*, study_class: StudyClass, title: str, timezone: str) -> None:
    """Call it something else, or mean its dates elsewhere. Moments stay what they are."""
    study_class.title, study_class.timezone = title, timezone
    study_class.save(update_fields=["title", "timezone"])


def renew_code(*, study_class: StudyClass, now: datetime) -> None:
    """Another code, for another fortnight; the one before is good no more."""
    study_class.join_code = _new_code()
    study_class.code_expires_at = now + timedelta(days=CODE_DAYS)
    study_class.save(update_fields=["join_code", "code_expires_at"])


def close_code(*, study_class: StudyClass, now: datetime) -> None:
    """Let nobody in any more."""
    study_class.code_expires_at = now
    study_class.save(update_fields=["code_expires_at"])


def join_class(*, person: User, code: str, now: datetime) -> StudyClass:
    """Take ``person`` into the class whose code that is; who is in it already stays what they are.

    Raises ClassError, in the same words for a code that never was, one that has expired and one
    of an archived class.
    """
    found = StudyClass.objects.filter(join_code=spoken_code(code)).first()
    if found is None or not found.lets_in(now):
        raise ClassError("No class can be joined by this code. Ask your instructor for a new one.")
    Membership.objects.get_or_create(study_class=found, person=person)
    return found


def forget_invite(person: User) -> None:
    """They have seen where their invite link led."""
    if person.invite:
        User.objects.filter(pk=person.pk).update(invite="")


@transaction.atomic
def end_membership(*, membership: Membership) -> None:
    """Somebody leaves or is removed. What they did in the class stays theirs. Raises ClassError
    for the last instructor, without whom nobody could do anything with the class."""
    _keep_an_instructor(membership)
    membership.delete()


@transaction.atomic
def change_membership(*, membership: Membership, role: str, time_factor: str) -> None:
    """Make a member teach or learn, and say how much longer they may sit an exam. Raises
    ClassError where nobody would be left to teach."""
    if role != Membership.Role.INSTRUCTOR:
        _keep_an_instructor(membership)
    membership.role, membership.time_factor = role, time_factor
    membership.save(update_fields=["role", "time_factor"])


def archive_class(*, study_class: StudyClass, now: datetime | None) -> None:
    """Put the class away, or with ``now`` None take it up again."""
    study_class.archived_at = now
    study_class.save(update_fields=["archived_at"])


def _keep_an_instructor(membership: Membership) -> None:
    teaching = list(
        Membership.objects.select_for_update()
        .filter(study_class=membership.study_class_id, role=Membership.Role.INSTRUCTOR)
        .values_list("pk", flat=True)
    )
    if teaching == [membership.pk]:
        raise ClassError(
            "A class needs somebody who teaches it. Make another member an instructor first, "
            "or archive the class."
        )


def _new_code() -> str:
    return spoken_code("".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH)))
