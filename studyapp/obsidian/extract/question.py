"""A question callout, taken apart: what every question shape starts from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from studyapp.items.values import Content, Status, normalise
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.blocks import (
    Block,
    Callout,
    Code,
    Comment,
    Line,
    Math,
    parse_lines,
    source,
    walk,
)
from studyapp.obsidian.inline import lone_block_id, mask_code, plain, trailing_block_id
from studyapp.obsidian.values import Diagnostic, ItemDraft, Span

QUESTION_TYPES = frozenset({"question", "help", "faq"})
ANSWER_TYPES = frozenset({"success", "check", "done", "answer"})
EXPLANATION_TYPES = frozenset({"explanation", "rationale"})
HINT_TYPES = frozenset({"tip", "hint", "important"})

FIELDS = frozenset(
    {"answer", "case", "domain", "difficulty", "points", "shuffle", "siblings", "pin", "source"}
)
"""The ``key:: value`` lines that belong to a question; every other such line is its text."""

INHERITED = ("domain", "difficulty", "source")
"""Fields that a question takes from its note's properties unless it says otherwise."""

_FIELD = re.compile(r"[ \t]{0,3}([A-Za-z]+)::(?:[ \t]+(.*))?$")
_QUESTION_WORD = re.compile(
    r"(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|should"
    r"|will|would|has|have|name|list|explain|describe|define|give|choose|select)\b",
    re.IGNORECASE,
)
_GENERIC = re.compile(r"\bquestions?\b|\bq\d+\b", re.IGNORECASE)
_ANSWER_TITLE = re.compile(r"(?:the |correct |right )*(?:answers?|solution|key)\b", re.IGNORECASE)
_EXPLANATION_TITLE = re.compile(r"(?:explanation|rationale|reason|why|because)\b", re.IGNORECASE)
_HINT_TITLE = re.compile(r"hints?\b", re.IGNORECASE)
_ANSWER_LEAD = re.compile(
    r"(?:the |correct |right )*(?:answers?|solution|key)(?:[ \t]+(?:is|are))?[ \t]*+:?[ \t]*+(.*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an item cannot be studied as it stands: the status it gets, and words for its author.

    ``code`` is that of the diagnostic that goes with it; "" for none, where nothing is wrong with
    what the author wrote and the item's status says it all.
    """

    status: Status
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question callout without what surrounds the question itself.

    ``blocks`` are the body's blocks without metadata lines and nested answer, explanation and
    hint; those are the Markdown in ``answer`` (None: no such callout), ``explanation``, ``hint``.
    """

    path: str
    lines: Span
    topic: tuple[str, ...]
    explicit_id: str
    kind: str
    title: str
    blocks: tuple[Block, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    answer: str | None = None
    explanation: str = ""
    hint: str = ""
    shuffle: bool = True

    @property
    def heading(self) -> str:
        """The title, unless it is a mere label such as "Example question"."""
        return "" if is_generic(self.title) and self.blocks else self.title

    def prompt(self, before: Iterable[Block] = ()) -> str:
        """The title (unless it is a mere label) and the blocks ``before`` the answer."""
        return join(self.heading, markdown(before))

    def draft(
        self,
        shape: str,
        content: Content,
        problem: Problem | None = None,
        *,
        part: str = "",
        group: str = "",
    ) -> ItemDraft:
        """An item of this question. ``content`` gets the explanation, hint and metadata that it
        does not have yet. Of several items ``part`` names each, ``group`` names them all; a lone
        one may say whose sibling it is."""
        siblings = self.metadata.get("siblings", "")
        whole = replace(
            content,
            explanation=join(content.explanation, self.explanation),
            hint=content.hint or self.hint,
            metadata=self.metadata,
            shuffle=content.shuffle and self.shuffle,
        )
        explicit = f"{self.explicit_id}/{part}" if part and self.explicit_id else self.explicit_id
        return ItemDraft(
            content=whole,
            status=problem.status if problem else Status.READY,
            shape=shape,
            path=self.path,
            lines=self.lines,
            explicit_id=explicit,
            group=group or (siblings and f"siblings {siblings}"),
            topic=self.topic,
            reason=problem.message if problem else "",
        )

    def report(self, problem: Problem | None) -> list[Diagnostic]:
        """The diagnostics that ``problem`` makes."""
        if problem is None or not problem.code:
            return []
        return [diagnose.warning(self.path, self.lines[0], problem.code, problem.message)]

    def group(self, text: str) -> str:
        """A name for the siblings that are made of ``text``: the author's id, or a fingerprint."""
        return self.explicit_id or fingerprint(text)


@dataclass(frozen=True, slots=True)
class Found:
    """What a shape made of a question."""

    items: tuple[ItemDraft, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def one(question: Question, shape: str, content: Content, problem: Problem | None = None) -> Found:
    """A question that is a single item, with the diagnostics of its problem if it has one."""
    item = question.draft(shape, content, problem)
    return Found((item,), tuple(question.report(problem)))


def read_question(
    callout: Callout,
    path: str,
    topic: tuple[str, ...],
    following_id: str,
    properties: Mapping[str, Any],
) -> Question:
    """Take ``callout`` apart. ``following_id`` is the block id on a line of its own after it."""
    lines, block_id = _without_id(callout)
    body, fields = _without_fields(lines)
    kept: list[Block] = []
    answers: list[str] = []
    explanations: list[str] = []
    hints: list[str] = []
    for block in parse_lines(body, quoted=True):
        role = _role(block)
        if role is None:
            kept.append(block)
            continue
        assert isinstance(block, Callout)
        text = source(block.body)
        if role == "answer":
            answers.append(_answer_text(block, text))
        elif role == "explanation":
            explanations.append(text)
        else:
            hints.append(text)
    metadata = {
        name: str(properties[name]) for name in INHERITED if _is_plain(properties.get(name))
    }
    metadata |= {key: value for key, value in fields.items() if key not in ("answer", "shuffle")}
    shuffle = fields.get("shuffle", str(properties.get("shuffle", "true")))
    title, title_id = callout.title, trailing_block_id(callout.title)
    if title_id:
        title = title.rstrip().removesuffix(f"^{title_id}").rstrip()
    last = lines[-1].number if lines else callout.lines[0].number
    return Question(
        path=path,
        lines=(callout.lines[0].number, last),
        topic=topic,
        explicit_id=following_id or block_id or title_id,
        kind=callout.metadata,
        title=title,
        blocks=tuple(kept),
        fields=fields,
        metadata=metadata,
        answer=join(*answers) if answers else None,
        explanation=join(*explanations),
        hint=join(*hints),
        shuffle=normalise(shuffle) not in ("false", "no", "off", "0"),
    )


def markdown(blocks: Iterable[Block]) -> str:
    """The source of ``blocks`` as it stands in the note, blank lines between them included."""
    texts: list[str] = []
    last = 0
    for block in blocks:
        text = source(block.lines)
        if texts:
            texts.append("\n\n" if block.lines[0].number > last + 1 else "\n")
        texts.append(text)
        last = block.lines[-1].number
    return "".join(texts).strip("\n")


def join(*texts: str) -> str:
    """The texts that say something, as paragraphs."""
    return "\n\n".join(text for text in texts if text.strip())


def is_question(text: str) -> bool:
    """Whether ``text`` reads as a question: ``?`` at its end or before a space, or a question word
    at its start."""
    words = plain(text)
    return words.endswith("?") or "? " in words or _QUESTION_WORD.match(words) is not None


def ends_as_question(text: str) -> bool:
    """Whether ``text`` ends in a question mark (a closing remark in brackets may follow it)."""
    words = plain(text)
    if words.endswith(")"):
        words = words[: words.rfind("(")].rstrip() or words
    return words.endswith("?")


def is_generic(title: str) -> bool:
    """Whether ``title`` is a mere label: empty, or a few words with "question" among them."""
    words = plain(title)
    return not words or (
        len(words.split()) <= 7 and _GENERIC.search(words) is not None and not words.endswith("?")
    )


def fingerprint(text: str) -> str:
    """A short name that follows from ``text`` alone."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()[:12]


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and bool(str(value).strip())


def _role(block: Block) -> str | None:
    """What a nested callout is to the question: its title says, and else its type."""
    if not isinstance(block, Callout):
        return None
    title = plain(block.title)
    if _EXPLANATION_TITLE.match(title) or block.type in EXPLANATION_TYPES:
        return "explanation"
    if _ANSWER_TITLE.match(title) or block.type in ANSWER_TYPES:
        return "answer"
    if _HINT_TITLE.match(title) or (block.type in HINT_TYPES and not title):
        return "hint"
    return None


def _answer_text(callout: Callout, body: str) -> str:
    """The answer in a nested callout; its title counts unless it only says "Answer"."""
    title = callout.title.strip()
    lead = _ANSWER_LEAD.match(plain(title))
    if lead is None:
        return join(title, body)
    return join(lead[1] if not body or lead[1] else "", body)


def _without_id(callout: Callout) -> tuple[tuple[Line, ...], str]:
    """The callout's body without a last line ``^id``, and that id."""
    lines = list(callout.body)
    for index in range(len(lines) - 1, -1, -1):
        text = lines[index].text.strip()
        if not text:
            continue
        if block_id := lone_block_id(text):
            return tuple(lines[:index]), block_id
        break
    return tuple(lines), ""


def _without_fields(lines: Sequence[Line]) -> tuple[list[Line], dict[str, str]]:
    """``lines`` without the metadata lines, and what those said (the last one of a name counts)."""
    hidden = {
        line.number
        for block in walk(parse_lines(lines, quoted=True))
        if isinstance(block, Code | Math | Comment)
        for line in block.lines
    }
    fields: dict[str, str] = {}
    kept = []
    for line in lines:
        match = None if line.number in hidden else _FIELD.match(line.text)
        if match and match[1].lower() in FIELDS:
            fields[match[1].lower()] = (match[2] or "").strip()
        else:
            kept.append(line)
    return kept, fields


def shows(text: str, answer: str) -> bool:
    """Whether a reader of ``text`` would read ``answer`` in it."""
    wanted = normalise(plain(answer))
    found = normalise(plain(mask_code(text) if "`" not in answer else text))
    return bool(wanted) and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", found) is not None
