"""A card's two sides: a template of the note type with the note's fields put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from studyapp.interchange.apkg.collection import Template

MAX_SIDE = 300_000
"""Characters of a side: a template may repeat a field as often as it likes."""

_TAG = re.compile(r"\{\{\s*([#^/]?)((?:[\w -]{1,60}:){0,5}?)\s*([^{}:]{1,120}?)\s*\}\}")
_ANSWER_LINE = re.compile(r"""<hr[^<>]*\bid\s*=\s*["']?answer["']?[^<>]*>""", re.IGNORECASE)
_SPECIAL = frozenset({"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"})
_EXPLAINS = re.compile(
    r"extra|back extra|notes?|remarks?|comments?|explanations?|sources?|references?|details?"
    r"|additional .*|further .*|more .*",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[^<>]*>|&nbsp;|\s")


@dataclass(frozen=True, slots=True)
class Sides:
    """The HTML of a card. ``typed`` is the field that the learner is to type ("" for none), whose
    text the answer holds; ``hint`` what is shown on request."""

    front: str
    back: str
    explanation: str = ""
    hint: str = ""
    typed: str = ""


def sides_of(template: Template, fields: Mapping[str, str]) -> Sides:
    """The card that ``template`` makes of ``fields``."""
    shown = {match[3] for match in _TAG.finditer(template.front) if not match[1]}
    typed = next((m[3] for m in _TAG.finditer(template.front) if _has(m, "type")), "")
    back = template.back
    if len(parts := _ANSWER_LINE.split(back, maxsplit=1)) == 2:
        back = parts[1]
    hints: list[str] = []
    explains: list[str] = []
    front = _fill(template.front, fields, hints=hints, without={typed} if typed else set())
    # What the front showed is not the answer, and what explains comes after it.
    back = _fill(back, fields, hints=hints, explains=explains, without=shown - {typed})
    return Sides(front, back, "<br>".join(explains), "<br>".join(hints), typed)


def cloze_of(template: Template, fields: Mapping[str, str]) -> Sides:
    """The text with its gaps (as written) as the front, what the back adds as the explanation."""
    hidden = {match[3] for match in _TAG.finditer(template.front) if _has(match, "cloze")}
    hints: list[str] = []
    front = _fill(template.front, fields, hints=hints)
    shown = hidden | {match[3] for match in _TAG.finditer(template.front) if not match[1]}
    back = _fill(template.back, fields, hints=hints, without=shown)
    return Sides(front, "", back, "<br>".join(hints))


def _has(match: re.Match[str], kind: str) -> bool:
    return kind in match[2].split(":") or f"{kind} " in match[2]


def _fill(
    template: str,
    fields: Mapping[str, str],
    *,
    hints: list[str],
    explains: list[str] | None = None,
    without: set[str] | frozenset[str] = frozenset(),
) -> str:
    """``template`` with its fields. Those ``without`` are left out; those that only explain go to
    ``explains``, hints to ``hints``."""
    out: list[str] = []
    size = at = 0
    hidden: list[str] = []  # the sections open that do not apply
    tags = list(_TAG.finditer(template))
    others = any(
        not m[1] and m[3] in fields and m[3] not in without and not _EXPLAINS.fullmatch(m[3])
        for m in tags
    )
    for match in tags:
        if not hidden:
            out.append(template[at : match.start()])
        at = match.end()
        sign, name = match[1], match[3]
        if sign in ("#", "^"):
            if hidden or bool(_MARKUP.sub("", fields.get(name, ""))) == (sign == "^"):
                hidden.append(name)
        elif sign == "/":
            if hidden:
                hidden.pop()
        elif hidden or name in _SPECIAL or name in without or name not in fields:
            continue
        elif _has(match, "hint"):
            hints.append(fields[name]) if fields[name] not in hints else None
        elif explains is not None and others and _EXPLAINS.fullmatch(name):
            explains.append(fields[name])
        elif not _has(match, "tts"):
            size += len(fields[name])
            if size > MAX_SIDE:
                break
            out.append(fields[name])
    if not hidden:
        out.append(template[at:])
    return "".join(out)
