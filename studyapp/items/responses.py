"""What a learner responds. A response names options by their ids, never by position or letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class ResponseError(ValueError):
    """A response that cannot be graded. ``field`` names the part of it, ``message`` is for the
    learner, who may respond again: it is not a wrong answer."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Recalled:
    """The learner answered in the head (basic, reversed, cloze)."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options chosen (choice, true/false)."""

    option_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed (text, number)."""

    text: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """All steps, first to last (order). Empty: left blank."""

    option_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """For the id of a row with a left side, the id of the row whose right side was put to it
    (match). Rows may be left out."""

    choices: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """What was written to an open question, and how the learner judged it against the answer."""

    text: str
    is_right: bool


Response = Recalled | Chosen | Typed | Ordered | Matched | Judged


def response_to_json(response: Response) -> dict[str, Any]:
    """``response`` as plain JSON values. ``response_from_json`` undoes it."""
    match response:
        case Recalled():
            return {"type": "recalled"}
        case Chosen(option_ids):
            return {"type": "chosen", "option_ids": sorted(option_ids)}
        case Typed(text):
            return {"type": "typed", "text": text}
        case Ordered(option_ids):
            return {"type": "ordered", "option_ids": list(option_ids)}
        case Matched(choices):
            return {"type": "matched", "choices": dict(choices)}
        case Judged(text, is_right):
            return {"type": "judged", "text": text, "is_right": is_right}


def response_from_json(data: Mapping[str, Any]) -> Response:
    """Undo ``response_to_json``. Raises ResponseError naming the part that is wrong."""
    match data:
        case {"type": "recalled"}:
            return Recalled()
        case {"type": "chosen", **rest}:
            return Chosen(frozenset(_strings(rest)))
        case {"type": "typed", "text": str(text)}:
            return Typed(text)
        case {"type": "typed"}:
            raise ResponseError("text", "must be text")
        case {"type": "ordered", **rest}:
            return Ordered(tuple(_strings(rest)))
        case {"type": "matched", "choices": Mapping() as choices}:
            if any(not isinstance(part, str) for row in choices.items() for part in row):
                raise ResponseError("choices", "must put ids to ids")
            return Matched(dict(choices))
        case {"type": "judged", "text": str(text), "is_right": bool(is_right)}:
            return Judged(text, is_right)
        case {"type": "judged"}:
            raise ResponseError("is_right", "must be text and a verdict")
        case {"type": "matched"}:
            raise ResponseError("choices", "must put ids to ids")
        case _:
            raise ResponseError("type", "is not a type of response")


def _strings(data: Mapping[str, Any]) -> list[str]:
    values = data.get("option_ids")
    if not isinstance(values, list) or any(not isinstance(value, str) for value in values):
        raise ResponseError("option_ids", "must be a list of ids")
    return values
