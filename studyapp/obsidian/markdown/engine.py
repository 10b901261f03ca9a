"""Python-Markdown with our reading of blocks in place of its own.

``NoteMarkdown`` starts empty: every syntax comes from an extension of its own file, registered
under a name and a priority. Blocks come from ``studyapp.obsidian.blocks``, the same tree that items
are extracted from, so that what is asked and what is shown can never differ; a ``BlockProcessor``
turns one kind of them into elements. Inline syntax is Python-Markdown's as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Self, cast
from xml.etree.ElementTree import Element, ElementTree, SubElement

import markdown
from markdown.blockparser import BlockParser
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor, RawHtmlPostprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import InlineProcessor as InlineTreeprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString, Registry

from studyapp.obsidian.anchors import block_anchor, line_anchor
from studyapp.obsidian.blocks import Block, Line, number_lines, parse_lines
from studyapp.obsidian.images import Size
from studyapp.obsidian.markdown.serialise import to_html
from studyapp.obsidian.values import Passage

MAX_INLINE = 50_000
"""Characters of one paragraph that are still searched for inline markup; a longer one is shown
as plain text. Python-Markdown copies the whole text for each match."""

_MARKUP = re.compile(r"[\\`*_\[$%<&#~=\n]|://|\{\{")
"""What any inline syntax has in it; text without it can be left alone."""
_BLOCK_ID = re.compile(r"(?:^|(?<=\s))\^([A-Za-z0-9-]+)[ \t]*$")


@dataclass(slots=True)
class Context:
    """What one conversion knows about where its text comes from. A fragment has no places.

    ``lay_out(context, key, line)`` gives the safe HTML of a passage that the text embeds, or None
    where that would be too much.
    """

    links: Mapping[tuple[str, str], str] = field(default_factory=dict)
    embeds: Mapping[tuple[str, str], str] = field(default_factory=dict)
    passages: Mapping[str, Passage] = field(default_factory=dict)
    sizes: Mapping[str, Size] = field(default_factory=dict)
    tags: str = ""  # where the pages of tags are; "": there are none
    lay_out: Callable[[Context, str, int], str | None] | None = None
    headings: Mapping[int, str] | None = None  # line -> anchor; None: a fragment
    first_line: int = 1
    footnote_prefix: str = "fn"
    references: dict[str, tuple[str, str]] = field(default_factory=dict)  # label -> URL, title
    footnotes: dict[str, tuple[Line, ...]] = field(default_factory=dict)  # label -> its text
    cloze: bool = False
    opens_pictures: bool = True  # whether a picture is a link to its file
    has_pictures: bool = False
    troubles: list[tuple[int, str, str]] = field(default_factory=list)  # line, code, message
    last_line: int = 0
    raw_depth: int = 0
    has_raw_html: bool = False


class BlockProcessor:
    """Turns blocks of one ``kind`` into elements."""

    kind: ClassVar[type[Block]]

    def __init__(self, parser: NoteParser) -> None:
        self.parser = parser
        self.md = parser.note_markdown

    def test(self, blocks: Sequence[Block], at: int) -> bool:
        """True when ``blocks[at]``, which is of this kind, is for this processor."""
        return True

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        """Append the elements of ``blocks[at]`` to ``parent``; return how many blocks were used."""
        raise NotImplementedError


class NoteParser(BlockParser):
    """Walks the block tree of a note; the processors say what each block becomes."""

    def __init__(self, md: NoteMarkdown) -> None:
        super().__init__(md)
        self.note_markdown = md
        self.processors: Registry[BlockProcessor] = Registry()
        self.callouts: list[str] = []  # the types of those being built, outermost first
        self._by_type: dict[type[Block], list[BlockProcessor]] = {}

    def parseDocument(self, lines: Iterable[str]) -> ElementTree:  # noqa: N802  (Python-Markdown's)
        root = Element(self.md.doc_tag)
        self.callouts.clear()
        first_line = self.note_markdown.context.first_line
        self.build(root, parse_lines(number_lines("\n".join(lines), first_line)))
        return ElementTree(root)

    def build(self, parent: Element, blocks: Sequence[Block]) -> None:
        """Append the elements of ``blocks`` to ``parent``."""
        at = 0
        while at < len(blocks):
            for processor in self._processors_of(type(blocks[at])):
                if processor.test(blocks, at):
                    at += processor.run(parent, blocks, at)
                    break

    def _processors_of(self, kind: type[Block]) -> list[BlockProcessor]:
        if kind not in self._by_type:
            self._by_type[kind] = [p for p in self.processors if issubclass(kind, p.kind)]
        return self._by_type[kind]

    def element(self, parent: Element, tag: str, line: int, **attributes: str) -> Element:
        """A new child of ``parent``; the first at a line says which line of the file that is."""
        element = SubElement(parent, tag, attributes)
        context = self.note_markdown.context
        if context.headings is not None and line > context.last_line:
            context.last_line = line
            element.set("data-line", str(line))
            element.set("id", line_anchor(line))
        return element

    def text(self, text: str, line: int) -> str:
        """``text`` for an element whose inline markup is to be read, if it is not too long."""
        text = text.strip()
        if len(text) > MAX_INLINE:
            message = f"Longer than {MAX_INLINE:,} characters: shown as plain text."
            self.note_markdown.context.troubles.append((line, "paragraph-too-long", message))
            return AtomicString(text)
        return text if _MARKUP.search(text) else AtomicString(text)

    def take_block_id(self, text: str) -> tuple[str, str]:
        """``text`` without the ``^id`` at its end, and the id ("" where there is none)."""
        match = _BLOCK_ID.search(text) if "^" in text else None
        return (text[: match.start()].rstrip(), match[1]) if match else (text, "")

    def name(self, element: Element, parent: Element, block_id: str) -> None:
        """Make ``element``, a child of ``parent``, the one that links to ``^block_id`` go to."""
        if block_id and self.note_markdown.context.headings is not None:
            self.place(element, parent, block_anchor(block_id))

    def place(self, element: Element, parent: Element, anchor: str) -> None:
        """Give ``element`` an id; if it was the place of its line, an empty one stays for that."""
        earlier = element.get("id")
        element.set("id", anchor)
        if not earlier:
            return
        place = Element("span", {"id": earlier})
        if element.get("class") == "callout":
            element[0].insert(0, place)
        elif element.tag in ("li", "p"):
            place.tail, element.text = element.text, None
            element.insert(0, place)
        else:
            parent.insert(list(parent).index(element), place)


_Search = Callable[[str, int], re.Match[str] | None]


class QuickInlineTreeprocessor(InlineTreeprocessor):
    """Python-Markdown's, passing over the patterns whose first character a text does not have.

    It asks every pattern about every text, which takes most of its time. This steps into a method
    that it keeps to itself; should that go by another name one day, all is as before, but slower.
    """

    def __init__(self, md: NoteMarkdown) -> None:
        super().__init__(md)
        self._asked: dict[frozenset[str], list[tuple[int, Any, _Search]]] = {}

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        if isinstance(data, AtomicString):
            return data
        apply = self._InlineProcessor__applyPattern  # type: ignore[attr-defined]
        for index, pattern, search in self._patterns(self._triggers.intersection(data)):
            start, matched = 0, index >= patternIndex
            while matched and search(data, start):
                data, matched, start = apply(pattern, data, index, start)
        return data

    @cached_property
    def _triggers(self) -> frozenset[str]:
        return frozenset("".join(getattr(p, "triggers", "") for p in self.inlinePatterns))

    def _patterns(self, present: frozenset[str]) -> list[tuple[int, Any, _Search]]:
        """The patterns, each with its index and what looks for it, that a text holding these
        triggers is asked for."""
        if (found := self._asked.get(present)) is None:
            found = self._asked[present] = [
                (index, pattern, pattern.getCompiledRegExp().search)  # type: ignore[attr-defined]
                for index, pattern in enumerate(self.inlinePatterns)
                if not hasattr(pattern, "triggers") or not present.isdisjoint(pattern.triggers)
            ]
        return found


class NoteMarkdown(markdown.Markdown):
    """A ``Markdown`` that knows nothing but what its extensions register, and has a ``context``."""

    parser: NoteParser
    context: Context
    lines: list[str]

    def __init__(self, extensions: Sequence[Extension], *, strict_line_breaks: bool) -> None:
        self.context = Context()
        self.strict_line_breaks = strict_line_breaks
        super().__init__(extensions=extensions, output_format="html")
        self.serializer = to_html

    def build_parser(self) -> Self:
        self.preprocessors = Registry[Preprocessor]()
        self.parser = NoteParser(self)
        self.inlinePatterns = Registry()
        self.treeprocessors = Registry[Treeprocessor]()
        self.inline = QuickInlineTreeprocessor(self)
        self.treeprocessors.register(self.inline, "inline", 20)
        self.postprocessors = Registry[Postprocessor]()
        self.postprocessors.register(RawHtmlPostprocessor(self), "raw_html", 30)
        return self

    def render(self, source: str, context: Context) -> str:
        """``source`` as HTML that is not yet sanitised."""
        self.reset()
        self.context = context
        return self.convert(source)


class NoteExtension(Extension):
    """An extension of ``NoteMarkdown``; subclasses say what they register in ``extend``."""

    def extend(self, md: NoteMarkdown) -> None:
        """Register processors."""
        raise NotImplementedError

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802  (Python-Markdown's)
        self.extend(cast(NoteMarkdown, md))
