"""Questions on their way out: what stands together in another program's file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studyapp.interchange.questions import Question, question_of
from studyapp.interchange.values import ForeignCard
from studyapp.items.values import Content, Kind

_NUMBER = re.compile(r"/c(\d{1,3})$")
MAX_NUMBER = 499
"""The highest number that Anki gives a gap."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A question as it is served: ``uid`` names it for good, ``order`` says which is older.
    ``html`` has its texts as they are shown, ``card`` what the learner knows of it."""

    uid: str
    order: int
    content: Content
    html: Mapping[str, Any]
    explicit_id: str = ""
    deck: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    path: str = ""
    line: int = 0
    card: ForeignCard | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Together:
    """Siblings that are one note of another program's: ``REVERSED`` for a question asked both ways,
    else all of one kind. ``numbers`` are those of a cloze's gaps."""

    kind: Kind
    members: tuple[Outgoing, ...]
    numbers: tuple[int, ...] = ()

    @property
    def guid(self) -> str:
        """What names it for good: the oldest of its questions."""
        return min(self.members, key=lambda member: member.order).uid

    @property
    def first(self) -> Outgoing:
        """The question that speaks for all."""
        return self.members[0]


def stand_together(siblings: Sequence[Outgoing]) -> list[Together]:
    """The notes that ``siblings`` (in the order of their note) come to."""
    kinds = [sibling.content.kind for sibling in siblings]
    if kinds == [Kind.BASIC, Kind.REVERSED] and _mirrored(*siblings):
        return [Together(Kind.REVERSED, tuple(siblings))]
    if len(siblings) > 1 and set(kinds) == {Kind.CLOZE}:
        numbers = _numbers(siblings)
        whole = Together(Kind.CLOZE, tuple(siblings), numbers)
        if max(numbers) <= MAX_NUMBER and markdown_gaps(whole) and html_gaps(whole):
            return [whole]
    return [_alone(sibling) for sibling in siblings]


def _alone(item: Outgoing) -> Together:
    kind = item.content.kind
    return Together(
        Kind.BASIC if kind is Kind.REVERSED else kind, (item,), (1,) if kind is Kind.CLOZE else ()
    )


def _mirrored(first: Outgoing, second: Outgoing) -> bool:
    one, other = first.content, second.content
    return (one.prompt, one.answer) == (other.answer, other.prompt)


def _numbers(siblings: Sequence[Outgoing]) -> tuple[int, ...]:
    """A number for each gap: its own where all have one, else by age, so that a gap put in later
    takes none that another had."""
    own = [_NUMBER.search(sibling.explicit_id) for sibling in siblings]
    said = [int(match[1]) for match in own if match]
    if len(set(said)) == len(siblings) and 0 not in said:
        return tuple(said)
    by_age = sorted(sibling.order for sibling in siblings)
    return tuple(by_age.index(sibling.order) + 1 for sibling in siblings)


def whole_question(note: Together) -> Question:
    """What ``note`` asks, with its gaps as Anki writes them."""
    found = question_of(note.first.content)
    gaps = markdown_gaps(note) if note.kind is Kind.CLOZE else ""
    if gaps and (stem := note.first.content.stem):
        gaps = f"{stem}\n\n{gaps}"
    return Question(
        kind=note.kind,
        prompt=gaps or found.prompt,
        answer="" if gaps else found.answer,
        explanation=found.explanation,
        # A gap's hint stands in the gap.
        hint="" if gaps else found.hint,
        rows=found.rows,
        pairs=found.pairs,
        details=found.details,
        number=found.number,
    )


# --- gaps -----------------------------------------------------------------------------------


def markdown_gaps(cloze: Together) -> str:
    """The Markdown of a cloze with its gaps as Anki writes them; "" where its siblings do not say
    the same."""
    texts = [(each.content.prompt, each.content.revealed) for each in cloze.members]
    return _gaps(cloze, texts, "[…]", ("==", "=="), lambda text: text)


def html_gaps(cloze: Together) -> str:
    """The same in HTML. What would end a gap is written as a character reference."""
    texts = [
        (str(each.html.get("prompt", "")), str(each.html.get("revealed", "")))
        for each in cloze.members
    ]
    marks = ("<mark>", "</mark>")
    return _gaps(cloze, texts, '<span class="cloze">[…]</span>', marks, _guarded)


def _guarded(text: str) -> str:
    return text.replace("}}", "}&#125;").replace("::", ":&#58;")


def _gaps(
    cloze: Together,
    texts: Sequence[tuple[str, str]],
    gap: str,
    marks: tuple[str, str],
    guarded: Callable[[str], str],
) -> str:
    hidden: list[tuple[int, int, int, str]] = []
    plains: set[str] = set()
    for (prompt, revealed), number, member in zip(texts, cloze.numbers, cloze.members, strict=True):
        found = _hidden(prompt, revealed, gap, marks)
        if found is None:
            return ""
        plain, spans = found
        plains.add(plain)
        hint = member.content.hint.replace("}}", "").replace("::", ":").replace("\n", " ").strip()
        hidden += [(start, end, number, hint) for start, end in spans]
    if len(plains) != 1:
        return ""
    (plain,) = plains
    parts: list[str] = []
    at = 0
    for start, end, number, hint in sorted(hidden):
        if start < at:
            return ""  # gaps within each other
        said = guarded(plain[start:end])
        if "}}" in said or "::" in said:
            return ""
        close = f"::{guarded(hint)}}}}}" if hint else "}}"
        parts += [plain[at:start], f"{{{{c{number}::", said, close]
        at = end
    return "".join([*parts, plain[at:]])


def _hidden(
    prompt: str, revealed: str, gap: str, marks: tuple[str, str]
) -> tuple[str, list[tuple[int, int]]] | None:
    """The text without gaps, and where they were; None where prompt and text do not agree."""
    opening, closing = marks
    literals = prompt.split(gap)
    plain = [literals[0]]
    size = len(literals[0])
    if not revealed.startswith(literals[0]):
        return None
    at = size
    spans: list[tuple[int, int]] = []
    for literal in literals[1:]:
        if not revealed.startswith(opening, at):
            return None
        at += len(opening)
        end = revealed.find(closing + literal, at)
        if end < 0:
            return None
        spans.append((size, size + end - at))
        plain += [revealed[at:end], literal]
        size += end - at + len(literal)
        at = end + len(closing) + len(literal)
    return ("".join(plain), spans) if at == len(revealed) and spans else None
