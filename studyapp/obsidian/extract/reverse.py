"""Questions asked both ways: ``[!question|reversed]``, title and body, or (as ``basic``) what
stands before the nested answer and the answer."""

from __future__ import annotations

from studyapp.items.values import Content, Kind
from studyapp.obsidian.extract.basic import sides
from studyapp.obsidian.extract.plain import UNANSWERED
from studyapp.obsidian.extract.question import Found, Question, one


def extract(question: Question) -> Found | None:
    """Two siblings: front to back, and back to front."""
    if question.kind != "reversed":
        return None
    front, back, explanation = sides(question)
    forward = Content(Kind.BASIC, front, back, explanation)
    if not back or not front:
        return one(question, "reversed", forward, UNANSWERED)
    backward = Content(Kind.REVERSED, back, front, explanation)
    sibling = question.group(f"{front}\n{back}")
    return Found(
        (
            question.draft("reversed", forward, group=sibling),
            question.draft("reversed", backward, part="reversed", group=sibling),
        )
    )
