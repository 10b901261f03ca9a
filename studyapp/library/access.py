"""Who may see what: each function fetches or refuses with 404, as if it were not there."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from studyapp.accounts.models import User
from studyapp.library.models import Attachment, Intake, NoteVersion, Topic, Vault


def access_vault(user: User, slug: str) -> Vault:
    """The vault, if ``user`` owns it."""
    return get_object_or_404(user.vaults, slug=slug)


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


def access_attachment(user: User, slug: str, path: str) -> Attachment:
    """The attachment as the vault's served revision has it, with its blob."""
    attachment: Attachment | None = (
        Attachment.objects.live()
        .filter(vault__owner=user, vault__slug=slug, path=path)
        .select_related("blob")
        .first()
    )
    if attachment is None:
        raise Http404(path)
    return attachment


def access_topic(user: User, slug: str, pk: int) -> Topic:
    """The topic of a vault of ``user``, with the vault."""
    return get_object_or_404(
        Topic.objects.select_related("vault"), vault__owner=user, vault__slug=slug, pk=pk
    )
