"""What is chosen, ordered or matched, row by row."""

from __future__ import annotations

from collections.abc import Mapping

from studyapp.items.masking import PairMask
from studyapp.items.responses import Chosen, Matched, Ordered, Response
from studyapp.items.shuffling import shuffled_options
from studyapp.library.asking.face import Face
from studyapp.library.asking.values import NOTHING, MatchRow, OptionRow, StepRow
from studyapp.ui.wording import words_of

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def option_rows(
    face: Face, seed: int, given: Response | None, parts: Mapping[str, bool] | None
) -> list[OptionRow]:
    chosen = given.option_ids if isinstance(given, Chosen) else frozenset()
    rows = []
    for at, option in enumerate(shuffled_options(face.content, seed)):
        text, why = face.option(option.id)
        number = str(at + 1) if at < 9 else ""
        rows.append(
            OptionRow(
                id=option.id,
                text=text,
                why=why if parts is not None and option.why else NOTHING,
                keys=f"{number} {LETTERS[at : at + 1]}".strip(),
                chosen=option.id in chosen,
                mark="" if parts is None else _mark(option.correct, option.id in chosen),
            )
        )
    return rows


def step_rows(
    face: Face, seed: int, given: Response | None, parts: Mapping[str, bool] | None
) -> list[StepRow]:
    """In the order given, else shuffled; after grading in the right order, which is what is to be
    remembered."""
    right_order = tuple(option.id for option in face.content.options)
    given_order = given.option_ids if isinstance(given, Ordered) else ()
    put_at = {step: at for at, step in enumerate(given_order, start=1)}
    if parts is not None:
        order = right_order
    elif sorted(given_order) == sorted(right_order):
        order = given_order
    else:
        order = tuple(option.id for option in shuffled_options(face.content, seed))
    rows = []
    for step in order:
        text, _ = face.option(step)
        rows.append(
            StepRow(
                id=step,
                text=text,
                words=words_of(text),
                is_right=bool(parts and parts[step]),
                put_at=put_at.get(step, 0),
            )
        )
    return rows


def match_rows(
    face: Face, mask: PairMask, given: Response | None, parts: Mapping[str, bool] | None
) -> list[MatchRow]:
    choices = given.choices if isinstance(given, Matched) else {}
    rows = []
    for pair in face.content.pairs:
        if not pair.left:
            continue
        left, right = face.pair(pair.id)
        chosen = choices.get(pair.id, "")
        rows.append(
            MatchRow(
                id=mask.lefts[pair.id],
                left=left,
                given_id=mask.rights.get(chosen, ""),
                given=face.pair(chosen)[1] if chosen in face.pair_index else NOTHING,
                right=right if parts is not None else NOTHING,
                is_right=bool(parts and parts[pair.id]),
            )
        )
    return rows


def _mark(correct: bool, chosen: bool) -> str:
    if correct:
        return "right" if chosen else "missed"
    return "wrong" if chosen else ""
