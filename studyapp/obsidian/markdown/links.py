"""``[text](target)``, ``![alt](target)``, and both by reference: ``[text][label]``.

Python-Markdown's own processors search the whole text from each ``[``: 20 kB of them take 20 s.
Here a link's text has a limit of brackets and of depth, so that time stays linear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from studyapp.obsidian.blocks import Block, Paragraph
from studyapp.obsidian.markdown import places
from studyapp.obsidian.markdown.engine import BlockProcessor, NoteExtension, NoteMarkdown

MAX_TEXT = 2_000
MAX_BRACKETS = 40
MAX_NESTED = 5

_BRACKET = re.compile(r"[\[\]]")
_DESTINATION = re.compile(
    r"\(\s{0,9}(?:<([^<>\n]{0,2000})>|((?:[^\s()<>]|\((?:[^\s()]|\([^\s()]*+\))*+\)){0,2000}+))"
    r"""(?:\s{1,9}("[^"]{0,500}"|'[^']{0,500}'))?\s{0,9}\)"""
)
_LABEL = re.compile(r"\[([^\[\]]{0,500})\]")
_DEFINITION = re.compile(
    r"""[ ]{0,3}\[(?!\^)([^\[\]]{1,500})\]:[ \t]*(?:<([^<>]+)>|(\S+))"""
    r"""(?:[ \t]+("[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*$"""
)


class LinkProcessor(InlineProcessor):
    """A link into the vault or out of it."""

    triggers = "["
    md: NoteMarkdown

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        closing = _closing_bracket(data, m.end())
        if closing is None:
            return None, None, None
        text = data[m.end() : closing]
        found = self._destination(data, closing + 1, text)
        if found is None:
            return None, None, None
        url, title, end = found
        return self.element(url, text, title), m.start(), end

    def element(self, url: str, text: str, title: str) -> Element:
        if places.is_external(url):
            return places.external(places.decode(url), text or AtomicString(url), title)
        target, fragment = places.split_url(url)
        return places.link(self.md.context, target, fragment, text or AtomicString(url), "")

    def _destination(self, data: str, at: int, text: str) -> tuple[str, str, int] | None:
        if match := _DESTINATION.match(data, at):
            url = places.literal(self, match[1] if match[1] is not None else match[2])
            title = places.decode(places.literal(self, match[3] or "")[1:-1])
            return url, title, match.end()
        references = self.md.context.references
        if not references:
            return None
        label = _LABEL.match(data, at)
        key = _key(places.literal(self, (label[1] if label else "") or text))
        if key not in references:
            return None
        return *references[key], label.end() if label else at


class ImageProcessor(LinkProcessor):
    """An image of the vault. One from elsewhere becomes a link: nothing is fetched from there."""

    def element(self, url: str, text: str, title: str) -> Element:
        label = places.literal(self, text)
        if places.is_external(url):
            alt, _, _ = places.split_size(label)
            return places.external(url, AtomicString(alt or url), title)
        target, fragment = places.split_url(url)
        return places.embed(self.md.context, target, fragment, label)


def _closing_bracket(data: str, start: int) -> int | None:
    depth = 1
    for count, match in enumerate(_BRACKET.finditer(data, start, start + MAX_TEXT)):
        depth += 1 if match[0] == "[" else -1
        if depth == 0:
            return match.start()
        if depth > MAX_NESTED or count > MAX_BRACKETS:
            return None
    return None


def _key(label: str) -> str:
    return " ".join(label.casefold().split())


class DefinitionProcessor(BlockProcessor):
    """``[label]: target "title"`` at the start of a paragraph: kept for links, not shown."""

    kind = Paragraph

    def test(self, blocks: Sequence[Block], at: int) -> bool:
        return _DEFINITION.match(blocks[at].lines[0].text) is not None

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        lines = blocks[at].lines
        count = 0
        while count < len(lines) and (match := _DEFINITION.match(lines[count].text)):
            url, title = match[2] or match[3], (match[4] or "")[1:-1]
            self.md.context.references.setdefault(_key(match[1]), (url, title))
            count += 1
        if count < len(lines):
            self.parser.build(parent, [Paragraph(lines[count:])])
        return 1


class LinkExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.parser.processors.register(DefinitionProcessor(md.parser), "definition", 30)
        md.inlinePatterns.register(LinkProcessor(r"(?<!!)\[(?!\^)", md), "link", 160)
        md.inlinePatterns.register(ImageProcessor(r"!\[", md), "image", 150)
