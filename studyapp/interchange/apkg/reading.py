"""A collection as a vault: a note for each deck, a question for each of Anki's notes.

A question's block id follows from the note's guid, so that a newer export of the same deck finds
the same questions, and a card's history its question.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from studyapp.interchange.apkg.collection import Card, Collection, Note, NoteType
from studyapp.interchange.apkg.note_types import kind_of, read_question
from studyapp.interchange.apkg.templates import Sides, cloze_of, sides_of
from studyapp.interchange.callouts import callout, tag_of
from studyapp.interchange.html import parse_html
from studyapp.interchange.markdown import to_markdown
from studyapp.interchange.questions import written
from studyapp.interchange.values import ForeignCard, ForeignReview, Remark, VaultFiles
from studyapp.interchange.vault import Names, file_name, written_notes
from studyapp.items.values import Kind

MEDIA_FOLDER = "media"
MAX_GAPS = 40
"""Gaps of one text that become one question's; with more, each becomes a question of its own."""

_GAP = re.compile(r"\{\{c(\d{1,3})::")
_TYPED = re.compile(r"[^\n\\|`*_\[\]<>$^]{1,120}")
_NEW, _LEARNING, _REVIEW, _RELEARNING = range(4)
_STATES = {_LEARNING: "learning", _REVIEW: "review", _RELEARNING: "relearning"}
_SUSPENDED = -1
_OCCLUSION = "image-occlusion:"
_MEDIA_NAME = re.compile(r'[\\/:*?"<>|#^\[\]\x00-\x1f\x7f]+')


def make_vault(collection: Collection, media_names: Iterable[str]) -> VaultFiles:
    """The vault that ``collection`` comes to. ``media_names`` are the files of the package."""
    return _Maker(collection, media_names).make()


def block_id(guid: str) -> str:
    """The block id of the question that is made of the note ``guid``. ``guid_of`` undoes it."""
    raw = guid.encode()
    return f"anki-{raw.hex() if len(raw) <= 40 else 'x' + hashlib.sha256(raw).hexdigest()[:32]}"


def guid_of(explicit_id: str) -> str:
    """The guid that ``block_id`` was given; "" for an id of another kind."""
    stem = explicit_id.partition("/")[0]
    try:
        return bytes.fromhex(stem.removeprefix("anki-")).decode() if stem[:5] == "anki-" else ""
    except ValueError:
        return ""


class _Maker:
    def __init__(self, collection: Collection, media_names: Iterable[str]) -> None:
        self._collection = collection
        self._there = set(media_names)
        self._media: dict[str, str] = {}
        self._media_taken = Names()
        self._cards: dict[str, ForeignCard] = {}
        self._lost: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._deck = ""

    def make(self) -> VaultFiles:
        by_note: defaultdict[int, list[Card]] = defaultdict(list)
        for card in self._collection.cards:
            by_note[card.note_id].append(card)
        by_deck: defaultdict[str, list[Note]] = defaultdict(list)
        for note in self._collection.notes:
            if cards := by_note.get(note.id):
                deck, *others = dict.fromkeys(
                    self._collection.decks.get(card.deck_id, "Default") for card in cards
                )
                by_deck[deck].append(note)
                if others:
                    self._lost[deck]["that some cards of a note lie in another deck"] += 1
        title = self._title(by_deck)
        names = Names()
        notes: dict[str, str] = {}
        remarks: list[Remark] = []
        for deck in sorted(by_deck):
            self._deck = deck
            path = _path(deck, title)
            questions = self._questions(by_deck[deck], by_note)
            notes |= dict(written_notes(path, {"anki-deck": deck}, questions, names))
            remarks += [
                Remark(f"{path}.md", 0, f"Not carried over from Anki: {what} ({times} times).")
                if times > 1
                else Remark(f"{path}.md", 0, f"Not carried over from Anki: {what}.")
                for what, times in self._lost.pop(deck, {}).items()
            ]
        return VaultFiles(title, notes, self._media, self._cards, tuple(remarks))

    def _title(self, decks: Iterable[str]) -> str:
        tops = {deck.split("::")[0] for deck in decks}
        return tops.pop() if len(tops) == 1 else ""

    # --- questions ----------------------------------------------------------------------

    def _questions(self, notes: Sequence[Note], by_note: dict[int, list[Card]]) -> Iterator[str]:
        for note in notes:
            kind = self._collection.types.get(note.type_id)
            if kind is None or not kind.templates:
                self._lose("a note whose note type is missing")
                continue
            for question in self._note(note, kind, by_note[note.id]):
                if len(question) > 400_000:
                    self._lose("a note of more than 400,000 characters")
                else:
                    yield question

    def _note(self, note: Note, kind: NoteType, cards: list[Card]) -> Iterator[str]:
        fields = dict(zip(kind.fields, [*note.fields, *[""] * len(kind.fields)], strict=False))
        tags = list(dict.fromkeys(filter(None, map(tag_of, note.tags))))
        if ours := kind_of(kind.name, kind.fields):
            yield from self._ours(note, ours, fields, cards, tags)
        elif any(_OCCLUSION in text for text in note.fields):
            yield self._occlusion(note, fields, tags)
        elif kind.is_cloze:
            yield from self._cloze(note, kind, fields, cards, tags)
        else:
            yield from self._basic(note, kind, fields, cards, tags)

    def _ours(
        self,
        note: Note,
        kind: Kind,
        fields: dict[str, str],
        cards: list[Card],
        tags: list[str],
    ) -> Iterator[str]:
        """A question that was ours before."""
        question = read_question(kind, fields, self._markdown)
        if not question.prompt:
            self._lose("a card that asks nothing")
            return
        name = block_id(note.guid)
        numbers = sorted({int(match[1]) for match in _GAP.finditer(question.prompt)})
        if kind is Kind.CLOZE and len(numbers) > 1:
            for number in numbers:
                self._take(f"{name}/c{number}", cards, number - 1)
        else:
            self._take(name, cards, cards[0].ord if kind is Kind.CLOZE else 0)
        if kind is Kind.REVERSED:
            self._take(f"{name}/reversed", cards, 1)
        yield written(question, block_id=name, tags=tags)

    def _basic(
        self,
        note: Note,
        kind: NoteType,
        fields: dict[str, str],
        cards: list[Card],
        tags: list[str],
    ) -> Iterator[str]:
        sides = {
            card.ord: self._sides(sides_of(kind.templates[card.ord], fields))
            for card in cards
            if 0 <= card.ord < len(kind.templates)
        }
        name = block_id(note.guid)
        if set(sides) == {0, 1} and _mirrored(sides[0], sides[1]):
            self._take(f"{name}/reversed", cards, 1)
            self._take(name, cards, 0)
            yield self._callout("reversed", sides[0], name, tags)
            return
        siblings = name if len(sides) > 1 else ""
        for ord_, side in sides.items():
            own = name if ord_ == 0 else f"{name}-{ord_ + 1}"
            if not side.front.strip():
                self._lose("a card that asks nothing")
                continue
            self._take(own, cards, ord_)
            typed = _typed(side, fields)
            if typed:
                yield callout(
                    "text",
                    prompt=side.front,
                    explanation=side.explanation,
                    hint=side.hint,
                    fields={"answer": typed, "siblings": siblings},
                    block_id=own,
                    tags=tags,
                )
            else:
                yield self._callout("basic", side, own, tags, siblings)

    def _cloze(
        self,
        note: Note,
        kind: NoteType,
        fields: dict[str, str],
        cards: list[Card],
        tags: list[str],
    ) -> Iterator[str]:
        sides = self._sides(cloze_of(kind.templates[0], fields))
        numbers = list(dict.fromkeys(int(match[1]) for match in _GAP.finditer(sides.front)))
        name = block_id(note.guid)
        if not numbers:
            self._lose("a cloze note without a gap")
            return
        if len(numbers) <= MAX_GAPS and not _nests(sides.front):
            for number in numbers:
                own = f"{name}/c{number}" if len(numbers) > 1 else name
                self._take(own, cards, number - 1)
            yield self._gaps(sides, sides.front, name, tags)
            return
        for number in numbers:
            own = f"{name}-c{number}"
            self._take(own, cards, number - 1)
            yield self._gaps(sides, _only_gap(sides.front, number), own, tags, siblings=name)

    def _gaps(self, sides: Sides, body: str, name: str, tags: list[str], siblings: str = "") -> str:
        return callout(
            "cloze",
            prompt="",
            body=body,
            explanation=sides.explanation,
            hint=sides.hint,
            fields={"siblings": siblings},
            block_id=name,
            tags=tags,
        )

    def _occlusion(self, note: Note, fields: dict[str, str], tags: list[str]) -> str:
        """The picture, to look at: what is hidden on it cannot be asked here."""
        self._lose("an image occlusion: its picture is there to look at, and is not asked")
        shown = [self._markdown(text) for text in fields.values() if _OCCLUSION not in text]
        lines = [text for text in shown if text] + [" ".join(f"#{tag}" for tag in tags)]
        return "\n\n".join(filter(None, lines)) + "\n"

    def _callout(
        self, kind: str, sides: Sides, name: str, tags: list[str], siblings: str = ""
    ) -> str:
        return callout(
            kind,
            prompt=sides.front,
            answer=sides.back,
            explanation=sides.explanation,
            hint=sides.hint,
            fields={"siblings": siblings},
            block_id=name,
            tags=tags,
        )

    # --- texts and files ----------------------------------------------------------------

    def _sides(self, sides: Sides) -> Sides:
        return Sides(
            self._markdown(sides.front),
            self._markdown(sides.back),
            self._markdown(sides.explanation),
            self._markdown(sides.hint),
            sides.typed,
        )

    def _markdown(self, source: str) -> str:
        if not source:
            return ""
        converted = to_markdown(source, self._file)
        for what in converted.lost:
            self._lose(what)
        return converted.markdown

    def _file(self, name: str) -> str:
        """The name by which the vault's notes show the medium ``name``."""
        if name not in self._there:
            return _MEDIA_NAME.sub("-", name)
        if name not in self._media:
            stem, dot, ending = _MEDIA_NAME.sub("-", name).rpartition(".")
            found = self._media_taken.take(
                f"{MEDIA_FOLDER}/{file_name(stem or ending)}", dot and dot + ending
            )
            self._media[name] = found
        return self._media[name].removeprefix(f"{MEDIA_FOLDER}/")

    def _lose(self, what: str) -> None:
        self._lost[self._deck][what] += 1

    # --- what the learner did -----------------------------------------------------------

    def _take(self, explicit_id: str, cards: list[Card], ord_: int) -> None:
        """Keep what Anki knows of the card ``ord_`` under the id of the question it became."""
        card = next((card for card in cards if card.ord == ord_), None)
        if card is not None:
            reviews = self._collection.reviews.get(card.id, ())
            if card.kind in _STATES or card.queue == _SUSPENDED or reviews:
                self._cards[explicit_id] = _foreign(card, self._collection, reviews)


def _foreign(card: Card, collection: Collection, reviews: tuple[ForeignReview, ...]) -> ForeignCard:
    state = _STATES.get(card.kind, "new")
    in_steps = state in ("learning", "relearning")
    day = ""
    at = 0
    if in_steps and card.due > 1_000_000_000:
        at = card.due
    elif state != "new":
        day = _day(collection, card.due)
    stability, difficulty = _number(card.data.get("s")), _number(card.data.get("d"))
    last = _number(card.data.get("lrt"))
    if last is None and reviews:
        last = reviews[-1].at_ms / 1000
    return ForeignCard(
        state=state,
        due_day=day,
        due_at=at,
        interval=max(0.0, float(card.interval)) if card.interval >= 0 else -card.interval / 86400,
        ease=max(0, card.factor) / 1000,
        stability=stability if stability and difficulty else None,
        difficulty=difficulty if stability and difficulty else None,
        last_review=None if last is None else int(last),
        reps=card.reps,
        lapses=card.lapses,
        steps_left=max(0, card.left % 1000) if in_steps else 0,
        suspended=card.queue == _SUSPENDED,
        reviews=reviews,
    )


def _number(value: object) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value) if value > 0 else None
    return None


def _day(collection: Collection, day: int) -> str:
    """The date of the collection's day ``day``. Day 0 began at ``created``; where the collection
    does not say in which time zone, the middle of that day is taken."""
    west = collection.minutes_west
    shift = timedelta(hours=8) if west is None else -timedelta(minutes=west)
    try:
        start = datetime.fromtimestamp(collection.created, UTC) + shift
        return (start.date() + timedelta(days=day)).isoformat()
    except (OverflowError, ValueError, OSError):
        return ""


def _path(deck: str, title: str) -> str:
    parts = deck.split("::")
    if len(parts) > 1 and parts[0] == title:
        parts = parts[1:]
    return "/".join(file_name(part) for part in parts[:20])


def _mirrored(first: Sides, second: Sides) -> bool:
    return bool(first.front and first.back) and (first.front, first.back) == (
        second.back,
        second.front,
    )


def _typed(side: Sides, fields: dict[str, str]) -> str:
    """What is to be typed, where it is short and plain enough to be compared."""
    if not side.typed:
        return ""
    text = " ".join("".join(parse_html(fields.get(side.typed, "")).texts()).split())
    return text if _TYPED.fullmatch(text) and side.back.strip() in (text, "") else ""


def _nests(text: str) -> bool:
    """Whether a gap stands within another, as only Anki can have it."""
    return any(depth > 1 for _, depth, _ in _marks(text))


def _only_gap(text: str, number: int) -> str:
    """``text`` with the gap ``number`` alone, what stands in the others as plain text."""
    out: list[str] = []
    at = 0
    open_: list[int] = []
    for place, _, mark in _marks(text):
        out.append(text[at:place])
        at = place + len(mark)
        if mark != "}}":
            open_.append(int(mark[3:-2]))
            out.append(mark if open_[-1] == number and open_.count(number) == 1 else "")
        else:
            mine = open_.pop() == number and number not in open_
            out.append(mark if mine else "")
            if not mine:
                # the hint of a gap that is none any more
                _drop_hint(out)
    return "".join([*out, text[at:]])


def _drop_hint(out: list[str]) -> None:
    for index in range(len(out) - 1, max(-1, len(out) - 3), -1):
        if "::" in out[index] and not out[index].startswith("{{c"):
            out[index] = out[index].partition("::")[0]
            return


def _marks(text: str) -> Iterator[tuple[int, int, str]]:
    """Where gaps begin and end: ``(place, depth, mark)``."""
    depth = 0
    for match in re.finditer(r"\{\{c\d{1,3}::|\}\}", text):
        if match[0] != "}}":
            depth += 1
            yield match.start(), depth, match[0]
        elif depth:
            yield match.start(), depth, match[0]
            depth -= 1
