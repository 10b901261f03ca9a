"""Cards of the spaced-repetition plugin: ``Q::A``, ``Q:::A`` (both ways), ``?`` or ``??`` on a line
of its own between question and answer, and clozes where the plugin is set to make them.

In notes with the plugin's tag, and in others where the vault says so (see ``Dialect``). The
separators are the vault's own (see ``CardSyntax``), and where the plugin has a card is taken over
(see ``history``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set

from studyapp.items.values import Content, Kind
from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.blocks import Line, source
from studyapp.obsidian.extract.deletions import cloze_items, find_deletions
from studyapp.obsidian.extract.history import Schedules, read_histories, scheduled, without_history
from studyapp.obsidian.extract.note_text import NoteText
from studyapp.obsidian.extract.question import Found
from studyapp.obsidian.inline import mask_hidden, trailing_block_id, without_block_id
from studyapp.obsidian.values import CardSyntax, ClozeMark, Diagnostic, ItemDraft

_MARKER = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+|[ \t]*#{1,6}[ \t]+")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]")
_FIELD = re.compile(r"[\w-]+::[ \t]|.*[\[(][\w -]+::[ \t]")
_WORDS = re.compile(r"[^\W_][\w-]*(?: [\w-]+){1,3}::[ \t]+\S")
_VALUE = re.compile(r"::[ \t]+(?:\d{4}-\d\d-\d\d\b.*|!?\[\[[^\[\]]+\]\])$")
_CODE = re.compile(
    r"arn:|std::|boost::|\W*(?:\w+::){2}\w|[0-9a-f:]*::[0-9a-f:]*$|.*\w::~?\w+[(<;]", re.IGNORECASE
)


def extract(note: NoteText) -> Found:
    """The cards of a note that the plugin takes its cards from."""
    return _cards_of(note, frozenset(), note.cards.clozes) if _is_the_plugins(note) else Found(())


def extract_elsewhere(note: NoteText, taken: Set[int]) -> Found:
    """The cards of a note that the plugin passes over, but for those on lines that are ``taken``.
    What it would hide there is not asked for: emphasis has dialects of its own."""
    if _is_the_plugins(note) or not _may_hold_cards(note):
        return Found(())
    fields = _fields(note)
    found = _cards_of(note, taken | fields, ())
    told = [_field_not_card(note, line) for line in sorted(fields - taken)]
    return Found(found.items, diagnose.in_order([*found.diagnostics, *told]))


def _fields(note: NoteText) -> set[int]:
    """The lines that are properties whose names have several words (``Due date:: tomorrow``), as
    only their neighbours tell: all of the run are spelt so, and one of them has a name of one word,
    or a date or a link as its value."""
    if note.cards.inline != "::":
        return set()
    found: set[int] = set()
    for chunk in note.chunks():
        run = [line for line in chunk if not _HEADING.match(line.text)]
        texts = [_MARKER.sub("", line.text, count=1).strip() for line in run]
        if all(_FIELD.match(text) or _WORDS.match(text) for text in texts) and any(
            _FIELD.match(text) or _VALUE.search(text) for text in texts
        ):
            found |= {
                line.number for line, text in zip(run, texts, strict=True) if _WORDS.match(text)
            }
    return found


def _may_hold_cards(note: NoteText) -> bool:
    """Whether a separator stands anywhere: most notes are done with here."""
    cards = note.cards
    if cards.inline in note.text or cards.inline_reversed in note.text:
        return True
    return any(
        mark in note.text
        and re.search(rf"^[ \t]*{re.escape(mark)}[ \t]*$", note.text, re.MULTILINE)
        for mark in (cards.multiline, cards.multiline_reversed)
    )


def _cards_of(note: NoteText, taken: Set[int], clozes: tuple[ClozeMark, ...]) -> Found:
    code = note.code_lines()
    histories = read_histories(
        line for block in note.blocks for line in block.lines if line.number not in code
    )
    items: list[ItemDraft] = []
    problems: list[Diagnostic] = []
    for chunk in _with_end_marker(note):
        if not taken.isdisjoint(line.number for line in chunk):
            chunk = [line for line in chunk if line.number not in taken]
        at = _separator(chunk, code, note.cards)
        if at is not None:
            items += _scheduled(_multiline(note, chunk, at), histories)
            continue
        cards = [
            card
            for line in chunk
            if line.number not in code
            and (card := _scheduled(_inline(note, line, problems), histories))
        ]
        if not cards and clozes:
            found = _clozes(note, chunk, clozes)
            problems += found.diagnostics
            cards = [_scheduled(list(found.items), histories)]
        for card in cards:
            items += card
    return Found(tuple(items), tuple(problems))


def _is_the_plugins(note: NoteText) -> bool:
    """Whether the note has the plugin's tag, or lies where the plugin takes folders for decks."""
    if note.cards.folders and "/" in note.path:
        return True
    wanted = [tag.casefold() for tag in note.cards.tags]
    return any(
        tag == name or tag.startswith(f"{name}/")
        for tag in map(str.casefold, note.tags)
        for name in wanted
    )


def _with_end_marker(note: NoteText) -> list[list[Line]]:
    """The chunks; where the vault ends cards by a marker, a card runs on over blank lines to it."""
    chunks = list(note.chunks())
    end = note.cards.end
    if not end:
        return chunks
    code = note.code_lines()
    joined: list[list[Line]] = []
    opened: list[Line] = []
    for chunk in chunks:
        stop = next((at for at, line in enumerate(chunk) if line.text.strip() == end), None)
        if opened:
            opened.append(Line(chunk[0].number - 1, ""))
        starts_card = _separator(chunk, code, note.cards) is not None
        if stop is None and not opened and not starts_card:
            joined.append(chunk)
            continue
        opened += chunk[:stop]
        if stop is not None:
            joined.append(opened)
            opened = []
            if rest := chunk[stop + 1 :]:
                joined.append(rest)
    return [*joined, opened] if opened else joined


def _separator(chunk: Sequence[Line], code: set[int], cards: CardSyntax) -> int | None:
    marks = (cards.multiline, cards.multiline_reversed)
    for at, line in enumerate(chunk):
        if (
            0 < at < len(chunk) - (not cards.end)
            and line.number not in code
            and line.text.strip() in marks
        ):
            return at
    return None


def _multiline(note: NoteText, chunk: Sequence[Line], at: int) -> list[ItemDraft]:
    asked = list(chunk[:at])
    while (
        len(asked) > 1 and asked[0].text.lstrip().startswith("#") and _MARKER.match(asked[0].text)
    ):
        del asked[0]  # a heading above the question
    last = next(line for line in reversed(chunk) if line.text.strip())
    block_id = trailing_block_id(last.text)
    front = _tidy(source([Line(line.number, _heading_text(line.text)) for line in asked]), note)
    back = _tidy(source(chunk[at + 1 :]), note)
    if block_id:
        back = without_block_id(back)
    both = chunk[at].text.strip() == note.cards.multiline_reversed
    return _cards(note, front, back, (asked[0].number, last.number), block_id, both=both)


def _inline(note: NoteText, line: Line, problems: list[Diagnostic]) -> list[ItemDraft]:
    text = without_history(line.text).rstrip()
    marker = _MARKER.match(text)
    text = text[marker.end() :] if marker else text.strip()
    masked = mask_hidden(text)
    for separator, both in ((note.cards.inline_reversed, True), (note.cards.inline, False)):
        at = masked.find(separator)
        if at <= 0 or not masked[at + len(separator) :].strip():
            continue
        start = masked.rfind(" ", 0, at) + 1
        end = masked.find(" ", at + len(separator))
        if _CODE.match(masked[start : end if end > 0 else None]):
            return []
        if separator == "::" and _FIELD.match(masked):
            problems.append(_field_not_card(note, line.number))
            return []
        block_id = trailing_block_id(text)
        front = _tidy(text[:at], note)
        back = _tidy(without_block_id(text[at + len(separator) :]), note)
        return _cards(note, front, back, (line.number, line.number), block_id, both=both)
    return []


def _field_not_card(note: NoteText, line: int) -> Diagnostic:
    message = "This looks like a property of the note, so it was not taken for a card."
    return diagnose.info(note.path, line, "field-not-card", message)


def _clozes(note: NoteText, chunk: Sequence[Line], marks: tuple[ClozeMark, ...]) -> Found:
    """The hidden parts of a chunk, which is one text to the plugin."""
    asked = [line for line in chunk if line.text.strip() and not _HEADING.match(line.text)]
    if not asked:
        return Found(())
    last = without_history(asked[-1].text)
    text = without_block_id(_tidy(source(asked), note))
    deletions = find_deletions(text, marks)
    if not deletions:
        return Found(())
    lines = (asked[0].number, asked[-1].number)
    question = note.question(lines, explicit_id=trailing_block_id(last))
    return cloze_items(question, "spaced-repetition", text, deletions)


def _cards(
    note: NoteText, front: str, back: str, lines: tuple[int, int], block_id: str, *, both: bool
) -> list[ItemDraft]:
    if not front or not back:
        return []
    question = note.question(lines, front, explicit_id=block_id)
    group = question.group(f"{front}\n{back}") if both else ""
    forward = question.draft("spaced-repetition", Content(Kind.BASIC, front, back), group=group)
    if not both:
        return [forward]
    content = Content(Kind.REVERSED, back, front)
    return [
        forward,
        question.draft("spaced-repetition", content, part="reversed", group=group),
    ]


def _scheduled(items: list[ItemDraft], histories: Mapping[int, Schedules]) -> list[ItemDraft]:
    return scheduled(items, histories, items[0].lines) if items else items


def _heading_text(text: str) -> str:
    return text.lstrip().lstrip("#").strip() if text.lstrip().startswith("# ") else text


def _tidy(text: str, note: NoteText) -> str:
    """``text`` without the plugin's tag and its history."""
    text = without_history(text)
    for tag in note.cards.tags:
        text = re.sub(rf"(?<!\S)#{re.escape(tag)}(?:/[\w/-]*)?(?!\S)[ \t]*", "", text)
    return text.strip()
