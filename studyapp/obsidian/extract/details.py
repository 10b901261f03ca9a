"""Numbered questions with lettered options and the answer in a ``<details>`` element."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from studyapp.obsidian.blocks import Block, Heading, Html, Line, List, Paragraph, source, walk
from studyapp.obsidian.extract.choice import Choice, found, labelled_rows, marked
from studyapp.obsidian.extract.note_text import NoteText
from studyapp.obsidian.extract.question import Found
from studyapp.obsidian.values import Diagnostic, ItemDraft

_TAG = re.compile(r"<summary\b[^<>]*>[^<>]*</summary>|</?[A-Za-z][^<>]*>", re.IGNORECASE)
_KEY = re.compile(r"(?:correct[ \t]+)?answers?[*_]*[ \t]*:[*_ \t]*(.*)", re.IGNORECASE)


def extract(note: NoteText) -> Found:
    """A choice item for every question whose ``<details>`` says "Correct answer: X"."""
    items: list[ItemDraft] = []
    problems: list[Diagnostic] = []
    for asks, scope in _scopes(note.blocks):
        if part := _item(note, asks, scope):
            items += part.items
            problems += part.diagnostics
    return Found(tuple(items), tuple(problems))


def _scopes(blocks: Sequence[Block]) -> Iterator[tuple[list[Block], list[Line]]]:
    """Blocks of one question each, and their lines: a list item with all in it, or what stands
    from a number (or heading) to the next."""
    opened: list[Block] = []
    for block in blocks:
        if isinstance(block, List) and block.ordered:
            if opened:
                yield opened, _lines(opened)
            for item in block.items[:-1]:
                yield list(item.children), list(item.lines)
            opened = list(block.items[-1].children)
        elif isinstance(block, Heading):
            if opened:
                yield opened, _lines(opened)
            opened = []
        else:
            opened.append(block)
            if _text(_lines([block])).rstrip().lower().endswith("</details>"):
                yield opened, _lines(opened)
                opened = []
    if opened:
        yield opened, _lines(opened)


def _lines(blocks: Sequence[Block]) -> list[Line]:
    return [line for block in blocks for line in block.lines]


def _text(lines: Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines)


def _item(note: NoteText, blocks: Sequence[Block], lines: Sequence[Line]) -> Found | None:
    answer = _answer(lines)
    if answer is None:
        return None
    before: list[Block] = []
    choices: list[Choice] = []
    for block in blocks:
        rows = labelled_rows(_without_html(block))
        if not choices and len(rows) > 1:
            choices = [Choice(label, _shown(text), False, why) for label, text, why in rows]
        elif not choices:
            before.append(block)
    if not choices or not before:
        return None
    key = _KEY.search(answer)
    choices, rationale, problem = marked(choices, answer[key.start(1) :] if key else answer, None)
    title = source(_lines([b for b in before if isinstance(b, Paragraph)]))
    span = (lines[0].number, lines[-1].number)
    return found(note.question(span, title), "details", (), (), choices, rationale, problem)


def _answer(lines: Sequence[Line]) -> str | None:
    """What the first ``<details>`` among ``lines`` hides; None when it names no answer."""
    text = _text(lines)
    start = text.lower().find("<details")
    if start < 0:
        return None
    end = text.lower().find("</details>", start)
    inner = _TAG.sub("", text[start : end if end > 0 else None])
    tidy = "\n".join(line.strip() for line in inner.split("\n") if line.strip())
    return tidy if _KEY.search(tidy) else None


def _shown(text: str) -> str:
    """An option without a ``<details>`` that was indented into it."""
    at = text.lower().find("<details")
    return text[:at].strip() if at >= 0 else text


def _without_html(block: Block) -> Block:
    if isinstance(block, Paragraph) and any(isinstance(b, Html) for b in walk((block,))):
        return Paragraph(())
    return block
