"""A package's collection: the SQLite database that holds its notes, cards and review log.

The bytes may be anybody's. They are opened in memory and read only, under limits, and nothing in
them is run: no view, no trigger, no extension, no function but Anki's own collation.
"""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from studyapp.interchange.apkg.protobuf import decode, int_of, text_of
from studyapp.interchange.apkg.zstd import unpacked
from studyapp.interchange.values import ForeignReview, InterchangeError

NAMES = ("collection.anki21b", "collection.anki21", "collection.anki2")
"""The files a collection may be in, the one to believe first: newer packages hold an older one
that only says to update Anki."""

MAX_COLLECTION_BYTES = 256 * 1024**2
MAX_NOTES = 200_000
MAX_CARDS = 500_000
MAX_REVIEWS = 3_000_000
MAX_FIELD_BYTES = 4 * 1024**2
MAX_STEPS = 2_000
"""Progress calls, a million instructions each, that one statement may take."""

DAMAGED = "The package's collection is damaged, or no collection of Anki's. Export it again."

_CLOZE = 1


@dataclass(frozen=True, slots=True)
class Template:
    """How a card of a note type looks: the HTML of its two sides."""

    name: str
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """What fields a note has, and the cards that are made of them."""

    name: str
    is_cloze: bool
    fields: tuple[str, ...]
    templates: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """The fields that cards are made of; ``guid`` names it for good."""

    id: int
    guid: str
    type_id: int
    tags: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A card as Anki stores it (``due`` and ``interval`` mean different things by ``kind``)."""

    id: int
    note_id: int
    ord: int
    deck_id: int
    kind: int
    queue: int
    due: int
    interval: int
    factor: int
    reps: int
    lapses: int
    left: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Collection:
    """What a package holds. ``created`` (seconds) is day 0 of its cards' due dates, and
    ``minutes_west`` where that was."""

    created: int
    minutes_west: int | None
    decks: Mapping[int, str]
    types: Mapping[int, NoteType]
    notes: tuple[Note, ...]
    cards: tuple[Card, ...]
    reviews: Mapping[int, tuple[ForeignReview, ...]]


def decompress(data: bytes, limit: int) -> bytes:
    """Undo zstd, up to ``limit`` bytes. Raises InterchangeError for more, and for damage."""
    return b"".join(unpacked(io.BytesIO(data).read, limit))


def read_collection(data: bytes) -> Collection:
    """Read the database ``data`` (unpacked). Raises InterchangeError where it is none of Anki's."""
    if len(data) < 100 or not data.startswith(b"SQLite format 3\0"):
        raise InterchangeError(DAMAGED)
    if data[18:20] == b"\2\2":
        # Marked for a write-ahead log, which a database in memory has not: the format's only
        # difference (https://sqlite.org/fileformat.html, bytes 18 and 19).
        data = data[:18] + b"\1\1" + data[20:]
    try:
        with _opened(data) as database:
            return _read(database)
    except (sqlite3.Error, ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise InterchangeError(DAMAGED) from error
    except RecursionError as error:  # JSON that nests too deep
        raise InterchangeError(DAMAGED) from error


@contextmanager
def _opened(data: bytes) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(":memory:")
    try:
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_FIELD_BYTES)
        database.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, 100)
        database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        database.execute("PRAGMA trusted_schema = OFF")
        database.execute("PRAGMA cell_size_check = ON")
        database.deserialize(data)
        database.execute("PRAGMA query_only = ON")
        steps = iter(range(MAX_STEPS))
        database.set_progress_handler(lambda: next(steps, None) is None, 1_000_000)
        database.create_collation("unicase", lambda a, b: (a > b) - (a < b))
        database.text_factory = lambda raw: raw.decode(errors="replace")
        yield database
    finally:
        database.close()


def _read(database: sqlite3.Connection) -> Collection:
    tables = {
        name
        for name, kind, sql in database.execute("SELECT name, type, sql FROM sqlite_master")
        if kind == "table" and not str(sql).upper().startswith("CREATE VIRTUAL")
    }
    if not {"col", "notes", "cards"} <= tables:
        raise InterchangeError(DAMAGED)
    database.set_authorizer(_only_reads)
    (created,) = database.execute("SELECT crt FROM col").fetchone()
    if "notetypes" in tables:
        decks, types = _new_decks(database), _new_types(database)
        row = database.execute("SELECT val FROM config WHERE KEY = 'creationOffset'").fetchone()
        west = json.loads(row[0]) if row else None
    else:
        models, deck_list, conf = database.execute("SELECT models, decks, conf FROM col").fetchone()
        decks = {int(key): str(deck["name"]) for key, deck in json.loads(deck_list).items()}
        types = {int(key): _old_type(model) for key, model in json.loads(models).items()}
        west = json.loads(conf or "{}").get("creationOffset")
    return Collection(
        created=int(created),
        minutes_west=int(west) if isinstance(west, int) and abs(west) <= 24 * 60 else None,
        decks=decks,
        types=types,
        notes=tuple(_notes(database)),
        cards=tuple(_cards(database)),
        reviews=_reviews(database) if "revlog" in tables else {},
    )


def _only_reads(action: int, *details: str | None) -> int:
    allowed = action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _notes(database: sqlite3.Connection) -> Iterator[Note]:
    rows = database.execute("SELECT id, guid, mid, tags, flds FROM notes ORDER BY id")
    for number, (key, guid, type_id, tags, fields) in enumerate(rows):
        _bound(number, MAX_NOTES, "notes")
        yield Note(
            int(key), str(guid), int(type_id), tuple(str(tags).split()), tuple(fields.split("\x1f"))
        )


def _cards(database: sqlite3.Connection) -> Iterator[Card]:
    rows = database.execute(
        "SELECT id, nid, ord, did, odid, type, queue, due, odue, ivl, factor, reps, lapses, left, "
        "data FROM cards ORDER BY nid, ord"
    )
    for number, row in enumerate(rows):
        _bound(number, MAX_CARDS, "cards")
        key, note, ord_, deck, home, kind, queue, due, home_due, ivl, factor = map(int, row[:11])
        yield Card(
            id=key,
            note_id=note,
            ord=ord_,
            deck_id=home or deck,  # a filtered deck only borrows it
            kind=kind,
            queue=queue,
            due=home_due or due,
            interval=ivl,
            factor=factor,
            reps=max(0, int(row[11])),
            lapses=max(0, int(row[12])),
            left=int(row[13]),
            data=_object(row[14]),
        )


_STATES = {0: "learning", 1: "review", 2: "relearning", 3: "review"}
_LEARNING, _BY_HAND = 0, 4


def _reviews(database: sqlite3.Connection) -> dict[int, tuple[ForeignReview, ...]]:
    """The ratings of each card, oldest first. Left out is what was no rating (a due date set by
    hand), and what was studied ahead without counting (``factor`` 0 in a filtered deck)."""
    rows = database.execute(
        "SELECT cid, id, ease, time, type, ivl, factor FROM revlog "
        "WHERE (ease BETWEEN 1 AND 4 AND type <= 3 AND NOT (type = 3 AND factor = 0)) "
        "OR (type = 4 AND factor = 0) ORDER BY id"
    )
    log: dict[int, list[ForeignReview]] = {}
    begun_anew: set[int] = set()
    for number, (card, at, rating, duration, kind, interval, factor) in enumerate(rows):
        _bound(number, MAX_REVIEWS, "reviews")
        before = log.setdefault(int(card), [])
        if kind == _BY_HAND:
            begun_anew.add(int(card))
            continue
        # Whoever learns a card again that was in review has had it begin anew, too.
        learns = kind == _LEARNING and not (before and before[-1].state in ("new", "learning"))
        state = "new" if learns or int(card) in begun_anew else _STATES[int(kind)]
        begun_anew.discard(int(card))
        before.append(
            ForeignReview(
                at_ms=int(at),
                rating=int(rating),
                state=state,
                duration_ms=max(0, int(duration)),
                interval_s=-int(interval) if interval < 0 else int(interval) * 86_400,
                ease=max(0, int(factor)) / 1000,
            )
        )
    return {card: tuple(reviews) for card, reviews in log.items() if reviews}


def _object(text: Any) -> Mapping[str, Any]:
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _old_type(model: Mapping[str, Any]) -> NoteType:
    return NoteType(
        str(model["name"]),
        model.get("type") == _CLOZE,
        tuple(str(row["name"]) for row in model["flds"]),
        tuple(
            Template(str(row["name"]), str(row["qfmt"]), str(row["afmt"])) for row in model["tmpls"]
        ),
    )


def _new_decks(database: sqlite3.Connection) -> dict[int, str]:
    rows = database.execute("SELECT id, name FROM decks")
    return {int(key): str(name).replace("\x1f", "::") for key, name in rows}


def _new_types(database: sqlite3.Connection) -> dict[int, NoteType]:
    """As in Anki's ``proto/anki/notetypes.proto``: ``Config.kind`` is field 1, a template's
    ``q_format`` and ``a_format`` are fields 1 and 2."""
    fields: dict[int, list[str]] = {}
    for key, name in database.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
        fields.setdefault(int(key), []).append(str(name))
    templates: dict[int, list[Template]] = {}
    for key, name, config in database.execute(
        "SELECT ntid, name, config FROM templates ORDER BY ntid, ord"
    ):
        looks = decode(bytes(config))
        template = Template(str(name), text_of(looks, 1), text_of(looks, 2))
        templates.setdefault(int(key), []).append(template)
    return {
        int(key): NoteType(
            str(name),
            int_of(decode(bytes(config)), 1) == _CLOZE,
            tuple(fields.get(int(key), ())),
            tuple(templates.get(int(key), ())),
        )
        for key, name, config in database.execute("SELECT id, name, config FROM notetypes")
    }


def _bound(number: int, limit: int, what: str) -> None:
    if number >= limit:
        raise InterchangeError(f"The package holds more than {limit:,} {what}. Export fewer decks.")
