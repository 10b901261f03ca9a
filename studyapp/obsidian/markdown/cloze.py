"""The gap ``[…]`` in a cloze prompt; in a note, what ``{{c1::x::hint}}`` hides, marked."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from studyapp.obsidian.markdown import places
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


class HiddenProcessor(InlineProcessor):
    """What a cloze hides, for who reads the note. Elsewhere it may be what is asked."""

    triggers = "{"
    md: NoteMarkdown

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        if self.md.context.headings is None:
            return None, None, None
        mark = Element("mark")
        mark.text, _, hint = m[1].partition("::")
        if hint:
            mark.set("title", places.literal(self, hint))
        return mark, m.start(), m.end()


class ClozeExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.inlinePatterns.register(GapProcessor(r"\[…\]", md), "gap", 175)
        md.inlinePatterns.register(
            HiddenProcessor(r"\{\{c\d{1,3}::([^{}\n]{1,500})\}\}", md), "hidden", 165
        )
