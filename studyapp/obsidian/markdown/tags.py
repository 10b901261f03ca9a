"""``#tags``."""

from __future__ import annotations

import re
from urllib.parse import quote
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from studyapp.obsidian.inline import TAG
from studyapp.obsidian.markdown.engine import NoteExtension, NoteMarkdown


class TagProcessor(InlineProcessor):
    """A tag: letters, digits, ``_``, ``-``, ``/`` and at least one that is no digit. It leads to
    the tag's own page, where there is one."""

    triggers = "#"
    ANCESTOR_EXCLUDES = ("a",)
    md: NoteMarkdown

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        tag, page = m[1].strip("/"), self.md.context.tags
        if not tag or tag.isdigit():
            return None, None, None
        element = Element("a" if page else "span", {"class": "tag"})
        if page:
            element.set("href", f"{page}{quote(tag, safe='/')}/")
        element.text = AtomicString(m[0])
        return element, m.start(), m.end()


class TagExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.inlinePatterns.register(TagProcessor(TAG, md), "tag", 70)
