"""A question as other programs' files have it, whatever the kind, and as a note of ours asks it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from studyapp.interchange.callouts import callout
from studyapp.items.values import Content, Kind, NumberKey

_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its key, all texts Markdown. ``kind`` is ``REVERSED`` for one that is asked
    both ways. The ``prompt`` of a cloze holds its gaps as Anki writes them; of the others,
    ``rows`` has the options (text, right, why), steps in their order, or accepted texts, and
    ``pairs`` what is to be matched. ``answer`` is the key where none of these is; ``number`` says
    the same of one, where it is known."""

    kind: Kind
    prompt: str
    answer: str = ""
    explanation: str = ""
    hint: str = ""
    rows: tuple[tuple[str, bool, str], ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    number: NumberKey | None = field(default=None, compare=False)

    @property
    def accepted(self) -> list[str]:
        """The texts between the bars of its ``answer``."""
        return [
            text for part in _BAR.split(self.answer) if (text := part.replace("\\|", "|").strip())
        ]


def question_of(content: Content) -> Question:
    """``content`` as a question of any kind but a cloze (see ``gaps``), or one asked both ways."""
    rows = tuple((option.text, option.correct, option.why) for option in content.options)
    keyed_by_rows = content.kind in (Kind.CHOICE, Kind.ORDER, Kind.MATCH)
    details = dict(content.metadata)
    if not content.shuffle and content.kind is not Kind.TRUE_FALSE:
        details["shuffle"] = "false"
    return Question(
        kind=content.kind,
        prompt=f"{content.stem}\n\n{content.prompt}" if content.stem else content.prompt,
        answer="" if keyed_by_rows else content.answer,
        explanation=content.explanation,
        hint=content.hint,
        rows=rows if keyed_by_rows else (),
        pairs=tuple((pair.left, pair.right) for pair in content.pairs),
        details=details,
        number=content.number,
    )


def written(question: Question, *, block_id: str = "", tags: Iterable[str] = ()) -> str:
    """The question as it stands in a note."""
    prompt, body, answer = question.prompt, "", question.answer
    named = question.kind.value
    fields: dict[str, str] = dict(question.details)
    match question.kind:
        case Kind.CLOZE:
            prompt, body, answer = "", prompt, ""
        case Kind.CHOICE:
            named, answer = "", ""
            body = "\n".join(option_lines(*row) for row in question.rows)
        case Kind.ORDER:
            steps = (text for text, _, _ in question.rows)
            body = "\n".join(
                f"{number}. " + text.replace("\n", "\n   ") for number, text in enumerate(steps, 1)
            )
        case Kind.MATCH:
            body = "| | |\n|---|---|\n" + "\n".join(
                f"| {_cell(left)} | {_cell(right)} |" for left, right in question.pairs
            )
        case Kind.TRUE_FALSE | Kind.TEXT | Kind.NUMBER:
            fields = {"answer": " ".join(answer.split()), **fields}
            answer = ""
    return callout(
        named,
        prompt=prompt,
        body=body,
        answer=answer,
        explanation=question.explanation,
        hint=question.hint,
        fields=fields,
        block_id=block_id,
        tags=tags,
    )


def option_lines(text: str, correct: bool, why: str) -> str:
    """An option as a row of a task list, with what says why below it."""
    lines = f"- [{'x' if correct else ' '}] {text}".split("\n")
    if why:
        lines += [f"> {line}".rstrip() for line in why.split("\n")]
    return "\n".join([lines[0], *(f"  {line}".rstrip() for line in lines[1:])])


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
