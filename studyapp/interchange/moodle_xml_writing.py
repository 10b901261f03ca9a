"""Questions as Moodle XML with the files that they show, and what that cannot hold."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from studyapp.interchange.gift_writing import (
    BOTH_WAYS,
    OPEN_KINDS,
    plain_name,
    share,
    without_gaps,
)
from studyapp.interchange.markup import FILE_MARK
from studyapp.interchange.questions import Question
from studyapp.interchange.quiz_file import Entry, category_path
from studyapp.items.values import Kind

Find = Callable[[str], tuple[str, bytes] | None]
"""Gives the name and the bytes of a file that a text shows; None where there is none."""

CARRIED = ("points", "shuffle")
GAP_HINT = "what a gap hints at"
GAP_NUMBERS = "which gaps open together"
CODED_GAPS = "gaps that Moodle cannot hold: it is an essay there"

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EMBED = re.compile(r"!\[\[([^\[\]|#\n]{1,300})[^\[\]\n]{0,300}\]\]")
_GAP = re.compile(r"\{\{c(\d{1,3})::(.*?)(?:::(.*?))?\}\}", re.DOTALL)


def write_moodle_xml(entries: Iterable[Entry], find: Find) -> Iterator[str]:
    """The pieces of a file that holds the questions of ``entries``, in their order."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'
    category: tuple[str, ...] = ()
    for entry in entries:
        if entry.category != category:
            category = entry.category
            path = _text(category_path(category))
            yield f'<question type="category"><category>{path}</category></question>\n'
        if entry.question is not None:
            yield from _Writer(find).written(entry, entry.question)
    yield "</quiz>\n"


def lost_in_moodle(question: Question) -> Iterator[str]:
    """What of ``question`` Moodle XML does not hold."""
    if question.kind is Kind.REVERSED:
        yield BOTH_WAYS
    if question.kind is Kind.CLOZE:
        gaps = _GAP.findall(question.prompt)
        if not gaps:
            yield CODED_GAPS
        if any(hint for _, _, hint in gaps):
            yield GAP_HINT
        if [number for number, _, _ in gaps] != [str(n) for n in range(1, len(gaps) + 1)]:
            yield GAP_NUMBERS
    for name in question.details:
        if name not in CARRIED:
            yield f"its {name}"


class _Writer:
    def __init__(self, find: Find) -> None:
        self._find = find

    def written(self, entry: Entry, question: Question) -> Iterator[str]:
        kind, prompt, parts = self._parts(question)
        details = question.details
        yield f'<question type="{kind}">\n'
        yield f"<name>{_text(entry.name or plain_name(question))}</name>\n"
        yield self._rich("questiontext", prompt)
        yield self._rich("generalfeedback", question.explanation)
        yield f"<defaultgrade>{escape(details.get('points', '1'))}</defaultgrade>\n"
        if entry.key:
            yield f"<idnumber>{_plain(entry.key)}</idnumber>\n"
        if question.kind is Kind.CHOICE:
            shuffles = details.get("shuffle", "true") != "false"
            yield f"<shuffleanswers>{str(shuffles).lower()}</shuffleanswers>\n"
        yield from parts
        if question.hint and question.kind is not Kind.CLOZE:
            yield self._rich("hint", question.hint)
        if entry.tags:
            tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in entry.tags)
            yield f"<tags>{tags}</tags>\n"
        yield "</question>\n"

    def _parts(self, question: Question) -> tuple[str, str, Iterable[str]]:
        """Moodle's name for the kind, what is asked, and the elements of the key."""
        prompt = question.prompt
        match question.kind:
            case Kind.CHOICE:
                return "multichoice", prompt, self._options(question)
            case Kind.TRUE_FALSE:
                right = question.answer.casefold()
                return (
                    "truefalse",
                    prompt,
                    [_answer(text, 100 if text == right else 0) for text in ("true", "false")],
                )
            case Kind.TEXT:
                texts = (text.replace("*", "\\*") for text in question.accepted)
                rows = [_answer(text, 100) for text in texts]
                return "shortanswer", prompt, ["<usecase>0</usecase>\n", *rows]
            case Kind.NUMBER if question.number:
                return "numerical", prompt, _number(question)
            case Kind.ORDER:
                rows = [
                    self._rich("answer", text, f' fraction="{number}"')
                    for number, (text, _, _) in enumerate(question.rows, 1)
                ]
                how = "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype>\n"
                return "ordering", prompt, [how, *rows]
            case Kind.MATCH:
                return (
                    "matching",
                    prompt,
                    [
                        # Moodle shows the right side as it is; the format is for reading it.
                        self._rich(
                            "subquestion",
                            left,
                            inner=f'<answer format="markdown">{_text(right)}</answer>',
                        )
                        for left, right in question.pairs
                    ],
                )
            case Kind.CLOZE if _GAP.search(prompt):
                return "cloze", _GAP.sub(_embedded, prompt), []
        answer = question.answer
        if question.kind not in OPEN_KINDS:
            prompt, whole = without_gaps(prompt)
            answer = answer or whole
        return "essay", prompt, [self._rich("graderinfo", answer)]

    def _options(self, question: Question) -> Iterator[str]:
        count = sum(right for _, right, _ in question.rows)
        worth = share(count) if count else "0"
        yield f"<single>{str(count == 1).lower()}</single>\n"
        for text, right, why in question.rows:
            fraction = worth if right else "0" if count == 1 else f"-{worth}"
            yield self._rich("answer", text, f' fraction="{fraction}"', self._rich("feedback", why))

    def _rich(self, tag: str, text: str, attributes: str = "", inner: str = "") -> str:
        """``text`` as an element of Markdown, with the files that it shows beside it."""
        files: dict[str, bytes] = {}

        def shown(match: re.Match[str]) -> str:
            found = self._find(match[1].strip())
            if found is None:
                return match[0]
            name, data = found
            files[name] = data
            return f"![]({FILE_MARK}{quote(name)})"

        said = _text(_EMBED.sub(shown, text))
        beside = "".join(
            f'<file name={quoteattr(name)} path="/" encoding="base64">'
            f"{base64.b64encode(data).decode()}</file>"
            for name, data in files.items()
        )
        return f'<{tag}{attributes} format="markdown">{said}{beside}{inner}</{tag}>\n'


def _number(question: Question) -> Iterator[str]:
    key = question.number
    assert key is not None
    yield (
        f'<answer fraction="100" format="moodle_auto_format"><text>{key.value:f}</text>'
        f"<tolerance>{key.tolerance:f}</tolerance></answer>\n"
    )
    if key.unit:
        yield (
            "<units><unit><multiplier>1</multiplier>"
            f"<unit_name>{_plain(key.unit)}</unit_name></unit></units>\n"
            "<unitgradingtype>0</unitgradingtype><showunits>0</showunits>\n"
        )
    else:
        yield "<showunits>3</showunits>\n"


def _answer(text: str, fraction: int) -> str:
    return f'<answer fraction="{fraction}" format="moodle_auto_format">{_text(text)}</answer>\n'


def _embedded(match: re.Match[str]) -> str:
    """A gap as Moodle embeds it in a text."""
    said = re.sub(r"[\\}#~/\"*]", r"\\\g<0>", " ".join(match[2].split()))
    return f"{{1:SHORTANSWER:={said}}}"


def _text(text: str) -> str:
    return f"<text>{_plain(text)}</text>"


def _plain(text: str) -> str:
    return escape(_ILLEGAL.sub("", text))
