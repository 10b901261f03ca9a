"""Characters that nobody writes and that mean something to the machinery a note passes through:
NUL to databases, STX and ETX to Python-Markdown, the separators to whoever splits by them."""

from __future__ import annotations

_CONTROLS = {code: "\ufffd" for code in (*range(0x20), 0x7F) if chr(code) not in "\t\n"}
_CONTROLS |= {ord("\v"): " ", ord("\f"): " "}


def without_controls(text: str) -> str:
    """``text`` (its lines ended by ``\\n``) with control characters replaced by U+FFFD, as
    CommonMark does with NUL; tabs and line ends stay. Its length stays, too."""
    return text.translate(_CONTROLS)
