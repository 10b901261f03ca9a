"""The gap ``[…]`` in a cloze prompt."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from studyapp.obsidian.markdown.engine import NoteExtension, NoteMarkdown


class GapProcessor(InlineProcessor):
    """Marks the gap where the text asks for it; elsewhere ``[…]`` is an author's own ellipsis."""

    triggers = "…"
    md: NoteMarkdown

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        if not self.md.context.cloze:
            return None, None, None
        gap = Element("span", {"class": "cloze"})
        gap.text = AtomicString(m[0])
        return gap, m.start(), m.end()


class ClozeExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.inlinePatterns.register(GapProcessor(r"\[…\]", md), "gap", 175)
