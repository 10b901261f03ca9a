"""``difficulty:: easy`` at the foot of a question: for the program and the curious, set small.

Only the fields that questions have, in a paragraph of nothing else, in a question callout; any
other ``key:: value`` line belongs to somebody's Dataview and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from studyapp.obsidian.blocks import Block, Paragraph
from studyapp.obsidian.extract.question import FIELDS, QUESTION_TYPES
from studyapp.obsidian.markdown.engine import BlockProcessor, NoteExtension, NoteMarkdown

_FIELD = re.compile(r"[ \t]*([A-Za-z]+)::(?:[ \t]+(.*))?$")


class FieldsProcessor(BlockProcessor):
    """A ``<p class="fields">`` with a ``<span class="field">`` for each line."""

    kind = Paragraph

    def test(self, blocks: Sequence[Block], at: int) -> bool:
        return any(kind in QUESTION_TYPES for kind in self.parser.callouts) and all(
            (match := _FIELD.match(line.text)) and match[1].lower() in FIELDS
            for line in blocks[at].lines
        )

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        lines = blocks[at].lines
        paragraph = self.parser.element(parent, "p", lines[0].number)
        paragraph.set("class", "fields")
        for line in lines:
            match = _FIELD.match(line.text)
            assert match is not None
            field = SubElement(paragraph, "span", {"class": "field"})
            key = SubElement(field, "span", {"class": "field__key"})
            key.text = AtomicString(match[1].lower())
            value = self.parser.text(match[2] or "", line.number)
            key.tail = type(value)(f" {value}") if value else None
            if line is not lines[-1]:
                field.tail = " "
        return 1


class FieldsExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.parser.processors.register(FieldsProcessor(md.parser), "fields", 12)
