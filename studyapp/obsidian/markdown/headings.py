"""``## Headings`` and underlined ones; ``---`` as a rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from studyapp.obsidian.blocks import Block, Heading, Paragraph, Rule
from studyapp.obsidian.markdown.engine import BlockProcessor, NoteExtension, NoteMarkdown

_UNDERLINE = re.compile(r" {0,3}-+[ \t]*$")


class HeadingProcessor(BlockProcessor):
    """A heading; its id is the anchor that the note's outline gives it."""

    def test(self, parent: Element, blocks: Sequence[Block], at: int) -> bool:
        return isinstance(blocks[at], Heading)

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        block = blocks[at]
        assert isinstance(block, Heading)
        self.add(parent, block.level, block.text, block.span[0])
        return 1

    def add(self, parent: Element, level: int, source: str, line: int) -> None:
        text, block_id = self.parser.take_block_id(source)
        heading = self.parser.element(parent, f"h{level}", line)
        heading.text = self.parser.text(text, line)
        self.parser.name(heading, parent, block_id)
        anchor = (self.md.context.headings or {}).get(line)
        if anchor and not block_id:
            heading.set("id", anchor)


class UnderlinedInQuoteProcessor(HeadingProcessor):
    """Text and ``---`` on the next line of a quote: Obsidian shows a heading.

    The block tree keeps them apart, because in a question the rule separates question and answer.
    """

    def test(self, parent: Element, blocks: Sequence[Block], at: int) -> bool:
        if at + 1 >= len(blocks):
            return False
        text, rule = blocks[at], blocks[at + 1]
        return (
            isinstance(text, Paragraph)
            and isinstance(rule, Rule)
            and rule.span[0] == text.span[1] + 1
            and _UNDERLINE.match(rule.lines[0].text) is not None
        )

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        lines = blocks[at].lines
        self.add(parent, 2, "\n".join(line.text.lstrip() for line in lines), lines[0].number)
        return 2


class RuleProcessor(BlockProcessor):
    """A thematic break."""

    def test(self, parent: Element, blocks: Sequence[Block], at: int) -> bool:
        return isinstance(blocks[at], Rule)

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        self.parser.element(parent, "hr", blocks[at].span[0])
        return 1


class HeadingExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.parser.processors.register(UnderlinedInQuoteProcessor(md.parser), "underlined", 70)
        md.parser.processors.register(HeadingProcessor(md.parser), "heading", 60)
        md.parser.processors.register(RuleProcessor(md.parser), "rule", 55)
