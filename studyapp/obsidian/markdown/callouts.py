"""``> [!type|metadata]- Title`` callouts: any type, nested, foldable.

Where Obsidian has an icon for the type, we have its name as a label; it is the whole title of a
callout that has none of its own, as it is there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

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
        text, block_id = self.parser.take_block_id(block.title)
        title = SubElement(callout, "summary" if block.fold else "p", {"class": "callout__title"})
        label = SubElement(title, "span", {"class": "callout__label"})
        if re.fullmatch(r"\w+", text):  # a single word is a label already
            label.text = AtomicString(text)
        else:
            label.text = AtomicString(block.type.capitalize().replace("-", " "))
            words = self.parser.text(text, line)
            label.tail = type(words)(f" {words}") if words else None
        self.parser.name(callout, parent, block_id)
        if block.children:
            body = SubElement(callout, "div", {"class": "callout__body"})
            self.parser.callouts.append(block.type)
            self.parser.build(body, block.children)
            self.parser.callouts.pop()
        return 1


class CalloutExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.parser.processors.register(CalloutProcessor(md.parser), "callout", 50)
