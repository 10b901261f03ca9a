"""A trace entry as its page shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import nh3
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from studyapp.sandbox.models import TraceEntry
from studyapp.sandbox.snippets import Said, Snippet, snippets_of
from studyapp.sandbox.tokens import Token, tokens_in

_FORMATTER = HtmlFormatter(nowrap=True)


@dataclass(frozen=True, slots=True)
class Trigger:
    source: str
    event: Any
    result: Any
    error: str
    log: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What of an entry is worked out to be read."""

    request: Mapping[str, Any]
    response: Mapping[str, Any]
    tokens: list[Token]
    triggers: list[Trigger]
    messages: list[Mapping[str, str]]
    remarks: list[str]
    snippets: list[Snippet]


def shown(entry: TraceEntry, endpoint: str) -> Shown:
    request, response = json.loads(entry.request), json.loads(entry.response)
    said = Said(entry.service, entry.operation, entry.region, endpoint, request)
    return Shown(
        request=request,
        response=response,
        tokens=[*tokens_in(request), *tokens_in(response)],
        triggers=[
            Trigger(run["source"], run["event"], run["result"], run["error"], run["log"])
            for run in json.loads(entry.triggers)
        ],
        messages=json.loads(entry.messages),
        remarks=json.loads(entry.remarks),
        snippets=snippets_of(said),
    )


_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_IN_LETTERS = {"a", "b", "br", "em", "h1", "h2", "h3", "i", "li", "ol", "p", "strong", "u", "ul"}


def letter(body: str) -> SafeString:
    """An e-mail as a mail program shows it: what of HTML is text, and links to follow."""
    if not _TAG.search(body):
        return mark_safe(urlize(body, autoescape=True))  # noqa: S308 - escapes what it marks
    cleaned = nh3.clean(body, tags=_IN_LETTERS, attributes={"a": {"href"}})
    return mark_safe(cleaned)  # noqa: S308 - nh3 leaves nothing but these tags


def coloured(text: str, language: str) -> SafeString:
    """Code as HTML, escaped, in the classes of ``code.css``."""
    html: str = highlight(text, get_lexer_by_name(language), _FORMATTER)
    return mark_safe(html)  # noqa: S308 - Pygments escapes what it marks


def coloured_json(value: Any) -> SafeString:
    return coloured(json.dumps(value, indent=2, ensure_ascii=False), "json")
