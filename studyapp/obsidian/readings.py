"""The ways in which an ambiguous question can be read, each as an edit that settles it.

A reading is made by writing what its author might have written, and kept only where the result is
then read as meant: so what a person chooses from is exactly what they get.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studyapp.items.values import Content, Kind, Status, normalise
from studyapp.obsidian.blocks import Block, Callout, Comment, Paragraph, Rule, parse_blocks, walk
from studyapp.obsidian.extract.question import (
    QUESTION_TYPES,
    Question,
    ends_as_question,
    markdown,
    read_question,
)
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.values import ItemDraft, VaultSettings

MOST = 4
"""Readings that a person is asked to choose from."""

_LIST_MARK = re.compile(r"(?:[-*+]|\d+[.)])(?=\s)")


@dataclass(frozen=True, slots=True)
class Reading:
    """A way to read a question: what it asks then, and the ``lines`` that say so plainly."""

    content: Content
    lines: tuple[str, ...]


def readings(lines: Sequence[str]) -> tuple[Reading, ...]:
    """The readings of the question callout that stands on ``lines`` of its note, the likeliest
    first; none unless it is ambiguous where its question ends."""
    indent = min((len(x) - len(x.lstrip(" ")) for x in lines if x.strip()), default=0)
    margin = lines[0][:indent] if lines else ""
    bare = [line[indent:] for line in lines]
    before = _only_item(bare)
    if before is None or before.status is not Status.AMBIGUOUS:
        return ()
    if before.content.kind is not Kind.BASIC:
        return ()
    callout = next(
        (
            block
            for block in walk(parse_blocks("\n".join(bare), 1))
            if isinstance(block, Callout) and block.type in QUESTION_TYPES
        ),
        None,
    )
    if callout is None:
        return ()
    question = read_question(callout, "", (), "", {})
    said = _words(question.heading, markdown(b for b in question.blocks if not isinstance(b, Rule)))
    found: dict[tuple[str, str], Reading] = {}
    for candidate in _Rewriter(bare, callout, question).candidates():
        item = _only_item(candidate)
        if item is None or item.status is not Status.READY or item.content.kind is not Kind.BASIC:
            continue
        if not _keeps(before.content, item.content, said):
            continue
        reading = Reading(item.content, tuple(margin + line for line in candidate))
        found.setdefault(_sense(item.content), reading)
    guess = _sense(before.content)
    ordered = sorted(found.values(), key=lambda reading: _sense(reading.content) != guess)
    return tuple(ordered[:MOST])


def _only_item(lines: Sequence[str]) -> ItemDraft | None:
    items = parse_note("a.md", "\n".join(lines).encode(), VaultSettings()).items
    return items[0] if len(items) == 1 else None


def _sense(content: Content) -> tuple[str, str]:
    return normalise(content.prompt.replace("?", "")), normalise(content.answer)


def _keeps(before: Content, now: Content, said: Counter[str]) -> bool:
    """Whether nothing that the callout said is lost, or said twice."""
    if (before.hint, before.metadata, before.shuffle) != (now.hint, now.metadata, now.shuffle):
        return False
    words = _words(now.prompt, now.answer, now.explanation)
    if before.explanation and _words(before.explanation) - said:
        said = said + (_words(before.explanation) - said)
    return words == said


def _words(*texts: str) -> Counter[str]:
    return Counter(word for text in texts for word in re.findall(r"\w+", text))


class _Rewriter:
    """Writes the callout on ``lines`` (counted from 1) as its author might have meant it."""

    def __init__(self, lines: Sequence[str], callout: Callout, question: Question) -> None:
        self.lines, self.question = list(lines), question
        head = lines[callout.lines[0].number - 1]
        self.title_at = callout.lines[0].number
        opening = head[: head.index("[!")]
        self.quote = _LIST_MARK.sub(lambda mark: " " * len(mark[0]), opening).rstrip()
        self.inner = {line.number: line.text for line in callout.body}
        self.rules = [block for block in question.blocks if isinstance(block, Rule)]
        self.first: list[Block] = []
        for block in question.blocks:
            if isinstance(block, Rule):
                break
            if not isinstance(block, Comment):
                self.first.append(block)
        self.rest = [
            block
            for block in question.blocks
            if not isinstance(block, Rule | Comment) and block not in self.first
        ]

    def candidates(self) -> Iterator[list[str]]:
        """What might have been meant, the smallest edits first."""
        cuts = self._cuts()
        for cut in cuts:
            yield self._ruled(cut)
        yield from self._titled()
        if not self.rules:
            for cut in cuts:
                yield self._nested(cut + 1, self.first[-1].lines[-1].number)
        elif len(self.rules) == 1 and self.rest:
            rule = self.rules[0].lines[0].number
            yield self._nested(
                self.rest[0].lines[0].number, self.rest[-1].lines[-1].number, without=rule
            )

    def _cuts(self) -> list[int]:
        """The lines after which the answer may begin."""
        ends = [block.lines[-1].number for block in self.first[:-1]]
        asking = [
            block.lines[-1].number
            for block in self.first[:-1]
            if ends_as_question(markdown([block]))
        ]
        within = [
            line.number
            for block in self.first
            if isinstance(block, Paragraph)
            for line in block.lines[:-1]
            if ends_as_question(line.text)
        ]
        return list(dict.fromkeys([*within[:1], *asking[:1], *ends[:1], *ends[-1:]]))

    def _titled(self) -> Iterator[list[str]]:
        """The title asks, and the body answers."""
        title = self.question.title.rstrip()
        if not self.question.heading or ends_as_question(title):
            return
        lines = list(self.lines)
        head = lines[self.title_at - 1]
        at = head.rindex(title)
        lines[self.title_at - 1] = f"{head[:at]}{title.rstrip(' .:;,')}?{head[at + len(title) :]}"
        yield lines

    def _ruled(self, cut: int) -> list[str]:
        """A line of dashes after line ``cut``."""
        after = [] if self._is_blank(cut + 1) else [self.quote]
        return [*self.lines[:cut], self.quote, f"{self.quote} ---", *after, *self.lines[cut:]]

    def _nested(self, first: int, last: int, *, without: int = 0) -> list[str]:
        """The lines ``first`` to ``last`` as a callout of their own, which answers."""
        while first < last and self._is_blank(first):
            first += 1
        answer = [
            f"{self.quote} > {self.inner.get(n, '')}".rstrip() for n in range(first, last + 1)
        ]
        before = [line for n, line in enumerate(self.lines[: first - 1], 1) if n != without]
        while len(before) > 1 and not before[-1].strip(" >") and not before[-2].strip(" >"):
            before.pop()
        gap = [] if not before or not before[-1].strip(" >") else [self.quote]
        after = [] if last >= len(self.lines) or self._is_blank(last + 1) else [self.quote]
        return [
            *before,
            *gap,
            f"{self.quote} > [!success]- Answer",
            *answer,
            *after,
            *self.lines[last:],
        ]

    def _is_blank(self, number: int) -> bool:
        return number > len(self.lines) or not self.inner.get(number, "x").strip()
