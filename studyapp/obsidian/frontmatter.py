"""The properties at the top of a note, read so that no note is ever lost to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from math import isfinite
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

from studyapp.obsidian.characters import without_controls

_NAME = re.compile(r"[^\s#:\-\[\]{}][^:\n]{0,200}:(?:\s|$)")
_BRACKET = re.compile(r"[\[\]{}]")
_DEEP_LINE = re.compile(r"(?:[-?:][ \t]+){200}")
_FENCE = re.compile(r"---[ \t]*+$")
_UNREADABLE = (yaml.YAMLError, ValueError, TypeError, RecursionError, AttributeError)
MAX_DEPTH = 20
MAX_VALUES = 10_000
MAX_OPEN = 200
"""Brackets within each other: libyaml's stack ends with the process where there are thousands."""

MAX_BITS = 10_000
"""Of a whole number: Python refuses to write down thousands of digits in decimal."""


@dataclass(frozen=True, slots=True)
class Frontmatter:
    """The properties of a note. ``body_line`` is the first line after them; ``problem`` says why
    they could not be read ("" when they could) and ``problem_line`` where in the file."""

    properties: Mapping[str, Any] = field(default_factory=dict)
    body_line: int = 1
    problem: str = ""
    problem_line: int = 0


def read_frontmatter(text: str) -> Frontmatter:
    """Read the frontmatter of ``text``. Never raises.

    A note that merely opens with a rule has none: what stands between the two ``---`` must look
    like properties. Where YAML gives up on the whole, every property is read by itself; of one that
    it cannot read even so, the text is kept.
    """
    lines = text.split("\n")
    if not _FENCE.match(lines[0].rstrip("\r")):
        return Frontmatter()
    end = next((n for n in range(1, len(lines)) if _FENCE.match(lines[n].rstrip("\r"))), 0)
    if not end:
        return Frontmatter()
    head = [line.rstrip("\r") for line in lines[1:end]]
    if not any(line.strip() for line in head):
        return Frontmatter(body_line=end + 2)
    block = "\n".join(head)
    try:
        loaded = _load(block)
    except _UNREADABLE as failure:
        if not _looks_like_properties(head):
            return Frontmatter()
        return _one_by_one(head, end + 2, failure)
    if loaded is None:
        return Frontmatter(body_line=end + 2)
    if not isinstance(loaded, dict):
        if not _looks_like_properties(head):
            return Frontmatter()
        return Frontmatter({}, end + 2, "this is not a list of properties", 2)
    try:
        properties = _tidy(loaded, count(), 0)
    except RecursionError:
        return Frontmatter({}, end + 2, "the properties nest without end", 2)
    strange = next((key for key in loaded if not isinstance(key, str)), None)
    if strange is not None:
        reason = f"the property name {_text(strange)} is not text; it is read as “{_text(strange)}”"
        return Frontmatter(properties, end + 2, reason, 2)
    return Frontmatter(properties, end + 2)


def _load(block: str) -> Any:
    """What ``block`` says as YAML. Raises one of ``_UNREADABLE``."""
    if _DEEP_LINE.search(block):
        raise RecursionError("the properties nest without end")
    depth = 0
    for bracket in (
        _BRACKET.findall(block) if block.count("[") + block.count("{") > MAX_OPEN else ()
    ):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_OPEN:
            raise RecursionError("the properties nest without end")
    return YAMLHandler().load(block)


def texts(value: Any) -> tuple[str, ...]:
    """A property that may be one text (commas or white space between) or a list, as texts."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list):
        return tuple(text for part in value if (text := _one_text(part)))
    return tuple(filter(None, (_one_text(value),)))


def _one_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value).strip()


def link_target(value: Any) -> str:
    """The target of a property that holds a link (``"[[Note|x]]"`` or plain text), "" if none."""
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, str):
        return ""
    target = first.strip().removeprefix("[[").removesuffix("]]")
    return target.partition("|")[0].partition("#")[0].strip()


def _tidy(value: Any, visited: Iterator[int], depth: int) -> Any:
    """Plain values for ``value``; an unquoted ``[[Note]]`` (a nested list in YAML) as its text.

    Raises RecursionError where aliases make a few lines of YAML into more than anyone wrote.
    """
    if depth > MAX_DEPTH or next(visited) > MAX_VALUES:
        raise RecursionError
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], list) and len(value[0]) == 1:
            inner = value[0][0]
            if isinstance(inner, str | int | float):
                return f"[[{_text(inner)}]]"
        return [_tidy(item, visited, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_text(key): _tidy(item, visited, depth + 1) for key, item in value.items()}
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        return _text(value)
    if isinstance(value, float) and not isfinite(value):
        return _text(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return _text(value)


def _text(value: Any) -> str:
    """``value`` as text that can be written down and stored."""
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        return hex(value)
    return without_controls(str(value))


def _looks_like_properties(head: list[str]) -> bool:
    """True when the first line that says anything is ``key:`` (a sentence or a list is text)."""
    first = next(line for line in head if line.strip())
    key, colon, rest = first.partition(":")
    return (
        bool(colon)
        and re.fullmatch(r"[\w\"'{][\w .\"'{}/-]*+", key.rstrip()) is not None
        and (not rest or rest[0].isspace())
    )


def _one_by_one(head: list[str], body_line: int, failure: Exception) -> Frontmatter:
    """Each property by itself, where ``failure`` came of reading them together."""
    properties: dict[str, Any] = {}
    visited = count()
    problem: tuple[int, str] | None = None
    for start, lines in _properties(head):
        try:
            loaded = _load("\n".join(lines))
            read = _tidy(loaded, visited, 0) if isinstance(loaded, dict) else None
        except _UNREADABLE as own:
            read = None
            line, reason = _describe(own)
            problem = problem or (start + line, reason)
        if read is None:
            key, _, value = "\n".join(lines).partition(":")
            read = {_text(key.strip().strip("\"'")): _text(value.strip().strip("\"'"))}
        properties |= read
    line, reason = problem or _describe(failure)
    return Frontmatter(properties, body_line, reason, line)


def _properties(head: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The lines of each property, with the number of its first among those of ``head``, from 0."""
    starts = [at for at, line in enumerate(head) if _NAME.match(line)]
    for start, end in zip(starts, [*starts[1:], len(head)], strict=True):
        yield start, head[start:end]


def _describe(failure: Exception) -> tuple[int, str]:
    """The line in the file and a sentence's end for what YAML complained of."""
    mark = getattr(failure, "problem_mark", None) or getattr(failure, "context_mark", None)
    line = mark.line + 2 if mark is not None else 2
    problem = getattr(failure, "problem", None) or str(failure).split("\n")[0]
    return line, problem or type(failure).__name__
