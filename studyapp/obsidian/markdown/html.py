"""Raw HTML: passed on to the sanitiser, which lets little of it through.

Tags that HTML does not have (``<your-bucket>``) are text: they are placeholders people write, and
would vanish. Open tags nest ``MAX_OPEN`` deep; sanitising is quadratic in depth.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from studyapp.obsidian.blocks import Block, Html
from studyapp.obsidian.markdown import places
from studyapp.obsidian.markdown.engine import BlockProcessor, Context, NoteExtension, NoteMarkdown
from studyapp.obsidian.markdown.sanitise import HTML_TAGS, VOID_TAGS, names

MAX_OPEN = 32

_BLOCK_TAGS = names(
    "address article aside blockquote body caption center col colgroup dd details dialog dir div "
    "dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr "
    "html iframe legend li link main menu menuitem nav noframes ol optgroup option p param pre "
    "script search section style summary table tbody td textarea tfoot th thead title tr track ul"
)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s[^<>]*)?)>")
_WHOLE_LINE = re.compile(r"\s*</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>\s*")
_NAME = re.compile(r"\s*</?([A-Za-z][A-Za-z0-9-]*)")


class HtmlBlockProcessor(BlockProcessor):
    """A run of lines that starts with a block-level tag, or with any tag alone on its line."""

    kind = Html

    def test(self, blocks: Sequence[Block], at: int) -> bool:
        first = blocks[at].lines[0].text
        name = _NAME.match(first)
        if name is None or name[1].lower() not in HTML_TAGS:
            return False
        return name[1].lower() in _BLOCK_TAGS or _WHOLE_LINE.fullmatch(first) is not None

    def run(self, parent: Element, blocks: Sequence[Block], at: int) -> int:
        lines = blocks[at].lines
        html = "\n".join(line.text for line in lines)
        if not admit(self.md.context, html):
            paragraph = self.parser.element(parent, "p", lines[0].number)
            paragraph.text = AtomicString(html)
            return 1
        placeholder = self.md.htmlStash.store(f"\n{html}\n")
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + AtomicString(placeholder)
        else:
            parent.text = AtomicString((parent.text or "") + placeholder)
        return 1


class HtmlProcessor(InlineProcessor):
    """A tag or comment in running text."""

    triggers = "<"
    md: NoteMarkdown

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[str | None, int | None, int | None]:
        if m[1] is None:
            return "", m.start(), m.end()
        html = places.literal(self, m[0])
        if m[1].lower() not in HTML_TAGS or not admit(self.md.context, html):
            return None, None, None
        return self.md.htmlStash.store(html), m.start(), m.end()


def admit(context: Context, html: str) -> bool:
    """Count the tags that ``html`` opens; False when they would nest too deep."""
    depth = context.raw_depth
    for closing, name, rest in _TAG.findall(html):
        if name.lower() in VOID_TAGS or rest.endswith("/"):
            continue
        depth += -1 if closing else 1
        if depth > MAX_OPEN:
            return False
    context.raw_depth = max(depth, 0)
    context.has_raw_html = True
    return True


class HtmlExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        pattern = (
            r"</?([A-Za-z][A-Za-z0-9-]*)(?:\s[^<>]{0,2000})?/?>|<!--(?:[^-]|-(?!->)){0,2000}+-->"
        )
        md.parser.processors.register(HtmlBlockProcessor(md.parser), "html", 25)
        md.inlinePatterns.register(HtmlProcessor(pattern, md), "html", 90)
