"""What pages call things, and where they lead."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode

from studyapp.library.models import Vault
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


def line_url(vault: Vault, path: str, line: int) -> str:
    """The note at ``path``, at ``line`` (0: at its top)."""
    url = reverse("library:note", args=[vault.slug, path])
    return f"{url}#L{line}" if line else url


def edit_url(vault: Vault, path: str, lines: Span, back: str = "") -> str:
    """The editor of ``lines`` of the note at ``path``; when done one is led ``back``."""
    asked = {"lines": f"{lines[0]}-{lines[1]}", **({"next": back} if back else {})}
    return f"{reverse('library:edit', args=[vault.slug, path])}?{urlencode(asked)}"


def tag_url(vault: Vault, tag: str) -> str:
    """The page of ``tag`` (without ``#``)."""
    return reverse("library:tag", args=[vault.slug, tag])
