"""``[[Note#Heading|text]]`` and ``![[embeds]]``."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from studyapp.obsidian.markdown import places
from studyapp.obsidian.markdown.engine import NoteExtension, NoteMarkdown


class WikilinkProcessor(InlineProcessor):
    """A link by the note's name. Without an alias it reads as in Obsidian: ``Note > Part``."""

    triggers = "["
    md: NoteMarkdown

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        target, fragment, alias = places.split_wikilink(places.literal(self, m[2]))
        if not target and not fragment:
            return None, None, None
        context = self.md.context
        if m[1]:
            return places.embed(context, target, fragment, alias), m.start(), m.end()
        text = alias or AtomicString(places.reading(target, fragment))
        return places.link(context, target, fragment, text, "wikilink"), m.start(), m.end()


class WikilinkExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        pattern = r"(?<!\\)(!?)\[\[([^\[\]\n]{1,1000})\]\]"
        md.inlinePatterns.register(WikilinkProcessor(pattern, md), "wikilink", 182)
