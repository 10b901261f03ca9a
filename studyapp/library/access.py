"""Who may see what: each function fetches or refuses with 404, as if it were not there.

``access_*`` is for whoever owns the vault and may change it, ``read_*`` as well for the members of
a class that it is shared with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from studyapp.accounts.access import live_classes
from studyapp.accounts.models import Membership, StudyClass, User
from studyapp.library.models import Attachment, Intake, NoteVersion, SharedVault, Topic, Vault

Closed = Callable[[User], QuerySet[Any, int | None]]
Shown = Callable[[User, Attachment], bool]
_closing: list[Closed] = []
_showing: list[Shown] = []


def close_while(closed: Closed) -> None:
    """From now on the vaults whose keys ``closed`` gives are closed to a user they are shared
    with."""
    _closing.append(closed)


def show_where(shown: Shown) -> None:
    """From now on a file that ``shown`` holds for is delivered to the user, whosever vault it is of
    and even while that is closed: a question that they are asked shows it."""
    _showing.append(shown)


def readable_by(user: User) -> Q:
    """Whether ``user`` may read a vault, as a condition on what hangs on one."""
    open_ = Q(vault__in=shared_with(live_classes(user)))
    if user.tries_sample:
        open_ |= Q(vault__is_sample=True)
    for closed in _closing:
        open_ &= ~Q(vault__in=closed(user))
    return Q(vault__owner=user) | open_


def readable_vaults(user: User) -> QuerySet[Vault]:
    """The vaults that ``user`` owns or that a class of theirs shares."""
    open_ = Q(pk__in=shared_with(live_classes(user)))
    if user.tries_sample:
        open_ |= Q(is_sample=True)
    for closed in _closing:
        open_ &= ~Q(pk__in=closed(user))
    return Vault.objects.filter(Q(owner=user) | open_)


def is_sample_offered() -> bool:
    """Whether there is a vault for guests to try."""
    return Vault.objects.filter(is_sample=True).exists()


def shared_with(classes: QuerySet[StudyClass]) -> QuerySet[SharedVault, int]:
    """The vaults that these classes share, as keys to filter by. One whose owner teaches the class
    no more is not shared by it any more."""
    shared = SharedVault.objects.filter(
        study_class__in=classes,
        vault__owner__memberships__study_class=F("study_class"),
        vault__owner__memberships__role=Membership.Role.INSTRUCTOR,
    )
    return shared.values_list("vault", flat=True)


def access_vault(user: User, slug: str) -> Vault:
    """The vault, if ``user`` owns it."""
    return get_object_or_404(user.vaults, slug=slug)


def read_vault(user: User, slug: str) -> Vault:
    """The vault, if ``user`` may read it."""
    vault: Vault = get_object_or_404(readable_vaults(user), slug=slug)
    return vault


def access_intake(user: User, key: UUID) -> Intake:
    """What ``user`` asked to have read."""
    return get_object_or_404(user.intakes.select_related("vault", "run"), pk=key)


def access_note(user: User, slug: str, path: str) -> NoteVersion:
    """The note as the vault's served revision has it, with its note, vault and topic."""
    version: NoteVersion = get_object_or_404(
        NoteVersion.objects.live().select_related("note__vault", "vault", "topic"),
        vault__owner=user,
        vault__slug=slug,
        note__path=path,
    )
    return version


def read_note(user: User, slug: str, path: str) -> NoteVersion:
    """As ``access_note``, of a vault that ``user`` may read."""
    version: NoteVersion = get_object_or_404(
        NoteVersion.objects.live().select_related("note__vault", "vault", "topic"),
        readable_by(user),
        vault__slug=slug,
        note__path=path,
    )
    return version


def read_attachment(user: User, slug: str, path: str) -> Attachment:
    """The attachment as the vault's served revision has it, with its blob."""
    attachments = Attachment.objects.live().filter(vault__slug=slug, path=path)
    attachments = attachments.select_related("blob", "vault")
    attachment: Attachment | None = attachments.filter(readable_by(user)).first()
    if attachment is None:
        attachment = get_object_or_404(attachments)  # of whomever
        if not any(shown(user, attachment) for shown in _showing):
            raise Http404(path)
    return attachment


def read_topic(user: User, slug: str, pk: int) -> Topic:
    """The topic of a vault that ``user`` may read, with the vault."""
    topic: Topic = get_object_or_404(
        Topic.objects.select_related("vault"), readable_by(user), vault__slug=slug, pk=pk
    )
    return topic


def access_topic(user: User, slug: str, pk: int) -> Topic:
    """The topic of a vault of ``user``, with the vault."""
    return get_object_or_404(
        Topic.objects.select_related("vault"), vault__owner=user, vault__slug=slug, pk=pk
    )
