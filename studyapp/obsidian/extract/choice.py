"""Options to choose from: task lists (S6) and lettered options with a nested answer (S5a)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from studyapp.items.values import Content, Kind, Option, Status, make_options, normalise
from studyapp.obsidian.blocks import (
    Block,
    Callout,
    Line,
    List,
    ListItem,
    Paragraph,
    Quote,
    Rule,
    source,
)
from studyapp.obsidian.extract.question import (
    Found,
    Problem,
    Question,
    join,
    markdown,
    one,
)
from studyapp.obsidian.inline import plain, without_block_id

_LABEL = re.compile(r"[ \t]*(?:\*\*)?([A-Ha-h]|[1-9])[.)](?:\*\*)?[ \t]+(\S.*)$")
_LETTERS = re.compile(r"[A-H1-9](?:(?:[ \t]*[,&/+][ \t]*|[ \t]+(?:and|&)[ \t]+|[ \t]*)[A-H1-9])*")
_LABELLED_ANSWER = re.compile(
    r"(?:option[ \t]+)?\(?([A-H1-9])(?:[.):][ \t]*|[ \t]+[-–—][ \t]+)(.*)$"
)
_RATIONALE = re.compile(r"[*_ \t]*(?:rationale|explanation|reason|why)[*_]*:[*_]*[ \t]*(.*)$", re.I)
_LEAD = re.compile(
    r"(?:the |correct |right )*(?:answers?|solution)(?:[ \t]+(?:is|are))?[: \t]+", re.I
)
_SIGN = r"(?:[✅✔☑✓❌✗✘✖❎]\ufe0f?|\((?:in)?correct(?: answer)?\)|\((?:right|wrong)(?: answer)?\))"
_SIGNS = re.compile(rf"^{_SIGN}[ \t]*+(?=\S)|(?<=\S)[ \t]*+{_SIGN}$", re.IGNORECASE)
_WHOLLY = re.compile(r"(\*\*|==|__)((?:(?!\1).)+)\1")


@dataclass(frozen=True, slots=True)
class Choice:
    """An option as written: its label (``A``, ``1``; "" in a task list) and what is said of it."""

    label: str
    text: str
    correct: bool
    why: str = ""


def extract(question: Question) -> Found | None:
    """The choice item of a callout that lists options; None when it lists none."""
    return _tasks(question) or _lettered(question)


def _tasks(question: Question) -> Found | None:
    places = [
        at
        for at, block in enumerate(question.blocks)
        if isinstance(block, List) and any(item.task is not None for item in block.items)
    ]
    if not places:
        return None
    before = question.blocks[: places[0]]
    after = [b for at, b in enumerate(question.blocks) if at > places[0] and at not in places]
    items = [item for at in places for item in _items(question.blocks[at])]
    choices = [_choice(item, str(number)) for number, item in enumerate(items, 1)]
    unboxed = [item for item in items if item.task is None]
    problem = None
    if unboxed:
        problem = Problem(
            Status.AMBIGUOUS,
            "option-without-box",
            f"Line {unboxed[0].lines[0].number} stands among the options but has no box [ ].",
        )
    key = question.answer or question.fields.get("answer", "")
    rationale = ""
    if key and not any(choice.correct for choice in choices):
        choices, rationale, problem = marked(choices, key, problem)
    elif question.answer:
        rationale = question.answer  # the boxes are the key; what else is said explains it
    return found(question, "S6", before, after, choices, rationale, problem)


def _items(block: Block) -> tuple[ListItem, ...]:
    return block.items if isinstance(block, List) else ()


def _choice(item: ListItem, label: str) -> Choice:
    reasons: list[str] = []
    words: list[Block] = []
    for block in item.children:
        if isinstance(block, Callout):
            reasons.append(join(block.title, source(block.body)))
        elif isinstance(block, Quote):
            reasons.append(source(block.body))
        else:
            words.append(block)
    text = "\n".join(without_block_id(line) for line in markdown(words).split("\n"))
    return Choice(label, text, item.task in ("x", "X"), join(*reasons))


def _lettered(question: Question) -> Found | None:
    key = question.answer or question.fields.get("answer", "")
    split = _split_options(question.blocks) if key else None
    if split is None:
        return None
    before, choices, after = split
    choices, rationale, problem = marked(choices, key, None)
    return found(question, "S5a", before, after, choices, rationale, problem)


def _split_options(
    blocks: Sequence[Block],
) -> tuple[list[Block], list[Choice], list[Block]] | None:
    """What stands before the options, the options (``A. text``), what follows; None without any.

    Options are labelled A, B, C... or 1, 2, 3..., each at the start of a line or list item.
    """
    before: list[Block] = []
    after: list[Block] = []
    choices: list[Choice] = []
    for block in blocks:
        rows = labelled_rows(block)
        if rows and (choices or rows[0][0] in "A1"):
            for label, text, why in rows:
                choices.append(Choice(label, text, False, why))
            before += _leading(block)
        elif choices:
            after.append(block)
        else:
            before.append(block)
    labels = [choice.label for choice in choices]
    first = labels[0] if labels else ""
    if len(labels) < 2 or labels != [chr(ord(first) + n) for n in range(len(labels))]:
        return None
    return before, choices, after


def labelled_rows(block: Block) -> list[tuple[str, str, str]]:
    """``(label, text, why)`` of the options that ``block`` consists of or ends with."""
    if isinstance(block, List):
        rows = []
        for item in block.items:
            choice = _choice(item, "")
            label = item.marker[0].upper() if block.ordered and len(item.marker) == 2 else ""
            text = choice.text
            if match := _LABEL.match(text.partition("\n")[0]):
                label, text = match[1].upper(), match[2] + text[match.end() :]
            if not label:
                return []
            rows.append((label, text, choice.why))
        return rows
    if not isinstance(block, Paragraph):
        return []
    found: list[tuple[str, str, str]] = []
    for line in block.lines:
        if match := _LABEL.match(line.text):
            found.append((match[1].upper(), match[2].rstrip(), ""))
        elif found:
            label, text, why = found[-1]
            found[-1] = (label, f"{text}\n{line.text.strip()}", why)
    return found


def without_letters(choices: Sequence[Choice]) -> list[Choice]:
    """``choices`` whose texts begin with A, B, C..., without that: they are shuffled."""
    matches = [_LABEL.match(choice.text) for choice in choices]
    labels = "".join(match[1].upper() for match in matches if match)
    if len(labels) < len(choices) or not "ABCDEFGH".startswith(labels):
        return list(choices)
    return [
        replace(choice, text=match[2])
        for choice, match in zip(choices, matches, strict=True)
        if match
    ]


def _leading(block: Block) -> list[Block]:
    """The lines of a paragraph before its first option, as a paragraph."""
    if not isinstance(block, Paragraph):
        return []
    lines: list[Line] = []
    for line in block.lines:
        if _LABEL.match(line.text):
            break
        lines.append(line)
    return [Paragraph(tuple(lines))] if lines else []


def marked(
    choices: Sequence[Choice], key: str, problem: Problem | None
) -> tuple[list[Choice], str, Problem | None]:
    """``choices`` with those right that ``key`` names, and what else ``key`` says."""
    answer, rationale = _split_rationale(key)
    right, conflict, rest = _named(choices, answer)
    rationale = join(rest, rationale)
    if not right:
        problem = problem or Problem(
            Status.AMBIGUOUS,
            "answer-not-among-options",
            f"The answer “{' '.join(plain(answer).split())[:80]}” is none of the options.",
        )
        rationale = key
    elif conflict:
        problem = problem or Problem(
            Status.AMBIGUOUS,
            "answer-letter-and-text-differ",
            "The answer's letter and its text name different options; the text was followed.",
        )
    marked = [
        Choice(choice.label, choice.text, at in right, choice.why)
        for at, choice in enumerate(choices)
    ]
    return marked, rationale, problem


def _split_rationale(key: str) -> tuple[str, str]:
    lines = key.split("\n")
    for number, line in enumerate(lines):
        if match := _RATIONALE.match(line):
            rest = "\n".join([match[1], *lines[number + 1 :]]).strip()
            return "\n".join(lines[:number]).strip(), rest
    return key, ""


def _without_lead(row: str) -> str:
    """A line of the answer without its bullet and without "The correct answer is"."""
    words = plain(row.strip().lstrip("-*+ "))
    lead = _LEAD.match(words)
    return words[lead.end() :] if lead else words


def _named(choices: Sequence[Choice], answer: str) -> tuple[set[int], bool, str]:
    """The options that ``answer`` names, by letter or else by text; whether the two differ; and
    what else it says after that."""
    by_label = {choice.label: at for at, choice in enumerate(choices)}
    by_text = {normalise(plain(choice.text)): at for at, choice in enumerate(choices)}
    right: set[int] = set()
    conflict = False
    whole = by_text.get(normalise(plain(answer)))
    if whole is not None:
        return {whole}, False, ""
    rest: list[str] = []
    for row in answer.split("\n"):
        known = len(right)
        words = _without_lead(row)
        text = by_text.get(normalise(words))
        if text is not None:
            right.add(text)
        elif _LETTERS.fullmatch(words.rstrip(".")):
            labels = re.findall(r"[A-H1-9]", words)
            right |= {by_label[label] for label in labels if label in by_label}
        elif match := _LABELLED_ANSWER.match(words):
            label, text = by_label.get(match[1]), by_text.get(normalise(match[2]))
            conflict |= text is not None and label is not None and text != label
            if (named := text if text is not None else label) is not None:
                right.add(named)
        if right and len(right) == known:
            rest.append(row)
    return right, conflict, "\n".join(rest).strip("\n")


def found(
    question: Question,
    shape: str,
    before: Iterable[Block],
    after: Iterable[Block],
    choices: Sequence[Choice],
    rationale: str,
    problem: Problem | None,
) -> Found:
    """The choice item of ``choices``; ``before`` belongs to the prompt, ``after`` explains."""
    options = make_options((c.text, c.correct, c.why) for c in _without_signs(choices))
    remarks = markdown(block for block in after if not isinstance(block, Rule))
    content = Content(
        Kind.CHOICE,
        question.prompt(before) or question.title,
        answer=_answer(options),
        explanation=join(rationale, remarks),
        options=options,
    )
    return one(question, shape, content, problem or _wrong_with(options))


def _without_signs(choices: Sequence[Choice]) -> list[Choice]:
    """``choices`` without what would give the key away: signs of right and wrong beside the text,
    bold or highlighted text where it marks the right ones and no other."""
    plainly = [replace(choice, text=_SIGNS.sub("", choice.text)) for choice in choices]
    wholly = [_WHOLLY.fullmatch(choice.text) for choice in plainly]
    if [match is not None for match in wholly] != [choice.correct for choice in plainly]:
        return plainly
    return [
        replace(choice, text=match[2]) if match else choice
        for choice, match in zip(plainly, wholly, strict=True)
    ]


def _answer(options: Sequence[Option]) -> str:
    """The right options: the text of one, a list of several."""
    right = [option.text for option in options if option.correct]
    if len(right) == 1:
        return right[0]
    return "\n".join("- " + text.replace("\n", "\n  ") for text in right)


def _wrong_with(options: Sequence[Option]) -> Problem | None:
    texts = [normalise(option.text) for option in options]
    if not any(option.correct for option in options):
        return Problem(
            Status.NEEDS_ANSWER, "no-right-option", "No option is marked as right: write [x]."
        )
    if len(options) < 2:
        return Problem(
            Status.AMBIGUOUS, "single-option", "There is only one option to choose from."
        )
    if not all(texts):
        return Problem(Status.AMBIGUOUS, "empty-option", "An option has no text.")
    if len(set(texts)) < len(texts):
        return Problem(Status.AMBIGUOUS, "repeated-option", "Two options have the same text.")
    return None
