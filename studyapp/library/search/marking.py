"""Text with its matches marked, kept apart from the marks until it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

OPEN, CLOSE = "\x02", "\x03"
"""What an engine puts around a match; no indexed text contains them (see ``folding.clean``)."""

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


def read_marks(text: str) -> Marked:
    """``text`` as an engine marked it, in one line."""
    return next(iter(marked_lines(text.replace("\n", " "))))


def marked_lines(text: str) -> Iterator[Marked]:
    """Each line of ``text`` as an engine marked it. A match that runs over the end of a line goes
    on in the next."""
    inside = False
    for line in text.split("\n"):
        if not inside and OPEN not in line:
            yield Marked(line)
            continue
        plain: list[str] = []
        spans = []
        length, start = 0, 0 if inside else -1
        for piece in _pieces(line):
            if piece == OPEN:
                inside, start = True, length
            elif piece == CLOSE:
                inside = False
                spans.append((start, length))
            else:
                plain.append(piece)
                length += len(piece)
        if inside:
            spans.append((start, length))
        yield Marked("".join(plain), tuple(span for span in spans if span[0] < span[1]))


def _pieces(line: str) -> Iterator[str]:
    for index, chunk in enumerate(line.split(OPEN)):
        if index:
            yield OPEN
        for number, piece in enumerate(chunk.split(CLOSE)):
            if number:
                yield CLOSE
            yield piece
