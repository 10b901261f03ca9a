"""Bare addresses and ``<addresses>``."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from studyapp.obsidian.markdown import places
from studyapp.obsidian.markdown.engine import NoteExtension, NoteMarkdown

_TRAILING = re.compile(r"[?!.,:;*_~='\"]+$")


class BareUrlProcessor(InlineProcessor):
    """``https://...`` in running text, without the punctuation that ends the sentence."""

    triggers = ":"
    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        url = _TRAILING.sub("", m[0])
        while url.endswith(")") and url.count(")") > url.count("("):
            url = _TRAILING.sub("", url[:-1])
        plain = places.literal(self, url)
        return places.external(plain, AtomicString(plain)), m.start(), m.start() + len(url)


class AngleUrlProcessor(InlineProcessor):
    """``<https://...>`` and ``<name@host>``."""

    triggers = "<"
    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        text = places.literal(self, m[1])
        url = text if places.is_external(text) else f"mailto:{text}"
        return places.external(url, AtomicString(text)), m.start(), m.end()


class UrlExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        angle = r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]{1,2000}|[\w.+-]{1,64}@[\w.-]{1,255})>"
        bare = r"(?<!\w)https?://[^\s<>\x02\x03]{1,2000}"
        md.inlinePatterns.register(AngleUrlProcessor(angle, md), "angle_url", 120)
        md.inlinePatterns.register(BareUrlProcessor(bare, md), "bare_url", 85)
