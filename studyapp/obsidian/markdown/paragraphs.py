"""Paragraphs, and the ``^id`` that names one or the block before it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from studyapp.obsidian.blocks import Block, Paragraph
from studyapp.obsidian.markdown.engine import BlockProcessor, NoteExtension, NoteMarkdown


class ParagraphProcessor(BlockProcessor):
    """Running text, and any block that no other processor wants."""

    kind = Block

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        lines = blocks[at].lines
        text, block_id = self.parser.take_block_id("\n".join(line.text.lstrip() for line in lines))
        paragraph = self.parser.element(parent, "p", lines[0].number)
        paragraph.text = self.parser.text(text, lines[0].number)
        self.parser.name(paragraph, parent, block_id)
        return 1


class LoneBlockIdProcessor(BlockProcessor):
    """``^id`` on a line of its own, after a list, quote, callout or table."""

    kind = Paragraph

    def test(self, blocks: Sequence[Block], at: int) -> bool:
        text, block_id = self.parser.take_block_id(blocks[at].lines[0].text.strip())
        return bool(block_id) and not text and len(blocks[at].lines) == 1

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        _, block_id = self.parser.take_block_id(blocks[at].lines[0].text.strip())
        if len(parent):
            self.parser.name(parent[-1], parent, block_id)
        return 1


class ParagraphExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.parser.processors.register(LoneBlockIdProcessor(md.parser), "block_id", 15)
        md.parser.processors.register(ParagraphProcessor(md.parser), "paragraph", 0)
