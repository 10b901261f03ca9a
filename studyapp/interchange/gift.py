"""GIFT, Moodle's text format for questions (https://docs.moodle.org/en/GIFT_format)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from studyapp.interchange.markup import Markup
from studyapp.interchange.questions import Question
from studyapp.interchange.quiz_file import Entry, QuestionError, QuizFile, Reading, category_of
from studyapp.interchange.values import InterchangeError
from studyapp.interchange.weights import FULL, Weighted, accepted, option_rows
from studyapp.items.values import Kind

MAX_CHARS = 16 * 1024**2
GAP = "_____"
"""Where a word is missing, as Moodle shows it."""

ESCAPED = "~=#{}:\\"
_HIDDEN = {mark: chr(0xE010 + at) for at, mark in enumerate(ESCAPED)}
_SHOWN = {hidden: mark for mark, hidden in _HIDDEN.items()} | {"\ue018": "\n"}
_ESCAPE = re.compile(r"\\([~=#{}:\\n])")
_PRIVATE = re.compile("[\ue010-\ue018]")
_CATEGORY = re.compile(r"\s*\$CATEGORY:(.*)")
_SAID = re.compile(r"\[(id|tag):((?:[^\]\\]|\\.){1,200})\]")
_NAME = re.compile(r"\s*::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|markdown|plain|moodle)\]")
_WEIGHT = re.compile(r"\s*%(-?\d{1,3}(?:\.\d{1,10})?)%")
_VERDICT = re.compile(r"(t|true|f|false)\s*(?:#(.*))?", re.IGNORECASE | re.DOTALL)
_NUMBER = r"\s*([+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,2})?)\s*"
_RANGE = re.compile(rf"{_NUMBER}\.\.{_NUMBER}")
_TOLERANT = re.compile(rf"{_NUMBER}(?::{_NUMBER})?")
_LOOKS = re.compile(
    r"^(?:::[^\n]{1,300}::|\$CATEGORY:)|(?<!\\)\{\s{0,20}(?:[=~#%]|(?:T|F|TRUE|FALSE)\s{0,9}[#}])",
    re.MULTILINE,
)


@dataclass(slots=True)
class _Block:
    """The lines of a question, up to the next blank one."""

    line: int
    category: tuple[str, ...]
    lines: list[str] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)


def is_gift(text: str) -> bool:
    """Whether ``text`` has what only GIFT has: a name in colons, a category, or a key in braces."""
    return _LOOKS.search(text) is not None


def read_gift(text: str, name: str) -> QuizFile:
    """The questions in ``text``. What is none is named with its line."""
    if len(text) > MAX_CHARS:
        raise InterchangeError(f"“{name}” has more than {MAX_CHARS:,} characters. Split it.")
    reading = Reading(name)
    for block in _blocks(_PRIVATE.sub("", text)):
        try:
            reading.entries.append(_Parser(reading, block).entry())
        except QuestionError as error:
            reading.remark(block.line, f"This is no question: {error}.")
    return reading.done()


def _blocks(text: str) -> Iterator[_Block]:
    category: tuple[str, ...] = ()
    block = _Block(1, category)
    for number, line in enumerate(text.split("\n"), 1):
        if match := _CATEGORY.match(line):
            category = category_of(match[1])
            block.category = category
        elif line.lstrip().startswith("//"):
            block.said += _SAID.findall(line)
        elif line.strip():
            if not block.lines:
                block.line = number
            block.lines.append(line)
        elif block.lines:
            yield block
            block = _Block(number, category)
    if block.lines:
        yield block


class _Parser:
    def __init__(self, reading: Reading, block: _Block) -> None:
        self._reading = reading
        self._block = block
        self._markup = Markup()
        self._format = "moodle"

    def entry(self) -> Entry:
        source = _ESCAPE.sub(
            lambda match: _HIDDEN.get(match[1], "\ue018"), "\n".join(self._block.lines)
        )
        name = ""
        if match := _NAME.match(source):
            name, source = " ".join(_shown(match[1]).split()), source[match.end() :]
        if match := _FORMAT.match(source):
            self._format, source = match[1], source[match.end() :]
        stem, key = self._apart(source)
        question = None if key is None else self._question(stem, key)
        for what in self._markup.lost:
            self._reading.remark(self._block.line, f"Not carried over: {what}.")
        text = self._markdown(stem) if question is None else ""
        return Entry(
            self._block.line,
            question,
            text,
            name=name,
            key="".join(_unescaped(value) for said, value in self._block.said if said == "id"),
            category=self._block.category,
            tags=tuple(_unescaped(value) for said, value in self._block.said if said == "tag"),
        )

    def _apart(self, source: str) -> tuple[str, str | None]:
        """What is asked, and what stands in the braces; None where there are none."""
        before, opening, rest = source.partition("{")
        if not opening:
            if "}" in source:
                raise QuestionError("a brace } is closed that was not opened")
            return before, None
        key, closing, after = rest.partition("}")
        if not closing:
            raise QuestionError("its brace { is not closed before the next blank line")
        if "{" in key or "{" in after or "}" in after:
            raise QuestionError("it has more than one pair of braces (write \\{ for a brace)")
        if after.strip():
            before = f"{before.rstrip()} {GAP} {after.lstrip()}"
        return before, key.strip()

    def _question(self, stem: str, key: str) -> Question:
        key, _, general = key.partition("####")
        prompt, explanation = self._markdown(stem), self._markdown(general)
        if not prompt:
            raise QuestionError("it asks nothing")
        key = key.strip()
        if not key:
            self._say("An essay is an open question here, and yours to judge.")
            return Question(Kind.BASIC, prompt, answer=explanation)
        if key.startswith("#"):
            return self._number(prompt, key[1:], explanation)
        if "~" in key:
            return self._choice(prompt, key, explanation)
        if key.startswith("=") and "->" in key:
            return self._match(prompt, key, explanation)
        if match := _VERDICT.fullmatch(key):
            answer = "true" if match[1].lower().startswith("t") else "false"
            said = [self._markdown(text) for text in (match[2] or "").split("#")]
            return Question(Kind.TRUE_FALSE, prompt, answer, _paragraphs(*said, explanation))
        return self._text(prompt, key, explanation)

    def _choice(self, prompt: str, key: str, explanation: str) -> Question:
        answers = []
        single = False
        for mark, text in _marked(key, "=~"):
            answer = self._weighted(text, FULL if mark == "=" else Decimal(0))
            single = single or mark == "="
            if not answer.text:
                raise QuestionError("one of its options is empty")
            answers.append(answer)
        rows, lost = option_rows(answers, single=single)
        if len(rows) < 2:
            raise QuestionError("a choice needs two options or more")
        if not any(right for _, right, _ in rows):
            raise QuestionError("no option is right")
        self._lose(lost)
        return Question(Kind.CHOICE, prompt, explanation=explanation, rows=rows)

    def _text(self, prompt: str, key: str, explanation: str) -> Question:
        answers = [self._weighted(text, FULL, plain=True) for _, text in _marked(key, "=")]
        right, lost = accepted([answer for answer in answers if answer.text])
        if not right:
            raise QuestionError("no answer is right")
        self._lose(lost)
        answer, lost = text_answer([each.text for each in right])
        self._lose(lost)
        return Question(
            Kind.TEXT, prompt, answer, _paragraphs(*(each.why for each in right), explanation)
        )

    def _number(self, prompt: str, key: str, explanation: str) -> Question:
        right, lost = accepted(
            [self._weighted(text, FULL, plain=True) for _, text in _marked(key, "=")]
        )
        self._lose(lost)
        if not right:
            raise QuestionError("no number is right")
        if len(right) > 1:
            self._lose("every right number but the first")
        return Question(
            Kind.NUMBER, prompt, _number(right[0].text), _paragraphs(right[0].why, explanation)
        )

    def _match(self, prompt: str, key: str, explanation: str) -> Question:
        pairs = []
        for _, text in _marked(key, "="):
            left, arrow, right = text.partition("->")
            if not arrow or not right.strip():
                raise QuestionError("each pair needs two sides, like =left -> right")
            pairs.append((self._markdown(left), self._markdown(right)))
        return Question(Kind.MATCH, prompt, explanation=explanation, pairs=tuple(pairs))

    def _weighted(self, source: str, weight: Decimal, *, plain: bool = False) -> Weighted:
        """An answer after its mark: perhaps a weight, its text, and perhaps what is said to it."""
        if match := _WEIGHT.match(source):
            weight, source = Decimal(match[1]), source[match.end() :]
        text, _, why = source.partition("#")
        # What is typed is compared, and so has no markup.
        said = _shown(text).strip() if plain else self._markdown(text)
        return Weighted(said, weight, self._markdown(why))

    def _markdown(self, source: str) -> str:
        format = self._format
        if match := _FORMAT.match(source):
            format, source = match[1], source[match.end() :]
        return self._markup.markdown(_shown(source), format)

    def _say(self, message: str) -> None:
        self._reading.remark(self._block.line, message)

    def _lose(self, what: str) -> None:
        if what:
            self._say(f"Not carried over: {what}.")


def text_answer(texts: Sequence[str]) -> tuple[str, str]:
    """What is accepted, as our ``answer::`` line has it, and what is lost of it: Moodle takes an
    asterisk for anything."""
    lost = ""
    kept = []
    for text in texts:
        bare = text.replace("\\*", "\0")
        if "*" in bare:
            lost = "asterisks that stand for anything in an answer"
        kept.append(" ".join(bare.replace("*", "").replace("\0", "*").split()))
    kept = [text.replace("|", "\\|") for text in kept if text]
    if not kept:
        raise QuestionError("any answer at all is right")
    return " | ".join(dict.fromkeys(kept)), lost


def _number(text: str) -> str:
    """A number, a number with its tolerance or a range, as our ``answer::`` line has it."""
    if match := _RANGE.fullmatch(text):
        low, high = sorted((Decimal(match[1]), Decimal(match[2])))
        return number_answer((low + high) / 2, (high - low) / 2)
    if match := _TOLERANT.fullmatch(text):
        return number_answer(Decimal(match[1]), abs(Decimal(match[2] or 0)))
    raise QuestionError(f"“{text[:40]}” is no number")


def number_answer(value: Decimal, tolerance: Decimal, unit: str = "") -> str:
    """A number as our ``answer::`` line has it."""
    said = f"{value:f} ± {tolerance:f}" if tolerance else f"{value:f}"
    return f"{said} {unit}".rstrip()


def _marked(source: str, marks: str) -> list[tuple[str, str]]:
    """The answers in ``source``, each with the mark it begins with (the first may have none)."""
    parts = re.split(f"([{marks}])", source)
    found = [("=", parts[0])] if parts[0].strip() else []
    # ``~=`` says the same as ``=``.
    found += [
        (mark, text)
        for at, (mark, text) in enumerate(zip(parts[1::2], parts[2::2], strict=True))
        if not (mark == "~" and not text.strip() and parts[2 * at + 3 : 2 * at + 4] == ["="])
    ]
    return found


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)


def _shown(source: str) -> str:
    """``source`` with what was escaped in its place."""
    return _PRIVATE.sub(lambda match: _SHOWN.get(match[0], ""), source)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
