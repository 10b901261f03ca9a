"""Question and answer where nothing is to be guessed: ``[!question|basic]``.

What the title and the body say is asked, whatever it looks like, and the nested ``[!success]``
answers. Without one the title asks and the body answers, a ``---`` starting the explanation.
"""

from __future__ import annotations

from collections.abc import Sequence

from studyapp.items.values import Content, Kind
from studyapp.obsidian.blocks import Block, Rule
from studyapp.obsidian.extract.plain import UNANSWERED
from studyapp.obsidian.extract.question import Found, Question, join, markdown, one


def extract(question: Question) -> Found | None:
    """One item of a question callout that says it is ``basic``."""
    if question.kind != "basic":
        return None
    prompt, answer, explanation = sides(question)
    content = Content(Kind.BASIC, prompt, answer, explanation)
    return one(question, "basic", content, None if prompt and answer else UNANSWERED)


def sides(question: Question) -> tuple[str, str, str]:
    """What asks, what answers and what explains."""
    if question.answer is not None:
        return question.prompt(question.blocks) or question.title, question.answer, ""
    before, after = _parted(question.blocks)
    given = question.fields.get("answer", "")
    remarks = markdown(block for block in after if not isinstance(block, Rule))
    return question.title, join(markdown(before), given), remarks


def _parted(blocks: Sequence[Block]) -> tuple[Sequence[Block], Sequence[Block]]:
    at = next((n for n, block in enumerate(blocks) if isinstance(block, Rule)), None)
    return (blocks, ()) if at is None else (blocks[:at], blocks[at + 1 :])
