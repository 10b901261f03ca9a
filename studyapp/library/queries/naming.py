"""What pages call things, and where they lead."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from studyapp.items.values import Content
from studyapp.library.models import Vault
from studyapp.obsidian.anchors import line_anchor
from studyapp.obsidian.inline import plain
from studyapp.obsidian.values import Span

KIND_LABELS = {
    "basic": "Question",
    "reversed": "Asked backwards",
    "cloze": "Gap",
    "choice": "Choice",
    "true_false": "True or false",
    "text": "Short answer",
    "number": "Number",
    "order": "Put in order",
    "match": "Match",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a list shows it: in words, line by line."""

    prompt: str
    answer: str
    explanation: str

    @classmethod
    def of(cls, content: Content) -> Asked:
        """What ``content`` asks."""
        texts = (content.prompt, content.answer, content.explanation)
        return cls(*("\n".join(map(plain, text.split("\n"))).strip() for text in texts))


def line_url(vault: Vault, path: str, line: int) -> str:
    """The note at ``path``, at ``line`` (0: at its top)."""
    url = reverse("library:note", args=[vault.slug, path])
    return vault.anchored(url, path, line_anchor(line)) if line else url


def edit_url(vault: Vault, path: str, lines: Span, back: str = "") -> str:
    """The editor of ``lines`` of the note at ``path``; when done one is led ``back``."""
    asked = {"lines": f"{lines[0]}-{lines[1]}", **({"next": back} if back else {})}
    return f"{reverse('library:edit', args=[vault.slug, path])}?{urlencode(asked)}"


def tag_url(vault: Vault, tag: str) -> str:
    """The page of ``tag`` (without ``#``)."""
    return reverse("library:tag", args=[vault.slug, tag])
