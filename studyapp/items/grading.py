"""Grading: an item's content and a learner's response in, an outcome out."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

from studyapp.items.numbers import matches, read_quantity, same_unit
from studyapp.items.responses import (
    Chosen,
    Judged,
    Matched,
    Ordered,
    Response,
    ResponseError,
    Typed,
)
from studyapp.items.values import Content, Kind, Option, Pair, normalise

_BLANK = "No answer given."


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict. ``credit`` is partial credit in 0..1, and 1 exactly when ``correct``.

    ``parts`` says of each option, step or row (by id) whether it was dealt with rightly: an option
    chosen or left as the key says, a step in its place, a row put to its right side. ``message``
    tells the learner what the rest does not show ("" mostly).
    """

    correct: bool
    credit: Fraction
    parts: Mapping[str, bool] = field(default_factory=dict)
    message: str = ""


def grade(content: Content, response: Response) -> Outcome:
    """Judge ``response``. A blank one is wrong.

    Raises ResponseError where nothing can be judged: the item is one the learner rates, or has no
    key; the response is of another kind, names options that are not there, or is not readable.
    """
    match content.kind, response:
        case ((Kind.CHOICE | Kind.TRUE_FALSE), Chosen()):
            return _grade_choice(content, response)
        case ((Kind.TEXT | Kind.CLOZE), Typed()):
            return _grade_text(content, response)
        case Kind.NUMBER, Typed():
            return _grade_number(content, response)
        case Kind.ORDER, Ordered():
            return _grade_order(content, response)
        case Kind.MATCH, Matched():
            return _grade_match(content, response)
        case ((Kind.BASIC | Kind.REVERSED), Judged(_, is_right)):
            return _all_or_nothing(is_right, "")
    if content.is_recalled:
        raise ResponseError("response", "This one is yours to judge.")
    raise ResponseError("response", "That is not how this question is answered.")


def _grade_choice(content: Content, response: Chosen) -> Outcome:
    """Credit: right options chosen less wrong ones, of all right ones; never below nothing."""
    _refuse_unknown(response.option_ids, content.options, "option_ids")
    right = {option.id for option in content.options if option.correct}
    _need_key(right)
    chosen = response.option_ids
    gained = len(chosen & right) - len(chosen - right)
    return Outcome(
        correct=chosen == right,
        credit=Fraction(max(0, gained), len(right)),
        parts={o.id: (o.id in chosen) == o.correct for o in content.options},
        message="" if chosen else _BLANK,
    )


def _grade_text(content: Content, response: Typed) -> Outcome:
    keys = [key for key in content.accept or (content.answer,) if _text_forms(key)]
    _need_key(keys)
    typed = _text_forms(response.text)
    return _all_or_nothing(any(typed & _text_forms(key) for key in keys), "" if typed else _BLANK)


def _grade_number(content: Content, response: Typed) -> Outcome:
    key = content.number
    _need_key(key)
    assert key is not None
    if not response.text.strip():
        return _all_or_nothing(False, _BLANK)
    quantity = read_quantity(response.text)
    if quantity is None:
        raise ResponseError("text", "Write a number, such as 30 or 2.5.")
    if quantity.unit and not key.unit:
        raise ResponseError("text", "Write the number alone: the question names its unit.")
    reading = matches(quantity, key)
    if quantity.unit and not same_unit(quantity.unit, key.unit):
        return _all_or_nothing(False, f"The answer is in {key.unit}, not in {quantity.unit}.")
    read_as = reading if reading is not None else quantity.readings[0]
    message = f"Read as {read_as:f}." if len(quantity.readings) > 1 else ""
    return _all_or_nothing(reading is not None, message)


def _grade_order(content: Content, response: Ordered) -> Outcome:
    """Credit: of all pairs of steps, the share that is in the right relative order."""
    _need_key(content.options)
    steps = {option.id: normalise(option.text) for option in content.options}
    if not response.option_ids:
        return Outcome(False, Fraction(0), dict.fromkeys(steps, False), _BLANK)
    _refuse_unknown(response.option_ids, content.options, "option_ids")
    if sorted(response.option_ids) != sorted(steps):
        raise ResponseError("option_ids", "Every step is needed, once.")
    # Steps that read the same are interchangeable: of those, the first met is the first meant.
    places: defaultdict[str, deque[int]] = defaultdict(deque)
    for place, text in enumerate(steps.values()):
        places[text].append(place)
    order = [places[steps[step]].popleft() for step in response.option_ids]
    pairs = list(combinations(order, 2))
    in_order = sum(earlier < later for earlier, later in pairs)
    placed = zip(response.option_ids, order, strict=True)
    return Outcome(
        correct=order == sorted(order),
        credit=Fraction(in_order, len(pairs)) if pairs else Fraction(1),
        parts={step: at == place for at, (step, place) in enumerate(placed)},
    )


def _grade_match(content: Content, response: Matched) -> Outcome:
    """Credit: the share of rows that got their right side, or one that reads the same."""
    rows = [pair for pair in content.pairs if pair.left]
    _need_key(rows)
    _refuse_unknown(response.choices.keys(), rows, "choices")
    _refuse_unknown(response.choices.values(), content.pairs, "choices")
    rights = {pair.id: normalise(pair.right) for pair in content.pairs}
    parts = {
        row.id: row.id in response.choices
        and rights[response.choices[row.id]] == normalise(row.right)
        for row in rows
    }
    return Outcome(
        correct=all(parts.values()),
        credit=Fraction(sum(parts.values()), len(rows)),
        parts=parts,
        message="" if response.choices else _BLANK,
    )


def _all_or_nothing(correct: bool, message: str) -> Outcome:
    return Outcome(correct, Fraction(correct), message=message)


def _need_key(key: object) -> None:
    if not key:
        raise ResponseError("response", "This question has no answer yet.")


def _refuse_unknown(ids: Iterable[str], rows: Iterable[Option] | Iterable[Pair], name: str) -> None:
    if not set(ids) <= {row.id for row in rows}:
        raise ResponseError(name, "That is no longer among the options: load the page again.")


_LONGEST_MARKED = 500  # characters; longer texts are compared as they stand, to bound the time
_CODE = re.compile(r"(`+)(.+?)\1")
_EMPHASIS = (
    re.compile(r"(\*{1,3})(?=[^\s*])(.+?)(?<=[^\s*])\1"),
    re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])(.+?)(?<=[^\s_])\1(?!\w)"),
    re.compile(r"(==)(?=\S)(.+?)(?<=\S)\1"),
)
_PLAIN_MARKS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-"})


def _text_forms(text: str) -> frozenset[str]:
    """How ``text`` may be typed: as it stands, and without its Markdown emphasis and backticks.

    Both, because ``*`` and ``_`` may be meant, as in ``cognito-idp:*``. Phones turn quotes and
    dashes into others, so those are folded.
    """
    text = text.translate(_PLAIN_MARKS)
    forms = {normalise(text)}
    if len(text) <= _LONGEST_MARKED:
        forms.add(normalise(_without_emphasis(text)))
    return frozenset(forms - {""})


def _without_emphasis(text: str) -> str:
    plain = []
    # Every third part is what a code span holds, in which * and _ are themselves.
    for at, part in enumerate(_CODE.split(text)):
        if at % 3 == 0:
            for emphasis in _EMPHASIS:
                part = emphasis.sub(r"\2", part)
        plain.append("" if at % 3 == 1 else part)
    return "".join(plain)
