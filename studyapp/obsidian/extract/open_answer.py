"""An open question with its answer in a nested callout: shape S5d."""

from __future__ import annotations

from studyapp.items.values import Content, Kind
from studyapp.obsidian.extract.plain import UNANSWERED
from studyapp.obsidian.extract.question import Found, Question, one


def extract(question: Question) -> Found | None:
    """Title and body ask, the nested callout answers."""
    if question.answer is None:
        return None
    prompt = question.prompt(question.blocks)
    content = Content(Kind.BASIC, prompt or question.title, question.answer)
    return one(question, "S5d", content, None if question.answer else UNANSWERED)
