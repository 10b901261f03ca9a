"""Questions as GIFT, and what that cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from studyapp.interchange.gift import ESCAPED
from studyapp.interchange.questions import Question
from studyapp.interchange.quiz_file import Entry, category_path
from studyapp.items.values import Kind

HINT = "a hint"
UNIT = "a unit"
ESSAY = "an open question: it is an essay there, the answer is what is said to it"
GAPS = "gaps: it is an essay there, the whole sentence is what is said to it"
BOTH_WAYS = "that it is asked both ways"
STEPS = "an order: its steps are matched with their places there"
ARROW = "an arrow -> in an answer: it is written →"

OPEN_KINDS = (Kind.BASIC, Kind.REVERSED)

_SPECIAL = re.compile(f"[{re.escape(ESCAPED)}]")
_FORMAT = re.compile(r"\[(?:html|markdown|plain|moodle)\]")
_GAP = re.compile(r"\{\{c\d{1,3}::(.*?)(?:::(.*?))?\}\}", re.DOTALL)


def write_gift(entries: Iterable[Entry]) -> Iterator[str]:
    """The pieces of a file that holds the questions of ``entries``, in their order."""
    category: tuple[str, ...] = ()
    for entry in entries:
        if entry.category != category:
            category = entry.category
            yield f"$CATEGORY: {category_path(category)}\n\n"
        if entry.question is not None:
            yield _written(entry, entry.question)


def lost_in_gift(question: Question) -> Iterator[str]:
    """What of ``question`` a GIFT file does not hold."""
    kind = question.kind
    if kind in OPEN_KINDS:
        yield ESSAY
    if kind is Kind.REVERSED:
        yield BOTH_WAYS
    if kind is Kind.CLOZE:
        yield GAPS
    if kind is Kind.ORDER:
        yield STEPS
    if kind is Kind.NUMBER and question.number and question.number.unit:
        yield UNIT
    if (kind is Kind.TEXT and "->" in question.answer) or any(
        "->" in left for left, _ in question.pairs
    ):
        yield ARROW
    if question.hint:
        yield HINT
    for name in question.details:
        yield f"its {name}"


def plain_name(question: Question) -> str:
    """A name for ``question`` in a list: how it begins."""
    name = " ".join(_GAP.sub("…", question.prompt).split())
    return f"{name[:70].rstrip()}…" if len(name) > 71 else name


def without_gaps(text: str) -> tuple[str, str]:
    """A sentence with its gaps open, and whole. Gaps are as Anki writes them."""
    return _GAP.sub("[…]", text), _GAP.sub(r"\1", text)


def share(count: int) -> str:
    """What one of ``count`` right options is worth, in percent, as Moodle rounds it."""
    return f"{(Decimal(100) / count).quantize(Decimal('0.00001')).normalize():f}"


def _written(entry: Entry, question: Question) -> str:
    said = [f"[id:{_in_brackets(entry.key)}]"] if entry.key else []
    said += [f"[tag:{_in_brackets(tag)}]" for tag in entry.tags]
    head = f"// {' '.join(said)}\n" if said else ""
    name = _escaped(entry.name or plain_name(question))
    prompt, rows, general = _parts(question)
    if general:
        rows.append(f"####{_said(general)}")
    key = "\n\t".join(["{", *rows]) + "\n}" if len(rows) > 1 else f"{{{''.join(rows)}}}"
    return f"{head}::{name}::[markdown]{_escaped(prompt)} {key}\n\n"


def _parts(question: Question) -> tuple[str, list[str], str]:
    """What is asked, the rows of the key, and what is said to every answer."""
    prompt, general = question.prompt, question.explanation
    match question.kind:
        case Kind.CHOICE:
            return prompt, list(_options(question)), general
        case Kind.TRUE_FALSE:
            return prompt, ["T" if question.answer.casefold() == "true" else "F"], general
        case Kind.TEXT:
            return prompt, [f"={_typed(text)}" for text in question.accepted], general
        case Kind.NUMBER if question.number:
            key = question.number
            return prompt, [f"#{key.value:f}:{key.tolerance:f}"], general
        case Kind.ORDER:
            steps = enumerate((text for text, _, _ in question.rows), 1)
            return prompt, [f"={number} -> {_said(text)}" for number, text in steps], general
        case Kind.MATCH:
            return (
                prompt,
                [
                    f"={_said(left.replace('->', '→'))} -> {_said(right)}"
                    for left, right in question.pairs
                ],
                general,
            )
    answer = question.answer
    if question.kind is Kind.CLOZE:
        prompt, whole = without_gaps(prompt)
        answer = answer or whole
    return prompt, [], "\n\n".join(text for text in (answer, general) if text)


def _options(question: Question) -> Iterator[str]:
    count = sum(right for _, right, _ in question.rows)
    worth = share(count) if count else "0"
    for text, right, why in question.rows:
        if count == 1:
            mark = "=" if right else "~"
            if text.startswith("%"):
                mark += "%100%" if right else "%0%"
        else:
            mark = f"~%{'' if right else '-'}{worth}%"
        yield f"{mark}{_said(text)}{f'#{_said(why)}' if why else ''}"


def _typed(text: str) -> str:
    """A text that is accepted; an asterisk would stand for anything."""
    text = _escaped(text.replace("->", "→")).replace("*", "\\*")
    return f"%100%{text}" if text.startswith("%") else text


def _said(text: str) -> str:
    return f"{'[markdown]' if _FORMAT.match(text) else ''}{_escaped(text)}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\n", "\\n")


def _in_brackets(text: str) -> str:
    return re.sub(r"[\]\\]", r"\\\g<0>", text)
