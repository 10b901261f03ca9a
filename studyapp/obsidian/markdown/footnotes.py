"""``[^1]`` with ``[^1]: its text`` elsewhere, and ``^[text in place]``.

Notes are numbered in the order they are first mentioned, and their ids carry the prefix of the
text they belong to, because a page shows many texts.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from studyapp.obsidian.blocks import (
    Block,
    Code,
    Line,
    Paragraph,
    dedent,
    indentation,
    parse_lines,
)
from studyapp.obsidian.markdown.engine import BlockProcessor, NoteExtension, NoteMarkdown

_DEFINITION = re.compile(r" {0,3}\[\^([^\[\]\s]{1,100})\]:[ \t]*(.*)$")
_MENTION = re.compile(r"\[\^([^\[\]\s]{1,100})\]")


class FootnoteDefinitionProcessor(BlockProcessor):
    """``[^label]: text``, with indented lines after it that go on with the text."""

    kind = Paragraph

    def test(self, blocks: Sequence[Block], at: int) -> bool:
        return any("[^" in line.text and _DEFINITION.match(line.text) for line in blocks[at].lines)

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        before: list[Line] = []
        current: list[Line] = before
        notes = self.md.context.footnotes
        bodies: dict[str, list[Line]] = {}
        for line in blocks[at].lines:
            if match := _DEFINITION.match(line.text):
                current = bodies.setdefault(match[1].casefold(), [])
                line = Line(line.number, match[2])
            current.append(line)
        used = 1
        while at + used < len(blocks) and _is_indented(blocks[at + used]):
            continued = blocks[at + used].lines
            current.append(Line(continued[0].number - 1, ""))
            current += [Line(line.number, dedent(line.text, 4)) for line in continued]
            used += 1
        for label, lines in bodies.items():
            notes.setdefault(label, tuple(lines))
        if before:
            self.parser.build(parent, [Paragraph(tuple(before))])
        return used


def _is_indented(block: Block) -> bool:
    return isinstance(block, Code) and indentation(block.lines[0].text) >= 4


class FootnoteProcessor(InlineProcessor):
    """The mention of a footnote, or one written in place, marked for numbering."""

    triggers = "["
    md: NoteMarkdown

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        mention = Element("sup", {"class": "footnote-ref"})
        if m[1] is None:
            mention.text = m[2]
            mention.set("data-footnote", "")
        elif m[1].casefold() in self.md.context.footnotes:
            mention.set("data-footnote", m[1].casefold())
        else:
            return None, None, None
        return mention, m.start(), m.end()


class FootnoteSectionTreeprocessor(Treeprocessor):
    """Before inline markup is read: the text of the footnotes that are mentioned, at the end."""

    md: NoteMarkdown

    def run(self, root: Element) -> None:
        notes = self.md.context.footnotes
        if not notes:
            return
        wanted = [label.casefold() for label in _MENTION.findall("\n".join(self.md.lines))]
        built: set[str] = set()
        items = Element("ol")
        while wanted:
            label = wanted.pop(0)
            if label in built or label not in notes:
                continue
            built.add(label)
            item = SubElement(items, "li", {"data-footnote": label})
            self.md.parser.build(item, parse_lines(notes[label]))
            wanted += [
                inner.casefold() for line in notes[label] for inner in _MENTION.findall(line.text)
            ]
        if len(items):
            SubElement(root, "section", {"class": "footnote"}).append(items)


class FootnoteNumberTreeprocessor(Treeprocessor):
    """After inline markup is read: numbers, ids, links both ways; what is not mentioned goes."""

    md: NoteMarkdown

    def run(self, root: Element) -> None:
        section = next((child for child in root if child.get("class") == "footnote"), None)
        written = (
            {} if section is None else {item.get("data-footnote", ""): item for item in section[0]}
        )
        if section is not None:
            root.remove(section)
        queue = _mentions(root)
        if not queue:
            return
        prefix = self.md.context.footnote_prefix
        items: list[Element] = []
        numbers: dict[str, int] = {}
        while queue:
            mention = queue.popleft()
            label = mention.attrib.pop("data-footnote")
            if label in numbers:
                _point(mention, f"{prefix}-{numbers[label]}", numbers[label])
                continue
            item = written[label] if label else _take_content(mention)
            items.append(item)
            item.attrib.pop("data-footnote", None)
            if label:
                numbers[label] = len(items)
            name = f"{prefix}-{len(items)}"
            item.set("id", name)
            mention.set("id", f"{name}-ref")
            _point(mention, name, len(items))
            queue.extend(_mentions(item))
            _add_way_back(item, f"{name}-ref")
        SubElement(SubElement(root, "section", {"class": "footnote"}), "ol").extend(items)


def _mentions(element: Element) -> deque[Element]:
    return deque(sup for sup in element.iter("sup") if "data-footnote" in sup.attrib)


def _take_content(mention: Element) -> Element:
    """What was written in place, moved into an item of the list of footnotes."""
    item = Element("li")
    item.text, mention.text = mention.text, None
    for child in list(mention):
        mention.remove(child)
        item.append(child)
    return item


def _point(mention: Element, name: str, number: int) -> None:
    SubElement(mention, "a", {"href": f"#{name}"}).text = AtomicString(str(number))


def _add_way_back(item: Element, name: str) -> None:
    holder = item[-1] if len(item) and item[-1].tag == "p" else item
    if len(holder):
        holder[-1].tail = f"{holder[-1].tail or ''} "
    else:
        holder.text = f"{holder.text or ''} "
    back = SubElement(holder, "a", {"href": f"#{name}", "class": "footnote-backref"})
    back.set("aria-label", "Back to the text")
    back.text = AtomicString("↩")


class FootnoteExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        # The text of a footnote in place may hold one level of brackets (a link, a wikilink).
        pattern = r"\[\^([^\[\]\s]{1,100})\]|\^\[((?:[^\[\]]|\[[^\[\]]{0,200}\]){1,1000}+)\]"
        md.parser.processors.register(
            FootnoteDefinitionProcessor(md.parser), "footnote_definition", 32
        )
        md.inlinePatterns.register(FootnoteProcessor(pattern, md), "footnote", 170)
        md.treeprocessors.register(FootnoteSectionTreeprocessor(md), "footnote_section", 30)
        md.treeprocessors.register(FootnoteNumberTreeprocessor(md), "footnote_numbers", 15)
