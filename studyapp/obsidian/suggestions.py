"""Cards that a note could have: definitions, key phrases in lists, exam tips of one line.

A suggestion is never a question by itself. It is a callout that could be written below the block
it came from, and becomes one when a person says so. Finding them reads every line a fixed number of
times.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from textwrap import dedent

from studyapp.items.values import normalise
from studyapp.obsidian.blocks import (
    Block,
    Callout,
    Heading,
    Line,
    List,
    ListItem,
    Paragraph,
    source,
)
from studyapp.obsidian.extract.note_text import Trail
from studyapp.obsidian.inline import lone_block_id, mask_code, plain, without_block_id
from studyapp.obsidian.values import Span

TIP_TYPES = frozenset(
    {"note", "tip", "hint", "important", "caution", "warning", "info", "attention"}
)

MOST_WORDS = 12
"""Words of a phrase that one gap may hide: more is recited, not recalled."""

MOST_TIP_WORDS = 20
"""The same for a tip of one line, which mostly says one thing."""

LEAST_AROUND = 3
"""Words that must be left of a sentence for a gap in it to be asked for."""

LEAST_DEFINITION = 3
"""Words from which what follows a term defines it."""

MOST_LINES = 12
"""Lines of a definition that is a list."""

ID = "card-"
"""What the block id of an accepted suggestion begins with."""

_BOLD = re.compile(r"\*\*(?=[^\s*])([^*]+(?:\*(?!\*)[^*]+\*(?!\*)[^*]*)*)(?<=[^\s])\*\*")
_TERM = re.compile(
    r"\*\*(?P<term>[^*]{2,60}?)[ \t]*:?\*\*(?P<more>[ \t]*\([^()]{1,60}\))?"
    r"(?:[ \t]*:[ \t]+|[ \t]*:?[ \t]+[-–—][ \t]+|:?\*\*[ \t]+)(?P<means>\S.*)$"
)
_TERM_IN_MARKS = re.compile(r"\*\*(?P<term>[^*]{2,60}?)[ \t]*:\*\*[ \t]+(?P<more>)(?P<means>\S.*)$")
_TERM_ALONE = re.compile(
    r"\*\*(?P<term>[^*]{2,60}?)[ \t]*:?\*\*(?P<more>[ \t]*\([^()]{1,60}\))?[ \t]*:?[ \t]*$"
)
_PLAIN_TERM = re.compile(
    r"(?P<term>[^\W_][^:*`\[\]!?.]{1,40}?)(?P<more>)[ \t]+[-–—][ \t]+(?P<means>\S.*)$"
)
_CONCLUSION = re.compile(r"(?<=[ ,])then[ \t]+(?P<phrase>[^,;.]+?)[ \t]*\.?$", re.IGNORECASE)
_PLURAL = re.compile(r"[a-z](?<![sui])s$")
_LABELS = frozenset(
    {"link", "links", "up", "parent", "index", "source", "sources", "tags", "see also"}
)
"""Terms that define nothing: they lead on."""

_EMBED = re.compile(r"!\[\[[^\[\]\n]*\]\]|!\[[^\[\]\n]*\]\([^()\n]*\)")


class Why(StrEnum):
    """What a suggestion was found in."""

    DEFINITION = "definition"
    KEY_PHRASE = "key phrase"
    TIP = "tip"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question callout (``lines``) that could stand below line ``after``. It came from the lines
    ``found``, which stand under the headings ``topic``; ``key`` names what those say, whatever note
    it is in."""

    key: str
    why: Why
    found: Span
    topic: tuple[str, ...]
    lines: tuple[str, ...]
    after: int

    @property
    def block_id(self) -> str:
        """The id that the callout gets, by which it is known to be there."""
        return f"{ID}{self.key}"


def find_suggestions(
    blocks: Sequence[Block],
    title: str,
    *,
    ids: Collection[str] = (),
    asked: Container[int] = (),
) -> tuple[Suggestion, ...]:
    """The suggestions of the note called ``title``, in their order, each once; but for those that
    are accepted, whose block ``ids`` the note has, and for lines that are ``asked`` already."""
    found: dict[str, Suggestion] = {}
    for suggestion in _found(blocks, title):
        if suggestion.block_id not in ids and suggestion.found[0] not in asked:
            found.setdefault(suggestion.key, suggestion)
    return tuple(found.values())


def with_suggestion(text: str, suggestion: Suggestion, callout: str) -> str:
    """The note's ``text`` with ``callout`` below the block that the suggestion came from."""
    lines = text.split("\n")
    below = lines[suggestion.after :]
    after = [""] if below and below[0].strip() else []
    new = ["", *callout.strip("\n").split("\n"), "", f"^{suggestion.block_id}"]
    return "\n".join([*lines[: suggestion.after], *new, *after, *below])


def _found(blocks: Sequence[Block], title: str) -> Iterator[Suggestion]:
    trail = Trail()
    for at, block in enumerate(blocks):
        if isinstance(block, Heading):
            trail.enter(block)
            continue
        topic = trail.texts() or (title,)
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        named = isinstance(following, Paragraph) and lone_block_id(source(following.lines))
        after = following.span[1] if named and following else block.span[1]
        if isinstance(block, List):
            yield from _in_list(block, topic, after)
        elif isinstance(block, Paragraph):
            for line in block.lines:
                span = (line.number, line.number)
                defined = _defined(line.text, span, topic, after, plain_too=False)
                if defined is not None:
                    yield defined
        elif isinstance(block, Callout) and _is_tip(block):
            yield from _tip(block, topic, after)


def _is_tip(block: Callout) -> bool:
    """A callout that is nothing but its title."""
    return block.type in TIP_TYPES and bool(block.title) and not source(block.body).strip()


def _in_list(block: List, topic: tuple[str, ...], after: int) -> Iterator[Suggestion]:
    for item in block.items:
        if item.task is None:
            yield from _in_item(item, topic, after)
        below = [child for child in item.children if isinstance(child, List)]
        if (whole := _term_over_list(item, below, topic, after)) is not None:
            yield whole
            continue
        for child in below:
            yield from _in_list(child, topic, after)


def _in_item(item: ListItem, topic: tuple[str, ...], after: int) -> Iterator[Suggestion]:
    """What the item's own sentence says; one that leads on to a list (``:``) is none."""
    if not item.children or not isinstance(item.children[0], Paragraph):
        return
    text, span = _tidy(item.children[0].lines), item.children[0].span
    defined = _defined(text, span, topic, after, plain_too=True)
    if defined is not None:
        yield defined
    elif not text.endswith(":"):
        yield from _gaps(text, Why.KEY_PHRASE, MOST_WORDS, span, topic, after)


def _term_over_list(
    item: ListItem, below: Sequence[List], topic: tuple[str, ...], after: int
) -> Suggestion | None:
    """A term alone, and under it the list that says what it is."""
    if len(below) != 1 or not isinstance(item.children[0], Paragraph):
        return None
    match = _TERM_ALONE.match(_tidy(item.children[0].lines))
    rows = [line.text for line in below[0].lines if line.text.strip()]
    lines = [row for row in rows if not _EMBED.fullmatch(row.strip(" \t-*+"))]
    words = sum(len(plain(line).split()) for line in lines)
    if match is None or len(lines) > MOST_LINES or words < LEAST_DEFINITION:
        return None
    return _definition(match, dedent("\n".join(lines)).split("\n"), item.span, topic, after)


def _defined(
    text: str, span: Span, topic: tuple[str, ...], after: int, *, plain_too: bool
) -> Suggestion | None:
    """A term with what it means, in one line."""
    match = _TERM_IN_MARKS.match(text) or _TERM.match(text)
    if match is None and plain_too:
        match = _PLAIN_TERM.match(text)
        if match and len(match["term"].split()) > 5:
            match = None
    if match is None or normalise(match["term"]) in _LABELS:
        return None
    if len(plain(match["means"]).split()) < LEAST_DEFINITION:
        return None
    return _definition(match, [match["means"].rstrip()], span, topic, after)


def _definition(
    match: re.Match[str], lines: Sequence[str], span: Span, topic: tuple[str, ...], after: int
) -> Suggestion:
    term = f"{match['term'].strip()}{match['more'] or ''}"
    about = "" if normalise(topic[-1]) == normalise(plain(term)) else f" ({topic[-1]})"
    verb = "are" if _PLURAL.search(plain(match["term"])) else "is"
    callout = (f"> [!question] What {verb} {term}?{about}", *(f"> {line}" for line in lines))
    return _suggestion(Why.DEFINITION, (term, *lines), span, topic, callout, after)


def _tip(block: Callout, topic: tuple[str, ...], after: int) -> Iterator[Suggestion]:
    text = _tidy([Line(block.lines[0].number, block.title)])
    if "**" not in text and (match := _CONCLUSION.search(mask_code(text))):
        start, end = match.span("phrase")
        text = f"{text[:start]}**{text[start:end]}**{text[end:]}"
    yield from _gaps(text, Why.TIP, MOST_TIP_WORDS, block.span, topic, after)


def _gaps(
    text: str, why: Why, most: int, span: Span, topic: tuple[str, ...], after: int
) -> Iterator[Suggestion]:
    """A cloze that hides the bold phrases of ``text``, if enough is left around them."""
    if "**" not in text or "==" in text or "{{" in text:
        return
    # Code counts as words, but no mark in it counts as one.
    masked = "".join(
        "x" if hidden == " " and shown in "*_" else shown
        for hidden, shown in zip(mask_code(text), text, strict=True)
    )
    phrases = [m for m in _BOLD.finditer(masked) if len(m[1].split()) <= most]
    around = len(plain(_BOLD.sub(" ", masked)).split())
    if not phrases or around < LEAST_AROUND:
        return
    parts = []
    at = 0
    for phrase in phrases:
        parts += [text[at : phrase.start()], f"=={text[phrase.start(1) : phrase.end(1)]}=="]
        at = phrase.end()
    sentence = "".join([*parts, text[at:]])
    callout = (f"> [!question|cloze] {topic[-1]}", f"> {sentence}")
    yield _suggestion(why, (text,), span, topic, callout, after)


def _suggestion(
    why: Why,
    said: Iterable[str],
    span: Span,
    topic: tuple[str, ...],
    callout: tuple[str, ...],
    after: int,
) -> Suggestion:
    digest = hashlib.sha256("\n".join([why, *map(normalise, said)]).encode()).hexdigest()
    return Suggestion(digest[:12], why, span, topic, callout, after)


def _tidy(lines: Sequence[Line]) -> str:
    text = " ".join(line.text.strip() for line in lines)
    return " ".join(without_block_id(_EMBED.sub(" ", text)).split())
