"""A question of a note as a form shows it, and the form's answer as lines of the note.

The note stays the one source: a form is read from a question's lines and written into them. What
is not changed in the form stays as its author wrote it, to the byte.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from studyapp.interchange.questions import Question, question_of, written
from studyapp.items.values import Kind
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.values import ItemDraft, VaultSettings

FORM_KINDS = (
    Kind.CHOICE,
    Kind.TRUE_FALSE,
    Kind.TEXT,
    Kind.NUMBER,
    Kind.ORDER,
    Kind.MATCH,
    Kind.BASIC,
)
"""Kinds that the form has fields for."""

LONGEST = 20_000
"""Characters of a question that the form takes."""


_MARKS = re.compile(r"\[![^\]]*\][-+]?|[\W_]|(?<=\[)x(?=\])|(?<=> )\d+[.)]")


class CannotWriteError(Exception):
    """The question would not read as the form has it; ``message`` says what to do."""

    def __init__(self) -> None:
        super().__init__("")
        self.message = (
            "In Markdown this would read as something else: look for a blank question or option, "
            "or for a text that begins like a list, a heading or a quote. Nothing was saved; you "
            "can also write it as Markdown."
        )


def question_in(text: str) -> Question | None:
    """The question that ``text``, some lines of a note, is; None where a form could not show all of
    it, so that saving it would lose something."""
    item = _only_item(text)
    if item is None or item.content.kind not in FORM_KINDS:
        return None
    question = question_of(item.content)
    again = _only_item(_lines(question))
    return question if again is not None and again.content == item.content else None


def with_question(text: str, question: Question) -> str:
    """``text``, the lines of a question ("" for a new one), made to say ``question``: of lines that
    a change leaves alone not a byte differs. Raises ``CannotWriteError``."""
    before = question_in(text) if text else None
    if question == before:
        return text
    fresh = _lines(question)
    if question_in(fresh) != question:
        raise CannotWriteError
    if before is not None:
        patched = _patched(text.split("\n"), _lines(before).split("\n"), fresh.split("\n"))
        if patched is not None and question_in(patched) == question:
            return patched
    item = _only_item(text) if text else None
    return _lines(question, item.explicit_id if item else "")


def _only_item(text: str) -> ItemDraft | None:
    if len(text) > LONGEST or not text.startswith(">"):
        return None
    items = parse_note("", text.encode("utf-8", "replace"), VaultSettings()).items
    return items[0] if len(items) == 1 else None


def _lines(question: Question, block_id: str = "") -> str:
    return written(question, block_id=block_id).rstrip("\n")


def _patched(text: list[str], before: list[str], fresh: list[str]) -> str | None:
    """``text`` with what changes from ``before``, as we would have written it, to ``fresh``: each
    change made at the lines of ``text`` with the same words. None where they cannot be told."""
    ours, theirs = ([_MARKS.sub("", line) for line in lines] for lines in (before, text))
    places: dict[int, int] = {}
    for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        places |= {block.a + n: block.b + n for n in range(block.size)}
    patched, end = list(text), len(before)
    for name, a, b, c, d in reversed(
        SequenceMatcher(None, before, fresh, autojunk=False).get_opcodes()
    ):
        if name == "equal":
            continue
        at = [places.get(n, -1) for n in range(a, b)]
        start = at[0] if at else places.get(a, len(text) if a == end else -1)
        if start < 0 or at != list(range(start, start + len(at))):
            return None
        patched[start : start + len(at)] = fresh[c:d]
    return "\n".join(patched)
