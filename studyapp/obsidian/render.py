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
from studyapp.obsidian.images import Size
from studyapp.obsidian.markdown import Context, NoteMarkdown, note_markdown
from studyapp.obsidian.markdown.sanitise import sanitise
from studyapp.obsidian.parts import split_parts
from studyapp.obsidian.values import (
    Diagnostic,
    ParsedNote,
    Passage,
    RenderedItem,
    RenderedNote,
    Severity,
    VaultSettings,
)

MAX_TEXT = 1_000_000
"""Characters of a note that are still rendered; a longer one is shown as its source, cut there."""

MAX_EMBEDDED = 200_000
"""Characters of other notes that a note shows in place, all its passages together."""

MAX_EMBED_DEPTH = 5
"""How deep passages may nest."""

EMBED_COST = 200
"""What a passage counts besides its text, so that small ones are not shown without end either."""

_PLAIN = re.compile(r"(?:[A-Za-z](?:[^\W_]|[ ,.;!?'’“”()/-])*)?")
"""Text that no syntax can be in. Most options of most questions are: they need no converter."""

_local = threading.local()


@dataclass(frozen=True, slots=True)
class Hrefs:
    """Where links lead: ``(target, fragment)`` as in ``Link`` -> URL. What is absent is broken.

    ``embeds`` says which of the ``passages`` each embed of a note shows: a key made by
    ``passage_key``, or "" where the note has no such heading or block. ``passages`` also has those
    that passages embed; one that is not there is shown as a link. ``sizes`` are those of pictures,
    by URL, for the page to keep their place. ``tags`` is the URL that the pages of tags are below.
    """

    links: Mapping[tuple[str, str], str] = field(default_factory=dict)
    embeds: Mapping[tuple[str, str], str] = field(default_factory=dict)
    passages: Mapping[str, Passage] = field(default_factory=dict)
    sizes: Mapping[str, Size] = field(default_factory=dict)
    tags: str = ""


def passage_key(path: str, anchor: str) -> str:
    """Names a passage in ``Hrefs``: the part at ``anchor`` ("" is all) of the note at ``path``."""
    return f"{path}#{anchor}"


def render_note(parsed: ParsedNote, hrefs: Hrefs, settings: VaultSettings) -> RenderedNote:
    """The body of ``parsed`` and its items as HTML; what could not be shown well is a diagnostic.

    Blocks carry ``data-line``, their line in the file, and the id ``L<line>``; headings have their
    anchor as id, blocks named by ``^id`` theirs (see ``studyapp.obsidian.anchors``).
    """
    md = _markdown(settings)
    body = "\n".join(_lines(parsed.text)[parsed.body_line - 1 :])
    context = Context(
        links=hrefs.links,
        embeds=hrefs.embeds,
        passages=hrefs.passages,
        sizes=hrefs.sizes,
        tags=hrefs.tags,
        lay_out=_Embeds(parsed.path, settings).lay_out,
        headings={heading.line: heading.anchor for heading in parsed.headings},
        first_line=parsed.body_line,
    )
    page = _render(md, body, context)
    embeds = _Embeds(parsed.path, settings)
    items = tuple(
        _ItemRenderer(md, context, embeds, f"{parsed.path}:{draft.lines[0]}:{position}").render(
            draft.content
        )
        for position, draft in enumerate(parsed.items)
    )
    diagnostics = tuple(
        Diagnostic(parsed.path, line, code, Severity.WARNING, message)
        for line, code, message in context.troubles
    )
    return RenderedNote(page, items, diagnostics, split_parts(page))


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
            stem=plain(content.stem),
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
    context = Context(
        links=hrefs.links, tags=hrefs.tags, footnote_prefix=_footnote_prefix(name or markdown)
    )
    rendered = _render(_markdown(settings), markdown, context)
    return _without_paragraph(rendered) if inline else rendered


class _ItemRenderer:
    """Renders the fields of one item, with the definitions of its note."""

    def __init__(self, md: NoteMarkdown, note: Context, embeds: _Embeds, name: str) -> None:
        self.md = md
        self.note = note
        self.embeds = embeds
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
            stem=self.field(content.stem),
        )

    def field(self, markdown: str, *, cloze: bool = False, phrase: bool = False) -> str:
        self.count += 1
        context = Context(
            links=self.note.links,
            embeds=self.note.embeds,
            passages=self.note.passages,
            sizes=self.note.sizes,
            tags=self.note.tags,
            lay_out=None if phrase else self.embeds.lay_out,
            opens_pictures=not phrase,
            references=self.note.references,
            footnotes=self.note.footnotes,
            footnote_prefix=_footnote_prefix(f"{self.name}:{self.count}"),
            cloze=cloze,
        )
        return _render(self.md, markdown, context)

    def phrase(self, markdown: str) -> str:
        return _without_paragraph(self.field(markdown, phrase=True))


class _Embeds:
    """Lays out the passages that the texts of a note embed, and those that these embed.

    Bounded whatever the notes hold: by depth, and by the length of all passages together.
    """

    def __init__(self, path: str, settings: VaultSettings) -> None:
        self.settings = settings
        self.left = MAX_EMBEDDED
        self.count = 0
        self.open = [passage_key(path, "")]
        self.top: Context | None = None
        self.line = 0

    def lay_out(self, context: Context, key: str, line: int) -> str | None:
        """The passage ``key``, embedded at ``line`` in the text of ``context``, as safe HTML; None
        when it is too much."""
        if len(self.open) == 1:
            self.top, self.line = context, line
        if key in self.open:
            self._trouble("embed-cycle", "This embed comes to embed itself; it is shown once.")
            return '<p class="embed__note">Shown already: from here on it embeds itself.</p>'
        passage = context.passages.get(key)
        cost = EMBED_COST + len(passage.markdown) if passage else MAX_EMBEDDED
        if passage is None or len(self.open) > MAX_EMBED_DEPTH or cost > self.left:
            self._trouble(
                "embed-left-out",
                f"Embeds nest deeper than {MAX_EMBED_DEPTH} here, or come to more than "
                f"{MAX_EMBEDDED:,} characters: the rest is shown as links.",
            )
            return None
        self.left -= cost
        self.count += 1
        inner = Context(
            links=passage.links,
            embeds=passage.embeds,
            passages=context.passages,
            sizes=context.sizes,
            tags=context.tags,
            lay_out=self.lay_out,
            footnote_prefix=_footnote_prefix(f"{context.footnote_prefix}:embed {self.count}"),
        )
        self.open.append(key)
        html = _render(_markdown(self.settings, len(self.open) - 1), passage.markdown, inner)
        self.open.pop()
        context.has_raw_html |= inner.has_raw_html
        return _clean(html)

    def _trouble(self, code: str, message: str) -> None:
        assert self.top is not None
        trouble = (self.line, code, message)
        if trouble not in self.top.troubles[-1:]:
            self.top.troubles.append(trouble)


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


def _markdown(settings: VaultSettings, depth: int = 0) -> NoteMarkdown:
    """This thread's converter for these settings: one is kept, because making one is slow. While
    it is at work, passages are laid out by others, one for each ``depth``."""
    kept: dict[tuple[bool, int], NoteMarkdown] = _local.__dict__.setdefault("kept", {})
    wanted = settings.strict_line_breaks, depth
    if wanted not in kept:
        kept[wanted] = note_markdown(strict_line_breaks=settings.strict_line_breaks)
    return kept[wanted]
