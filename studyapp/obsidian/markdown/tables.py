"""Pipe tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from studyapp.obsidian.blocks import Block, Table
from studyapp.obsidian.markdown.engine import BlockProcessor, NoteExtension, NoteMarkdown

_PIPE = re.compile(r"(?<!\\)\|")


class TableProcessor(BlockProcessor):
    """A table whose delimiter row has as many cells as its header; any other stays text."""

    kind = Table

    def test(self, blocks: Sequence[Block], at: int) -> bool:
        header, delimiters = blocks[at].lines[:2]
        return len(cells(header.text)) == len(cells(delimiters.text))

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        lines = blocks[at].lines
        aligns = [_align(cell) for cell in cells(lines[1].text)]
        table = self.parser.element(parent, "table", lines[0].number)
        head = SubElement(SubElement(table, "thead"), "tr")
        self.add(head, "th", lines[0].text, lines[0].number, aligns)
        body = SubElement(table, "tbody") if len(lines) > 2 else None
        for line in lines[2:]:
            if body is not None:
                self.add(SubElement(body, "tr"), "td", line.text, line.number, aligns)
        return 1

    def add(self, row: Element, tag: str, source: str, line: int, aligns: list[str]) -> None:
        for text, align in zip(cells(source), aligns, strict=False):
            cell = SubElement(row, tag, {"align": align} if align else {})
            cell.text = self.parser.text(text, line)


def cells(row: str) -> list[str]:
    """The cells of a table row; ``\\|`` is a bar within one."""
    row = row.strip().removeprefix("|")
    if row.endswith("|") and not row.endswith("\\|"):
        row = row[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _PIPE.split(row)]


def _align(delimiter: str) -> str:
    left, right = delimiter.startswith(":"), delimiter.endswith(":")
    return ("center" if left else "right") if right else ""


class TableExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.parser.processors.register(TableProcessor(md.parser), "table", 35)
