"""Notes of the Obsidian-to-Anki plugin: ``START … Back: … END`` over several lines, and
``STARTI [Basic] … Back: … ENDI`` within one. Its ids (``<!--ID: n-->``) are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

from studyapp.items.values import Content, Kind
from studyapp.obsidian.blocks import Line, source
from studyapp.obsidian.extract.note_text import NoteText
from studyapp.obsidian.extract.question import Found
from studyapp.obsidian.values import ItemDraft, Span

_ID = re.compile(r"(?:<!--[ \t]*)?\bID:[ \t]*(\d+)(?:[ \t]*-->)?")
_COMMENT_ID = re.compile(r"<!--[ \t]*ID:[ \t]*(\d{1,20})[ \t]*-->")
_INLINE = re.compile(r"STARTI[ \t]+\[([^\[\]]*+)\]")
_BACK = re.compile(r"(?:^|(?<=\s))Back:[ \t]*")
_REVERSED = "reversed"


def extract(note: NoteText) -> Found:
    """The items of a note's START blocks; "and reversed" in the model's name makes two."""
    items: list[ItemDraft] = []
    if not any("START" in line.text for block in note.blocks for line in block.lines):
        return Found(())
    for model, text, span in _blocks(note):
        items += _items(note, model, text, span)
    return Found(tuple(items))


def _blocks(note: NoteText) -> Iterator[tuple[str, str, Span]]:
    """``(model, fields, span)`` of every block, outside code and quotes."""
    code = note.code_lines()
    opened: list[Line] | None = None
    for chunk in note.chunks(comments=True):
        if opened:
            opened.append(Line(chunk[0].number - 1, ""))
        for line in chunk:
            word = line.text.strip()
            if line.number in code:
                if opened is not None:
                    opened.append(line)
            elif word == "START":
                opened = [line]
            elif word == "END" and opened:
                model = opened[1].text.strip() if len(opened) > 1 else ""
                yield model, source(opened[2:]), (opened[0].number, line.number)
                opened = None
            elif opened is not None:
                opened.append(line)
            elif match := _INLINE.search(line.text):
                fields, end, _ = line.text[match.end() :].partition("ENDI")
                if end:
                    yield match[1], fields, (line.number, line.number)


def _items(note: NoteText, model: str, text: str, span: Span) -> list[ItemDraft]:
    found = _ID.search(text)
    explicit_id = found[1] if found else ""
    text = _ID.sub("", text)
    text = "\n".join(line for line in text.split("\n") if not line.startswith("Tags:"))
    back = _BACK.search(text)
    if back is None:
        return []
    front = text[: back.start()].removeprefix("Front:").strip()
    answer = text[back.end() :].strip()
    if not front or not answer:
        return []
    question = note.question(span, front, explicit_id=explicit_id)
    forward = Content(Kind.BASIC, front, answer)
    if _REVERSED not in model.lower():
        return [question.draft("anki-block", forward)]
    group = question.group(f"{front}\n{answer}")
    backward = Content(Kind.REVERSED, answer, front)
    return [
        question.draft("anki-block", forward, group=group),
        question.draft("anki-block", backward, part="reversed", group=group),
    ]


def comment_id(text: str) -> str:
    """The plugin's id in ``text`` (``<!--ID: n-->``), "" if there is none."""
    match = _COMMENT_ID.search(text)
    return match[1] if match else ""


def without_comment_id(text: str) -> str:
    """``text`` without such ids."""
    return _COMMENT_ID.sub("", text)
