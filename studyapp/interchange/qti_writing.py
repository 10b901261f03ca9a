"""Questions as items of QTI 2.1, and what these cannot hold. Texts stay Markdown, in spans that say
so."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from studyapp.interchange.gift_writing import (
    BOTH_WAYS,
    HINT,
    OPEN_KINDS,
    UNIT,
    plain_name,
    without_gaps,
)
from studyapp.interchange.qti import ANSWER, MARKDOWN, PREFIX
from studyapp.interchange.questions import Question
from studyapp.interchange.quiz_file import Entry
from studyapp.items.values import Kind

Find = Callable[[str], tuple[str, bytes] | None]
"""Gives the name and the bytes of a file that a text shows; None where there is none."""

MEDIA = "media"
ITEMS = "items"
GAPS = "gaps: it is an open question there, the whole sentence is its answer"
TAGS = "its tags and its topic"
_NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_RIGHT = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
_BY_MAP = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EMBED = re.compile(r"!\[\[([^\[\]|#\n]{1,300})[^\[\]\n]{0,300}\]\]")


def lost_in_qti(question: Question) -> Iterator[str]:
    """What of ``question`` an item does not hold."""
    if question.kind is Kind.REVERSED:
        yield BOTH_WAYS
    if question.kind is Kind.CLOZE:
        yield GAPS
    if question.kind is Kind.NUMBER and question.number and question.number.unit:
        yield UNIT
    if question.hint:
        yield HINT
    for name in question.details:
        if name != "shuffle":
            yield f"its {name}"


def manifest(items: int) -> str:
    """The manifest of a package of so many items."""
    resources = "".join(
        f'<resource identifier="r{number}" type="imsqti_item_xmlv2p1" href="{href}">'
        f'<file href="{href}"/></resource>\n'
        for number in range(1, items + 1)
        for href in (item_path(number),)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="studyapp">\n'
        "<metadata><schema>QTIv2.1 Package</schema>"
        "<schemaversion>1.0.0</schemaversion></metadata>\n"
        f"<organizations/>\n<resources>\n{resources}</resources>\n</manifest>\n"
    )


def item_path(number: int) -> str:
    """The path of the item of that number in a package."""
    return f"{ITEMS}/{number:05}.xml"


class ItemWriter:
    """Writes items; ``files`` are those that they show, by their paths in the package."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self.files: dict[str, bytes] = {}

    def written(self, entry: Entry, question: Question) -> str:
        """The item of ``entry``."""
        declared, asked, processed = self._parts(question)
        said = "".join(
            f'<modalFeedback outcomeIdentifier="FEEDBACK" showHide="show" identifier="{name}">'
            f"{self._text(text)}</modalFeedback>\n"
            for name, text in (("explanation", question.explanation), (ANSWER, _open(question)))
            if text
        )
        title = quoteattr(_clean(entry.name or plain_name(question)))
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<assessmentItem xmlns="{_NAMESPACE}" identifier={quoteattr(PREFIX + entry.key)} '
            f'title={title} adaptive="false" timeDependent="false">\n{declared}'
            '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>\n'
            '<outcomeDeclaration identifier="FEEDBACK" cardinality="single" '
            'baseType="identifier"/>\n'
            f"<itemBody>\n{asked}</itemBody>\n{processed}{said}</assessmentItem>\n"
        )

    def _parts(self, question: Question) -> tuple[str, str, str]:
        """What is right, what is asked, and how it is graded."""
        prompt = f"<p>{self._text(question.prompt)}</p>\n"
        by_template = f'<responseProcessing template="{_RIGHT}"/>\n'
        match question.kind:
            case Kind.CHOICE | Kind.TRUE_FALSE:
                rows = question.rows or tuple(
                    (word.capitalize(), word == question.answer.casefold(), "")
                    for word in ("true", "false")
                )
                right = [f"o{n}" for n, row in enumerate(rows) if row[1]]
                declared = _declared(
                    "identifier", right, "single" if len(right) == 1 else "multiple"
                )
                shuffle = (
                    question.kind is Kind.CHOICE and question.details.get("shuffle") != "false"
                )
                options = "".join(
                    f'<simpleChoice identifier="o{n}">{self._text(text)}{self._why(n, why)}'
                    "</simpleChoice>\n"
                    for n, (text, _, why) in enumerate(rows)
                )
                return (
                    declared,
                    f'{prompt}<choiceInteraction responseIdentifier="RESPONSE" '
                    f'shuffle="{str(shuffle).lower()}" maxChoices="{len(right)}">\n'
                    f"{options}</choiceInteraction>\n",
                    by_template,
                )
            case Kind.TEXT:
                entries = "".join(
                    f'<mapEntry mapKey={quoteattr(_clean(text))} mappedValue="1" '
                    'caseSensitive="false"/>'
                    for text in question.accepted
                )
                declared = _declared(
                    "string",
                    question.accepted[:1],
                    more=f'<mapping defaultValue="0">{entries}</mapping>',
                )
                asked = '<p><textEntryInteraction responseIdentifier="RESPONSE"/></p>\n'
                return (
                    declared,
                    prompt + asked,
                    f'<responseProcessing template="{_BY_MAP}"/>\n',
                )
            case Kind.NUMBER if question.number:
                asked = '<p><textEntryInteraction responseIdentifier="RESPONSE"/></p>\n'
                value, tolerance = question.number.value, question.number.tolerance
                return (
                    _declared("float", [f"{value:f}"]),
                    prompt + asked,
                    "<responseProcessing><responseCondition><responseIf>"
                    f'<equal toleranceMode="absolute" tolerance="{tolerance:f} {tolerance:f}">'
                    '<variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal>'
                    '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>'
                    "</setOutcomeValue></responseIf></responseCondition></responseProcessing>\n",
                )
            case Kind.ORDER:
                steps = "".join(
                    f'<simpleChoice identifier="o{n}">{self._text(text)}</simpleChoice>\n'
                    for n, (text, _, _) in enumerate(question.rows)
                )
                right = [f"o{n}" for n in range(len(question.rows))]
                return (
                    _declared("identifier", right, "ordered"),
                    f'{prompt}<orderInteraction responseIdentifier="RESPONSE" shuffle="true">\n'
                    f"{steps}</orderInteraction>\n",
                    by_template,
                )
            case Kind.MATCH:
                return self._match(question, prompt, by_template)
        if question.kind is Kind.CLOZE:
            prompt = f"<p>{self._text(without_gaps(question.prompt)[0])}</p>\n"
        asked = '<extendedTextInteraction responseIdentifier="RESPONSE"/>\n'
        return _declared("string", []), prompt + asked, ""

    def _match(self, question: Question, prompt: str, by_template: str) -> tuple[str, str, str]:
        lefts = "".join(
            f'<simpleAssociableChoice identifier="l{n}" matchMax="1">{self._text(left)}'
            "</simpleAssociableChoice>\n"
            for n, (left, _) in enumerate(question.pairs)
            if left
        )
        rights = "".join(
            f'<simpleAssociableChoice identifier="r{n}" matchMax="1">{self._text(right)}'
            "</simpleAssociableChoice>\n"
            for n, (_, right) in enumerate(question.pairs)
        )
        named = [f"l{n} r{n}" for n, (left, _) in enumerate(question.pairs) if left]
        return (
            _declared("directedPair", named, "multiple"),
            f'{prompt}<matchInteraction responseIdentifier="RESPONSE" shuffle="true" '
            f'maxAssociations="{len(named)}">\n<simpleMatchSet>\n{lefts}</simpleMatchSet>\n'
            f"<simpleMatchSet>\n{rights}</simpleMatchSet>\n</matchInteraction>\n",
            by_template,
        )

    def _why(self, number: int, why: str) -> str:
        if not why:
            return ""
        return (
            f'<feedbackInline outcomeIdentifier="FEEDBACK" showHide="show" identifier="o{number}">'
            f"{self._text(why)}</feedbackInline>"
        )

    def _text(self, text: str) -> str:
        """``text`` in a span; its files join the package."""
        parts = []
        at = 0
        for match in _EMBED.finditer(text):
            found = self._find(match[1].strip())
            if found is None:
                continue
            parts += [_lines(text[at : match.start()]), self._image(*found)]
            at = match.end()
        return f'<span class="{MARKDOWN}">{"".join([*parts, _lines(text[at:])])}</span>'

    def _image(self, name: str, data: bytes) -> str:
        stem, ending = posixpath.splitext(name)
        number, path = 1, f"{MEDIA}/{name}"
        while self.files.get(path, data) != data:
            number += 1
            path = f"{MEDIA}/{stem} ({number}){ending}"
        self.files[path] = data
        return f"<img src={quoteattr('../' + quote(path))} alt={quoteattr(name)}/>"


def _open(question: Question) -> str:
    """The answer of what nobody grades."""
    if question.kind is Kind.CLOZE:
        return question.answer or without_gaps(question.prompt)[1]
    return question.answer if question.kind in OPEN_KINDS else ""


def _declared(type_: str, values: list[str], cardinality: str = "single", more: str = "") -> str:
    right = "".join(f"<value>{escape(_clean(value))}</value>" for value in values)
    right = f"<correctResponse>{right}</correctResponse>" if right else ""
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" '
        f'baseType="{type_}">{right}{more}</responseDeclaration>\n'
    )


def _lines(text: str) -> str:
    return escape(_clean(text)).replace("\n", "<br/>")


def _clean(text: str) -> str:
    return _ILLEGAL.sub("", text)
