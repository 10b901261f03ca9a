"""Pairs to match: ``[!question|match]`` and a table of two columns."""

from __future__ import annotations

import re

from studyapp.items.values import Content, Kind, Status, make_pairs, normalise
from studyapp.obsidian.blocks import Rule, Table
from studyapp.obsidian.extract.question import Found, Problem, Question, join, markdown, one
from studyapp.obsidian.inline import mask_code

_LINK = re.compile(r"\[\[[^\[\]\n]*+\]\]")


def extract(question: Question) -> Found | None:
    """A match item; a row with an empty left cell is a distractor."""
    if question.kind != "match":
        return None
    at = next((n for n, b in enumerate(question.blocks) if isinstance(b, Table)), None)
    rows: list[list[str]] = []
    if at is not None:
        rows = [table_cells(line.text) for line in question.blocks[at].lines[2:]]
    pairs = [(row[0], row[1]) for row in rows if len(row) > 1 and row[1]]
    before = question.blocks[:at]
    after = question.blocks[at + 1 :] if at is not None else ()
    content = Content(
        Kind.MATCH,
        question.prompt(before),
        answer="\n".join(f"{left} → {right}" for left, right in pairs if left),
        explanation=join(
            question.answer or "",
            markdown(block for block in after if not isinstance(block, Rule)),
        ),
        pairs=make_pairs(pairs),
    )
    return one(question, "match", content, _wrong_with(rows))


def table_cells(row: str) -> list[str]:
    """The cells of a table row. A bar in code or in ``[[a|b]]``, or after a backslash, is text."""
    masked = _LINK.sub(lambda link: " " * len(link[0]), mask_code(row)).replace("\\|", "  ")
    bars = [at for at, character in enumerate(masked) if character == "|"]
    cells = [
        row[start + 1 : end].replace("\\|", "|").strip()
        for start, end in zip([-1, *bars], [*bars, len(row)], strict=True)
    ]
    if cells and not cells[0] and row.lstrip().startswith("|"):
        del cells[0]
    if cells and not cells[-1] and row.rstrip().endswith("|"):
        del cells[-1]
    return cells


def _wrong_with(rows: list[list[str]]) -> Problem | None:
    if not rows:
        return Problem(
            Status.NEEDS_ANSWER, "no-pairs", "Write the pairs as a table of two columns."
        )
    if any(len(row) != 2 for row in rows):
        return Problem(
            Status.AMBIGUOUS, "not-two-columns", "Every row of the table needs exactly two cells."
        )
    if any(left and not right for left, right in rows):
        return Problem(Status.AMBIGUOUS, "empty-cell", "A left cell has nothing to go with it.")
    lefts = [normalise(left) for left, _ in rows if left]
    if len(lefts) < 2:
        return Problem(Status.AMBIGUOUS, "single-pair", "Write two pairs or more.")
    if len(set(lefts)) < len(lefts):
        return Problem(Status.AMBIGUOUS, "repeated-left", "Two left cells have the same text.")
    paired = {normalise(right) for left, right in rows if left}
    if any(normalise(right) in paired for left, right in rows if not left):
        return Problem(
            Status.AMBIGUOUS,
            "distractor-is-right",
            "A distractor is also the match of a left cell.",
        )
    return None
