"""Code: fenced and indented blocks, coloured by Pygments with classes, and ```spans```."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from xml.etree.ElementTree import Element, SubElement

import pygments
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString
from pygments.formatters.html import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from studyapp.obsidian.blocks import Block, Code, dedent, indentation
from studyapp.obsidian.markdown.engine import BlockProcessor, NoteExtension, NoteMarkdown

DIAGRAM = "mermaid"
"""The language of diagrams: their source, in an element of this class, for a script to draw."""

MAX_COLOURED = 50_000
"""Characters of a block that are still coloured: some lexers are slow on what they do not know."""

_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)
_LANGUAGE = re.compile(r"[\w.+#-]+")


class CodeProcessor(BlockProcessor):
    """A code block. Its language stands in the class, whether or not it can be coloured."""

    kind = Code

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        block = blocks[at]
        assert isinstance(block, Code)
        language, text = _read(block)
        pre = self.parser.element(parent, "pre", block.span[0], tabindex="0")
        code = SubElement(pre, "code")
        if language == DIAGRAM:
            pre.set("class", DIAGRAM)
            code.text = AtomicString(text)
            return 1
        lexer = _lexer(language) if language and len(text) <= MAX_COLOURED else None
        if language:
            code.set("class", f"language-{language}")
        if lexer is None:
            code.text = AtomicString(text)
        else:
            pre.set("class", "highlight")
            coloured = pygments.highlight(text, lexer, _FORMATTER)
            code.text = AtomicString(self.md.htmlStash.store(coloured))
        return 1


def _read(block: Code) -> tuple[str, str]:
    first = block.lines[0].text
    if indentation(first) >= 4:
        lines = [dedent(line.text, 4) for line in block.lines]
        return "", "\n".join(lines).rstrip("\n") + "\n"
    inner = block.lines[1:-1] if block.closed else block.lines[1:]
    margin = indentation(first)
    match = _LANGUAGE.search(block.info)
    language = match[0].lower() if match else ""
    return language, "".join(f"{dedent(line.text, margin)}\n" for line in inner)


@lru_cache(maxsize=128)
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None


class CodeSpanProcessor(InlineProcessor):
    """Text between two runs of as many backticks."""

    triggers = "`"

    def __init__(self, md: NoteMarkdown) -> None:
        super().__init__(r"(?<![\\`])(?:\\\\)*(`+)(?!`)", md)

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        closing = re.compile(rf"(?<!`){m[1]}(?!`)").search(data, m.end())
        if not closing:
            return None, None, None
        text = data[m.end() : closing.start()].replace("\n", " ")
        if text.strip() and text[0] == text[-1] == " ":
            text = text[1:-1]
        code = Element("code")
        code.text = AtomicString(text)
        return code, m.start(1), closing.end()


class CodeExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.parser.processors.register(CodeProcessor(md.parser), "code", 65)
        md.inlinePatterns.register(CodeSpanProcessor(md), "code_span", 190)
