"""``*em*``, ``**strong**``, ``_``, ``~~del~~`` and ``==mark==``, paired as CommonMark pairs them.

Runs of delimiters are paired for a whole text at once, with a stack, in linear time; the outermost
elements found are then handed to Python-Markdown one after the other.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor
from markdown.util import ETX, INLINE_PLACEHOLDER_RE, STX, AtomicString

from studyapp.obsidian.markdown.engine import NoteExtension, NoteMarkdown

_RUN = re.compile(r"\*+|_+|~+|=+")
_TAGS = {("*", 1): "em", ("*", 2): "strong", ("_", 1): "em", ("_", 2): "strong"}
_TAGS |= {("~", 2): "del", ("=", 2): "mark"}


@dataclass(slots=True)
class _Run:
    """A run of one delimiter: where it is, and how much of it is still unpaired."""

    mark: str
    start: int
    end: int
    opens: bool
    closes: bool
    length: int
    left: int = 0  # characters used as closers, from the start
    right: int = 0  # characters used as openers, from the end

    @property
    def free(self) -> int:
        return self.length - self.left - self.right


@dataclass(slots=True)
class _Span:
    """An element: its tag, where its delimiters start and end, and its content between them."""

    tag: str
    start: int
    inner_start: int
    inner_end: int
    end: int
    inside: list[_Span] = field(default_factory=list)


class EmphasisProcessor(InlineProcessor):
    """Hands out the outermost emphasis of a text, from left to right."""

    triggers = "*_~="
    md: NoteMarkdown

    def __init__(self, md: NoteMarkdown) -> None:
        super().__init__(_RUN.pattern, md)
        self._forget()

    def _forget(self) -> None:
        self._head, self._tail = "", ""
        self._data: str | None = None
        self._spans: dict[int, _Span] = {}  # characters from its start to the end of the text

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        if not self._knows(data):
            spans = _pair(_runs(data, self._stand_in(data)))
            self._spans = {len(data) - span.start: span for span in spans}
            self._length = len(data)
        self._data = data
        span = self._span_within(len(data) - m.start(), len(data) - m.end())
        if span is None:
            return None, None, None
        shift = len(data) - self._length
        start, end = span.start + shift, span.end + shift
        self._head, self._tail = data[:start], data[end:]
        return _element(span, data, shift), start, end

    def _span_within(self, first: int, last: int) -> _Span | None:
        """The span that starts in this run of delimiters; what stands before it there is text."""
        return next((self._spans[at] for at in range(first, last, -1) if at in self._spans), None)

    def _knows(self, data: str) -> bool:
        """True for the text seen last, also once a placeholder has replaced its last emphasis."""
        if data is self._data:
            return True
        known = len(self._head) + len(self._tail)
        placeholder = data[len(self._head) : len(data) - len(self._tail)]
        return (
            self._data is not None
            and len(data) > known
            and INLINE_PLACEHOLDER_RE.fullmatch(placeholder) is not None
            and data.startswith(self._head)
            and data.endswith(self._tail)
        )

    def _stand_in(self, data: str) -> dict[int, str]:
        """The white space that placeholders of line breaks are, by where these start and end."""
        stashed = self.md.inline.stashed_nodes
        breaks = {}
        for match in INLINE_PLACEHOLDER_RE.finditer(data):
            node = stashed.get(match[1])
            if isinstance(node, Element) and node.tag == "br":
                breaks[match.start()] = breaks[match.end() - 1] = "\n"
        return breaks


def _runs(data: str, breaks: dict[int, str]) -> list[_Run]:
    """The runs of delimiters in ``data`` that can open or close something (CommonMark 6.2)."""
    runs = []
    for match in _RUN.finditer(data):
        start, end, mark = match.start(), match.end(), match[0][0]
        if mark in "~=" and end - start != 2:
            continue
        before = _kind(breaks.get(start - 1) or data[start - 1] if start else " ")
        after = _kind(breaks.get(end) or data[end] if end < len(data) else " ")
        opens = after != "space" and (after != "mark" or before != "word")
        closes = before != "space" and (before != "mark" or after != "word")
        if mark == "_":
            opens, closes = (
                opens and (not closes or before == "mark"),
                closes and (not opens or after == "mark"),
            )
        if opens or closes:
            runs.append(_Run(mark, start, end, opens, closes, end - start))
    return runs


def _kind(character: str) -> str:
    if character.isalpha():  # as most are
        return "word"
    if character.isspace():
        return "space"
    if character in (STX, ETX) or unicodedata.category(character)[0] in "PS":
        return "mark"
    return "word"


def _pair(runs: list[_Run]) -> list[_Span]:
    """The outermost spans, each with what is inside it."""
    found: list[_Span] = []
    openers: list[_Run] = []
    lowest: dict[tuple[str, bool, int], int] = {}  # start of the runs already searched in vain
    for run in runs:
        while run.closes and run.free:
            key = (run.mark, run.opens, run.length % 3)
            opener = _opener(openers, run, lowest.get(key, -1))
            if opener is None:
                lowest[key] = run.start
                break
            size = 2 if opener.free >= 2 and run.free >= 2 else 1
            inner_start = opener.end - opener.right
            inner_end = run.start + run.left
            tag = _TAGS[run.mark, size]
            found.append(_Span(tag, inner_start - size, inner_start, inner_end, inner_end + size))
            opener.right += size
            run.left += size
            while openers[-1] is not opener:
                openers.pop()
            if not opener.free:
                openers.pop()
        if run.opens and run.free:
            openers.append(run)
    return _nest(found)


def _opener(openers: list[_Run], closer: _Run, lowest: int) -> _Run | None:
    for opener in reversed(openers):
        if opener.start < lowest:
            return None
        if opener.mark != closer.mark or opener.start == closer.start:
            continue
        if (
            opener.mark in "*_"
            and (opener.closes or closer.opens)
            and (opener.length + closer.length) % 3 == 0
            and (opener.length % 3 or closer.length % 3)
        ):
            continue
        return opener
    return None


def _nest(spans: list[_Span]) -> list[_Span]:
    top: list[_Span] = []
    stack: list[_Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        while stack and span.start >= stack[-1].end:
            stack.pop()
        (stack[-1].inside if stack else top).append(span)
        stack.append(span)
    return top


def _element(span: _Span, data: str, shift: int, depth: int = 0) -> Element:
    """The element of ``span``, whose positions are ``shift`` before those in ``data``."""
    # Python-Markdown fills in the placeholders of an element and of its children now, and those
    # further down when it comes to them, if their text is still open to it.
    kind = AtomicString if depth < 2 else str
    element = Element(span.tag)
    at, last = span.inner_start, None
    for inner in [*span.inside, None]:
        end = span.inner_end if inner is None else inner.start
        text = kind(data[at + shift : end + shift])
        if last is None:
            element.text = text
        else:
            last.tail = text
        if inner is not None:
            last = _element(inner, data, shift, depth + 1)
            element.append(last)
            at = inner.end
    return element


class EmphasisExtension(NoteExtension):
    def extend(self, md: NoteMarkdown) -> None:
        md.inlinePatterns.register(EmphasisProcessor(md), "emphasis", 10)
