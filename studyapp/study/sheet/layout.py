"""Laying a turn out as a sheet."""

from __future__ import annotations

import re
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString

from studyapp.items.grading import Outcome
from studyapp.items.responses import Response, Typed
from studyapp.items.shuffling import shuffled_rights
from studyapp.items.values import Content, Kind
from studyapp.obsidian.extract.question import shows
from studyapp.scheduling.values import Rating
from studyapp.study.forms import number_word
from studyapp.study.sheet.face import Face
from studyapp.study.sheet.rows import match_rows, option_rows, step_rows
from studyapp.study.sheet.values import Citation, RatingButton, Sheet
from studyapp.study.sitting import Turn

_LINK = re.compile(r"(?:\[(?P<words>[^\]]*)\]\()?<?(?P<url>https://[^\s<>]+?)>?\)?")
"""A source that is one link, bare or in Markdown."""


def lay_out(turn: Turn, *, reveal: bool = False, draft: Response | None = None) -> Sheet:
    """The sheet of ``turn``. ``reveal`` shows the answer of a question that the learner judges;
    ``draft`` is an answer that was posted but not taken, and is kept in the form."""
    content = turn.content
    face = Face(turn.version)
    given = turn.response or draft
    outcome = turn.outcome
    is_revealed = outcome is not None or (content.is_recalled and (reveal or given is not None))
    parts = outcome.parts if outcome else None
    shown = face.field("prompt")
    if is_revealed and content.revealed:
        shown = face.field("revealed")
    sheet: dict[str, Any] = {
        "kind": content.kind,
        "trail": _trail(turn, is_revealed),
        "question": shown,
        "hint": face.field("hint"),
        "is_revealed": is_revealed,
        "is_graded": not content.is_recalled,
        "instruction": _instruction(content),
        "several": content.chooses_several,
    }
    match content.kind:
        case Kind.CHOICE | Kind.TRUE_FALSE:
            sheet["options"] = option_rows(turn, face, given, parts)
        case Kind.ORDER:
            sheet["steps"] = step_rows(turn, face, given, parts)
        case Kind.MATCH:
            sheet["rows"] = match_rows(content, face, given, parts)
            sheet["choices"] = [
                (pair.id, face.pair_words(pair.id))
                for pair in shuffled_rights(content, turn.shuffle_seed)
            ]
        case Kind.TEXT | Kind.NUMBER:
            sheet["typed"] = given.text if isinstance(given, Typed) else ""
            sheet["unit"] = content.number.unit if content.number else ""
    if is_revealed:
        sheet["answer"] = _key(content, face)
        sheet["also_right"] = content.accept[1:]
        sheet["explanation"] = face.field("explanation")
        sheet["citation"] = _citation(content)
        sheet["ratings"] = _ratings(turn)
    if outcome is not None:
        sheet["verdict"], sheet["verdict_detail"] = _verdict(outcome, content)
    return Sheet(**sheet)


def _trail(turn: Turn, is_revealed: bool) -> list[str]:
    """The last of the topics that the question stands under, without those that answer it."""
    trail = list(turn.placement.topic.trail[-2:])
    if is_revealed:
        return trail
    content = turn.content
    answers = [content.answer.strip().lstrip("-*+ "), *content.accept]
    if content.kind is Kind.CHOICE:
        answers += [option.text for option in content.options if option.correct]
    return [topic for topic in trail if not any(shows(topic, answer) for answer in answers)]


def _instruction(content: Content) -> str:
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
    return ""


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


def _ratings(turn: Turn) -> list[RatingButton]:
    proposed = Rating.GOOD if Rating.GOOD in turn.allowed else Rating.AGAIN
    return [
        RatingButton(
            value=rating.value,
            name=rating.name.title(),
            interval=answered.interval,
            is_allowed=rating in turn.allowed,
            is_proposed=rating is proposed,
        )
        for rating, answered in turn.ratings.items()
    ]
