"""What a question's form posts, as a response."""

from __future__ import annotations

from django.http import QueryDict

from studyapp.items.masking import PairMask
from studyapp.items.responses import (
    Chosen,
    Judged,
    Matched,
    Ordered,
    Response,
    ResponseError,
    Typed,
)
from studyapp.items.values import OPEN_KINDS, Content, Kind

LONGEST_TEXT = 1000
"""Characters of a typed answer."""

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def read_response(content: Content, data: QueryDict, seed: int = 0) -> Response:
    """The response that a posted question form holds. ``give_up`` makes it blank, which is wrong.

    Raises ResponseError for one that was left blank without meaning to, naming the field.
    """
    if "give_up" in data:
        return draft_response(content, QueryDict(), seed)
    response = draft_response(content, data, seed)
    match response:
        case Chosen(chosen) if len(chosen) != content.correct_count:
            if content.chooses_several:
                found = f": you chose {len(chosen)}" if chosen else ", or say that you don’t know"
                raise ResponseError(
                    "option", f"Choose {number_word(content.correct_count)}{found}."
                )
            raise ResponseError("option", "Choose an answer, or say that you don’t know.")
        case Typed(text) if not text.strip():
            raise ResponseError("text", "Write an answer, or say that you don’t know.")
        case Matched(choices) if len(choices) < sum(1 for pair in content.pairs if pair.left):
            raise ResponseError("choices", "Match every row, or say that you don’t know.")
    return response


def draft_response(content: Content, data: QueryDict, seed: int = 0) -> Response:
    """What a question form holds, complete or not, with the step that ``move`` names moved.
    ``seed`` is what the sides of a match were masked with."""
    match content.kind:
        case Kind.CHOICE | Kind.TRUE_FALSE:
            return Chosen(frozenset(data.getlist("option")))
        case Kind.TEXT | Kind.NUMBER:
            return Typed(_text(data))
        case Kind.ORDER:
            return Ordered(_moved(data.getlist("order"), data.get("move", "")))
        case Kind.MATCH:
            mask = PairMask(content, seed)
            return mask.unmask(
                {name: data.get(f"match-{name}", "") for name in mask.lefts.values()}
            )
    raise ResponseError("response", "This one is yours to judge.")


def written_response(
    content: Content, data: QueryDict, seed: int = 0, *, strict: bool = False
) -> Response:
    """The response in a quiz, where a gap is filled in, and an open question is written and then,
    by ``judge``, found right or wrong. Raises as ``read_response`` when ``strict``."""
    if content.kind in OPEN_KINDS and "judge" in data:
        return Judged(_text(data), data["judge"] == "right")
    if content.is_recalled:
        response = Typed(_text(data))
        if strict and content.kind is Kind.CLOZE and not response.text.strip():
            raise ResponseError("text", "Fill the gap, or go on without.")
        return response
    return (read_response if strict else draft_response)(content, data, seed)


def _text(data: QueryDict) -> str:
    return data.get("text", "").replace("\0", "")[:LONGEST_TEXT]


def number_word(count: int) -> str:
    """ "two" for 2; figures from ten on."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _moved(order: list[str], move: str) -> tuple[str, ...]:
    """``order`` with the step that ``move`` ("up-<id>" or "down-<id>") names one place on."""
    direction, _, step = move.partition("-")
    if step in order:
        at = order.index(step)
        to = min(max(at + (1 if direction == "down" else -1), 0), len(order) - 1)
        order.insert(to, order.pop(at))
    return tuple(order)
