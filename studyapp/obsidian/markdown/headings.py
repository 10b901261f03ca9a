"""``## Headings`` and underlined ones; ``---`` as a rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from studyapp.obsidian.blocks import Block, Heading, Paragraph, Rule
from studyapp.obsidian.markdown.engine import (
    BlockProcessor,
    NoteExtension,
    NoteMarkdown,
    NoteParser,
)

_UNDERLINE = re.compile(r" {0,3}-+[ \t]*$")


class HeadingProcessor(BlockProcessor):
    """A heading; its id is the anchor that the note's outline gives it."""

    kind = Heading

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        block = blocks[at]
        assert isinstance(block, Heading)
        _add_heading(self.parser, parent, block.level, block.text, block.span[0])
        return 1


class UnderlinedInQuoteProcessor(BlockProcessor):
    """Text and ``---`` on the next line of a quote: Obsidian shows a heading.

    The block tree keeps them apart, because in a question the rule separates question and answer.
    """

    kind = Paragraph

    def test(self, blocks: Sequence[Block], at: int) -> bool:
        if at + 1 >= len(blocks):
            return False
        text, rule = blocks[at], blocks[at + 1]
        return (
            isinstance(rule, Rule)
            and rule.span[0] == text.span[1] + 1
            and _UNDERLINE.match(rule.lines[0].text) is not None
        )

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        lines = blocks[at].lines
        text = "\n".join(line.text.lstrip() for line in lines)
        _add_heading(self.parser, parent, 2, text, lines[0].number)
        return 2


def _add_heading(parser: NoteParser, parent: Element, level: int, source: str, line: int) -> None:
    text, block_id = parser.take_block_id(source)
    heading = parser.element(parent, f"h{level}", line)
    heading.text = parser.text(text, line)
    anchor = (parser.note_markdown.context.headings or {}).get(line)
    if anchor:
        heading.set("id", anchor)
    parser.name(heading, parent, block_id)


class RuleProcessor(BlockProcessor):
    """A thematic break."""

    kind = Rule

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        self.parser.element(parent, "hr", blocks[at].span[0])
        return 1


class HeadingExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.parser.processors.register(UnderlinedInQuoteProcessor(md.parser), "underlined", 70)
        md.parser.processors.register(HeadingProcessor(md.parser), "heading", 60)
        md.parser.processors.register(RuleProcessor(md.parser), "rule", 55)
