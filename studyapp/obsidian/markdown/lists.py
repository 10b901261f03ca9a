"""Lists, tight and loose, and tasks in them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement

from studyapp.obsidian.blocks import Block, List, ListItem
from studyapp.obsidian.extract.question import QUESTION_TYPES
from studyapp.obsidian.markdown.engine import BlockProcessor, NoteExtension, NoteMarkdown

"""The type of callout, and its other names, in which a task list is options and a mark the key."""


class ListProcessor(BlockProcessor):
    """A list of bullets or numbers. ``- [x]`` is a task; any mark but a space means done."""

    kind = List

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        block = blocks[at]
        assert isinstance(block, List)
        element = SubElement(parent, "ol" if block.ordered else "ul")
        if self.md.context.headings is not None:  # the line's id is its first item's
            element.set("data-line", str(block.span[0]))
        first = block.items[0].marker[:-1]
        if block.ordered and first != "1":
            element.set("start", str(int(first)))
        tight = not _is_loose(block)
        for item in block.items:
            self.add(element, item, tight=tight)
        return 1

    def add(self, parent: Element, item: ListItem, *, tight: bool) -> None:
        element = self.parser.element(parent, "li", item.span[0])
        self.parser.build(element, item.children)
        if tight:
            for anchor in _unwrap(element):
                self.parser.place(element, parent, anchor)
        if item.task is not None:
            element.set("class", "task")
            self.add_checkbox(element, done=item.task != " ")

    def add_checkbox(self, item: Element, *, done: bool) -> None:
        option = any(kind in QUESTION_TYPES for kind in self.parser.callouts)
        words = ("right", "wrong") if option else ("done", "to do")
        box = Element("input", {"type": "checkbox", "disabled": "disabled"})
        box.set("aria-label", words[0] if done else words[1])
        if done:
            box.set("checked", "checked")
        holder = item[0] if len(item) and item[0].tag == "p" and not item.text else item
        box.tail = f" {holder.text or ''}"
        holder.text = None
        holder.insert(0, box)


def _is_loose(block: List) -> bool:
    """True when a blank line stands between items, or between what one item holds directly."""
    return _has_gap(block.items) or any(_has_gap(item.children) for item in block.items)


def _has_gap(blocks: Sequence[Block]) -> bool:
    return any(later.span[0] > earlier.span[1] + 1 for earlier, later in pairwise(blocks))


def _unwrap(item: Element) -> list[str]:
    """Put the text of the item's paragraphs straight into it, as a tight list shows them.

    Returns the ids of the paragraphs that are gone.
    """
    anchors = []
    before: Element | None = None
    for child in list(item):
        if child.tag != "p":
            before = child
            continue
        if anchor := child.get("id"):
            anchors.append(anchor)
        position = list(item).index(child)
        item.remove(child)
        if before is not None:
            before.tail = child.text
        else:
            item.text = f"{item.text}\n{child.text}" if item.text else child.text
        for offset, inner in enumerate(list(child)):
            item.insert(position + offset, inner)
            before = inner
    return anchors


class ListExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.parser.processors.register(ListProcessor(md.parser), "list", 45)
