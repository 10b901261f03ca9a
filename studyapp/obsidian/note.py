"""Read a note whole: bytes in, values out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.anchors import heading_anchor, unique_anchor
from studyapp.obsidian.blocks import (
    MAX_DEPTH,
    Block,
    Callout,
    Code,
    Comment,
    Heading,
    Html,
    Paragraph,
    Table,
    parse_blocks,
    walk,
)
from studyapp.obsidian.encoding import Decoded, decode_note
from studyapp.obsidian.extract import extract_items
from studyapp.obsidian.frontmatter import Frontmatter, link_target, read_frontmatter, texts
from studyapp.obsidian.inline import (
    TAG,
    mask_hidden,
    plain,
    trailing_block_id,
    without_block_id,
)
from studyapp.obsidian.links import find_links
from studyapp.obsidian.lint import lint_items
from studyapp.obsidian.quiz_set import read_quiz_set
from studyapp.obsidian.suggestions import Suggestion, find_suggestions
from studyapp.obsidian.values import (
    Diagnostic,
    Dialect,
    Link,
    LinkKind,
    ParsedNote,
    VaultSettings,
)
from studyapp.obsidian.values import Heading as NoteHeading

_TAG = re.compile(TAG)
_WIKILINK = re.compile(r"\[\[[^\[\]\n]*+\]\]")
_INDEX_LINE = re.compile(
    r"[\W_]*(?:links?|up|parent)[*_]*+[ \t]*+:{1,2}[*_ \t]*+(?=\[)", re.IGNORECASE
)
_INDEX_PROPERTIES = ("up", "parent", "index")

DIALECT_PROPERTY = "question-style"
"""A note's own property that switches dialects on, for it alone."""

_RUN = re.compile(r"([\[\](){}<>*_~`!|$%=])\1{499,}+")
_DEEP_QUOTE = re.compile(rf"(?:[ \t]?>){{{MAX_DEPTH + 1}}}")

INDEX_LINES = 12
"""An index link counts only within so many lines of the note's start: further down it is prose."""


def parse_note(path: str, data: bytes, settings: VaultSettings) -> ParsedNote:
    """Read the note at ``path`` (vault-relative) from its bytes.

    Never raises: what could not be read as meant is in the diagnostics, with its line.
    """
    decoded = decode_note(data)
    text, problems = decoded.text, _misread(path, decoded)
    front = read_frontmatter(text)
    if front.problem:
        problems.append(
            diagnose.warning(
                path,
                front.problem_line,
                "bad-frontmatter",
                f"The frontmatter could not be read as meant: {front.problem}. "
                "The note itself was read.",
            )
        )
    lines = text.split("\n")
    body = lines[front.body_line - 1 :]
    body_text = "\n".join(body)
    blocks = parse_blocks(body_text, front.body_line)
    every = tuple(walk(blocks))
    quiz = read_quiz_set(path, front.properties, text)
    problems += quiz.diagnostics
    problems += _unclosed(path, every)
    problems += _overgrown(path, body, front.body_line)
    prose = tuple(_prose(every))
    tags = _tags(front, prose)
    extracted = extract_items(
        path, body_text, blocks, front.properties, tags, _own_settings(path, front, settings)
    )
    problems += lint_items(path, extracted.items, text, quiz.quiz_set)
    headings = _headings(every)
    title = _title(path, front)
    block_ids = _block_ids(prose)
    asked = {n for item in extracted.items for n in range(item.lines[0], item.lines[1] + 1)}
    suggested = find_suggestions(blocks, title, ids=block_ids, asked=asked)
    return ParsedNote(
        path=path,
        text=text,
        form=decoded.form,
        title=title,
        frontmatter=front.properties,
        body_line=front.body_line,
        aliases=_property_texts(front, "aliases", "alias"),
        tags=tags,
        parent=_parent(front, prose),
        headings=headings,
        block_ids=block_ids,
        links=(
            *(link for line, part in prose for link in find_links(part, line)),
            *_property_links(lines[: front.body_line - 1]),
        ),
        items=extracted.items,
        offers=extracted.offers,
        samples=extracted.samples,
        suggestions=tuple(suggestion.key for suggestion in suggested),
        diagnostics=diagnose.in_order([*problems, *extracted.diagnostics]),
    )


def suggestions_of(text: str, title: str, *, asked: Container[int]) -> tuple[Suggestion, ...]:
    """The cards that the note whose ``text`` this is could have, but for the lines that are
    ``asked`` already."""
    body_line = read_frontmatter(text).body_line
    blocks = parse_blocks("\n".join(text.split("\n")[body_line - 1 :]), body_line)
    return find_suggestions(blocks, title, ids=_block_ids(tuple(_prose(walk(blocks)))), asked=asked)


def _misread(path: str, decoded: Decoded) -> list[Diagnostic]:
    if not decoded.read_as:
        return []
    message = f"This is not UTF-8; it was read as {decoded.read_as}. Save the note as UTF-8."
    return [diagnose.warning(path, decoded.bad_line, "not-utf8", message)]


def _title(path: str, front: Frontmatter) -> str:
    title = front.properties.get("title")
    if isinstance(title, str) and title.strip():
        return title.strip()
    return path.rpartition("/")[2].removesuffix(".md")


def _own_settings(path: str, front: Frontmatter, settings: VaultSettings) -> VaultSettings:
    """``settings`` where the note lies, with the dialects that its own properties name."""
    own = settings.of_note(path)
    named = {text.casefold() for text in _property_texts(front, DIALECT_PROPERTY)}
    if not named:
        return own
    asked = tuple(("", dialect) for dialect in Dialect if dialect.value in named)
    return replace(own, dialects=own.dialects + asked)


def _property_texts(front: Frontmatter, *names: str) -> tuple[str, ...]:
    values = {key.casefold(): value for key, value in front.properties.items()}
    return tuple(dict.fromkeys(text for name in names for text in texts(values.get(name))))


def _prose(every: Iterable[Block]) -> Iterator[tuple[int, str]]:
    """Every run of text that may hold links, tags and ids: (first line, text without code)."""
    for block in every:
        if isinstance(block, Paragraph | Heading | Table | Html):
            text = "\n".join(line.text for line in block.lines)
            yield block.lines[0].number, mask_hidden(text)
        elif isinstance(block, Callout):
            yield block.lines[0].number, mask_hidden(block.title)


def _headings(every: Iterable[Block]) -> tuple[NoteHeading, ...]:
    anchors: dict[str, int] = {}
    headings = []
    for block in every:
        if isinstance(block, Heading):
            text = plain(without_block_id(block.text))
            anchor = unique_anchor(heading_anchor(text), anchors)
            headings.append(NoteHeading(block.level, text, block.span[0], anchor))
    return tuple(headings)


def _tags(front: Frontmatter, prose: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """Tags of the properties and of the text, in order, each once whatever its case."""
    properties = _property_texts(front, "tags", "tag")
    tags = [word.removeprefix("#") for tag in properties for word in tag.split()]
    for _, text in prose:
        if "#" in text:
            words = _WIKILINK.sub("]", text) if "[[" in text else text  # [[#Part]] is no tag
            tags += [match[1] for match in _TAG.finditer(words)]
    kept: dict[str, str] = {}
    for tag in tags:
        tidy = unicodedata.normalize("NFC", tag.strip("/"))
        if tidy and not tidy.isdigit():
            kept.setdefault(tidy.casefold(), tidy)
    return tuple(kept.values())


def _block_ids(prose: Iterable[tuple[int, str]]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for first, text in prose:
        for offset, line in enumerate(text.split("\n")):
            if block_id := trailing_block_id(line):
                ids.setdefault(block_id.lower(), first + offset)
    return ids


def _property_links(head: Iterable[str]) -> Iterator[Link]:
    """The links in a note's properties. They come after those of its text, whose order counts."""
    for number, line in enumerate(head, 1):
        if "[[" in line:
            yield from (x for x in find_links(line, number) if x.kind is LinkKind.WIKILINK)


def _parent(front: Frontmatter, prose: Iterable[tuple[int, str]]) -> str:
    for name in _INDEX_PROPERTIES:
        if target := link_target(front.properties.get(name)):
            return target
    for first, text in prose:
        if first >= front.body_line + INDEX_LINES:
            break
        for offset, line in enumerate(text.split("\n")):
            if match := _INDEX_LINE.match(line):
                for link in find_links(line[match.end() :], first + offset):
                    if link.target and link.kind is not LinkKind.EMBED:
                        return link.target
    return ""


def _unclosed(path: str, every: Iterable[Block]) -> list[Diagnostic]:
    problems = []
    for block in every:
        if isinstance(block, Comment) and not block.closed:
            message = "This comment is never closed: everything after it is hidden."
            problems.append(diagnose.warning(path, block.span[0], "open-comment", message))
        elif isinstance(block, Code) and not block.closed and block.lines[0].text.strip():
            message = "This code block is never closed: everything after it is code."
            problems.append(diagnose.warning(path, block.span[0], "open-code", message))
    return problems


def _overgrown(path: str, lines: Iterable[str], first: int) -> list[Diagnostic]:
    """Lines that no person meant as Markdown. They cost no more than others, but their author
    should know that they are shown as they are."""
    problems = []
    for number, line in enumerate(lines, first):
        if run := _RUN.search(line):
            message = f"{len(run[0]):,} “{run[1]}” stand in a row here; they are shown as they are."
        elif _DEEP_QUOTE.match(line):
            message = f"Quotes nest deeper than {MAX_DEPTH} here; what is deeper is shown as text."
        else:
            continue
        problems.append(diagnose.warning(path, number, "overgrown-line", message))
    return problems
