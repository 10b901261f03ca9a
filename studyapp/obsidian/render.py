"""Notes and the Markdown of their items as safe HTML.

The pages put this HTML into their markup as it is, so everything here ends in the sanitiser.
"""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from studyapp.items.values import Content, Kind
from studyapp.obsidian.markdown import Context, NoteMarkdown, note_markdown
from studyapp.obsidian.markdown.sanitise import sanitise
from studyapp.obsidian.values import (
    Diagnostic,
    ParsedNote,
    RenderedItem,
    RenderedNote,
    Severity,
    VaultSettings,
)

MAX_TEXT = 1_000_000
"""Characters of a note that are still rendered; a longer one is shown as its source, cut there."""

_PLAIN = re.compile(r"(?:[A-Za-z](?:[^\W_]|[ ,.;!?'’“”()/-])*)?")
"""Text that no syntax can be in. Most options of most questions are: they need no converter."""

_local = threading.local()


@dataclass(frozen=True, slots=True)
class Hrefs:
    """Where links lead: ``(target, fragment)`` as in ``Link`` -> URL. What is absent is broken."""

    links: Mapping[tuple[str, str], str] = field(default_factory=dict)


def render_note(parsed: ParsedNote, hrefs: Hrefs, settings: VaultSettings) -> RenderedNote:
    """The body of ``parsed`` and its items as HTML; what could not be shown well is a diagnostic.

    Blocks carry ``data-line``, their line in the file, and the id ``L<line>``; headings have their
    anchor as id, blocks named by ``^id`` theirs (see ``studyapp.obsidian.anchors``).
    """
    md = _markdown(settings)
    body = "\n".join(_lines(parsed.text)[parsed.body_line - 1 :])
    context = Context(
        links=hrefs.links,
        headings={heading.line: heading.anchor for heading in parsed.headings},
        first_line=parsed.body_line,
    )
    page = _render(md, body, context)
    items = tuple(
        _ItemRenderer(md, context, f"{parsed.path}:{draft.lines[0]}:{position}").render(
            draft.content
        )
        for position, draft in enumerate(parsed.items)
    )
    diagnostics = tuple(
        Diagnostic(parsed.path, line, code, Severity.WARNING, message)
        for line, code, message in context.troubles
    )
    return RenderedNote(page, items, diagnostics)


def plain_note(parsed: ParsedNote, why: Diagnostic) -> RenderedNote:
    """``parsed`` as its escaped source, for a note that cannot be laid out; ``why`` says so."""

    def plain(markdown: str) -> str:
        return f"<p>{html.escape(markdown, quote=False)}</p>" if markdown else ""

    items = tuple(
        RenderedItem(
            prompt=plain(content.prompt),
            answer=plain(content.answer),
            explanation=plain(content.explanation),
            hint=plain(content.hint),
            revealed=plain(content.revealed),
            options=tuple((html.escape(o.text), plain(o.why)) for o in content.options),
            pairs=tuple((html.escape(p.left), html.escape(p.right)) for p in content.pairs),
        )
        for content in (draft.content for draft in parsed.items)
    )
    return RenderedNote(f"<pre>{html.escape(parsed.text, quote=False)}</pre>", items, (why,))


def render_fragment(
    markdown: str, hrefs: Hrefs, settings: VaultSettings, *, name: str = "", inline: bool = False
) -> str:
    """A piece of Markdown as HTML without ids or lines.

    ``name`` tells its footnotes from those of other fragments on a page (by default its text does);
    ``inline`` leaves out the paragraph around a text that is only one.
    """
    context = Context(links=hrefs.links, footnote_prefix=_footnote_prefix(name or markdown))
    rendered = _render(_markdown(settings), markdown, context)
    return _without_paragraph(rendered) if inline else rendered


class _ItemRenderer:
    """Renders the fields of one item, with the definitions of its note."""

    def __init__(self, md: NoteMarkdown, note: Context, name: str) -> None:
        self.md = md
        self.note = note
        self.name = name
        self.count = 0

    def render(self, content: Content) -> RenderedItem:
        return RenderedItem(
            prompt=self.field(content.prompt, cloze=content.kind is Kind.CLOZE),
            answer=self.field(content.answer),
            explanation=self.field(content.explanation),
            hint=self.field(content.hint),
            revealed=self.field(content.revealed),
            options=tuple((self.phrase(o.text), self.field(o.why)) for o in content.options),
            pairs=tuple((self.phrase(p.left), self.phrase(p.right)) for p in content.pairs),
        )

    def field(self, markdown: str, *, cloze: bool = False) -> str:
        self.count += 1
        context = Context(
            links=self.note.links,
            references=self.note.references,
            footnotes=self.note.footnotes,
            footnote_prefix=_footnote_prefix(f"{self.name}:{self.count}"),
            cloze=cloze,
        )
        return _render(self.md, markdown, context)

    def phrase(self, markdown: str) -> str:
        return _without_paragraph(self.field(markdown))


def _render(md: NoteMarkdown, markdown: str, context: Context) -> str:
    if len(markdown) > MAX_TEXT:
        message = f"Longer than {MAX_TEXT:,} characters: shown as its source, and only so far."
        context.troubles.append((context.first_line, "note-too-long", message))
        return f"<pre>{html.escape(markdown[:MAX_TEXT], quote=False)}</pre>"
    if context.headings is None and _PLAIN.fullmatch(markdown):
        return f"<p>{markdown.rstrip()}</p>" if markdown else ""
    rendered = md.render(_clean(markdown), context)
    return sanitise(rendered, settle=context.has_raw_html)


def _clean(text: str) -> str:
    """``text`` without the control characters that Python-Markdown uses itself, and with only
    characters that can be encoded."""
    text = text.replace("\x02", "").replace("\x03", "").replace("\0", "\ufffd")
    return text.encode("utf-8", "replace").decode("utf-8")


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _without_paragraph(rendered: str) -> str:
    inner = rendered.removeprefix("<p>").removesuffix("</p>")
    if len(inner) == len(rendered) - 7 and "<p" not in inner:
        return inner
    return rendered


def _footnote_prefix(name: str) -> str:
    return f"fn-{sha256(name.encode()).hexdigest()[:8]}"


def _markdown(settings: VaultSettings) -> NoteMarkdown:
    """This thread's converter for these settings: one is kept, because making one is slow."""
    kept: dict[bool, NoteMarkdown] = _local.__dict__.setdefault("kept", {})
    strict = settings.strict_line_breaks
    if strict not in kept:
        kept[strict] = note_markdown(strict_line_breaks=strict)
    return kept[strict]
