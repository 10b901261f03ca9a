"""A note as the shapes see it that are not callouts: its lines, and where each stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studyapp.obsidian.blocks import (
    Block,
    Code,
    Comment,
    Heading,
    Html,
    Line,
    Math,
    Quote,
    Table,
    walk,
)
from studyapp.obsidian.extract.question import INHERITED, Question
from studyapp.obsidian.inline import plain, without_block_id
from studyapp.obsidian.values import CardSyntax, Dialect, Span


class Trail:
    """The headings that a place in the note stands under, outermost first."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def enter(self, heading: Heading) -> None:
        """Pass ``heading``: what stands at its level or below ends."""
        self.leave(heading.level)
        if text := plain(without_block_id(heading.text)):
            self._open.append((heading.level, text))

    def leave(self, level: int) -> None:
        """End what stands at ``level`` or below."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()

    def texts(self) -> tuple[str, ...]:
        """The headings that hold here."""
        return tuple(text for _, text in self._open)


@dataclass(frozen=True, slots=True)
class NoteText:
    """A note's text and blocks, properties and tags, and how the vault writes its questions."""

    path: str
    text: str
    blocks: tuple[Block, ...]
    properties: Mapping[str, Any]
    tags: tuple[str, ...]
    cards: CardSyntax
    dialects: frozenset[Dialect] = frozenset()
    _trails: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        trail = Trail()
        self._trails.append((0, ()))
        for block in self.blocks:
            if isinstance(block, Heading):
                trail.leave(block.level)
                # Its own line does not stand under it: a question in a heading is no topic.
                self._trails.append((block.span[0], trail.texts()))
                trail.enter(block)
                self._trails.append((block.span[1] + 1, trail.texts()))

    def topic_at(self, line: int) -> tuple[str, ...]:
        """The heading trail at ``line``."""
        return self._trails[bisect_right(self._trails, line, key=lambda row: row[0]) - 1][1]

    def question(
        self, lines: Span, title: str = "", blocks: Sequence[Block] = (), explicit_id: str = ""
    ) -> Question:
        """A question that is not in a callout, with what it takes from the note."""
        return Question(
            path=self.path,
            lines=lines,
            topic=self.topic_at(lines[0]),
            explicit_id=explicit_id,
            kind="",
            title=title,
            blocks=tuple(blocks),
            metadata={
                name: str(self.properties[name])
                for name in INHERITED
                if isinstance(self.properties.get(name), str | int | float)
            },
        )

    def chunks(self, *, comments: bool = False) -> Iterable[list[Line]]:
        """The note's text in runs without a blank line, code blocks whole; quotes, tables, math
        and raw HTML end a run. Comments are left out unless they are asked for."""
        lines: list[Line] = []
        for block in self.blocks:
            apart = isinstance(block, Quote | Table | Math | Html)
            if lines and (apart or block.lines[0].number > lines[-1].number + 1):
                yield lines
                lines = []
            if isinstance(block, Comment) and not comments:
                if lines:
                    lines.append(Line(block.lines[-1].number, ""))  # the run goes on after it
                continue
            if apart:
                continue
            code = {line.number for b in walk((block,)) if isinstance(b, Code) for line in b.lines}
            for line in block.lines:
                if lines and not line.text.strip() and line.number not in code:
                    yield lines
                    lines = []
                elif line.text.strip() or line.number in code:
                    lines.append(line)
        if lines:
            yield lines

    def code_lines(self) -> set[int]:
        """The numbers of the lines that are code."""
        return {line.number for b in walk(self.blocks) if isinstance(b, Code) for line in b.lines}
