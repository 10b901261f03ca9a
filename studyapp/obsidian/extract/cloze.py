"""Gaps to fill in a callout: ``[!question|cloze]`` with ``==x==``, or with numbers as in Anki;
and ``{{c1::x}}`` or ``{@{x}@}`` in any question callout, since they can mean nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
from studyapp.obsidian.values import ClozeMark

NO_GAP = Problem(
    Status.AMBIGUOUS, "no-cloze", "Nothing is hidden: mark what to ask for like ==this==."
)


_SAID_OUTRIGHT = re.compile(r"\{\{c\d{1,3}::|\{@\{")


def extract(question: Question) -> Found | None:
    """One item for every group of deletions in the body (in the title where there is no body)."""
    return _items(question, (HIGHLIGHT,)) if question.kind == "cloze" else None


def extract_said_outright(question: Question) -> Found | None:
    """The same for a callout that does not say what it is but hides something beyond doubt."""
    text = f"{question.title}\n{markdown(question.blocks)}"
    if question.kind or not _SAID_OUTRIGHT.search(text) or not find_deletions(text, ()):
        return None
    return _items(question, ())


def _items(question: Question, marks: Sequence[ClozeMark]) -> Found:
    at = next((n for n, b in enumerate(question.blocks) if isinstance(b, Rule)), None)
    body = markdown(question.blocks[:at])
    after = question.blocks[at + 1 :] if at is not None else ()
    explanation = join(question.answer or "", markdown(b for b in after if not isinstance(b, Rule)))
    title = "" if is_generic(question.title) else question.title
    if find_deletions(title, marks) and not (marks and find_deletions(body, marks)):
        body, title = join(title, body), ""
    deletions = find_deletions(body, marks)
    if not deletions:
        content = Content(Kind.CLOZE, join(title, body), explanation=explanation)
        return one(question, "cloze", content, NO_GAP)
    return cloze_items(question, "cloze", body, deletions, title=title, explanation=explanation)
