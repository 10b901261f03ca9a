"""The part of a note that an embed shows in another: the whole of it, a section, or a block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from studyapp.obsidian.blocks import (
    Block,
    Code,
    Heading,
    Line,
    ListItem,
    Paragraph,
    Quote,
    children,
    indentation,
    number_lines,
    parse_lines,
    source,
)
from studyapp.obsidian.inline import lone_block_id
from studyapp.obsidian.values import ParsedNote

_DEFINITION = re.compile(r" {0,3}\[[^\[\]\n]{1,500}\]:")

_Place = tuple[Sequence[Line], Sequence[Block], int]
"""The lines of a container, its blocks, and the number of one of them."""


def passage_markdown(note: ParsedNote, anchor: str) -> str:
    """What stands at ``anchor`` (as ``find_anchor`` gives it; "" is the whole note) in ``note``.

    A section goes on to the next heading of its level or above; a block named on a line of its own
    is the one before that line; an item of a list comes with what is nested in it. The note's
    footnotes and link definitions come along.
    """
    lines, blocks = _parts(note.text, note.body_line)
    if not anchor:
        return source(lines)
    line = _line_of(note, anchor)
    places = list(_around(lines, blocks, line))
    if not places:
        return ""
    found = source(_section(*places[-1]) if anchor.startswith("h-") else _named(places))
    if "[" not in found:
        return found
    return "\n\n".join([found, *_definitions(blocks)])


@lru_cache(maxsize=8)
def _parts(text: str, body_line: int) -> tuple[tuple[Line, ...], tuple[Block, ...]]:
    """A note's lines and blocks, kept because one note is often shown in many parts."""
    lines = number_lines(text)[body_line - 1 :]
    return lines, parse_lines(lines)


def _line_of(note: ParsedNote, anchor: str) -> int:
    if anchor.startswith("b-"):
        return note.block_ids.get(anchor[2:], 0)
    return next((h.line for h in note.headings if h.anchor == anchor), 0)


def _around(lines: Sequence[Line], blocks: Sequence[Block], line: int) -> Iterator[_Place]:
    """Every block that ``line`` belongs to, outermost first."""
    for at, block in enumerate(blocks):
        first, last = block.span
        if first <= line <= last:
            yield lines, blocks, at
            inner = block.body if isinstance(block, Quote | ListItem) else lines
            yield from _around(inner, children(block), line)
            return


def _section(lines: Sequence[Line], blocks: Sequence[Block], at: int) -> list[Line]:
    heading = blocks[at]
    if not isinstance(heading, Heading):
        return list(heading.lines)
    following = (b for b in blocks[at + 1 :] if isinstance(b, Heading) and b.level <= heading.level)
    end = next((b.span[0] for b in following), lines[-1].number + 1)
    return [line for line in lines if heading.span[0] <= line.number < end]


def _named(places: Sequence[_Place]) -> tuple[Line, ...]:
    _, blocks, at = places[-1]
    block = blocks[at]
    alone = len(block.lines) == 1 and lone_block_id(block.lines[0].text)
    if alone and at:
        return blocks[at - 1].lines
    if len(places) > 1 and (alone or at == 0):
        _, outer, outer_at = places[-2]
        if alone or isinstance(outer[outer_at], ListItem):
            return outer[outer_at].lines
    return block.lines


def _definitions(blocks: Sequence[Block]) -> Iterator[str]:
    """What ``[^1]`` and ``[text][label]`` may refer to, wherever in the note it is said."""
    at_footnote = False
    for block in blocks:
        if isinstance(block, Paragraph):
            starts = [n for n, line in enumerate(block.lines) if _DEFINITION.match(line.text)]
            at_footnote = bool(starts)
            if starts:
                yield source(block.lines[starts[0] :])
        elif at_footnote and isinstance(block, Code) and indentation(block.lines[0].text) >= 4:
            yield "\n".join(line.text for line in block.lines)
        else:
            at_footnote = False
