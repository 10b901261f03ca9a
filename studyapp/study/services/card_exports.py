"""Sending questions out, as a deck for Anki, as CSV or as a quiz: which, with what the learner
knows of them, and what the format cannot hold.

The rows are read in batches and the collection lies on disk, so that the memory this takes does not
grow with the vault.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.core.files.storage import default_storage
from django.utils import timezone

from studyapp.accounts.models import User
from studyapp.interchange.apkg.writing import NAME, CollectionWriter, MediaNames, media_map
from studyapp.interchange.csv_ import writing as csv_writing
from studyapp.interchange.gift_writing import lost_in_gift, write_gift
from studyapp.interchange.moodle_xml_writing import lost_in_moodle, write_moodle_xml
from studyapp.interchange.outgoing import Outgoing, Together, stand_together, whole_question
from studyapp.interchange.qti import MANIFEST
from studyapp.interchange.qti_writing import TAGS, ItemWriter, item_path, lost_in_qti, manifest
from studyapp.interchange.questions import Question
from studyapp.interchange.quiz_file import Entry
from studyapp.interchange.values import ForeignCard, ForeignReview
from studyapp.items.values import Kind, Status
from studyapp.library.models import (
    Attachment,
    Blob,
    NoteVersion,
    Placement,
    PlacementQuerySet,
    Topic,
    Vault,
)
from studyapp.library.queries.tags import tagged_notes
from studyapp.library.search.finding import found_questions
from studyapp.library.services.reading import Progress
from studyapp.scheduling.days import day_start_at, study_day
from studyapp.scheduling.values import CardState, Preset
from studyapp.study.models import Card, CardExport, Review
from studyapp.study.services.presets import current_preset

BATCH = 400
MAX_ROWS = 100
"""Questions that are named of those that lose the same."""

SAY_EVERY = 0.4

_EMBED = re.compile(r"!\[\[|!\[[^\]]*\]\(")
_TARGET = re.compile(r"!\[\[([^\[\]|#\n]{1,300})")
_MARKS = re.compile(r"[*_`$|#]|^(?:[-+>]|\d+[.)]) ", re.MULTILINE)
_OBSIDIAN = re.compile(r"(?<!!)\[\[[^\[\]\n]+\]\]|==\S|^> ?\[!\w", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which questions: those of a ``vault``, of a ``topic`` with everything below it, of the notes
    that have a ``tag`` or one nested in it, those that a ``search`` finds, or the ``items`` of the
    vault that are named (then ``title`` is what they are called)."""

    vault: Vault | None = None
    topic: Topic | None = None
    tag: str = ""
    search: str = ""
    items: tuple[int, ...] = ()
    title: str = ""

    @property
    def name(self) -> str:
        """What a person calls it."""
        if self.title:
            return self.title
        if self.topic is not None:
            return self.topic.name
        if self.tag:
            return f"#{self.tag}"
        if self.search:
            return f"“{self.search}”"
        return self.vault.title if self.vault else ""

    def placements(self, learner: User) -> PlacementQuerySet:
        """Where they may stand (see ``finds``)."""
        found: PlacementQuerySet = Placement.objects.live().filter(vault__owner=learner)
        if self.vault is not None:
            found = found.filter(vault=self.vault)
        if self.topic is not None:
            found = found.in_topic(self.topic)
        if self.tag and self.vault is not None:
            found = found.filter(note__in=tagged_notes(self.vault, self.tag))
        if self.items:
            found = found.filter(item__in=self.items)
        return found

    def finds(self, learner: User) -> Callable[[Placement], bool]:
        """Whether a placement is meant, siblings together."""
        if not self.search:
            return lambda placement: True
        found = found_questions(learner, self.search)
        return lambda placement: (placement.note_id, placement.first_line) in found

    def count(self, learner: User) -> int:
        """How many questions there are that can be sent out."""
        ready = self.placements(learner).filter(status=Status.READY)
        if not self.search:
            return ready.count()
        found = found_questions(learner, self.search)
        return sum(row in found for row in ready.values_list("note", "first_line").iterator())


def run_export(key: str) -> None:
    """Make the file that was asked for, if nobody else does. What happens is written into the
    row."""
    rows = CardExport.objects.filter(pk=key)
    if not rows.filter(state=CardExport.State.WAITING).update(
        state=CardExport.State.RUNNING, moved_at=timezone.now()
    ):
        return
    export = CardExport.objects.select_related("learner", "vault", "topic").get(pk=key)
    said = 0.0

    def say(step: str, done: int, total: int) -> None:
        nonlocal said
        if time.monotonic() - said > SAY_EVERY or done == total:
            said = time.monotonic()
            rows.update(step=step, done=done, total=total, moved_at=timezone.now())

    try:
        export.home.mkdir(parents=True, exist_ok=True)
        written = write_cards(
            export.file,
            learner=export.learner,
            selection=Selection(
                export.vault, export.topic, export.tag, export.search, tuple(export.items)
            ),
            format=export.format,
            with_schedule=export.with_schedule,
            progress=say,
        )
    except BaseException as error:  # the worker being stopped included
        shutil.rmtree(export.home, ignore_errors=True)
        problem = f"The file could not be made ({type(error).__name__}); the log says why."
        rows.update(state=CardExport.State.FAILED, problem=problem, finished_at=timezone.now())
        raise
    rows.update(
        state=CardExport.State.DONE,
        cards=written.cards,
        losses=written.losses,
        finished_at=timezone.now(),
    )


# --- the file -------------------------------------------------------------------------------


@dataclass(slots=True)
class Written:
    """What became of a selection: how many cards, and what the format could not hold, each with how
    many questions had it and the first of them, as ``[vault's slug, path, line, words]``."""

    cards: int = 0
    losses: dict[str, dict[str, Any]] = field(default_factory=dict)

    def remark(self, placement: Placement, what: str) -> None:
        """Say of a question what is not carried over."""
        loss = self.losses.setdefault(what, {"count": 0, "rows": []})
        loss["count"] += 1
        if len(loss["rows"]) < MAX_ROWS:
            vault, note = placement.vault, placement.note
            words = placement.version.words
            loss["rows"].append([vault.slug, note.path, placement.first_line, words[:240]])


def write_cards(
    target: Path,
    *,
    learner: User,
    selection: Selection,
    format: str,
    with_schedule: bool,
    progress: Progress = lambda step, done, total: None,
) -> Written:
    """Write the file ``target``. Raises OSError."""
    source = _Source(learner, selection, with_schedule=with_schedule, progress=progress)
    if format in (CardExport.Format.GIFT, CardExport.Format.MOODLE):
        with target.open("w", encoding="utf-8", newline="") as out:
            out.writelines(_quiz_pieces(source, format))
    elif format == CardExport.Format.QTI:
        _write_qti(target, source)
    elif format == CardExport.Format.CSV:
        with target.open("w", encoding="utf-8", newline="") as out:
            out.write(csv_writing.head())
            for note in source.notes():
                source.name_losses(note, _lost_in_csv(note))
                out.write(csv_writing.row(note))
    else:
        _write_package(target, source)
    return source.written


def _quiz_pieces(source: _Source, format: str) -> Iterator[str]:
    """The pieces of a quiz file."""
    if format == CardExport.Format.GIFT:
        return write_gift(_entries(source, lambda note, question: _lost_in_gift(question)))
    files = _Files()
    lost = files.losses(source, lambda note, question: lost_in_moodle(question))
    return write_moodle_xml(_entries(source, lost), files.find)


def _write_qti(target: Path, source: _Source) -> None:
    files = _Files()
    writer = ItemWriter(files.find)

    def lost(note: Together, question: Question) -> Iterator[str]:
        if note.first.tags or note.first.deck:
            yield TAGS
        yield from lost_in_qti(question)
        if _MARKS.search("\n".join(_texts(question))):
            yield "Markdown: its marks are shown as they are written"

    count = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for count, entry in enumerate(_entries(source, files.losses(source, lost)), 1):
            if entry.question is not None:
                archive.writestr(item_path(count), writer.written(entry, entry.question))
        for path, data in writer.files.items():
            archive.writestr(path, data)
        archive.writestr(MANIFEST, manifest(count))


def _entries(
    source: _Source, lost: Callable[[Together, Question], Iterable[str]]
) -> Iterator[Entry]:
    for note in source.notes():
        question = whole_question(note)
        source.name_losses(note, lost(note, question))
        yield Entry(
            note.first.line,
            question,
            key=note.first.explicit_id.partition("/")[0] or note.guid,
            category=note.first.deck,
            tags=note.first.tags,
        )


class _Files:
    """The attachments that the question of a placement names."""

    def __init__(self) -> None:
        self._vault, self._folder = 0, ""
        self._blobs: dict[str, str] = {}
        self._paths: dict[str, str] = {}

    def at(self, placement: Placement) -> None:
        """What is found from now on is named in ``placement``."""
        self._folder = placement.note.path.rpartition("/")[0]
        if placement.vault.pk != self._vault:
            self._vault = placement.vault.pk
            rows = Attachment.objects.live().filter(vault=placement.vault)
            self._blobs = dict(rows.values_list("path", "blob"))
            self._paths = {path.rpartition("/")[2].casefold(): path for path in self._blobs}

    def losses(
        self, source: _Source, of: Callable[[Together, Question], Iterable[str]]
    ) -> Callable[[Together, Question], Iterable[str]]:
        """What a format loses: what it says itself, and files that are not found."""

        def lost(note: Together, question: Question) -> Iterator[str]:
            self.at(source.placement(note))
            yield from of(note, question)
            yield from _lost_marks(question)
            if any(self.find(name) is None for name in _embeds(question)):
                yield "a file that it shows, or an embedded note"

        return lost

    def find(self, target: str) -> tuple[str, bytes] | None:
        """The name and the bytes of a file; None where there is none."""
        ways = (target, f"{self._folder}/{target}", self._paths.get(target.casefold(), ""))
        path = next((way for way in ways if way in self._blobs), None)
        if path is None:
            return None
        with default_storage.open(Blob(sha256=self._blobs[path]).storage_name) as data:
            return path.rpartition("/")[2], data.read()


def _write_package(target: Path, source: _Source) -> None:
    database = target.with_suffix(".collection")
    database.unlink(missing_ok=True)
    connection = sqlite3.connect(database)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        now, preset = timezone.now(), source.preset
        today = study_day(now, preset.zone, preset.day_start)
        offset = day_start_at(today, preset.zone, preset.day_start).astimezone(preset.zone)
        west = -int((offset.utcoffset() or now - now).total_seconds() // 60)
        writer = CollectionWriter(
            connection,
            now_ms=int(now.timestamp() * 1000),
            today=today,
            day_start=preset.day_start,
            minutes_west=west,
        )
        media = _Media()
        for note in source.notes():
            media.missing = False
            writer.add(note, media.name)
            lost = [*_lost_in_anki(note)]
            if media.missing:
                lost.append("a file that it shows is not in the vault")
            source.name_losses(note, lost)
        writer.finish()
        connection.close()
        source.progress("Packing", 0, 0)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
            archive.write(database, NAME)
            listed, files = media_map(media.names.paths)
            archive.writestr("media", listed)
            for blob, number in files:
                entry = zipfile.ZipInfo(number)
                with (
                    default_storage.open(Blob(sha256=media.blobs[blob]).storage_name) as data,
                    archive.open(entry, "w", force_zip64=True) as out,
                ):
                    shutil.copyfileobj(data, out)
    finally:
        connection.close()
        database.unlink(missing_ok=True)


class _Media:
    """The files that cards show: by their address on our pages to their name in the package."""

    def __init__(self) -> None:
        self.names = MediaNames()
        self.blobs: dict[str, str] = {}
        self.missing = False
        self._vaults: dict[str, dict[str, str]] = {}

    def name(self, address: str) -> str:
        """The name of the file at ``address``; "" where there is none."""
        match = _FILE.match(address)
        if match is None:
            self.missing = True
            return ""
        slug, path = match[1], unquote(match[2])
        if slug not in self._vaults:
            rows = Attachment.objects.live().filter(vault__slug=slug)
            self._vaults[slug] = dict(rows.values_list("path", "blob"))
        blob = self._vaults[slug].get(path)
        if blob is None:
            self.missing = True
            return ""
        key = f"{slug}/{path}"
        self.blobs[key] = blob
        return self.names.name(key)


_FILE = re.compile(r"/library/([^/]+)/files/([^?#]+)")


class _Source:
    """The notes of a selection, batch by batch."""

    def __init__(
        self, learner: User, selection: Selection, *, with_schedule: bool, progress: Progress
    ) -> None:
        self.preset = current_preset(learner).preset
        self.progress = progress
        self.written = Written()
        self._learner, self._selection, self._with_schedule = learner, selection, with_schedule
        self._placements: dict[str, Placement] = {}

    def name_losses(self, note: Together, losses: Iterable[str]) -> None:
        """Say what of ``note`` is not carried over."""
        self.written.cards += len(note.members)
        for what in losses:
            self.written.remark(self.placement(note), what)

    def placement(self, note: Together) -> Placement:
        """Where the first question of ``note`` stands."""
        return self._placements[note.first.uid]

    def notes(self) -> Iterator[Together]:
        """Everything that can be sent out; of the others it is said why not."""
        rows = self._selection.placements(self._learner)
        total = rows.count()
        meant = self._selection.finds(self._learner)
        tags = dict(
            NoteVersion.objects.live()
            .filter(vault__owner=self._learner)
            .exclude(tags=[])
            .values_list("note", "tags")
        )
        ordered = rows.select_related("item", "version", "topic", "note", "vault").order_by(
            "vault", "note__position", "position", "id"
        )
        done = 0
        batch: list[list[Placement]] = []
        for _, siblings in groupby(ordered.iterator(chunk_size=BATCH), key=_sibling_key):
            batch.append(list(siblings))
            done += len(batch[-1])
            if len(batch) >= BATCH:
                yield from self._batch(batch, meant, tags)
                batch = []
                self.progress("Writing cards", done, total)
        yield from self._batch(batch, meant, tags)

    def _batch(
        self,
        batch: list[list[Placement]],
        meant: Callable[[Placement], bool],
        tags: dict[int, list[str]],
    ) -> Iterator[Together]:
        chosen = [[p for p in siblings if meant(p)] for siblings in batch]
        items = [placement.item_id for siblings in chosen for placement in siblings]
        cards = histories(self._learner, items, self.preset) if self._with_schedule else {}
        self._placements = {str(p.item.uid): p for siblings in chosen for p in siblings}
        for siblings in chosen:
            ready = [p for p in siblings if p.status == Status.READY]
            for placement in siblings:
                if placement not in ready:
                    self.written.remark(placement, "not sent out: it cannot be studied yet")
            outgoing = [
                Outgoing(
                    uid=str(placement.item.uid),
                    order=placement.item_id,
                    content=placement.version.content,
                    html=_html(placement),
                    explicit_id=placement.explicit_id,
                    deck=_deck(placement),
                    tags=tuple(tags.get(placement.note_id, ())),
                    card=cards.get(placement.item_id),
                )
                for placement in ready
            ]
            yield from stand_together(outgoing)


def _sibling_key(placement: Placement) -> tuple[int, str]:
    return placement.note_id, placement.group or f"#{placement.item_id}"


def _html(placement: Placement) -> dict[str, Any]:
    """The question's texts as they are shown, the case that it is about before what it asks. (A gap
    is found by what stands around it, so there it is left out, and that is said.)"""
    html: dict[str, Any] = placement.version.html
    if "stem" in html and placement.kind != Kind.CLOZE:
        return {**html, "prompt": html["stem"] + html.get("prompt", "")}
    return html


def _deck(placement: Placement) -> tuple[str, ...]:
    title, trail = placement.vault.title, placement.topic.trail
    return tuple(trail if trail and trail[0] == title else [title, *trail])


# --- what a format cannot hold --------------------------------------------------------------


def _lost_in_anki(note: Together) -> Iterator[str]:
    content = note.first.content
    match note.kind:
        case Kind.CHOICE | Kind.TRUE_FALSE | Kind.ORDER | Kind.MATCH:
            yield f"{LOOKED_AT[note.kind]}: Anki shows the key and does not grade"
        case Kind.TEXT if len(content.accept) > 1:
            yield "several answers: Anki compares the first alone"
        case Kind.NUMBER if content.number and content.number.tolerance:
            yield "a tolerance: Anki compares the figures alone"
    if content.stem and note.kind is Kind.CLOZE:
        yield "the case that it is about"
    if any('class="mermaid"' in str(text) for text in note.first.html.values()):
        yield "a diagram: Anki shows its source"


LOOKED_AT = {
    Kind.CHOICE: "options",
    Kind.TRUE_FALSE: "true or false",
    Kind.ORDER: "steps",
    Kind.MATCH: "pairs",
}


def _lost_in_gift(question: Question) -> Iterator[str]:
    yield from lost_in_gift(question)
    yield from _lost_marks(question)
    if _embeds(question):
        yield "a picture or another embed: the file only names it"


def _lost_marks(question: Question) -> Iterator[str]:
    if _OBSIDIAN.search("\n".join(_texts(question))):
        yield "links between notes, highlights or callouts: their marks are shown"


def _embeds(question: Question) -> list[str]:
    return [match[1].strip() for match in _TARGET.finditer("\n".join(_texts(question)))]


def _texts(question: Question) -> list[str]:
    rows = [part for text, _, why in question.rows for part in (text, why)]
    pairs = [side for pair in question.pairs for side in pair]
    return [question.prompt, question.answer, question.explanation, question.hint, *rows, *pairs]


def _lost_in_csv(note: Together) -> Iterator[str]:
    content = note.first.content
    options = [text for option in content.options for text in (option.text, option.why)]
    texts = [content.prompt, content.answer, content.explanation, *options]
    if any(_EMBED.search(text) for text in texts):
        yield "a picture or another embed: the row only names it"


# --- what the learner knows -----------------------------------------------------------------


def histories(learner: User, items: list[int], preset: Preset) -> dict[int, ForeignCard]:
    """What ``learner`` knows of ``items``, as other programs say it: two queries."""
    cards = list(Card.objects.filter(learner=learner, item__in=items))
    log = (
        Review.objects.filter(learner=learner, card__in=[card.pk for card in cards])
        .counted()
        .order_by("card", "reviewed_at", "id")
        .values_list(
            "card",
            "reviewed_at",
            "rating",
            "state_before",
            "duration_ms",
            "interval_seconds",
            "difficulty",
        )
    )
    reviews: dict[int, list[ForeignReview]] = {}
    for card, at, rating, state, duration, interval, difficulty in log:
        reviews.setdefault(card, []).append(
            ForeignReview(
                at_ms=round(at.timestamp() * 1000),
                rating=rating or 1,
                state=state,
                duration_ms=duration,
                interval_s=interval or 0,
                # As Anki's log has FSRS's difficulty: 1 to 10 as 0.1 to 1.1.
                ease=round(((difficulty or 1) - 1) / 9 + 0.1, 3),
            )
        )
    return {card.item_id: _foreign(card, tuple(reviews.get(card.pk, ())), preset) for card in cards}


def _foreign(card: Card, reviews: tuple[ForeignReview, ...], preset: Preset) -> ForeignCard:
    state = CardState(card.state)
    is_suspended = card.suspended_at is not None
    if state is CardState.NEW or card.due is None or card.last_review is None:
        return ForeignCard("new", suspended=is_suspended, reviews=reviews)
    in_steps = state is not CardState.REVIEW
    steps = preset.learning_steps if state is CardState.LEARNING else preset.relearning_steps
    due = study_day(card.due, preset.zone, preset.day_start)
    seen = study_day(card.last_review, preset.zone, preset.day_start)
    return ForeignCard(
        state=state.value,
        due_day="" if in_steps else due.isoformat(),
        due_at=int(card.due.timestamp()) if in_steps else 0,
        interval=0.0 if state is CardState.LEARNING else float(max(1, (due - seen).days)),
        ease=0.0 if state is CardState.LEARNING else 2.5,
        stability=card.stability,
        difficulty=card.difficulty,
        last_review=int(card.last_review.timestamp()),
        reps=card.reps,
        lapses=card.lapses,
        steps_left=max(1, len(steps) - (card.step or 0)) if in_steps else 0,
        suspended=is_suspended,
        reviews=reviews,
    )
