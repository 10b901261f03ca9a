"""Laying a question out as a sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString

from studyapp.items.grading import Outcome
from studyapp.items.masking import PairMask
from studyapp.items.responses import Judged, Response, Typed
from studyapp.items.shuffling import shuffled_rights
from studyapp.items.values import Content, Kind
from studyapp.library.asking.face import Face
from studyapp.library.asking.reading import number_word
from studyapp.library.asking.rows import match_rows, option_rows, step_rows
from studyapp.library.asking.values import Citation, Sheet
from studyapp.library.models import ItemVersion
from studyapp.obsidian.extract.question import shows

_LINK = re.compile(r"(?:\[(?P<words>[^\]]*)\]\()?<?(?P<url>https://[^\s<>]+?)>?\)?")
"""A source that is one link, bare or in Markdown."""


def lay_out(
    version: ItemVersion,
    *,
    trail: Sequence[str],
    seed: int,
    mask: PairMask | None = None,
    given: Response | None = None,
    outcome: Outcome | None = None,
    is_revealed: bool = False,
    is_written: bool = False,
) -> Sheet:
    """The sheet of a question. ``given`` is the response, or a draft of one that is kept in the
    form; with its ``outcome`` the answer is shown. ``is_revealed`` shows the answer of a question
    that the learner judges. ``is_written`` asks for an answer on the page also where a review asks
    for one in the head."""
    return Sheet(
        **sheet_fields(
            version,
            trail=trail,
            seed=seed,
            mask=mask,
            given=given,
            outcome=outcome,
            is_revealed=is_revealed,
            is_written=is_written,
        )
    )


def sheet_fields(
    version: ItemVersion,
    *,
    trail: Sequence[str],
    seed: int,
    mask: PairMask | None,
    given: Response | None,
    outcome: Outcome | None,
    is_revealed: bool,
    is_written: bool = False,
) -> dict[str, Any]:
    """The fields of a sheet, for one that has more."""
    face = Face(version)
    content = face.content
    mask = mask or PairMask(content)
    is_revealed = is_revealed or outcome is not None
    parts = outcome.parts if outcome else None
    shown = face.field("prompt")
    if is_revealed and content.revealed:
        shown = face.field("revealed")
    sheet: dict[str, Any] = {
        "kind": content.kind,
        "trail": _trail(content, trail, is_revealed),
        "question": shown,
        "hint": face.field("hint"),
        "is_revealed": is_revealed,
        "is_graded": is_written or not content.is_recalled,
        "instruction": _instruction(content, is_written),
        "several": content.chooses_several,
        "case": content.metadata.get("case", ""),
        "stem": face.field("stem"),
    }
    match content.kind:
        case Kind.CHOICE | Kind.TRUE_FALSE:
            sheet["options"] = option_rows(face, seed, given, parts)
        case Kind.ORDER:
            sheet["steps"] = step_rows(face, seed, given, parts)
        case Kind.MATCH:
            sheet["rows"] = match_rows(face, mask, given, parts)
            sheet["choices"] = [
                (mask.rights[pair.id], face.pair_words(pair.id))
                for pair in shuffled_rights(content, seed)
            ]
        case _:
            sheet["typed"] = given.text if isinstance(given, Typed | Judged) else ""
            sheet["unit"] = content.number.unit if content.number else ""
    if is_revealed:
        sheet["answer"] = _key(content, face)
        sheet["also_right"] = content.accept[1:]
        sheet["explanation"] = face.field("explanation")
        sheet["citation"] = _citation(content)
    if outcome is not None:
        sheet["verdict"], sheet["verdict_detail"] = _verdict(outcome, content)
    return sheet


def _trail(content: Content, trail: Sequence[str], is_revealed: bool) -> Sequence[str]:
    """``trail`` without the topics that answer the question, while it is asked."""
    if is_revealed:
        return trail
    answers = [content.answer.strip().lstrip("-*+ "), *content.accept]
    if content.kind is Kind.CHOICE:
        answers += [option.text for option in content.options if option.correct]
    return [topic for topic in trail if not any(shows(topic, answer) for answer in answers)]


def _instruction(content: Content, is_written: bool) -> str:
    match content.kind:
        case Kind.CHOICE if content.chooses_several:
            return f"Choose {number_word(content.correct_count)}"
        case Kind.CHOICE:
            return "Choose one"
        case Kind.TRUE_FALSE:
            return "True or false"
        case Kind.ORDER:
            return "Put these in order, first to last"
        case Kind.MATCH:
            return "Match each with what belongs to it"
        case Kind.TEXT | Kind.NUMBER:
            return "Your answer"
        case Kind.CLOZE if is_written:
            return "What belongs in the gap"
    return "Your answer, in your own words" if is_written else ""


def _key(content: Content, face: Face) -> SafeString:
    """The answer as a person would say it; the parts of other kinds show theirs themselves."""
    if content.number is not None:
        number = content.number
        tolerance = f" ± {number.tolerance:f}" if number.tolerance else ""
        return escape(f"{number.value:f}{tolerance} {number.unit}".strip())
    if len(content.accept) > 1:
        return escape(content.accept[0].strip("`"))
    return face.field("answer")


def _citation(content: Content) -> Citation | None:
    source = content.metadata.get("source", "").strip()
    if not source:
        return None
    if link := _LINK.fullmatch(source):
        return Citation(words=link["words"] or link["url"], url=link["url"])
    return Citation(words=source, url="")


def _verdict(outcome: Outcome, content: Content) -> tuple[str, str]:
    """Right, partial or wrong, and what there is to say about it."""
    if outcome.correct:
        return "right", outcome.message
    if content.kind in (Kind.MATCH, Kind.ORDER) and any(outcome.parts.values()):
        return "partial", f"{sum(outcome.parts.values())} of {len(outcome.parts)} in place"
    return "wrong", outcome.message
