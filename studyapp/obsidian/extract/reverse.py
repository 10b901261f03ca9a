"""Questions asked both ways: ``[!question|reversed]``, title and body."""

from __future__ import annotations

from studyapp.items.values import Content, Kind
from studyapp.obsidian.blocks import Rule
from studyapp.obsidian.extract.plain import UNANSWERED
from studyapp.obsidian.extract.question import Found, Question, join, markdown, one


def extract(question: Question) -> Found | None:
    """Two siblings: title to body, and body to title."""
    if question.kind != "reversed":
        return None
    at = next((n for n, b in enumerate(question.blocks) if isinstance(b, Rule)), None)
    given = question.fields.get("answer", "")
    back = join(markdown(question.blocks[:at]), given or question.answer or "")
    after = question.blocks[at + 1 :] if at is not None else ()
    explanation = markdown(block for block in after if not isinstance(block, Rule))
    forward = Content(Kind.BASIC, question.title, back, explanation)
    if not back or not question.title:
        return one(question, "reversed", forward, UNANSWERED)
    backward = Content(Kind.REVERSED, back, question.title, explanation)
    sibling = question.group(f"{question.title}\n{back}")
    return Found(
        (
            question.draft("reversed", forward, group=sibling),
            question.draft("reversed", backward, part="reversed", group=sibling),
        )
    )
