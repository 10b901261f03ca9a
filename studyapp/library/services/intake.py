"""Asking, in the browser, for a vault to be read; the background worker does it (see taking_in)."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from studyapp.accounts.models import User
from studyapp.library.models import Intake, Vault
from studyapp.library.services.taking_in import UPLOAD, discard_leftovers
from studyapp.library.tasks import read_intake

STALLED_AFTER = timedelta(seconds=60)
"""Without a sign of life for this long, whoever was reading is taken for dead."""


def begin_intake(
    *,
    owner: User,
    title: str,
    archive: UploadedFile[bytes] | None = None,
    folder: Path | None = None,
    check_only: bool = False,
    into: Vault | None = None,
) -> Intake:
    """Ask for an uploaded ``archive`` or a ``folder`` on this machine to be read; ``into`` is the
    vault that the notes of a file are to be added to."""
    discard_leftovers(owner)
    intake = Intake(
        owner=owner,
        title=into.title if into else title,
        into=into,
        folder=str(folder or ""),
        upload_name=(archive.name or "")[:255] if archive else "",
        check_only=check_only,
    )
    if archive is not None:
        intake.home.mkdir(parents=True)
        assert archive.file is not None
        os.link(archive.file.name, intake.home / UPLOAD)
    with transaction.atomic():
        intake.save()
        read_intake.enqueue(str(intake.pk))
    return intake


def begin_deriving(vault: Vault) -> Intake:
    """Ask for the vault's own notes to be read as its settings say when that is done. Where
    somebody waits for it already, they wait for the same."""
    waiting = vault.intakes.filter(state=Intake.State.WAITING, folder="", upload_name="").first()
    if waiting is not None:
        return waiting
    intake = Intake(owner=vault.owner, title=vault.title, vault=vault)
    with transaction.atomic():
        intake.save()
        read_intake.enqueue(str(intake.pk))
    return intake


def resume_intake(intake: Intake) -> bool:
    """Go on: import what was only checked, or try again what failed or stalled. False where
    neither is the case (any more)."""
    rows = Intake.objects.filter(pk=intake.pk)
    stalled = Q(state=Intake.State.RUNNING, moved_at__lt=timezone.now() - STALLED_AFTER)
    fresh = {"state": Intake.State.WAITING, "step": "", "done": 0, "total": 0, "problem": ""}
    with transaction.atomic():
        now = timezone.now()
        resumed = rows.filter(state=Intake.State.DONE, check_only=True).update(
            **fresh, check_only=False, asked_at=now, moved_at=now
        ) or rows.filter(Q(state=Intake.State.FAILED) | stalled).update(
            **fresh, asked_at=now, moved_at=now
        )
        if resumed:
            read_intake.enqueue(str(intake.pk))
    return bool(resumed)
