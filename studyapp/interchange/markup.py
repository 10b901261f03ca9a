"""The texts of quiz files, in the four formats that Moodle has for them, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from studyapp.interchange.markdown import escape, to_markdown

FILE_MARK = "@@PLUGINFILE@@/"
"""Begins the address of a file that comes with a question."""

_MARKUP = re.compile(r"</?[A-Za-z][A-Za-z0-9]*[\s/>]|&#?\w{1,30};")
_BREAKS = re.compile(r"<(?:p|br|div|li|pre|table)\b", re.IGNORECASE)
_EMBEDDED = re.compile(r"!\[[^\[\]]{0,300}\]\(<?" + re.escape(FILE_MARK) + r"([^()<>]{1,300})>?\)")


@dataclass(slots=True)
class Markup:
    """Turns texts into Markdown, and keeps what of them it could not say. ``path_of`` gives the
    path in the vault of a file that a text shows."""

    path_of: Callable[[str], str] = lambda name: name
    lost: dict[str, None] = field(default_factory=dict)

    def markdown(self, text: str, format: str) -> str:
        """``text``, which is "html", "markdown", "plain", or "moodle": lines of text that may hold
        some HTML."""
        text = text.replace("\r\n", "\n").strip()
        if format == "markdown":
            return _EMBEDDED.sub(lambda match: f"![[{self.path_of(unquote(match[1]))}]]", text)
        if format == "plain" or (format != "html" and not _MARKUP.search(text)):
            return "\n".join(escape(line.strip()) for line in text.split("\n"))
        if format != "html" and not _BREAKS.search(text):
            text = text.replace("\n", "<br>")
        converted = to_markdown(text, lambda name: self.path_of(name.removeprefix(FILE_MARK)))
        self.lost |= dict.fromkeys(converted.lost)
        return converted.markdown
