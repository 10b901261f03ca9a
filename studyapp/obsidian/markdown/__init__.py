"""Obsidian's Markdown as Python-Markdown extensions, one syntax a file.

``note_markdown(strict_line_breaks)`` assembles them. To add a syntax, write a file with its
processors and an extension that registers them, list the extension here, and add pairs of text and
HTML to the tests.
"""

from __future__ import annotations

from studyapp.obsidian.markdown.callouts import CalloutExtension
from studyapp.obsidian.markdown.cloze import ClozeExtension
from studyapp.obsidian.markdown.code import CodeExtension
from studyapp.obsidian.markdown.comments import CommentExtension
from studyapp.obsidian.markdown.embeds import EmbedExtension
from studyapp.obsidian.markdown.emphasis import EmphasisExtension
from studyapp.obsidian.markdown.engine import Context, NoteMarkdown
from studyapp.obsidian.markdown.escapes import EscapeExtension
from studyapp.obsidian.markdown.fields import FieldsExtension
from studyapp.obsidian.markdown.footnotes import FootnoteExtension
from studyapp.obsidian.markdown.headings import HeadingExtension
from studyapp.obsidian.markdown.html import HtmlExtension
from studyapp.obsidian.markdown.links import LinkExtension
from studyapp.obsidian.markdown.lists import ListExtension
from studyapp.obsidian.markdown.math import MathExtension
from studyapp.obsidian.markdown.paragraphs import ParagraphExtension
from studyapp.obsidian.markdown.pictures import PictureExtension
from studyapp.obsidian.markdown.quotes import QuoteExtension
from studyapp.obsidian.markdown.tables import TableExtension
from studyapp.obsidian.markdown.tags import TagExtension
from studyapp.obsidian.markdown.urls import UrlExtension
from studyapp.obsidian.markdown.wikilinks import WikilinkExtension

__all__ = ["Context", "NoteMarkdown", "note_markdown"]


def note_markdown(*, strict_line_breaks: bool = False) -> NoteMarkdown:
    """A converter for notes. Making one costs about as much as a small note: keep and reuse it."""
    return NoteMarkdown(
        [
            CalloutExtension(),
            ClozeExtension(),
            CodeExtension(),
            CommentExtension(),
            EmbedExtension(),
            EmphasisExtension(),
            EscapeExtension(),
            FieldsExtension(),
            FootnoteExtension(),
            HeadingExtension(),
            HtmlExtension(),
            LinkExtension(),
            ListExtension(),
            MathExtension(),
            ParagraphExtension(),
            PictureExtension(),
            QuoteExtension(),
            TableExtension(),
            TagExtension(),
            UrlExtension(),
            WikilinkExtension(),
        ],
        strict_line_breaks=strict_line_breaks,
    )
