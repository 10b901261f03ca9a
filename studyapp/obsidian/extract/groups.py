"""Two groups to match, with the key in a nested answer as ``a) -> x)``: shape S5c."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from studyapp.items.values import Content, Kind, Status, make_pairs, normalise
from studyapp.obsidian.blocks import Block, Callout, List, Paragraph, Rule, source
from studyapp.obsidian.extract.question import Found, Problem, Question, join, markdown, one

_ROW = re.compile(r"[ \t]*(?:\*\*)?([A-Za-z]|\d{1,2})[.)](?:\*\*)?[ \t]+(\S.*)$")
_ARROW = re.compile(
    r"[\W_]*([A-Za-z]|\d{1,2})[.):]?[ \t]*(?:[-=]{1,2}>|[→⇒⟶➔])"
    r"[ \t]*([A-Za-z]|\d{1,2})[.)]?[*_ \t.]*"
)

Row = tuple[str, str]
"""A row's label in lower case, and its text."""


def extract(question: Question) -> Found | None:
    """A match item; rows of the second group that nothing leads to are distractors."""
    arrows, remarks = _arrows(question.answer or "")
    if len(arrows) < 2:
        return None
    before, groups, after = _split(question.blocks)
    if len(groups) == 1:  # one run of rows: the key says which belong to which side
        targets = {right for _, right in arrows}
        groups = [
            [row for row in groups[0] if row[0] not in targets],
            [row for row in groups[0] if row[0] in targets],
        ]
    if len(groups) != 2 or not all(groups):
        return None
    lefts, rights = groups
    right_of = dict(rights)
    pairs = [
        (text, right_of[right])
        for label, text in lefts
        for left, right in arrows
        if left == label and right in right_of
    ]
    taken = {right for _, right in arrows}
    content = Content(
        Kind.MATCH,
        question.prompt(before) or question.title,
        answer="\n".join(f"{left} → {right}" for left, right in pairs),
        explanation=join(remarks, markdown(b for b in after if not isinstance(b, Rule))),
        pairs=make_pairs([*pairs, *(("", text) for label, text in rights if label not in taken)]),
    )
    return one(question, "S5c", content, _wrong_with(arrows, lefts, rights))


def _arrows(answer: str) -> tuple[list[tuple[str, str]], str]:
    """The ``(left, right)`` labels that the answer names, several on a line perhaps, and its other
    lines."""
    arrows: list[tuple[str, str]] = []
    rest = []
    for line in answer.split("\n"):
        parts = [_ARROW.fullmatch(part) for part in re.split("[,;]", line) if part.strip()]
        if parts and all(parts):
            arrows += [(m[1].lower(), m[2].lower()) for m in parts if m]
        else:
            rest.append(line)
    return list(dict.fromkeys(arrows)), "\n".join(rest).strip()


def _split(blocks: Sequence[Block]) -> tuple[list[Block], list[list[Row]], list[Block]]:
    """What stands before the groups, the groups, and what follows. A group is a list, the labelled
    lines of a paragraph, or a callout of either."""
    before: list[Block] = []
    groups: list[list[Row]] = []
    after: list[Block] = []
    for block in blocks:
        if rows := list(_rows(block)):
            groups.append(rows)
        else:
            (after if groups else before).append(block)
    if len(groups) == 2:  # a caption between the groups is no remark
        after = [block for block in after if not _is_caption(block)]
        before = [block for block in before if not _is_caption(block)]
    return before, groups, after


def _rows(block: Block) -> Iterator[Row]:
    if isinstance(block, Callout):
        for child in block.children:
            yield from _rows(child)
    elif isinstance(block, List):
        for item in block.items:
            text = markdown(item.children)
            if match := _ROW.match(text.partition("\n")[0]):
                yield match[1].lower(), match[2] + text[match.end() :]
            elif block.ordered:
                yield item.marker[:-1], text
    elif isinstance(block, Paragraph):
        rows: list[Row] = []
        for line in block.lines:
            if match := _ROW.match(line.text):
                rows.append((match[1].lower(), match[2].rstrip()))
            elif not rows:
                return
            else:
                label, text = rows[-1]
                rows[-1] = (label, f"{text}\n{line.text.strip()}")
        yield from rows


def _is_caption(block: Block) -> bool:
    """Whether a paragraph only names a group: ``Group A``, ``**Column 2:**``."""
    text = normalise(re.sub(r"[*_:]", "", source(block.lines)))
    return re.fullmatch(r"(?:group|column|list|set|part)(?: [a-z0-9]{1,2})?", text) is not None


def _wrong_with(
    arrows: Sequence[tuple[str, str]], lefts: Sequence[Row], rights: Sequence[Row]
) -> Problem | None:
    left_labels, right_labels = ([label for label, _ in rows] for rows in (lefts, rights))
    for labels in (left_labels, right_labels):
        if len(set(labels)) < len(labels):
            return Problem(
                Status.AMBIGUOUS, "repeated-label", "Two rows of a group have the same letter."
            )
    for left, right in arrows:
        if left not in left_labels or right not in right_labels:
            return Problem(
                Status.AMBIGUOUS,
                "answer-not-among-rows",
                f"The answer says {left}) → {right}), but the groups have no such rows.",
            )
    answered = [left for left, _ in arrows]
    if len(set(answered)) < len(answered):
        return Problem(
            Status.AMBIGUOUS,
            "several-matches",
            "The answer matches one row with several: a row can have one match.",
        )
    if set(left_labels) - set(answered):
        return Problem(
            Status.AMBIGUOUS, "row-without-match", "A row of the first group has no match."
        )
    return None
