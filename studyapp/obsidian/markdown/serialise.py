"""Elements as HTML, in one pass.

Python-Markdown's own way is four walks over the tree (line breaks, unescaping, ampersands, writing)
and takes a fifth of the time that a note does. Ours knows what our elements are: plain names,
attributes with text for a value, no comments, no script.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import HTML_EMPTY, Element

from markdown.treeprocessors import UnescapeTreeprocessor
from markdown.util import STX

from studyapp.obsidian.markdown.sanitise import names

_HOLDERS = names("blockquote details div ol section table tbody thead tr ul")
_BLOCKS = _HOLDERS | names("h1 h2 h3 h4 h5 h6 hr li p pre summary td th")
"""What starts on a line of its own, so that the HTML can be read and compared."""

_BOOLEAN = names("checked controls disabled open")
"""Attributes that our elements have or don't."""

_unescape = UnescapeTreeprocessor().unescape


def to_html(root: Element) -> str:
    """``root`` as HTML. Every ``&`` is escaped: entities that were meant have been put aside by
    then, and ``&lt;`` in code is no entity."""
    parts: list[str] = []
    write = parts.append
    ahead: list[Element | str] = [root]  # a stack; a string is an end tag with what follows it
    while ahead:
        element = ahead.pop()
        if isinstance(element, str):
            write(element)
            continue
        tag, text, tail = element.tag, element.text, element.tail
        if attributes := element.items():
            write(f"<{tag}{_attributes(attributes)}>")
        else:
            write(f"<{tag}>")
        if text:
            write(_escaped(text if tag == "code" or STX not in text else _unescape(text)))
        elif tag in _HOLDERS:
            write("\n")
        if tail:
            tail = _escaped(tail if STX not in tail else _unescape(tail))
        else:
            tail = "\n" if tag in _BLOCKS else ""
        end = tail if tag in HTML_EMPTY else f"</{tag}>{tail}"
        if len(element):
            ahead.append(end)
            ahead.extend(reversed(element))
        else:
            write(end)
    return "".join(parts)


def _attributes(attributes: Iterable[tuple[str, str]]) -> str:
    """In order of their names, each after a space."""
    written = ""
    for name, value in sorted(attributes):
        if name == value and name in _BOOLEAN:
            written += f" {name}"
        else:
            value = _escaped(value)
            if '"' in value:
                value = value.replace('"', "&quot;")
            written += f' {name}="{value}"'
    return written


def _escaped(text: str) -> str:
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text
