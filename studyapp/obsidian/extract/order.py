"""Steps to bring into order: ``[!question|order]`` and a list in the right order."""

from __future__ import annotations

from studyapp.items.values import Content, Kind, Status, make_options, normalise
from studyapp.obsidian.blocks import List, Rule
from studyapp.obsidian.extract.question import Found, Problem, Question, join, markdown, one
from studyapp.obsidian.inline import without_block_id


def extract(question: Question) -> Found | None:
    """An order item; the first list is the key."""
    if question.kind != "order":
        return None
    at = next((n for n, b in enumerate(question.blocks) if isinstance(b, List)), None)
    steps: list[str] = []
    if at is not None:
        block = question.blocks[at]
        assert isinstance(block, List)
        steps = [without_block_id(markdown(item.children)) for item in block.items]
    before = question.blocks[:at]
    after = question.blocks[at + 1 :] if at is not None else ()
    content = Content(
        Kind.ORDER,
        question.prompt(before),
        answer="\n".join(
            f"{number}. " + step.replace("\n", "\n   ") for number, step in enumerate(steps, 1)
        ),
        explanation=join(
            question.answer or "",
            markdown(block for block in after if not isinstance(block, Rule)),
        ),
        options=make_options((step, True, "") for step in steps),
    )
    return one(question, "order", content, _wrong_with(steps))


def _wrong_with(steps: list[str]) -> Problem | None:
    if not steps:
        return Problem(
            Status.NEEDS_ANSWER, "no-steps", "Write the steps as a numbered list, in their order."
        )
    if len(steps) == 1:
        return Problem(Status.AMBIGUOUS, "single-step", "One step has no order: write two or more.")
    if not all(steps):
        return Problem(Status.AMBIGUOUS, "empty-step", "A step has no text.")
    if len({normalise(step) for step in steps}) < len(steps):
        return Problem(Status.AMBIGUOUS, "repeated-step", "Two steps have the same text.")
    return None
