"""``$x$`` and ``$$`` blocks: the TeX source, marked for the page to typeset."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from studyapp.obsidian.blocks import Block, Math
from studyapp.obsidian.markdown.engine import BlockProcessor, NoteExtension, NoteMarkdown

_BLOCK = re.compile(r"\s*\$\$((?:[^$]|\$(?!\$))*+)\$\$\s*")


class MathBlockProcessor(BlockProcessor):
    """A formula of its own."""

    kind = Math

    def test(self, blocks: Sequence[Block], at: int) -> bool:
        return _BLOCK.fullmatch(_source(blocks[at])) is not None

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        match = _BLOCK.fullmatch(_source(blocks[at]))
        assert match is not None
        formula = self.parser.element(parent, "div", blocks[at].span[0])
        formula.set("class", "math")
        formula.text = AtomicString(match[1].strip())
        return 1


def _source(block: Block) -> str:
    return "\n".join(line.text for line in block.lines)


class MathProcessor(InlineProcessor):
    """A formula in a line. A dollar beside white space or before a digit is money."""

    triggers = "$"

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        formula = Element("span", {"class": "math"})
        formula.text = AtomicString(m[1] if m[1] is not None else m[2])
        return formula, m.start(), m.end()


class MathExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        pattern = (
            r"(?<![\\$])(?:\$\$(?!\$)((?:\\.|[^$\\]){1,2000}+)\$\$"
            r"|\$(?![\s$])((?:\\.|[^$\\\n]){1,1000}+)(?<!\s)\$(?![\d$]))"
        )
        md.parser.processors.register(MathBlockProcessor(md.parser), "math", 75)
        md.inlinePatterns.register(MathProcessor(pattern, md), "math", 185)
