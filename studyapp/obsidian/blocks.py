"""A note's lines as a tree of blocks: headings, paragraphs, lists, callouts, code, comments.

The tree follows CommonMark's block structure as Obsidian reads it, with what Obsidian adds
(callouts, ``%%`` comments, ``$$`` math, tasks) and two leniencies people rely on: children of a
list item need two columns of indentation, and ``---`` inside a quote is always a rule.

Every block keeps its source lines with the number they have in the file, so that a question can
name the lines it came from. The work is linear in the text: containers nest ``MAX_DEPTH`` deep at
most, and what is deeper stays text.

    blocks = parse_blocks(text)
    for callout in walk(blocks):
        if isinstance(callout, Callout): callout.type, callout.title, source(callout.body)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MAX_DEPTH = 16
"""How deep quotes and lists may nest. Real notes stay under 8."""

TAB = 4


class Line(NamedTuple):
    """A source line without the prefixes (``>``, list indentation) of what contains it."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """Part of a note. ``lines`` is its source, with only its containers' prefixes removed."""

    lines: tuple[Line, ...]

    @property
    def span(self) -> tuple[int, int]:
        """The first and last line of the file that belong to the block."""
        return self.lines[0].number, self.lines[-1].number


@dataclass(frozen=True, slots=True)
class Paragraph(Block):
    """Running text (embeds and block ids included)."""


@dataclass(frozen=True, slots=True)
class Heading(Block):
    """``## Text`` or underlined text; ``text`` is its Markdown."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Rule(Block):
    """A line of ``---``, ``***`` or ``___``."""


@dataclass(frozen=True, slots=True)
class Code(Block):
    """A fenced or indented code block. ``info`` is what follows the fence ("" when indented)."""

    info: str
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Math(Block):
    """A ``$$`` block."""


@dataclass(frozen=True, slots=True)
class Comment(Block):
    """A ``%%`` or ``<!-- -->`` block: hidden when the note is read."""

    closed: bool = True


@dataclass(frozen=True, slots=True)
class Table(Block):
    """A pipe table: header, delimiter row, rows."""


@dataclass(frozen=True, slots=True)
class Html(Block):
    """Raw HTML up to the next blank line."""


@dataclass(frozen=True, slots=True)
class Quote(Block):
    """A block quote. ``body`` is its lines without ``>``, lazy lines included."""

    body: tuple[Line, ...]
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Callout(Quote):
    """``> [!type|metadata]- title`` and its body; ``body`` and ``children`` leave the head out.

    ``type`` and ``metadata`` are lower-case; ``fold`` is ``-``, ``+`` or "".
    """

    type: str
    metadata: str
    fold: str
    title: str


@dataclass(frozen=True, slots=True)
class ListItem(Block):
    """An item of a list. ``marker`` is ``-``, ``1.``...; ``task`` the character in ``[ ]``.

    ``body`` is its content without marker and indentation (and without the task box).
    """

    marker: str
    task: str | None
    body: tuple[Line, ...]
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class List(Block):
    """Consecutive items of one kind: bullets, or numbers."""

    ordered: bool
    items: tuple[ListItem, ...]


# Most lines of a vault begin with a letter, and whatever begins a block does not: where that is
# looked at first, the patterns are asked about few.
_RULES = frozenset("-*_")

# Possessive quantifiers (``*+``) wherever two parts could share white space: no line may be
# read more than a fixed number of times.
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]++(.*))?$")
_HEADING_END = re.compile(r"(?:^|[ \t])#++[ \t]*+$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
_QUOTE = re.compile(r" {0,3}>[ \t]?")
_ITEM = re.compile(r"([ \t]*+)([-*+]|\d{1,9}[.)])(?=[ \t]|$)")
_TASK = re.compile(r"\[(.)\](?:[ \t]++|$)")
_CALLOUT = re.compile(r"[ \t]*+\[!([^\[\]|]+)(?:\|([^\]]*))?\]([+-]?)[ \t]*+(.*)$")
_DELIMITER_ROW = re.compile(
    r"[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+$"
)
_HTML = re.compile(r" {0,3}</?[A-Za-z][A-Za-z0-9-]*+(?=[\s/>]|$)")
_UNDERLINE = re.compile(r" {0,3}(=+|--+)[ \t]*+$")
_OPEN_FENCE = re.compile(r"[ \t>]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t>]++)*+(`{3,}|~{3,})")


def parse_blocks(text: str, first_line: int = 1) -> tuple[Block, ...]:
    """The blocks of ``text``, whose first line has the number ``first_line``. Never raises."""
    return parse_lines(number_lines(text, first_line))


def number_lines(text: str, first_line: int = 1) -> tuple[Line, ...]:
    """``text`` as numbered lines, ended as in an editor by ``\\n``, ``\\r\\n`` or ``\\r`` alone."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return tuple(Line(number, line) for number, line in enumerate(lines, first_line))


def parse_lines(lines: Sequence[Line], *, quoted: bool = False) -> tuple[Block, ...]:
    """The blocks of ``lines``. ``quoted`` says that they come from inside a quote or callout."""
    return _Parser(lines, 0, quoted=quoted).parse()


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, containers before their contents, in the order of the note."""
    ahead = [iter(blocks)]  # a stack: a generator within another costs each block its depth
    while ahead:
        for block in ahead[-1]:
            yield block
            if inner := children(block):
                ahead.append(iter(inner))
                break
        else:
            ahead.pop()


def children(block: Block) -> tuple[Block, ...]:
    """What a container contains; empty for other blocks."""
    if isinstance(block, Quote | ListItem):
        return block.children
    if isinstance(block, List):
        return block.items
    return ()


def source(lines: Iterable[Line]) -> str:
    """``lines`` as Markdown, without blank lines around it."""
    texts = [line.text for line in lines]
    while texts and not texts[0].strip():
        del texts[0]
    return "\n".join(texts).rstrip()


def indentation(text: str) -> int:
    """Columns of white space before the text; a tab reaches to the next multiple of four."""
    column = 0
    for character in text:
        if character == " ":
            column += 1
        elif character == "\t":
            column += TAB - column % TAB
        else:
            break
    return column


def dedent(text: str, columns: int) -> str:
    """``text`` without up to ``columns`` columns of leading white space."""
    column = 0
    for index, character in enumerate(text):
        if column >= columns:
            return " " * (column - columns) + text[index:]
        if character == " ":
            column += 1
        elif character == "\t":
            column += TAB - column % TAB
        else:
            return text[index:]
    return ""


def is_rule(text: str) -> bool:
    """True for a thematic break: three or more of one of ``-*_``, spaces allowed."""
    if text.lstrip(" \t")[:1] not in _RULES:
        return False
    marks = text.replace(" ", "").replace("\t", "")
    return len(marks) >= 3 and marks[0] in "-*_" and not marks.strip(marks[0])


class _Parser:
    """One pass over the lines of one container. Each method takes the block at ``self.at``."""

    def __init__(self, lines: Sequence[Line], depth: int, *, quoted: bool) -> None:
        self.lines = lines
        self.depth = depth
        self.quoted = quoted
        self.at = 0

    def parse(self) -> tuple[Block, ...]:
        blocks: list[Block] = []
        while self.at < len(self.lines):
            if self.lines[self.at].text.strip():
                blocks.append(self.block())
            else:
                self.at += 1
        return tuple(blocks)

    def block(self) -> Block:
        text = self.lines[self.at].text
        if text[0].isalpha() and "|" not in text:
            return self.paragraph()
        if indentation(text) >= TAB:
            return self.indented_code()
        if (match := _FENCE.match(text)) and not (match[1][0] == "`" and "`" in match[2]):
            return self.fenced_code(match[1], match[2].strip())
        stripped = text.strip()
        if closing := _opens_comment(stripped):
            return self.comment(stripped, closing)
        if stripped.startswith("$$") and (math := self.math(stripped)):
            return math
        if match := _HEADING.match(text):
            self.at += 1
            title = _HEADING_END.sub("", match[2] or "").strip()
            return Heading((self.lines[self.at - 1],), len(match[1]), title)
        if is_rule(text):
            self.at += 1
            return Rule((self.lines[self.at - 1],))
        if self.depth < MAX_DEPTH:
            if _QUOTE.match(text):
                return self.quote()
            if _ITEM.match(text):
                return self.list()
        if _HTML.match(text):
            return self.html()
        if "|" in text and self.at + 1 < len(self.lines):
            delimiters = self.lines[self.at + 1].text
            if "|" in delimiters and _DELIMITER_ROW.match(delimiters):
                return self.table()
        return self.paragraph()

    def take(self, end: int) -> tuple[Line, ...]:
        taken = tuple(self.lines[self.at : end])
        self.at = end
        return taken

    def paragraph(self) -> Block:
        end = self.at + 1
        while end < len(self.lines):
            text = self.lines[end].text
            if text[:1].isalpha():
                end += 1
                continue
            if not self.quoted and (match := _UNDERLINE.match(text)):
                lines = self.take(end + 1)
                title = " ".join(line.text.strip() for line in lines[:-1])
                return Heading(lines, 1 if match[1][0] == "=" else 2, title)
            if interrupts_paragraph(text):
                break
            end += 1
        return Paragraph(self.take(end))

    def indented_code(self) -> Block:
        end = last = self.at + 1
        while end < len(self.lines):
            text = self.lines[end].text
            if text.strip():
                if indentation(text) < TAB:
                    break
                last = end + 1
            end += 1
        return Code(self.take(last), "")

    def fenced_code(self, fence: str, info: str) -> Block:
        for end in range(self.at + 1, len(self.lines)):
            if _closes_fence(self.lines[end].text, fence):
                return Code(self.take(end + 1), info)
        return Code(self.take(len(self.lines)), info, closed=False)

    def comment(self, first: str, closing: str) -> Block:
        if closing in first[2:]:
            return Comment(self.take(self.at + 1))
        for end in range(self.at + 1, len(self.lines)):
            if closing in self.lines[end].text:
                return Comment(self.take(end + 1))
        return Comment(self.take(len(self.lines)), closed=False)

    def math(self, first: str) -> Block | None:
        if first.endswith("$$") and len(first) > 3:
            return Math(self.take(self.at + 1))
        for end in range(self.at + 1, len(self.lines)):
            text = self.lines[end].text
            if "$$" in text:
                return Math(self.take(end + 1))
            if not text.strip() and first != "$$":
                return None
        return None

    def html(self) -> Block:
        end = self.at + 1
        while end < len(self.lines) and self.lines[end].text.strip():
            end += 1
        return Html(self.take(end))

    def table(self) -> Block:
        end = self.at + 2
        while end < len(self.lines):
            text = self.lines[end].text
            if not text.strip() or _QUOTE.match(text) or _FENCE.match(text):
                break
            if "|" not in text and interrupts_paragraph(text):
                break
            end += 1
        return Table(self.take(end))

    def quote(self) -> Block:
        body: list[Line] = []
        fence = ""
        paragraph_open = False
        end = self.at
        while end < len(self.lines):
            number, text = self.lines[end]
            if match := _QUOTE.match(text):
                inner = text[match.end() :]
                if body and not fence and "[!" in inner and _CALLOUT.match(inner):
                    break  # callouts without a blank line between them
                if fence:
                    if _closes_fence(inner.lstrip(" \t>"), fence):
                        fence = ""
                    paragraph_open = False
                elif opened := _opens_fence(inner):
                    fence = opened[1]
                    paragraph_open = False
                else:
                    paragraph_open = _leaves_paragraph_open(inner)
                body.append(Line(number, inner))
            elif paragraph_open and not interrupts_paragraph(text):
                body.append(Line(number, text))
            else:
                break
            end += 1
        lines = self.take(end)
        head = _CALLOUT.match(body[0].text)
        if head and head[1].strip():
            return Callout(
                lines,
                tuple(body[1:]),
                _Parser(body[1:], self.depth + 1, quoted=True).parse(),
                type=head[1].strip().lower(),
                metadata=(head[2] or "").strip().lower(),
                fold=head[3],
                title=head[4].strip(),
            )
        return Quote(lines, tuple(body), _Parser(body, self.depth + 1, quoted=True).parse())

    def list(self) -> Block:
        match = _ITEM.match(self.lines[self.at].text)
        assert match is not None
        start = self.at
        ordered, sign = match[2][0].isdigit(), match[2][-1]
        base = indentation(match[1])
        items = []
        while True:
            items.append(self.item())
            ahead = self.at
            while ahead < len(self.lines) and not self.lines[ahead].text.strip():
                ahead += 1
            if ahead == len(self.lines):
                break
            text = self.lines[ahead].text
            match = _ITEM.match(text)
            if not match or is_rule(text) or match[2][0].isdigit() != ordered:
                break
            if match[2][-1] != sign or not base - 3 <= indentation(match[1]) <= base + 3:
                break
            self.at = ahead
        return List(tuple(self.lines[start : self.at]), ordered, tuple(items))

    def item(self) -> ListItem:
        number, text = self.lines[self.at]
        match = _ITEM.match(text)
        assert match is not None
        base, marker = indentation(match[1]), match[2]
        rest = text[match.end() :]
        gap = indentation(rest) if rest.strip() else 1
        offset = base + len(marker) + (gap if gap <= TAB else 1)
        first = rest.lstrip() if gap <= TAB else rest[1:]
        task = None
        if first[:1] == "[" and (box := _TASK.match(first)):
            task, first = box[1], first[box.end() :]
        end, columns = self._item_end(base, offset, marker, first)
        content = [Line(number, first)]
        content += [
            Line(line.number, dedent(line.text, columns)) for line in self.lines[self.at + 1 : end]
        ]
        lines = self.take(end)
        inner = _Parser(content, self.depth + 1, quoted=self.quoted).parse()
        return ListItem(lines, marker, task, tuple(content), inner)

    def _item_end(self, base: int, offset: int, marker: str, first: str) -> tuple[int, int]:
        """Where the item at ``self.at`` ends, and the columns its content is indented by.

        It ends before a line that is neither indented enough, nor blank with an indented line
        after it, nor a lazy line of an open paragraph.
        """
        opened = _opens_fence(first)
        fence = opened[1] if opened else ""
        paragraph_open = not fence and _leaves_paragraph_open(first)
        last = end = self.at + 1
        blank, columns = False, offset
        while end < len(self.lines):
            text = self.lines[end].text
            if not text.strip():
                blank, paragraph_open = True, False
                end += 1
                continue
            indent = indentation(text)
            sibling = _ITEM.match(text)
            needed = min(offset, base + 2)
            if marker[0].isdigit() and sibling and sibling[2][0].isdigit():
                needed = offset
            if indent >= needed:
                columns = min(columns, indent)
                inner = text.lstrip()
                if fence:
                    if _closes_fence(inner, fence):
                        fence = ""
                    paragraph_open = False
                elif opened := _opens_fence(inner):
                    fence, paragraph_open = opened[1], False
                else:
                    paragraph_open = _leaves_paragraph_open(inner)
            elif not paragraph_open or blank or interrupts_paragraph(text) or sibling:
                break
            blank = False
            end += 1
            last = end
        return last, columns


def interrupts_paragraph(text: str) -> bool:
    """True when ``text`` cannot continue a paragraph (nor be a lazy line of a quote)."""
    if text[:1].isalpha():
        return False
    stripped = text.strip()
    if not stripped:
        return True
    if indentation(text) >= TAB:
        return False
    if stripped[0] in ">#`~" and (_QUOTE.match(text) or _HEADING.match(text) or _FENCE.match(text)):
        return True
    if stripped.startswith("$$") or is_rule(text) or _opens_comment(stripped):
        return True
    item = _ITEM.match(text)
    if item and item.end() < len(text.rstrip()):
        return not item[2][0].isdigit() or item[2][:-1] == "1"
    return False


def _leaves_paragraph_open(inner: str) -> bool:
    """Whether a lazy line may follow a quoted or listed line with this content."""
    text = inner.strip(" \t>")
    if text[:1].isalpha():
        return True
    for _ in range(MAX_DEPTH):
        if not (match := _ITEM.match(text)):
            break
        text = text[match.end() :].strip()
    return bool(text) and not _HEADING.match(text) and not is_rule(text)


def _opens_fence(text: str) -> re.Match[str] | None:
    return _OPEN_FENCE.match(text) if "`" in text or "~" in text else None


def _closes_fence(text: str, fence: str) -> bool:
    stripped = text.strip()
    return len(stripped) >= len(fence) and not stripped.strip(fence[0]) and stripped != ""


def _opens_comment(stripped: str) -> str:
    """What closes the comment that this line opens; "" when it opens none, or when text follows
    the comment on its line (then it is a comment inside a paragraph)."""
    if stripped[:1] not in ("%", "<"):
        return ""
    closing = "%%" if stripped.startswith("%%") else "-->" if stripped.startswith("<!--") else ""
    end = stripped.find(closing, 2)
    return closing if end < 0 or end + len(closing) == len(stripped) else ""
