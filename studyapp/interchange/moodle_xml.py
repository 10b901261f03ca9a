"""Moodle XML (https://docs.moodle.org/en/Moodle_XML_format), with the files that come in it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation

from studyapp.interchange.gift import number_answer, text_answer
from studyapp.interchange.markup import Markup
from studyapp.interchange.questions import Question
from studyapp.interchange.quiz_file import (
    Entry,
    QuestionError,
    QuizFile,
    Reading,
    category_of,
)
from studyapp.interchange.values import InterchangeError
from studyapp.interchange.vault import file_name
from studyapp.interchange.weights import FULL, Weighted, accepted, option_rows
from studyapp.interchange.xml_tree import Node, read_xml
from studyapp.items.values import Kind

_FORMATS = {
    "html": "html",
    "markdown": "markdown",
    "plain_text": "plain",
    "moodle_auto_format": "moodle",
}
_USUAL = re.compile(r"<[^<>]*>|\s|your answer is (?:partially )?(?:correct|incorrect)\.?", re.I)
"""What Moodle itself says to an answer, with its markup."""

_EMBEDDED = re.compile(
    r"\{\d{0,3}:(SHORTANSWER|SA|MW|SHORTANSWER_C|SAC|MWC|NUMERICAL|NM|MULTI\w*|MC\w*|MR\w*)"
    r":((?:\\.|[^{}\\])*)\}"
)
_SPLIT = re.compile(r"(?<!\\)~")
_WORTH = re.compile(r"=|%(-?\d{1,3}(?:\.\d{1,5})?)%")


def read_moodle_xml(data: bytes, name: str) -> QuizFile:
    """The questions in ``data``. What is none is named with its line. Raises InterchangeError."""
    tree = read_xml(data, name)
    if tree.root.tag != "quiz":
        raise InterchangeError(
            f"“{name}” begins with <{tree.root.tag[:40]}>, and Moodle's questions stand in <quiz>."
        )
    reading = Reading(name)
    category: tuple[str, ...] = ()
    for node in tree.root.all("question"):
        kind = node.attributes.get("type", "")
        if kind == "category":
            category = category_of(node.said("category", "text"))
            continue
        try:
            reading.entries.append(_Parser(reading, node, category).entry(kind))
        except QuestionError as error:
            reading.remark(node.line, f"This is no question: {error}.")
    if tree.broken_line:
        reading.remark(
            tree.broken_line, f"The file breaks off here ({tree.problem}); what follows is lost."
        )
    return reading.done()


class _Parser:
    def __init__(self, reading: Reading, node: Node, category: tuple[str, ...]) -> None:
        self._reading = reading
        self._node = node
        self._category = category
        self._paths: dict[str, str] = {}
        self._markup = Markup(self._path_of)

    def entry(self, kind: str) -> Entry:
        node = self._node
        prompt = self._text(node.first("questiontext"))
        make: Callable[[str], Question] | None = {
            "multichoice": self._choice,
            "truefalse": self._true_false,
            "shortanswer": self._typed,
            "numerical": self._number,
            "matching": self._match,
            "ddmatch": self._match,
            "ordering": self._order,
            "essay": self._essay,
            "cloze": self._cloze,
        }.get(kind)
        if make is None and kind != "description":
            raise QuestionError(f"questions of the type “{kind[:40]}” are not read")
        if not prompt:
            raise QuestionError("it asks nothing")
        question = make(prompt) if make else None
        for what in self._markup.lost:
            self._lose(what)
        return Entry(
            node.line,
            question,
            "" if question else prompt,
            name=node.said("name", "text"),
            key=node.said("idnumber"),
            category=self._category,
            tags=tuple(
                text
                for holder in node.all("tags")
                for tag in holder.all("tag")
                if (text := tag.said("text"))
            ),
        )

    # --- the types ----------------------------------------------------------------------

    def _choice(self, prompt: str) -> Question:
        answers = list(self._answers())
        single = self._node.said("single") not in ("false", "0")
        rows, lost = option_rows(answers, single=single)
        if len(rows) < 2:
            raise QuestionError("a choice needs two options or more")
        if not any(right for _, right, _ in rows):
            raise QuestionError("no option is right")
        self._lose(lost)
        self._lose_combined()
        return self._whole(Question(Kind.CHOICE, prompt, rows=rows))

    def _true_false(self, prompt: str) -> Question:
        answers = list(self._answers(plain=True))
        right = next((a.text.casefold() for a in answers if a.weight > 0), "")
        if right not in ("true", "false"):
            raise QuestionError("neither true nor false is right")
        said = [answer.why for answer in sorted(answers, key=lambda answer: answer.weight)]
        return self._whole(Question(Kind.TRUE_FALSE, prompt, right), *said)

    def _typed(self, prompt: str) -> Question:
        right, lost = accepted(list(self._answers(plain=True)))
        if not right:
            raise QuestionError("no answer is right")
        self._lose(lost)
        answer, lost = text_answer([each.text for each in right])
        self._lose(lost)
        if self._node.said("usecase") == "1":
            self._lose("that capitals matter in the answer")
        return self._whole(Question(Kind.TEXT, prompt, answer), *(each.why for each in right))

    def _number(self, prompt: str) -> Question:
        nodes = self._node.all("answer")
        tolerances = [_decimal(node.said("tolerance") or "0") for node in nodes]
        answers = list(self._answers(plain=True))
        right, lost = accepted(answers)
        if not right:
            raise QuestionError("no number is right")
        self._lose(lost)
        if len(right) > 1:
            self._lose("every right number but the first")
        units = [
            (unit.said("unit_name"), unit.said("multiplier"))
            for holder in self._node.all("units")
            for unit in holder.all("unit")
        ]
        unit = next((name for name, times in units if _is_one(times)), "")
        if len(units) > 1:
            self._lose("other units that the answer may be given in")
        tolerance = tolerances[answers.index(right[0])]
        answer = number_answer(_decimal(right[0].text), abs(tolerance), unit)
        return self._whole(Question(Kind.NUMBER, prompt, answer), right[0].why)

    def _match(self, prompt: str) -> Question:
        pairs = [
            (self._text(node), self._right(node.first("answer")))
            for node in self._node.all("subquestion")
        ]
        if not any(left for left, _ in pairs) or not all(right for _, right in pairs):
            raise QuestionError("each pair needs a right side, and one of them a left")
        self._lose_combined()
        return self._whole(Question(Kind.MATCH, prompt, pairs=tuple(pairs)))

    def _right(self, node: Node | None) -> str:
        """The right side of a pair: plain in Moodle's own files."""
        format = node.attributes.get("format", "plain_text") if node else ""
        text = node.said("text") if node else ""
        return self._markup.markdown(text, _FORMATS.get(format, "plain"))

    def _order(self, prompt: str) -> Question:
        rows = tuple(
            (text, True, "") for node in self._node.all("answer") if (text := self._text(node))
        )
        if len(rows) < 2:
            raise QuestionError("an order needs two steps or more")
        self._lose_combined()
        return self._whole(Question(Kind.ORDER, prompt, rows=rows))

    def _essay(self, prompt: str) -> Question:
        self._reading.remark(
            self._node.line, "An essay is an open question here, and yours to judge."
        )
        graded = self._text(self._node.first("graderinfo"))
        return self._whole(Question(Kind.BASIC, prompt, answer=graded))

    def _cloze(self, prompt: str) -> Question:
        """The gaps of an embedded question become gaps of ours, which hide their right answer."""
        source = self._node.first("questiontext")
        raw = source.said("text") if source else ""
        answers: list[str] = []

        def gap(match: re.Match[str]) -> str:
            parts = _SPLIT.split(match[2])
            right = [
                part
                for part in parts
                if (worth := _WORTH.match(part)) and (worth[1] is None or Decimal(worth[1]) >= 100)
            ]
            if not right:
                raise QuestionError("one of its gaps has no right answer")
            text = _WORTH.sub("", right[0], count=1).partition("#")[0]
            if match[1] in ("NUMERICAL", "NM"):
                text = text.partition(":")[0]
            answers.append(re.sub(r"\\(.)", r"\1", text).strip())
            return f"\ue020{len(answers) - 1}\ue021"

        held = _EMBEDDED.sub(gap, raw.replace("\ue020", "").replace("\ue021", ""))
        if not answers:
            raise QuestionError("it has no gap that is read")
        text = self._markup.markdown(held, self._format(source))
        for number, answer in enumerate(answers):
            hidden = answer.replace("}}", "} }").replace("::", ": :")
            text = text.replace(f"\ue020{number}\ue021", f"{{{{c{number + 1}::{hidden}}}}}")
        self._reading.remark(
            self._node.line,
            "Its gaps are yours to judge here, each with its first right answer alone.",
        )
        return self._whole(Question(Kind.CLOZE, text))

    # --- what they share ----------------------------------------------------------------

    def _whole(self, question: Question, *said: str) -> Question:
        """``question`` with what any type has besides."""
        node = self._node
        general = self._text(node.first("generalfeedback"))
        details: dict[str, str] = {}
        if (grade := node.said("defaultgrade")) and not _is_one(grade):
            details["points"] = f"{_decimal(grade).normalize():f}"
        shuffles = node.said("shuffleanswers") not in ("0", "false")
        if question.kind is Kind.CHOICE and not shuffles:
            details["shuffle"] = "false"
        return Question(
            question.kind,
            question.prompt,
            question.answer,
            "\n\n".join(text for text in (*said, general) if text),
            "\n\n".join(text for hint in node.all("hint") if (text := self._text(hint))),
            question.rows,
            question.pairs,
            details,
        )

    def _answers(self, *, plain: bool = False) -> Iterator[Weighted]:
        for node in self._node.all("answer"):
            text = node.said("text") if plain else self._text(node)
            if not text:
                continue
            weight = _decimal(node.attributes.get("fraction", "0"))
            yield Weighted(text, min(weight, FULL), self._text(node.first("feedback")))

    def _text(self, node: Node | None) -> str:
        """What ``node`` says, as Markdown. Its files join the vault's."""
        if node is None:
            return ""
        for file in node.all("file"):
            self._take(file)
        return self._markup.markdown(node.said("text"), self._format(node))

    def _format(self, node: Node | None) -> str:
        said = node.attributes.get("format", "") if node else ""
        return _FORMATS.get(said or "html", "html")

    def _take(self, file: Node) -> None:
        name = file.attributes.get("name", "")
        try:
            data = base64.b64decode("".join(file.text.split()), validate=True)
        except (binascii.Error, ValueError):
            self._reading.remark(file.line, f"The file “{name[:80]}” is damaged.")
            return
        stem, dot, ending = file_name(name, "file").rpartition(".")
        number = 1
        path = f"attachments/{stem}{dot}{ending}"
        while self._reading.media.get(path, data) != data:
            number += 1
            path = f"attachments/{stem or ending} ({number}){dot}{ending if dot else ''}"
        self._reading.media[path] = data
        self._paths[name] = path

    def _path_of(self, name: str) -> str:
        if name not in self._paths:
            self._lose(f"the file “{name[:80]}”, which is not in it")
        return self._paths.get(name, name)

    def _lose(self, what: str) -> None:
        if what:
            self._reading.remark(self._node.line, f"Not carried over: {what}.")

    def _lose_combined(self) -> None:
        tags = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
        if any(_USUAL.sub("", self._node.said(tag, "text")) for tag in tags):
            self._lose("what is said to a right, partly right or wrong answer as a whole")


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise QuestionError(f"“{text[:40]}” is no number")
    return number


def _is_one(text: str) -> bool:
    return _decimal(text or "1") == 1
