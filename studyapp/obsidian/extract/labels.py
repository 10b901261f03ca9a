"""``Q: …`` and ``A: …``, also in bold, numbered or in a list, where the vault says that they are
questions (see ``Dialect``). An answer runs to the next question, heading or rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from textwrap import dedent

from studyapp.items.values import Content, Kind
from studyapp.obsidian.blocks import (
    Block,
    Callout,
    Comment,
    Heading,
    Line,
    List,
    Paragraph,
    Rule,
    walk,
)
from studyapp.obsidian.extract.anki_blocks import comment_id, without_comment_id
from studyapp.obsidian.extract.note_text import NoteText
from studyapp.obsidian.extract.plain import UNANSWERED_BELOW
from studyapp.obsidian.extract.question import QUESTION_TYPES, Found
from studyapp.obsidian.inline import lone_block_id, plain, trailing_block_id, without_block_id

_BULLET = r"[ \t]*+(?:(?:[-*+]|\d{1,3}[.)])[ \t]++)?"
_COLON = r"(?:[ \t]?\d{1,3})?(?:\*\*|__)?:(?:\*\*|__)?"
_ASK = _BULLET + r"(?:\*\*|__)?(?:Q|[Qq]uestion)" + _COLON
_ASKS = re.compile(_ASK + r"[ \t]*+(.*)$")
_ANSWERS = re.compile(_BULLET + r"(?:\*\*|__)?(?:A|[Aa]nswer)" + _COLON + r"[ \t]*+(.*)$")
_ANY_ASKS = re.compile("^" + _ASK, re.MULTILINE)


@dataclass(slots=True)
class _Card:
    """A question being read, and its answer once that has begun."""

    asked: list[Line]
    answered: list[Line] = field(default_factory=list)
    has_answer: bool = False

    def add(self, line: Line) -> None:
        (self.answered if self.has_answer else self.asked).append(line)


def extract(note: NoteText, taken: Set[int]) -> Found:
    """The items of a note's labelled lines, but for those that are ``taken``."""
    if not _ANY_ASKS.search(note.text):
        return Found(())
    items = []
    for card in _cards(note, taken):
        lines = [line for line in (*card.asked, *card.answered) if line.text.strip()]
        front, back = _text(card.asked), _text(card.answered)
        written = f"{front}\n{back}"
        last = back.rpartition("\n")[2]
        block_id = trailing_block_id(last)
        back = back[: -len(last)].rstrip() if lone_block_id(last) else without_block_id(back)
        front, back = (without_comment_id(text).strip() for text in (front, back))
        if not plain(front):
            continue
        question = note.question(
            (lines[0].number, lines[-1].number),
            front,
            explicit_id=block_id or comment_id(written),
        )
        content = Content(Kind.BASIC, front, back)
        items.append(question.draft("labels", content, None if back else UNANSWERED_BELOW))
    return Found(tuple(items))


def _cards(note: NoteText, taken: Set[int]) -> Iterator[_Card]:
    card: _Card | None = None
    code = note.code_lines()
    for block in note.blocks:
        ends = isinstance(block, Heading | Rule) or _is_question(block)
        if ends or not taken.isdisjoint(line.number for line in block.lines):
            if card:
                yield card
            card = None
            continue
        if card and block.lines[0].number > _last(card) + 1:
            card.add(Line(block.lines[0].number - 1, ""))
        reads = isinstance(block, Paragraph | List)
        for line in block.lines:
            readable = reads and line.number not in code
            if readable and (match := _ASKS.match(line.text)):
                if card:
                    yield card
                card = _Card([Line(line.number, match[1])])
            elif card and readable and (match := _ANSWERS.match(line.text)) and not card.has_answer:
                card.has_answer = True
                card.add(Line(line.number, match[1]))
            elif card and not (isinstance(block, Comment) and not comment_id(line.text)):
                card.add(line)
    if card:
        yield card


def _last(card: _Card) -> int:
    return (card.answered or card.asked)[-1].number


def _text(lines: list[Line]) -> str:
    """What ``lines`` say: the first is without its label, the others stand as indented as they
    were to each other."""
    if not lines:
        return ""
    rest = dedent("\n".join(line.text for line in lines[1:]))
    return "\n".join([lines[0].text, rest] if len(lines) > 1 else [lines[0].text]).strip()


def _is_question(block: Block) -> bool:
    return any(isinstance(b, Callout) and b.type in QUESTION_TYPES for b in walk((block,)))
