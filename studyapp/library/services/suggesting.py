"""Deciding about suggested cards: written into the note, or never shown again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from studyapp.library.models import NoteVersion, Vault, Verdict
from studyapp.library.queries.suggestions import (
    contents_of,
    find_proposal,
    open_suggestions,
    together_with,
)
from studyapp.library.services.editing import EditError, edit_note
from studyapp.library.services.settling import undo_edit
from studyapp.obsidian.suggestions import with_suggestion

GONE = "The note was changed, and does not suggest that card any more. Nothing was saved."


def accept_suggestion(*, vault: Vault, path: str, key: str, text: str) -> Verdict:
    """Write the callout ``text`` into the note, below what suggested it. Raises ``EditError``, or
    ``VaultBusyError``."""
    proposal = find_proposal(vault, path, key)
    served = NoteVersion.objects.live().filter(vault=vault, note__path=path).first()
    if proposal is None or served is None:
        raise EditError(GONE)
    text = text.replace("\r\n", "\n").strip("\n")
    if not contents_of(text):
        raise EditError(
            "That asks nothing. A card is a callout that begins with “> [!question]”; every line "
            "of it begins with “>”."
        )
    whole = with_suggestion(served.text, proposal.suggestion, text)
    edit_note(vault=vault, path=path, text=whole, seen=served.sha256)
    made = NoteVersion.objects.live().get(vault=vault, note__path=path).sha256
    return _decide(vault, path, key, Verdict.Kind.ACCEPTED, made)


def dismiss_suggestion(*, vault: Vault, path: str, key: str) -> Verdict:
    """Never suggest that again, whatever note says it."""
    return _decide(vault, path, key, Verdict.Kind.DISMISSED)


@transaction.atomic
def dismiss_note(*, vault: Vault, path: str) -> None:
    """Never suggest again what the note at ``path`` suggests now and nobody has decided about."""
    keys = [key for other, key in open_suggestions(vault) if other == path]
    verdicts = [Verdict(vault=vault, path=path, key=k, kind=Verdict.Kind.DISMISSED) for k in keys]
    Verdict.objects.bulk_create(verdicts, ignore_conflicts=True)
    # One time for all of them says that they were said together.
    vault.verdicts.filter(key__in=keys, path=path).update(decided_at=timezone.now())


def take_back_verdict(*, vault: Vault, verdict_id: int) -> None:
    """Undo a verdict, and those that were said together with it; an accepted card leaves its note.
    Nothing happens where it is undone already. Raises ``EditError``, or ``VaultBusyError``."""
    verdict = vault.verdicts.filter(pk=verdict_id).first()
    if verdict is None:
        return
    if verdict.kind == Verdict.Kind.ACCEPTED:
        served = NoteVersion.objects.live().filter(vault=vault, note__path=verdict.path).first()
        if served is None or served.sha256 != verdict.made:
            raise EditError(
                f"{verdict.path} was changed since. Take the card out of it there, if you will."
            )
        undo_edit(vault=vault, path=verdict.path, seen=verdict.made)
    together_with(verdict).delete()


@transaction.atomic
def _decide(vault: Vault, path: str, key: str, kind: Verdict.Kind, made: str = "") -> Verdict:
    verdict, _ = Verdict.objects.update_or_create(
        vault=vault, key=key, defaults={"kind": kind, "path": path, "made": made}
    )
    return verdict
