"""What is wrong with the quiz sets of a vault that no note alone tells."""

from __future__ import annotations

from itertools import chain, repeat

from django.db.models import Count
from django.utils import timezone

from studyapp.items.values import Kind, Status
from studyapp.library.models import NoteVersion, Placement, Vault
from studyapp.obsidian.lint import lint_quiz_set, lint_quiz_sets
from studyapp.obsidian.quiz_set import read_quiz_set
from studyapp.obsidian.values import Diagnostic, ParsedNote


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


def draft_problems(vault: Vault, note: ParsedNote) -> list[Diagnostic]:
    """As ``quiz_set_problems``, of a ``note`` that is being written: held against its own questions
    as they are now and those of the other notes. One query, none where it has no blueprint."""
    quiz_set = read_quiz_set(note.path, note.frontmatter, note.text).quiz_set
    if quiz_set is None:
        return []
    own = (
        (note.path, item.content.kind, item.content.metadata.get("domain", ""))
        for item in note.items
        if item.status is Status.READY
    )
    others = []
    if quiz_set.blueprint:
        others = list(
            Placement.objects.ready()
            .filter(vault=vault)
            .exclude(note__path=note.path)
            .order_by()
            .values("kind", "version__data__metadata__domain")
            .annotate(n=Count("id"))
            .values_list("kind", "version__data__metadata__domain", "n")
        )
    there = chain.from_iterable(
        repeat(("", Kind(kind), str(domain or "")), n) for kind, domain, n in others
    )
    return lint_quiz_set(note.path, quiz_set, chain(own, there), timezone.localdate())
