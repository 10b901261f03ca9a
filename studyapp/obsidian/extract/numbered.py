"""Numbered questions whose options are callouts of their own, right and wrong ones (S7)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyapp.obsidian.blocks import (
    Block,
    Callout,
    Heading,
    List,
    ListItem,
    Paragraph,
    source,
)
from studyapp.obsidian.extract.choice import Choice, found, without_letters
from studyapp.obsidian.extract.note_text import NoteText
from studyapp.obsidian.extract.question import Found, markdown
from studyapp.obsidian.inline import plain

RIGHT = frozenset({"success", "check", "done"})
WRONG = frozenset({"fail", "failure", "missing", "danger", "error"})
_NUMBER = re.compile(
    r"[ \t]*(\*\*|__)?(?:Q(?:uestion)?[ \t]*)?\d{1,4}[.):](?:(?:\*\*|__)(?=\s|$))?[ \t]*", re.I
)


def extract(note: NoteText) -> Found:
    """A choice item for every number that is followed by two option callouts or more."""
    items: list[Found] = []
    for at, block in enumerate(note.blocks):
        following = _options(note.blocks, at + 1)
        if isinstance(block, List) and block.ordered:
            for item in block.items:
                inner = [child for child in item.children if _is_option(child)]
                last = item is block.items[-1]
                if callouts := inner or (following if last else []):
                    items += _item(note, item, callouts)
        elif following and isinstance(block, Heading | Paragraph):
            items += _item(note, block, following)
    return Found(
        tuple(item for part in items for item in part.items),
        tuple(problem for part in items for problem in part.diagnostics),
    )


def _is_option(block: Block) -> bool:
    return isinstance(block, Callout) and block.type in RIGHT | WRONG


def _options(blocks: Sequence[Block], start: int) -> list[Block]:
    """The option callouts that stand in a row from ``start`` on."""
    options = []
    at = start
    while at < len(blocks) and _is_option(blocks[at]):
        options.append(blocks[at])
        at += 1
    return options


def _item(note: NoteText, asks: Block, callouts: Sequence[Block]) -> list[Found]:
    if isinstance(asks, ListItem):
        title = markdown(child for child in asks.children if not _is_option(child))
    else:
        text = asks.text if isinstance(asks, Heading) else source(asks.lines)
        number = _NUMBER.match(text)
        if not number:
            return []
        title = text[number.end() :].strip()
        bold = number[1]
        if bold and not number[0].rstrip().endswith(bold):
            title = title.replace(bold, "", 1)  # opened before the number, closed after the words
    choices = [_choice(block) for block in callouts if isinstance(block, Callout)]
    choices = without_letters(choices)
    if len(choices) < 2 or not plain(title):
        return []
    question = note.question((asks.span[0], callouts[-1].span[1]), title)
    return [found(question, "S7", (), (), choices, "", None)]


def _choice(callout: Callout) -> Choice:
    """The option a callout is: its title, and its body says why; without a title its body."""
    title, body = callout.title, source(callout.body)
    right = callout.type in RIGHT
    return Choice("", title, right, body) if title else Choice("", body, right)
