"""``#tags``."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from studyapp.obsidian.markdown.engine import NoteExtension, NoteMarkdown


class TagProcessor(InlineProcessor):
    """A tag: letters, digits, ``_``, ``-``, ``/`` and at least one that is no digit."""

    triggers = "#"

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        if m[1].isdigit():
            return None, None, None
        element = Element("span", {"class": "tag"})
        element.text = AtomicString(m[0])
        return element, m.start(), m.end()


class TagExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        pattern = r"(?<!\S)#([\w/\-\U0001F300-\U0001FAFF]{1,200})"
        md.inlinePatterns.register(TagProcessor(pattern, md), "tag", 70)
