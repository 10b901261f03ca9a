"""``%%comments%%``, in a line or as blocks: not shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor

from studyapp.obsidian.blocks import Block, Comment
from studyapp.obsidian.markdown.engine import BlockProcessor, NoteExtension, NoteMarkdown


class CommentBlockProcessor(BlockProcessor):
    """A comment that is a block of its own."""

    kind = Comment

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        return 1


class CommentProcessor(InlineProcessor):
    """A comment within a paragraph."""

    triggers = "%"

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        return "", m.start(), m.end()


class CommentExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        pattern = r"[ \t]?%%(?:[^%]|%(?!%)){0,2000}+%%"
        md.parser.processors.register(CommentBlockProcessor(md.parser), "comment", 80)
        md.inlinePatterns.register(CommentProcessor(pattern, md), "comment", 186)
