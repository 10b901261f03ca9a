"""What the other readers need to know about the text inside a line.

Every function here reads its text a fixed number of times, whatever it holds.
"""

from __future__ import annotations

import re

_TICKS = re.compile(r"`++")
_ANGLE_TAG = re.compile(r"</?[A-Za-z][^<>]*+>")
_BLOCK_ID = re.compile(r"\^([A-Za-z0-9-]+)")
_EMBED = re.compile(r"!\[\[[^\[\]\n]*+\]\]")
_WIKILINK = re.compile(r"\[\[([^\[\]\n]*+)\]\]")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]\n]*+)\]\([^()\n]*+\)")
TAG = r"(?<![^\s(\[{,;])(?<!\]\()#([\w/\-\U0001F300-\U0001FAFF]{1,200}+)"
"""A tag, if anything but digits is in it: at a line's start, after white space or in brackets."""

_MARKS = re.compile(r"\*++|~~|==|%%|`++|(?<!\w)_++|_++(?!\w)")


def mask_code(text: str) -> str:
    """``text`` with code spans blanked, so that what is found in it stands where it stood.

    A span is closed by a run of as many backticks as opened it; a run that is never closed is text.
    """
    runs = list(_TICKS.finditer(text))
    if len(runs) < 2:
        return text
    closing = [-1] * len(runs)
    latest: dict[int, int] = {}
    for index in range(len(runs) - 1, -1, -1):
        length = len(runs[index][0])
        closing[index] = latest.get(length, -1)
        latest[length] = index
    parts = []
    at = index = 0
    while index < len(runs):
        close, start = closing[index], runs[index].start()
        escaped = start > 0 and text[start - 1] == "\\" and (start < 2 or text[start - 2] != "\\")
        if close < 0 or escaped:
            index += 1
            continue
        end = runs[close].end()
        parts += [text[at:start], _blank(text[start:end])]
        at, index = end, close + 1
    parts.append(text[at:])
    return "".join(parts)


def mask_comments(text: str) -> str:
    """``text`` with ``%%comments%%`` and ``<!-- comments -->`` blanked. Mask code first."""
    return _mask_between(_mask_between(text, "%%", "%%"), "<!--", "-->")


def mask_hidden(text: str) -> str:
    """``text`` with code and comments blanked."""
    if "`" in text:
        text = mask_code(text)
    return mask_comments(text) if "%%" in text or "<!--" in text else text


def plain(markdown: str) -> str:
    """``markdown`` as words: without emphasis, links, tags and images, in one line."""
    text = markdown
    if "[" in text:  # this is asked of every line of a vault, and most have no link or tag
        text = _EMBED.sub("", text)
        text = _WIKILINK.sub(_shown_text, text)
        text = _MARKDOWN_LINK.sub(r"\1", text)
    if "<" in text:
        text = _ANGLE_TAG.sub("", text)
    return " ".join(_MARKS.sub("", text).split())


def trailing_block_id(line: str) -> str:
    """The id that a line ends with or consists of (``text ^id``), "" if it has none."""
    last = line.rstrip().rpartition(" ")[2].rpartition("\t")[2]
    match = _BLOCK_ID.fullmatch(last)
    return match[1] if match else ""


def lone_block_id(text: str) -> str:
    """The id that ``text`` consists of, "" if there is anything else in it."""
    block_id = trailing_block_id(text)
    return block_id if text.strip() == f"^{block_id}" else ""


def without_block_id(line: str) -> str:
    """``line`` without the id that it ends with."""
    block_id = trailing_block_id(line)
    return line.rstrip().removesuffix(f"^{block_id}").rstrip() if block_id else line


def _shown_text(match: re.Match[str]) -> str:
    target, bar, alias = match[1].partition("|")
    return alias if bar else target


def _mask_between(text: str, opening: str, closing: str) -> str:
    parts = []
    at = 0
    while (start := text.find(opening, at)) >= 0:
        end = text.find(closing, start + len(opening))
        if end < 0:
            break
        end += len(closing)
        parts += [text[at:start], _blank(text[start:end])]
        at = end
    parts.append(text[at:])
    return "".join(parts)


def _blank(text: str) -> str:
    return "\n".join(" " * len(line) for line in text.split("\n"))
