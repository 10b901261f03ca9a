"""HTML as people's cards hold it, read into a tree: forgiving, and in linear time.

Python's own parser is kept out because it is quadratic on some broken input, and cards are
anybody's.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_DEPTH = 40
"""Elements open at once; what is nested deeper stands in the deepest one."""


def names(text: str) -> frozenset[str]:
    """The words of ``text``."""
    return frozenset(text.split())


VOID = names("area base br col embed hr img input link meta source track wbr")
RAW = frozenset({"script", "style"})
"""Elements whose content is no HTML: it ends at their end tag."""

_CLOSED_BY = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol"})),
    "p": (frozenset({"p"}), frozenset({"div", "td", "th", "li", "blockquote"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "tr": (frozenset({"tr", "td", "th"}), frozenset({"table"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
}
"""Tag -> the open elements that it closes, looked for no further out than the second set."""

_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9-]{0,40})(?=[\s/>])")
_ATTRIBUTE = re.compile(
    r"""([^\s"'<>/=]{1,60})(?:\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?"""
)
_REST = re.compile(r"""(?:[^"'>]++|"[^"]{0,4000}+"|'[^']{0,4000}+')*+>""")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")


@dataclass(slots=True)
class Element:
    """A tag with what stands in it: text (unescaped) and elements."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[str | Element] = field(default_factory=list)

    def texts(self) -> Iterator[str]:
        """Its text, breaks as line breaks."""
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag == "br":
                yield "\n"
            else:
                yield from child.texts()
                if child.tag in ("div", "p", "li"):
                    yield "\n"


def parse_html(text: str) -> Element:
    """The tree of ``text`` below an element without a name."""
    root = Element("")
    stack = [root]
    for token in tokens(text):
        if isinstance(token, str):
            stack[-1].children.append(html.unescape(token))
        elif token.closing:
            for depth in range(len(stack) - 1, 0, -1):
                if stack[depth].tag == token.tag:
                    del stack[depth:]
                    break
        else:
            _close_implied(stack, token.tag)
            element = Element(token.tag, token.attributes())
            stack[-1].children.append(element)
            if token.tag not in VOID and not token.empty and len(stack) < MAX_DEPTH:
                stack.append(element)
    return root


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as it is written, ``source`` from ``<`` to ``>``."""

    tag: str
    source: str
    closing: bool

    @property
    def empty(self) -> bool:
        """``<x/>``."""
        return self.source.endswith("/>")

    def attributes(self) -> dict[str, str]:
        """Its attributes, the first of a name counting."""
        found: dict[str, str] = {}
        body = self.source[1 + len(self.tag) : -1]
        for match in _ATTRIBUTE.finditer(body):
            value = match[2] or match[3] or match[4] or ""
            found.setdefault(match[1].lower(), html.unescape(value))
        return found


def tokens(text: str) -> Iterator[str | Tag]:
    """Text (as written) and tags, in their order; comments are left out. Scripts and styles come
    as their tags alone."""
    at = start = 0
    while (at := text.find("<", at)) >= 0:
        if text.startswith("<!--", at):
            end = text.find("-->", at + 4)
            if start < at:
                yield text[start:at]
            at = start = end + 3 if end >= 0 else len(text)
            continue
        match = _NAME.match(text, at + 1)
        end = _end_of_tag(text, match.end()) if match else -1
        if match is None or end < 0:
            if text.find(">", at) < 0:
                break  # no tag can end any more
            at += 1
            continue
        if start < at:
            yield text[start:at]
        tag = Tag(match[1].lower(), text[at:end], text[at + 1] == "/")
        yield tag
        at = start = end
        if tag.tag in RAW and not tag.closing and not tag.empty:
            close = _find_end(text, tag.tag, at)
            at = start = close if close >= 0 else len(text)
    if start < len(text):
        yield text[start:]


def _find_end(text: str, tag: str, at: int) -> int:
    match = re.compile(rf"</{tag}", re.IGNORECASE).search(text, at)
    return match.start() if match else -1


def _end_of_tag(text: str, at: int) -> int:
    """Where the tag whose name ends at ``at`` ends, minding quotes; -1 where it never does."""
    if match := _REST.match(text, at):
        return match.end()
    return text.find(">", at) + 1 or -1


def _close_implied(stack: list[Element], tag: str) -> None:
    if tag not in _CLOSED_BY:
        return
    closed, within = _CLOSED_BY[tag]
    for depth in range(len(stack) - 1, 0, -1):
        if stack[depth].tag in closed:
            del stack[depth:]
            if tag != "tr":
                return
        elif stack[depth].tag in within:
            return


def squeeze(text: str) -> str:
    """``text`` with each run of white space as one space (a hard space is kept as a space)."""
    return _SPACE.sub(" ", text.replace("\N{NO-BREAK SPACE}", " "))
