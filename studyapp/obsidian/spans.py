"""Lines of a text: taken out of it, and replaced in it."""

from __future__ import annotations

from studyapp.obsidian.encoding import tidy
from studyapp.obsidian.values import Span


def lines_of(text: str, lines: Span) -> str:
    """The ``lines`` of ``text``."""
    return "\n".join(text.split("\n")[lines[0] - 1 : lines[1]])


def replace_lines(whole: str, lines: Span, text: str) -> tuple[str, Span]:
    """``whole`` with ``text`` in place of ``lines`` ("" takes them away), and the lines that it
    has then."""
    new = tidy(text).removesuffix("\n").split("\n") if text else []
    first, last = lines
    now = whole.split("\n")
    now[first - 1 : last] = new
    return "\n".join(now), (first, first + len(new) - 1)
