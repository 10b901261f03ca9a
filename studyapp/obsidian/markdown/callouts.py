"""``> [!type|metadata]- Title`` callouts: any type, nested, foldable."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from studyapp.obsidian.blocks import Block, Callout
from studyapp.obsidian.markdown.engine import BlockProcessor, NoteExtension, NoteMarkdown


class CalloutProcessor(BlockProcessor):
    """A box with a title; one that folds is a ``<details>``, open when its mark is ``+``."""

    kind = Callout

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        block = blocks[at]
        assert isinstance(block, Callout)
        line = block.span[0]
        callout = self.parser.element(parent, "details" if block.fold else "div", line)
        callout.set("class", "callout")
        callout.set("data-callout", block.type)
        if block.fold == "+":
            callout.set("open", "open")
        source, block_id = self.parser.take_block_id(block.title)
        title = SubElement(callout, "summary" if block.fold else "p", {"class": "callout__title"})
        title.text = self.parser.text(source or block.type.capitalize(), line)
        self.parser.name(callout, parent, block_id)
        if block.children:
            self.parser.build(
                SubElement(callout, "div", {"class": "callout__body"}), block.children
            )
        return 1


class CalloutExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.parser.processors.register(CalloutProcessor(md.parser), "callout", 50)
