"""The values that travel from a vault's files to whoever stores or shows them.

Lines are counted from 1 in the note's file as it is on disk (frontmatter included); a span
``(first, last)`` includes both ends. Paths are vault-relative, with ``/`` and in NFC. All values
pickle, because notes are read in worker processes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, NewType

from studyapp.items.values import Content, Status
from studyapp.obsidian.encoding import UTF8

NotePath = NewType("NotePath", str)
Span = tuple[int, int]


class Severity(StrEnum):
    """How much a diagnostic matters: an error lost something, a warning may surprise."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """Something a person should know about a file. ``line`` is 0 when the whole file is meant."""

    path: str
    line: int
    code: str
    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the vault as the scan saw it; nothing is read yet."""

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What a scan found: notes and other files, sorted by path, and what was left out and why."""

    notes: tuple[SourceFile, ...]
    attachments: tuple[SourceFile, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class ClozeMark:
    """What stands around a hidden part: ``==`` and ``==``."""

    opening: str
    closing: str


@dataclass(frozen=True, slots=True)
class CardSyntax:
    """How the spaced-repetition plugin's cards are written in this vault.

    Only notes with one of ``tags`` (without ``#``) hold such cards, and where ``folders`` is true
    those in any folder, which is then their deck. ``end`` closes a card of several lines; where
    it is "", a blank line does. ``clozes`` are the marks that hide a part.
    """

    tags: tuple[str, ...] = ("flashcards",)
    inline: str = "::"
    inline_reversed: str = ":::"
    multiline: str = "?"
    multiline_reversed: str = "??"
    end: str = ""
    clozes: tuple[ClozeMark, ...] = ()
    folders: bool = False


class Dialect(StrEnum):
    """A way of writing questions that is mere prose or emphasis in most vaults: off until
    somebody switches it on."""

    HEADINGS = "headings"  # ``## What is …?`` with the answer below it
    LABELS = "labels"  # ``Q: …`` and ``A: …``
    CARDS = "cards"  # ``Question::Answer`` without the spaced-repetition plugin's tag
    HIGHLIGHTS = "highlights"  # ``==x==`` is a cloze
    BOLD = "bold"  # ``**x**`` is a cloze


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """Settings that change what the notes of a vault mean: its own (files in ``.obsidian``), and
    ``dialects``, the ways of asking switched on for a folder ("" is the whole vault)."""

    strict_line_breaks: bool = False
    attachment_folder: str = ""
    cards: CardSyntax = CardSyntax()
    dialects: tuple[tuple[str, Dialect], ...] = ()

    def of_note(self, path: str) -> VaultSettings:
        """The settings that concern the note at ``path``: what is switched on where it lies."""
        if not self.dialects:
            return self
        on = {dialect for folder, dialect in self.dialects if is_below(path, folder)}
        return replace(self, dialects=tuple(("", dialect) for dialect in Dialect if dialect in on))


def is_below(path: str, folder: str) -> bool:
    """Whether ``path`` lies in ``folder`` or below it; "" is the vault's root."""
    return not folder or path.startswith(f"{folder}/")


class LinkKind(StrEnum):
    """``WIKILINK`` ``[[x]]``, ``EMBED`` ``![[x]]`` or ``![](x)``, ``MARKDOWN`` ``[t](x)``."""

    WIKILINK = "wikilink"
    EMBED = "embed"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Link:
    """A link as written. ``target`` is the file part, decoded and trimmed ("" = this note);
    ``fragment`` what follows ``#`` (``H1#H2`` or ``^id``); ``alias`` what follows ``|``."""

    kind: LinkKind
    target: str
    fragment: str
    alias: str
    line: int


class TargetKind(StrEnum):
    """What a link points at."""

    NOTE = "note"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True)
class Target:
    """What a link resolves to: a file of the vault, and the heading slug or ``^id`` within it."""

    kind: TargetKind
    path: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 1-6, its text without markup, its line and the anchor the page gives it."""

    level: int
    text: str
    line: int
    anchor: str


@dataclass(frozen=True, slots=True)
class ForeignSchedule:
    """Where a card stands in the plugin that it comes from: the day it is due, the interval that
    led there in days, and its ease in percent (250 is where cards start)."""

    due: date
    interval: int
    ease: int

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"due": self.due.isoformat(), "interval": self.interval, "ease": self.ease}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ForeignSchedule:
        """Undo ``to_json``."""
        return cls(date.fromisoformat(data["due"]), data["interval"], data["ease"])


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """An item as extracted from a note, before it is matched with an identity.

    ``shape`` names the rule that recognised it (``S1``, ``S2``, ... of facts/obsidian.md, or the
    metadata type). ``explicit_id`` is the author's ``^block-id`` or a plugin's id ("" if none).
    ``group`` is shared by siblings: items of one block (cloze groups, both directions) that
    should not be asked on the same day. ``topic`` is the heading trail inside the note, outermost
    first. ``reason`` says, for an item that is not ready, what its author should do. ``schedule``
    is where another plugin has the item, None where none has.
    """

    content: Content
    status: Status
    shape: str
    path: str
    lines: Span
    explicit_id: str = ""
    group: str = ""
    topic: tuple[str, ...] = ()
    reason: str = ""
    schedule: ForeignSchedule | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """What a dialect that is off would ask of a note, first of all: its line, and in plain words
    the question and (where that is not part of it) the answer."""

    line: int
    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ParsedNote:
    """A note read whole. ``text`` is what was on disk, decoded; ``form`` how it was written there
    (see ``encoding``). ``body_line`` is the first line after the frontmatter. ``parent`` is the
    target of its index link (``**Links**: [[X]]``).
    ``offers`` says how many items each dialect that is off would add, ``samples`` which the first
    is, ``suggestions`` holds the keys of the cards that it could have (see ``suggestions``)."""

    path: str
    text: str
    title: str
    form: str = UTF8
    frontmatter: Mapping[str, Any] = field(default_factory=dict)
    body_line: int = 1
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    parent: str = ""
    headings: tuple[Heading, ...] = ()
    block_ids: Mapping[str, int] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    items: tuple[ItemDraft, ...] = ()
    offers: Mapping[Dialect, int] = field(default_factory=dict)
    samples: Mapping[Dialect, Sample] = field(default_factory=dict)
    suggestions: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """What an embed shows of a note. ``links`` (``(target, fragment)`` as in ``Link`` -> URL) and
    ``embeds`` (see ``render.Hrefs``) are those of the note that it is taken from."""

    title: str
    markdown: str
    links: Mapping[tuple[str, str], str] = field(default_factory=dict)
    embeds: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RenderedItem:
    """An item's Markdown fields as safe HTML; ``options`` and ``pairs`` in the content's order."""

    prompt: str
    answer: str
    explanation: str
    hint: str
    revealed: str
    options: tuple[tuple[str, str], ...] = ()  # (text, why)
    pairs: tuple[tuple[str, str], ...] = ()  # (left, right)
    stem: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Where a part of a note's HTML begins in it, and which line of the note it begins with;
    ``before`` and ``after`` open and close what it is in the middle of."""

    start: int
    line: int
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class RenderedNote:
    """A note as safe HTML (body only), and its items' HTML in the order of ``ParsedNote.items``.
    ``parts`` are those in which a long note is shown (see ``parts``)."""

    html: str
    items: tuple[RenderedItem, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    parts: tuple[Part, ...] = ()
