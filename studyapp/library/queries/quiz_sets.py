"""What is wrong with the quiz sets of a vault that no note alone tells."""

from __future__ import annotations

from django.utils import timezone

from studyapp.items.values import Kind
from studyapp.library.models import NoteVersion, Placement, Vault
from studyapp.obsidian.lint import lint_quiz_sets
from studyapp.obsidian.values import Diagnostic


def quiz_set_problems(vault: Vault) -> list[Diagnostic]:
    """Dates that are past, and blueprints that the vault cannot fill: two queries, one where no
    note is a quiz set."""
    sets = list(
        NoteVersion.objects.live()
        .filter(vault=vault, frontmatter__has_key="quiz")
        .order_by("note__position")
        .values_list("note__path", "frontmatter", "text")
    )
    if not sets:
        return []
    questions = (
        Placement.objects.ready()
        .filter(vault=vault)
        .values_list("note__path", "kind", "version__data__metadata__domain")
    )
    found = ((path, Kind(kind), str(domain or "")) for path, kind, domain in questions.iterator())
    return list(lint_quiz_sets(sets, found, timezone.localdate()))
