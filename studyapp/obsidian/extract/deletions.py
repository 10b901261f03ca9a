"""What a cloze hides: ``{{c1::x::hint}}``, ``{1:x}``, ``{@{x}@}``, and the marks asked for.

Each mark (``==x==``) is an item of its own, and so is each number. Together they are one group:
siblings, not to be asked on the same day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from studyapp.items.values import Content, Kind, Status, normalise
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.extract.question import (
    Found,
    Problem,
    Question,
    fingerprint,
    join,
    one,
    shows,
)
from studyapp.obsidian.inline import mask_hidden
from studyapp.obsidian.values import ClozeMark

GAP = "[…]"

HIGHLIGHT = ClozeMark("==", "==")
BOLD = ClozeMark("**", "**")
_BRACES = ClozeMark("{@{", "}@}")

MAX_GROUPS = 50
"""Items that one text may make: each repeats the whole of it."""

TOO_MANY_GAPS = Problem(
    Status.AMBIGUOUS,
    "too-many-clozes",
    f"More than {MAX_GROUPS} things are hidden in one question: split it.",
)

_CURLY = re.compile(r"(?<![\w{}$\\^])\{c?(\d{1,3}):(?![\s:])([^{}\n]{1,500})\}")
_MATH = re.compile(r"\$(?![\s$])[^$\n]{1,500}(?<![\s\\])\$(?!\d)")
_NUMBERED = re.compile(r"(\d{1,3});;")


@dataclass(frozen=True, slots=True)
class Deletion:
    """A hidden part: where it stands, its group (``c1``, or its own text), text and hint."""

    start: int
    end: int
    group: str
    text: str
    hint: str = ""


def cloze_items(
    question: Question,
    shape: str,
    body: str,
    deletions: Sequence[Deletion],
    *,
    title: str = "",
    explanation: str = "",
) -> Found:
    """One item for every group of ``deletions`` in ``body``."""
    groups = group_names(deletions)
    texts = {
        group: _said([d for d in deletions if d.group == group]) for group in groups[:MAX_GROUPS]
    }
    if len(groups) > MAX_GROUPS or any(len(said) > MAX_GROUPS for said in texts.values()):
        return one(question, shape, Content(Kind.CLOZE, join(title, body)), TOO_MANY_GAPS)
    sibling = question.group(body) if len(groups) > 1 else ""
    items = []
    problems = []
    for group, hidden in texts.items():
        answer = ", ".join(hidden)
        # A title that says what is hidden would give it away.
        shown = "" if any(shows(title, text) for text in hidden) else title
        content = Content(
            Kind.CLOZE,
            join(shown, fill(body, deletions, group, GAP)),
            answer=answer,
            explanation=explanation,
            hint=", ".join(dict.fromkeys(d.hint for d in deletions if d.group == group and d.hint)),
            revealed=join(shown, fill(body, deletions, group, None)),
        )
        part = group if len(groups) > 1 else ""
        items.append(question.draft(shape, content, part=part, group=sibling))
        if any(shows(content.prompt, text) for text in hidden):
            message = f"“{answer}” is hidden, but the sentence says it elsewhere as well."
            line = question.lines[0]
            problems.append(diagnose.warning(question.path, line, "cloze-shows-itself", message))
    return Found(tuple(items), tuple(problems))


def group_names(deletions: Sequence[Deletion]) -> list[str]:
    """The groups of ``deletions``, in the order in which they begin."""
    return list(dict.fromkeys(deletion.group for deletion in deletions))


def _said(hidden: Sequence[Deletion]) -> list[str]:
    """What ``hidden`` says, each once however it is written."""
    said: dict[str, str] = {}
    for deletion in hidden:
        said.setdefault(normalise(deletion.text), deletion.text)
    return list(said.values())


def find_deletions(text: str, marks: Sequence[ClozeMark]) -> tuple[Deletion, ...]:
    """The deletions of ``text`` in their order, outside code, comments and formulas."""
    masked = mask_hidden(text)
    formulas, taken = bytearray(len(text)), bytearray(len(text))
    for match in _MATH.finditer(masked) if "$" in masked else ():
        _fill(formulas, match.start(), match.end())
    found: list[Deletion] = []
    marked = (_marked(text, masked, mark) for mark in (_BRACES, *marks))
    for deletion in chain(_numbered(text, masked), _curly(text, masked), *marked):
        # A formula may be hidden; what looks like a deletion within one is part of it.
        start, end = deletion.start, deletion.end
        if not formulas[start] and not any(taken[start:end]):
            found.append(deletion)
            _fill(taken, start, end)
    return tuple(sorted(found, key=lambda deletion: deletion.start))


def _fill(places: bytearray, start: int, end: int) -> None:
    places[start:end] = b"\1" * (end - start)


def fill(text: str, deletions: Sequence[Deletion], group: str, gap: str | None) -> str:
    """``text`` with the deletions of ``group`` as ``gap`` (marked ``==so==`` if it is None) and
    the others as plain text."""
    parts = []
    at = 0
    for deletion in deletions:
        parts.append(text[at : deletion.start])
        if deletion.group != group:
            parts.append(deletion.text)
        else:
            parts.append(f"=={deletion.text}==" if gap is None else gap)
        at = deletion.end
    return "".join([*parts, text[at:]])


def _numbered(text: str, masked: str) -> Iterator[Deletion]:
    """``{{c1::x::hint}}``."""
    at = 0
    while (start := masked.find("{{c", at)) >= 0:
        colons = masked.find("::", start, start + 9)
        number = masked[start + 3 : colons] if colons > 0 else ""
        if not (number.isascii() and number.isdigit()):
            at = start + 3
            continue
        end = masked.find("}}", colons)
        if end < 0:
            break
        hidden, _, hint = text[colons + 2 : end].partition("::")
        if hidden.strip():
            yield Deletion(start, end + 2, f"c{int(number)}", hidden.strip(), hint.strip())
        at = end + 2


def _curly(text: str, masked: str) -> Iterator[Deletion]:
    """``{1:x}``."""
    for match in _CURLY.finditer(masked):
        hidden = text[match.start(2) : match.end(2)].strip()
        yield Deletion(match.start(), match.end(), f"c{int(match[1])}", hidden)


def _marked(text: str, masked: str, mark: ClozeMark) -> Iterator[Deletion]:
    """What stands between ``mark``; a number may come before it and a hint after (``1;;x;;h``)."""
    opening, closing = mark.opening, mark.closing
    at = 0
    while (start := masked.find(opening, at)) >= 0:
        inner = start + len(opening)
        end = masked.find(closing, inner)
        if end < 0:
            break
        hidden = text[inner:end]
        after = end + len(closing)
        if not _may_hide(hidden) or (mark == BOLD and "*" in (text[inner], *text[after:][:1])):
            at = end if hidden else start + 1
            continue
        group, hint = "", ""
        if number := _NUMBERED.match(hidden):
            group, hidden = f"c{int(number[1])}", hidden[number.end() :]
        hidden, _, hint = hidden.partition(";;")
        if hidden.strip():
            # Named by its text: a gap put in before it does not rename it, and the same text twice
            # is hidden in both places.
            group = group or fingerprint(hidden)[:8]
            yield Deletion(start, after, group, hidden.strip(), hint.strip())
        at = after


def _may_hide(text: str) -> bool:
    return bool(
        text.strip() and "\n\n" not in text and not text[0].isspace() and not text[-1].isspace()
    )
