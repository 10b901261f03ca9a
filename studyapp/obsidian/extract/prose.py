"""Clozes in running text: ``{{c1::x::hint}}``, ``{1:x}`` and ``{@{x}@}`` wherever they stand, and
highlights or bold text where the vault says that they are (see ``Dialect``).

The text of one item is a paragraph, or what a bullet says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set

from studyapp.obsidian.blocks import Block, Callout, Paragraph, children, source
from studyapp.obsidian.extract.deletions import (
    BOLD,
    HIGHLIGHT,
    MAX_GROUPS,
    cloze_items,
    find_deletions,
    group_names,
)
from studyapp.obsidian.extract.note_text import NoteText
from studyapp.obsidian.extract.question import QUESTION_TYPES, Found
from studyapp.obsidian.inline import trailing_block_id, without_block_id
from studyapp.obsidian.values import ClozeMark, Diagnostic, Dialect, ItemDraft

MARKS = {Dialect.HIGHLIGHTS: HIGHLIGHT, Dialect.BOLD: BOLD}
_EXPLICIT = re.compile(r"\{\{c\d|\{c?\d{1,3}:|\{@\{")
_COMMENT = re.compile(r"[ \t]*<!--(?:[^-]|-(?!->))*+-->")


def extract(note: NoteText, taken: Set[int]) -> Found:
    """The clozes of a note outside question callouts and the lines that are ``taken``."""
    marks = tuple(mark for dialect, mark in MARKS.items() if dialect in note.dialects)
    if not _EXPLICIT.search(note.text) and not any(m.opening in note.text for m in marks):
        return Found(())
    items: list[ItemDraft] = []
    problems: list[Diagnostic] = []
    for paragraph in _paragraphs(note.blocks):
        text = _text(paragraph)
        if not taken.isdisjoint(line.number for line in paragraph.lines):
            continue
        if deletions := find_deletions(text, marks):
            question = note.question(paragraph.span, explicit_id=_id(paragraph))
            found = cloze_items(question, "prose-cloze", text, deletions)
            items += found.items
            problems += found.diagnostics
    return Found(tuple(items), tuple(problems))


def count(note: NoteText, dialect: Dialect, taken: Set[int]) -> int:
    """How many items ``dialect`` would add to the note."""
    groups = (
        len(group_names(find_deletions(_text(paragraph), (MARKS[dialect],))))
        for paragraph in _holding(note, dialect, taken)
    )
    return sum(number if number <= MAX_GROUPS else 1 for number in groups)


def first(note: NoteText, dialect: Dialect, taken: Set[int]) -> tuple[int, str]:
    """The line and text of the first paragraph that ``dialect`` would ask, if it adds any."""
    return next(
        (paragraph.span[0], text)
        for paragraph in _holding(note, dialect, taken)
        if find_deletions(text := _text(paragraph), (MARKS[dialect],))
    )


def _holding(note: NoteText, dialect: Dialect, taken: Set[int]) -> Iterator[Paragraph]:
    """The paragraphs that may hold what ``dialect`` asks."""
    mark = MARKS[dialect]
    if mark.opening in note.text:
        for paragraph in _paragraphs(note.blocks):
            lines = (line.number for line in paragraph.lines)
            if _holds(paragraph, mark) and taken.isdisjoint(lines):
                yield paragraph


def _holds(paragraph: Paragraph, mark: ClozeMark) -> bool:
    return any(mark.opening in line.text for line in paragraph.lines)


def _paragraphs(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif not (isinstance(block, Callout) and block.type in QUESTION_TYPES):
            yield from _paragraphs(children(block))


def _text(paragraph: Paragraph) -> str:
    """What the paragraph says, without its id and comments."""
    text = source(paragraph.lines)
    if "<!--" in text:
        text = _COMMENT.sub("", text).strip()
    return without_block_id(text)


def _id(paragraph: Paragraph) -> str:
    return trailing_block_id(paragraph.lines[-1].text)
