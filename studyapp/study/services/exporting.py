"""Asking for a file of questions; the background worker makes it (see card_exports)."""

from __future__ import annotations

import shutil

from django.db import transaction

from studyapp.accounts.models import User
from studyapp.study.models import CardExport
from studyapp.study.services.card_exports import Selection
from studyapp.study.tasks import make_export

KEPT = 5
"""A learner's files that are kept for downloading again."""


def begin_export(
    *, learner: User, selection: Selection, format: str, with_schedule: bool
) -> CardExport:
    """Ask for a file; the background worker makes it."""
    discard_old(learner)
    export = CardExport(
        learner=learner,
        vault=selection.vault,
        topic=selection.topic,
        tag=selection.tag,
        search=selection.search,
        items=list(selection.items),
        name=selection.name[:200],
        format=format,
        with_schedule=with_schedule and format == CardExport.Format.APKG,
    )
    with transaction.atomic():
        export.save()
        make_export.enqueue(str(export.pk))
    return export


def discard_old(learner: User) -> None:
    """Delete all but the learner's newest files."""
    for export in learner.card_exports.order_by("-asked_at")[KEPT - 1 :]:
        shutil.rmtree(export.home, ignore_errors=True)
        export.delete()
