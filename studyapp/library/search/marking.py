"""Text and where it matches, kept apart until it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

WIDTH = 190
LEAD = 50


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and the spans ``(start, end)`` of it that match, in order."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def found(self) -> frozenset[str]:
        """The different words that match, lower case."""
        return frozenset(self.text[start:end].lower() for start, end in self.spans)

    @property
    def html(self) -> SafeString:
        """The text escaped, its matches in ``<mark>``; words side by side are marked as one."""
        joined: list[tuple[int, int]] = []
        for start, end in self.spans:
            if joined and self.text[joined[-1][1] : start] in ("", " "):
                start = joined.pop()[0]
            joined.append((start, end))
        html, at = SafeString(), 0
        for start, end in joined:
            html += format_html("{}<mark>{}</mark>", self.text[at:start], self.text[start:end])
            at = end
        return html + escape(self.text[at:])

    def followed_by(self, joint: str, other: Marked) -> Marked:
        """This text, ``joint``, and then ``other``."""
        shift = len(self.text) + len(joint)
        return Marked(
            self.text + joint + other.text,
            self.spans + tuple((start + shift, end + shift) for start, end in other.spans),
        )

    def clipped(self, width: int = WIDTH) -> Marked:
        """About ``width`` characters around the first match, cut between words."""
        if len(self.text) <= width:
            return self
        first = self.spans[0][0] if self.spans else 0
        start = 0 if first <= width - LEAD else first - LEAD
        if start:
            start = min(self.text.find(" ", start, first) + 1 or start, first)
        end = min(start + width, len(self.text))
        if end < len(self.text):
            end = max(self.text.rfind(" ", start + 1, end), start + width - 30)
        before, after = "… " if start else "", " …" if end < len(self.text) else ""
        shift = len(before) - start
        return Marked(
            before + self.text[start:end].rstrip() + after,
            tuple((a + shift, min(b, end) + shift) for a, b in self.spans if start <= a < end),
        )
