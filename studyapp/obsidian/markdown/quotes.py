"""``> Quotes``."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from studyapp.obsidian.blocks import Block, Quote
from studyapp.obsidian.markdown.engine import BlockProcessor, NoteExtension, NoteMarkdown


class QuoteProcessor(BlockProcessor):
    """A block quote (callouts, which are quotes too, are taken before)."""

    kind = Quote

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        block = blocks[at]
        assert isinstance(block, Quote)
        quote = self.parser.element(parent, "blockquote", block.span[0])
        self.parser.build(quote, block.children)
        return 1


class QuoteExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.parser.processors.register(QuoteProcessor(md.parser), "quote", 40)
