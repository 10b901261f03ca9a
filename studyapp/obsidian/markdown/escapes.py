"""Backslash escapes, line breaks and HTML entities."""

from __future__ import annotations

import re
from string import punctuation
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor
from markdown.util import ETX, STX

from studyapp.obsidian.markdown.engine import NoteExtension, NoteMarkdown
from studyapp.obsidian.markdown.places import ENTITY


class EscapeProcessor(InlineProcessor):
    """``\\*`` is a plain ``*``: hidden from later patterns as its number until the very end."""

    triggers = "\\"

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        return f"{STX}{ord(m[1])}{ETX}", m.start(), m.end()


class BreakProcessor(InlineProcessor):
    """The end of a line that the reader sees as one."""

    triggers = "\n"

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        return Element("br"), m.start(), m.end()


class EntityProcessor(InlineProcessor):
    """``&nbsp;`` and the like, passed on as they are."""

    triggers = "&"

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str, int, int]:
        return self.md.htmlStash.store(m[0]), m.start(), m.end()


class EscapeExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        end_of_line = r"(?: {2,}|\\)\n" if md.strict_line_breaks else r"(?: *|\\)\n"
        escape = rf"\\([{re.escape(punctuation)}])"
        md.inlinePatterns.register(EscapeProcessor(escape, md), "escape", 180)
        md.inlinePatterns.register(EntityProcessor(ENTITY.pattern, md), "entity", 80)
        md.inlinePatterns.register(BreakProcessor(end_of_line, md), "break", 50)
