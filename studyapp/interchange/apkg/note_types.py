"""Our note types in Anki, one for each kind of question: their fields, and how their cards look.

A note's fields say everything that the question does, so that a package of ours is read back as
what it was, with what was edited in Anki.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from studyapp.interchange.apkg.dressing import MediaName, dress
from studyapp.interchange.html import Element, parse_html
from studyapp.interchange.outgoing import Together, html_gaps
from studyapp.interchange.questions import Question, question_of
from studyapp.items.values import Kind

PREFIX = "studyapp "
FIELDS = ("Question", "Shown", "Answer", "Accepted", "Explanation", "Hint", "Details")
"""``Shown`` is what stands below the question (options, steps out of order), ``Accepted`` a key
that Anki cannot compare whole, ``Details`` what only we know a use for."""

_FIRST_ID = 1_763_000_000_000
"""Ids of note types are moments in Anki; these must never change, or it would ask to merge them."""

_SIZE = re.compile(r"\|(\d{1,4})(?:x\d{1,4})?\]")
"""The width in ``![[picture.png|300]]``."""

_HINT = "{{#Hint}}<p class=hint>{{hint:Hint}}</p>{{/Hint}}"
_EXPLAINED = "{{#Explanation}}<div class=explanation>{{Explanation}}</div>{{/Explanation}}"
_LINE = "<hr id=answer>"

_BASIC = ("{{Question}}" + _HINT, "{{Question}}" + _LINE + "{{Answer}}" + _EXPLAINED)
_TYPED = (
    "{{Question}}" + _HINT + "{{type:Answer}}",
    "{{Question}}" + _LINE + "{{type:Answer}}<p class=accepted>{{Accepted}}</p>" + _EXPLAINED,
)
_ROWS = (
    "{{Question}}<div class=shown>{{Shown}}</div>" + _HINT,
    "{{Question}}" + _LINE + "<div class=key>{{Answer}}</div>" + _EXPLAINED,
)
_CLOZE = ("{{cloze:Question}}", "{{cloze:Question}}" + _EXPLAINED)

TEMPLATES: Mapping[Kind, tuple[tuple[str, str], ...]] = {
    Kind.BASIC: (_BASIC,),
    Kind.REVERSED: (
        _BASIC,
        ("{{Answer}}" + _HINT, "{{Answer}}" + _LINE + "{{Question}}" + _EXPLAINED),
    ),
    Kind.CLOZE: (_CLOZE,),
    Kind.CHOICE: (_ROWS,),
    Kind.TRUE_FALSE: (_ROWS,),
    Kind.TEXT: (_TYPED,),
    Kind.NUMBER: (_TYPED,),
    Kind.ORDER: (_ROWS,),
    Kind.MATCH: (_ROWS,),
}
CSS = """\
.card { font: 1.1875rem/1.5 Literata, Georgia, serif; color: #2b2723; background: #fbf9f4;
  max-width: 38rem; margin: 0 auto; padding: 1.5rem 1.25rem; text-align: left; }
.card img { max-width: 100%; height: auto; }
.card code, .card pre { font-family: "JetBrains Mono", ui-monospace, monospace; font-size: .875em; }
.card pre { overflow-x: auto; padding: .75rem; background: #f1ede4; }
.card blockquote { margin: .25rem 0 .5rem; padding-left: .75rem; border-left: 2px solid #cfc7b8;
  font-size: .875em; color: #6a6259; }
.card table { border-collapse: collapse; width: 100%; }
.card td, .card th { padding: .375rem .5rem; border-bottom: 1px solid #ddd6c8; text-align: left; }
hr#answer { border: 0; border-top: 1px solid #cfc7b8; margin: 1.25rem 0; }
.options { list-style: none; padding: 0; }
.options > li { padding: .375rem 0 .375rem 1.75rem; border-bottom: 1px solid #ece6da;
  position: relative; }
.options > li::before { content: "\\25CB"; position: absolute; left: .25rem; color: #8a8177; }
.options > li.right { font-weight: 600; }
.options > li.right > blockquote { font-weight: 400; }
.options > li.right::before { content: "\\2713"; color: #2f6b46; }
.cloze { font-weight: 600; color: #8a4b1f; }
.hint, .accepted, .explanation { font-size: .9375em; color: #6a6259; }
.explanation { margin-top: 1.25rem; padding-top: .75rem; border-top: 1px solid #ddd6c8; }
.nightMode.card, .night_mode .card { color: #e6dfd3; background: #24211d; }
.nightMode .card pre, .nightMode.card pre { background: #1b1916; }
.nightMode.card .hint, .nightMode.card .accepted, .nightMode.card .explanation,
.nightMode.card blockquote { color: #b0a698; }
.nightMode.card .options > li.right::before { color: #8fc6a2; }
.nightMode.card .cloze { color: #e3a477; }
"""


def type_id(kind: Kind) -> int:
    """The id of the note type of ``kind``."""
    return _FIRST_ID + list(Kind).index(kind)


def model(kind: Kind) -> dict[str, Any]:
    """The note type as a collection keeps it (schema 11)."""
    is_cloze = kind is Kind.CLOZE
    return {
        "id": type_id(kind),
        "name": PREFIX + kind.value.replace("_", " "),
        "type": int(is_cloze),
        "mod": 0,
        "usn": -1,
        "sortf": 0,
        "did": None,
        "tmpls": [
            {
                "name": "Cloze" if is_cloze else f"Card {number + 1}",
                "ord": number,
                "qfmt": front,
                "afmt": back,
                "did": None,
                "bqfmt": "",
                "bafmt": "",
            }
            for number, (front, back) in enumerate(TEMPLATES[kind])
        ],
        "flds": [
            {
                "name": name,
                "ord": number,
                "sticky": False,
                "rtl": False,
                "font": "Georgia",
                "size": 18,
                "media": [],
            }
            for number, name in enumerate(FIELDS)
        ],
        "css": CSS,
        "latexPre": "\\documentclass{article}\n\\begin{document}\n",
        "latexPost": "\\end{document}",
        "req": [[number, "any", [0, 2]] for number in range(len(TEMPLATES[kind]))],
        "tags": [],
        "vers": [],
    }


# --- out ------------------------------------------------------------------------------------


def fields_of(note: Together, media: MediaName) -> list[str]:
    """The fields of a note, in the order of ``FIELDS``."""
    first = note.first
    content, shown = first.content, first.html

    sizes = set(_SIZE.findall(f"{content.prompt} {content.answer} {content.explanation}"))

    def dressed(name: str) -> str:
        return dress(str(shown.get(name) or html.escape(getattr(content, name))), media, sizes)

    question = dressed("prompt")
    below, key, accepted, hint = "", "", "", dressed("hint")
    options = shown.get("options") or [
        [html.escape(option.text), html.escape(option.why)] for option in content.options
    ]
    pairs = shown.get("pairs") or [
        [html.escape(pair.left), html.escape(pair.right)] for pair in content.pairs
    ]
    match note.kind:
        case Kind.CLOZE:
            question, hint = dress(html_gaps(note), media, sizes), ""
        case Kind.CHOICE | Kind.TRUE_FALSE:
            rows = [dress(text, media) for text, _ in options]
            whys = [dress(why, media) for _, why in options]
            below = _options(rows)
            rights = [option.correct for option in content.options]
            key = _options(rows, rights, whys)
        case Kind.ORDER:
            rows = [dress(text, media) for text, _ in options]
            below, key = _list("ul", _shuffled(rows, note.guid)), _list("ol", rows)
        case Kind.MATCH:
            cells = [(dress(left, media), dress(right, media)) for left, right in pairs]
            key = _table(cells)
            lefts = [left for left, _ in cells if left]
            rights_ = _shuffled([right for _, right in cells], note.guid)
            below = _list("ol", lefts) + _list("ul", rights_)
        case Kind.TEXT:
            key = html.escape(content.accept[0] if content.accept else content.answer)
            accepted = html.escape(content.answer, quote=False)
        case Kind.NUMBER:
            number = content.number
            key = html.escape(f"{number.value} {number.unit}".strip() if number else content.answer)
            accepted = html.escape(content.answer, quote=False)
        case _:
            key = dressed("answer")
    details = question_of(content).details
    return [
        question,
        below,
        key,
        accepted,
        dressed("explanation"),
        hint,
        "<br>".join(html.escape(f"{name}:: {value}") for name, value in details.items()),
    ]


def _options(rows: list[str], rights: Sequence[bool] = (), whys: Sequence[str] = ()) -> str:
    out = []
    for number, row in enumerate(rows):
        right = ' class="right"' if rights and rights[number] else ""
        why = f"<blockquote>{whys[number]}</blockquote>" if rights and whys[number] else ""
        out.append(f"<li{right}>{row}{why}</li>")
    return f'<ul class="options">{"".join(out)}</ul>'


def _list(tag: str, rows: list[str]) -> str:
    return f"<{tag}>{''.join(f'<li>{row}</li>' for row in rows)}</{tag}>"


def _table(cells: list[tuple[str, str]]) -> str:
    rows = "".join(f"<tr><td>{left}</td><td>{right}</td></tr>" for left, right in cells)
    return f"<table>{rows}</table>"


def _shuffled(rows: list[str], seed: str) -> list[str]:
    """``rows`` in another order, always the same for ``seed``."""
    return sorted(rows, key=lambda row: hashlib.sha256(f"{seed}{row}".encode()).digest())


# --- and back -------------------------------------------------------------------------------


def kind_of(name: str, fields: tuple[str, ...]) -> Kind | None:
    """The kind whose note type of ours is called ``name``; None for any other."""
    named = name.removeprefix(PREFIX).replace(" ", "_")
    if name.startswith(PREFIX) and fields == FIELDS and named in set(Kind):
        return Kind(named)
    return None


def read_question(
    kind: Kind, fields: Mapping[str, str], markdown: Callable[[str], str]
) -> Question:
    """The question that the note's fields say. ``markdown`` turns HTML into Markdown."""
    key = parse_html(fields["Answer"])
    rows: tuple[tuple[str, bool, str], ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    answer = ""
    match kind:
        case Kind.CHOICE | Kind.ORDER:
            rows = tuple(_row(each, kind, markdown) for each in _below(key, "li"))
        case Kind.MATCH:
            cells = [_below(row, "td") for row in _below(key, "tr")]
            pairs = tuple(
                (markdown(_inner(row[0])), markdown(_inner(row[1])))
                for row in cells
                if len(row) == 2
            )
        case Kind.TRUE_FALSE:
            right = [row for row in _below(key, "li") if "right" in row.attributes.get("class", "")]
            answer = _plain("".join(right[0].texts())).lower() if right else ""
        case Kind.TEXT | Kind.NUMBER:
            answer = _plain("".join(parse_html(fields["Accepted"] or fields["Answer"]).texts()))
        case Kind.CLOZE:
            pass
        case _:
            answer = markdown(fields["Answer"])
    details = {}
    for line in "".join(parse_html(fields["Details"]).texts()).split("\n"):
        name, mark, value = line.partition("::")
        if mark:
            details[name.strip()] = value.strip()
    return Question(
        kind,
        markdown(fields["Question"]),
        answer,
        markdown(fields["Explanation"]),
        markdown(fields["Hint"]),
        rows,
        pairs,
        details,
    )


def _row(element: Element, kind: Kind, markdown: Callable[[str], str]) -> tuple[str, bool, str]:
    whys = [each for each in element.children if _is(each, "blockquote")]
    said = [each for each in element.children if each not in whys]
    why = markdown("".join(_inner(each) for each in whys if isinstance(each, Element)))
    right = kind is Kind.ORDER or "right" in element.attributes.get("class", "").split()
    return markdown(_inner(Element("", children=said))), right, why


def _is(child: str | Element, tag: str) -> bool:
    return isinstance(child, Element) and child.tag == tag


def _below(element: Element, tag: str) -> list[Element]:
    """The outermost elements ``tag`` below ``element``, in their order."""
    found: list[Element] = []
    for child in element.children:
        if isinstance(child, Element):
            found += [child] if child.tag == tag else _below(child, tag)
    return found


def _inner(element: Element) -> str:
    """The element's inside as HTML again."""
    parts = []
    for child in element.children:
        if isinstance(child, str):
            parts.append(html.escape(child, quote=False))
            continue
        said = "".join(f' {k}="{html.escape(v)}"' for k, v in child.attributes.items())
        parts.append(f"<{child.tag}{said}>{_inner(child)}</{child.tag}>")
    return "".join(parts)


def _plain(text: str) -> str:
    return " ".join(text.split())
