"""Gaps to fill: ``[!question|cloze]`` with ``==x==``, or ``{{c1::x::hint}}`` as in Anki.

Each ``==x==`` is an item of its own, and so is each number of a ``{{cN::x}}``. Together they are
one group: siblings, not to be asked on the same day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studyapp.items.values import Content, Kind, Status
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.blocks import Rule
from studyapp.obsidian.extract.question import (
    Found,
    Problem,
    Question,
    fingerprint,
    is_generic,
    join,
    markdown,
    one,
    shows,
)
from studyapp.obsidian.inline import mask_hidden

GAP = "[…]"

MAX_GROUPS = 50
"""Items that one callout may make: each repeats its whole text."""

TOO_MANY_GAPS = Problem(
    Status.AMBIGUOUS,
    "too-many-clozes",
    f"More than {MAX_GROUPS} things are hidden in one question: split it.",
)
NO_GAP = Problem(
    Status.AMBIGUOUS, "no-cloze", "Nothing is hidden: mark what to ask for like ==this==."
)


@dataclass(frozen=True, slots=True)
class Deletion:
    """A hidden part: where it stands, its group (``c1``, or its own text), text and hint."""

    start: int
    end: int
    group: str
    text: str
    hint: str = ""


def extract(question: Question) -> Found | None:
    """One item for every group of deletions in the body (in the title where there is no body)."""
    if question.kind != "cloze":
        return None
    at = next((n for n, b in enumerate(question.blocks) if isinstance(b, Rule)), None)
    body = markdown(question.blocks[:at])
    after = question.blocks[at + 1 :] if at is not None else ()
    explanation = join(question.answer or "", markdown(b for b in after if not isinstance(b, Rule)))
    title = "" if is_generic(question.title) else question.title
    if not find_deletions(body) and find_deletions(title):
        body, title = join(title, body), ""
    deletions = find_deletions(body)
    if not deletions:
        content = Content(Kind.CLOZE, join(title, body), explanation=explanation)
        return one(question, "cloze", content, NO_GAP)
    groups = list(dict.fromkeys(deletion.group for deletion in deletions))
    if len(groups) > MAX_GROUPS:
        return one(question, "cloze", Content(Kind.CLOZE, join(title, body)), TOO_MANY_GAPS)
    sibling = question.group(body) if len(groups) > 1 else ""
    items = []
    problems = []
    for group in groups:
        hidden = [deletion for deletion in deletions if deletion.group == group]
        answer = ", ".join(dict.fromkeys(deletion.text for deletion in hidden))
        # A title that says what is hidden would give it away.
        shown = "" if any(shows(title, deletion.text) for deletion in hidden) else title
        content = Content(
            Kind.CLOZE,
            join(shown, fill(body, deletions, group, GAP)),
            answer=answer,
            explanation=explanation,
            hint=", ".join(dict.fromkeys(d.hint for d in hidden if d.hint)),
            revealed=join(shown, fill(body, deletions, group, None)),
        )
        part = group if len(groups) > 1 else ""
        items.append(question.draft("cloze", content, part=part, group=sibling))
        if any(shows(content.prompt, deletion.text) for deletion in hidden):
            message = f"“{answer}” is hidden, but the sentence says it elsewhere as well."
            line = question.lines[0]
            problems.append(diagnose.warning(question.path, line, "cloze-shows-itself", message))
    return Found(tuple(items), tuple(problems))


def find_deletions(text: str) -> tuple[Deletion, ...]:
    """The deletions of ``text`` in their order, outside code and comments."""
    masked = mask_hidden(text)
    found = [*_numbered(text, masked)]
    inside = bytearray(len(text))
    for deletion in found:
        inside[deletion.start : deletion.end] = b"\1" * (deletion.end - deletion.start)
    found += [d for d in _highlighted(text, masked) if not any(inside[d.start : d.end])]
    return tuple(sorted(found, key=lambda deletion: deletion.start))


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


def _numbered(text: str, masked: str) -> list[Deletion]:
    found = []
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
            group = f"c{int(number)}"
            found.append(Deletion(start, end + 2, group, hidden.strip(), hint.strip()))
        at = end + 2
    return found


def _highlighted(text: str, masked: str) -> list[Deletion]:
    found: list[Deletion] = []
    at = 0
    while (start := masked.find("==", at)) >= 0:
        end = masked.find("==", start + 2)
        if end < 0:
            break
        hidden = text[start + 2 : end]
        if not hidden.strip() or "\n\n" in hidden or hidden[0].isspace() or hidden[-1].isspace():
            at = end if hidden else start + 1
            continue
        # Named by its text: a gap put in before it does not rename it, and the same text twice is
        # hidden in both places.
        found.append(Deletion(start, end + 2, fingerprint(hidden)[:8], hidden))
        at = end + 2
    return found
