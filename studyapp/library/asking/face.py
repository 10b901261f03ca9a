"""An item version's texts, ready for a page."""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from studyapp.library.models import ItemVersion
from studyapp.ui.wording import words_of


class Face:
    """An item version's texts as HTML that the import has made safe; where it made none, the
    note's own Markdown, escaped."""

    def __init__(self, version: ItemVersion) -> None:
        self.content = version.content
        self.html = version.html
        self.option_index = {option.id: at for at, option in enumerate(self.content.options)}
        self.pair_index = {pair.id: at for at, pair in enumerate(self.content.pairs)}

    def field(self, name: str) -> SafeString:
        """One of the content's own texts."""
        return _safe(self.html.get(name), getattr(self.content, name))

    def option(self, option_id: str) -> tuple[SafeString, SafeString]:
        """Text and why of an option."""
        at = self.option_index[option_id]
        option = self.content.options[at]
        return self._two("options", at, option.text, option.why)

    def pair(self, pair_id: str) -> tuple[SafeString, SafeString]:
        """Left and right of a pair."""
        at = self.pair_index[pair_id]
        pair = self.content.pairs[at]
        return self._two("pairs", at, pair.left, pair.right)

    def pair_words(self, pair_id: str) -> str:
        """A pair's right side without markup, for a place that takes none."""
        return words_of(self.pair(pair_id)[1])

    def _two(self, name: str, at: int, first: str, second: str) -> tuple[SafeString, SafeString]:
        rows = self.html.get(name, ())
        row = rows[at] if at < len(rows) else (None, None)
        return _safe(row[0], first), _safe(row[1], second)


def _safe(html: str | None, markdown: str) -> SafeString:
    return mark_safe(html) if html else escape(markdown)  # noqa: S308 - sanitised at import
