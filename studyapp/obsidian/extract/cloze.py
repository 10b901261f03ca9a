"""Gaps to fill in a callout: ``[!question|cloze]`` with ``==x==``, or with numbers as in Anki."""

from __future__ import annotations

from studyapp.items.values import Content, Kind, Status
from studyapp.obsidian.blocks import Rule
from studyapp.obsidian.extract.deletions import HIGHLIGHT, cloze_items, find_deletions
from studyapp.obsidian.extract.question import (
    Found,
    Problem,
    Question,
    is_generic,
    join,
    markdown,
    one,
)

NO_GAP = Problem(
    Status.AMBIGUOUS, "no-cloze", "Nothing is hidden: mark what to ask for like ==this==."
)


def extract(question: Question) -> Found | None:
    """One item for every group of deletions in the body (in the title where there is no body)."""
    if question.kind != "cloze":
        return None
    at = next((n for n, b in enumerate(question.blocks) if isinstance(b, Rule)), None)
    body = markdown(question.blocks[:at])
    after = question.blocks[at + 1 :] if at is not None else ()
    explanation = join(question.answer or "", markdown(b for b in after if not isinstance(b, Rule)))
    title = "" if is_generic(question.title) else question.title
    if not find_deletions(body, (HIGHLIGHT,)) and find_deletions(title, (HIGHLIGHT,)):
        body, title = join(title, body), ""
    deletions = find_deletions(body, (HIGHLIGHT,))
    if not deletions:
        content = Content(Kind.CLOZE, join(title, body), explanation=explanation)
        return one(question, "cloze", content, NO_GAP)
    return cloze_items(question, "cloze", body, deletions, title=title, explanation=explanation)
