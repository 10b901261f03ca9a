"""What the page of a file of cards shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from studyapp.library.models import Vault
from studyapp.library.queries.naming import line_url
from studyapp.study.models import CardExport

PATIENCE = timedelta(seconds=4)
"""A worker that runs looks for work every second."""


_WORDS = {
    CardExport.Format.APKG: "a deck for Anki",
    CardExport.Format.CSV: "CSV",
    CardExport.Format.GIFT: "a quiz in GIFT",
    CardExport.Format.MOODLE: "a quiz in Moodle XML",
    CardExport.Format.QTI: "a package of QTI 2.1",
}


def export_context(export: CardExport) -> dict[str, Any]:
    """Everything the page says: a query at most."""
    is_what = _WORDS[CardExport.Format(export.format)]
    if export.with_schedule:
        is_what += ", with your schedule"
    waits = export.state == CardExport.State.WAITING
    return {
        "export": export,
        "is_what": is_what,
        "is_in_flight": export.state in (CardExport.State.WAITING, CardExport.State.RUNNING),
        "is_done": export.state == CardExport.State.DONE,
        "is_gone": export.state == CardExport.State.DONE and not export.file.is_file(),
        "worker_is_missing": waits and timezone.now() - export.asked_at > PATIENCE,
        "losses": _losses(export),
    }


def _losses(export: CardExport) -> list[dict[str, Any]]:
    """What could not be held, each with the questions that had it. A vault may be gone by now."""
    slugs = {slug for loss in export.losses.values() for slug, *_ in loss["rows"]}
    vaults = {vault.slug: vault for vault in Vault.objects.filter(slug__in=slugs)} if slugs else {}
    return [
        {
            "what": what,
            "count": loss["count"],
            "rows": [
                {
                    "url": line_url(vaults[slug], path, line) if slug in vaults else "",
                    "path": path,
                    "line": line,
                    "message": words,
                }
                for slug, path, line, words in loss["rows"]
            ],
        }
        for what, loss in export.losses.items()
    ]
