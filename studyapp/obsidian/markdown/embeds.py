"""``![[Note]]``, ``![[Note#Heading]]`` and ``![[Note#^block]]``: the passage itself, in place.

A passage is a block, wherever in a paragraph its embed stands; the text before and after it becomes
paragraphs of their own. In a heading, a table, a title or an option an embed stays a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from studyapp.obsidian.blocks import Block, Line, Paragraph
from studyapp.obsidian.inline import mask_hidden
from studyapp.obsidian.markdown import places
from studyapp.obsidian.markdown.engine import BlockProcessor, NoteExtension, NoteMarkdown

_EMBED = re.compile(
    r"(?<!\\)!(?:\[\[([^\[\]\n]{1,1000})\]\]|\[([^\[\]\n]{0,500})\]"
    r"\((?:<([^<>\n]{1,1000})>|([^\s()<>]{1,1000}))\))"
)


@dataclass(frozen=True, slots=True)
class _Embed:
    """An embed in a paragraph's text: where it stands, its passage, and what it is called."""

    start: int
    end: int
    place: tuple[str, str]
    passage: str
    alias: str


class EmbedProcessor(BlockProcessor):
    """A paragraph that embeds passages of notes."""

    kind = Paragraph

    def test(self, blocks: Sequence[Block], at: int) -> bool:
        return next(self._embeds(blocks[at].lines), None) is not None

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        lines = blocks[at].lines
        text = _text(lines)
        done = 0
        for embed in self._embeds(lines):
            self._add_text(parent, lines, text, done, embed.start)
            self._add_passage(parent, embed, lines[text.count("\n", 0, embed.start)].number)
            done = embed.end
        self._add_text(parent, lines, text, done, len(text))
        return 1

    def _embeds(self, lines: Sequence[Line]) -> Iterator[_Embed]:
        known = self.md.context.embeds
        if not known or self.md.context.lay_out is None:
            return
        if not any("![" in line.text for line in lines):
            return
        for match in _EMBED.finditer(mask_hidden(_text(lines))):
            if match[1] is not None:
                target, fragment, alias = places.split_wikilink(match[1])
            else:
                target, fragment = places.split_url(match[3] or match[4])
                alias = match[2].strip()
            if passage := known.get((target, fragment)):
                yield _Embed(match.start(), match.end(), (target, fragment), passage, alias)

    def _add_text(
        self, parent: Element, lines: Sequence[Line], text: str, start: int, end: int
    ) -> None:
        """Append what stands between two embeds, if that is more than white space."""
        piece = text[start:end]
        if not piece.strip():
            return
        first = text.count("\n", 0, start)
        numbered = [
            Line(lines[number].number, part)
            for number, part in enumerate(piece.split("\n"), first)
            if part.strip()
        ]
        self.parser.build(parent, [Paragraph(tuple(numbered))])

    def _add_passage(self, parent: Element, embed: _Embed, line: int) -> None:
        context = self.md.context
        passage = context.passages.get(embed.passage)
        assert context.lay_out is not None  # else there are no embeds, see _embeds
        html = context.lay_out(context, embed.passage, line)
        if passage is None or html is None:
            paragraph = self.parser.element(parent, "p", line)
            paragraph.append(places.embed(context, *embed.place, embed.alias))
            return
        box = self.parser.element(parent, "div", line)
        box.set("class", "embed")
        title = SubElement(box, "p", {"class": "embed__title"})
        words = AtomicString(embed.alias or passage.title)
        title.append(places.link(context, *embed.place, words, "wikilink"))
        body = SubElement(box, "div", {"class": "embed__body"})
        body.text = AtomicString(self.md.htmlStash.store(html))


def _text(lines: Sequence[Line]) -> str:
    return "\n".join(line.text.lstrip() for line in lines)


class EmbedExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.parser.processors.register(EmbedProcessor(md.parser), "embed", 28)
