"""Writing a package's collection, in the format that every Anki since 2.1 reads (schema 11).

https://github.com/ankitects/anki/blob/main/rslib/src/storage/schema11.sql
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from studyapp.interchange.apkg.note_types import fields_of, model, type_id
from studyapp.interchange.outgoing import Together
from studyapp.interchange.values import ForeignCard
from studyapp.interchange.vault import Names
from studyapp.items.values import Kind

NAME = "collection.anki21"
"""What the collection is called in the package."""

_SCHEMA = """
CREATE TABLE col (id integer PRIMARY KEY, crt integer NOT NULL, mod integer NOT NULL,
  scm integer NOT NULL, ver integer NOT NULL, dty integer NOT NULL, usn integer NOT NULL,
  ls integer NOT NULL, conf text NOT NULL, models text NOT NULL, decks text NOT NULL,
  dconf text NOT NULL, tags text NOT NULL);
CREATE TABLE notes (id integer PRIMARY KEY, guid text NOT NULL, mid integer NOT NULL,
  mod integer NOT NULL, usn integer NOT NULL, tags text NOT NULL, flds text NOT NULL,
  sfld integer NOT NULL, csum integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE cards (id integer PRIMARY KEY, nid integer NOT NULL, did integer NOT NULL,
  ord integer NOT NULL, mod integer NOT NULL, usn integer NOT NULL, type integer NOT NULL,
  queue integer NOT NULL, due integer NOT NULL, ivl integer NOT NULL, factor integer NOT NULL,
  reps integer NOT NULL, lapses integer NOT NULL, left integer NOT NULL, odue integer NOT NULL,
  odid integer NOT NULL, flags integer NOT NULL, data text NOT NULL);
CREATE TABLE revlog (id integer PRIMARY KEY, cid integer NOT NULL, usn integer NOT NULL,
  ease integer NOT NULL, ivl integer NOT NULL, lastIvl integer NOT NULL, factor integer NOT NULL,
  time integer NOT NULL, type integer NOT NULL);
CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);
"""
_YEARS = 3650
"""Days before the export that the collection says it was begun: what is overdue is due after it."""

_TYPES = {"new": 0, "learning": 1, "review": 2, "relearning": 3}
_LOGGED = {"new": 0, "learning": 0, "review": 1, "relearning": 2}
_SUSPENDED = -1
_TAGS = re.compile(r"<[^<>]*>")
_DAY = 86_400


class CollectionWriter:
    """Fills the empty ``database`` with notes and their cards.

    ``now_ms`` is the moment of the export, ``today`` the learner's study day, which begins at
    ``day_start`` o'clock, ``minutes_west`` of Greenwich.
    """

    def __init__(
        self,
        database: sqlite3.Connection,
        *,
        now_ms: int,
        today: date,
        day_start: int,
        minutes_west: int,
    ) -> None:
        self._database = database
        self._now_ms = now_ms
        self._day_0 = today - timedelta(days=_YEARS)
        start = datetime(self._day_0.year, self._day_0.month, self._day_0.day, tzinfo=UTC)
        self._created = int(start.timestamp()) + minutes_west * 60 + day_start * 3600
        self._conf = {
            "schedVer": 2,
            "sched2021": True,
            "creationOffset": minutes_west,
            "rollover": day_start,
            "nextPos": 1,
            "curDeck": 1,
            "activeDecks": [1],
            "curModel": type_id(Kind.BASIC),
        }
        self._decks: dict[str, int] = {}
        self._kinds: set[Kind] = set()
        self._reviewed: set[int] = set()
        self._notes = self._cards = 0
        database.executescript(_SCHEMA)

    def add(self, note: Together, media: Callable[[str], str]) -> None:
        """Add a note. ``media`` gives the name of a file by its address within the vault."""
        self._kinds.add(note.kind)
        fields = fields_of(note, media)
        key = self._now_ms + self._notes
        self._notes += 1
        plain = html.unescape(_TAGS.sub("", fields[0])).strip()
        checksum = int(hashlib.sha1(plain.encode(), usedforsecurity=False).hexdigest()[:8], 16)
        tags = dict.fromkeys(tag.replace("/", "::") for tag in note.first.tags)
        self._database.execute(
            "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, ?, 0, '')",
            (
                key,
                note.guid,
                type_id(note.kind),
                self._now_ms // 1000,
                f" {' '.join(tags)} " if tags else "",
                "\x1f".join(field.replace("\x1f", " ") for field in fields),
                plain,
                checksum,
            ),
        )
        deck = self._deck(note.first.deck)
        numbers = note.numbers or range(1, len(note.members) + 1)
        for number, member in zip(numbers, note.members, strict=True):
            self._card(key, number - 1, deck, member.card or ForeignCard("new"))

    def finish(self) -> None:
        """Write what holds for all, and commit."""
        decks = {"Default": 1, **self._decks}
        seconds = self._now_ms // 1000
        listed = {
            str(key): {
                "id": key,
                "name": name,
                "mod": seconds,
                "usn": -1,
                "lrnToday": [0, 0],
                "revToday": [0, 0],
                "newToday": [0, 0],
                "timeToday": [0, 0],
                "collapsed": False,
                "browserCollapsed": False,
                "desc": "",
                "dyn": 0,
                "conf": 1,
                "extendNew": 0,
                "extendRev": 0,
            }
            for name, key in decks.items()
        }
        models = {str(type_id(kind)): model(kind) for kind in sorted(self._kinds)}
        self._database.execute(
            "INSERT INTO col VALUES (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, '{}')",
            (
                self._created,
                self._now_ms,
                self._now_ms,
                *map(json.dumps, (self._conf, models, listed, {"1": _DECK_OPTIONS})),
            ),
        )
        self._database.commit()

    def _deck(self, names: tuple[str, ...]) -> int:
        shown = [" ".join(name.replace("::", ":").split()) or "-" for name in names]
        for depth in range(1, len(shown) + 1):
            name = "::".join(shown[:depth])
            if name not in self._decks:
                self._decks[name] = self._now_ms + len(self._decks) + 1
        return self._decks["::".join(shown)]

    def _card(self, note: int, ord_: int, deck: int, card: ForeignCard) -> None:
        self._cards += 1
        key = self._now_ms + self._cards
        kind = _TYPES[card.state]
        due = self._cards
        if card.state in ("learning", "relearning"):
            due = card.due_at
        elif card.state == "review":
            due = (date.fromisoformat(card.due_day) - self._day_0).days
        memory = {"s": card.stability, "d": card.difficulty, "lrt": card.last_review}
        known = {name: value for name, value in memory.items() if value is not None}
        queue = {0: 0, 1: 1, 2: 2, 3: 1}[kind]
        self._database.execute(
            "INSERT INTO cards VALUES (?, ?, ?, ?, ?, -1, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?)",
            (
                key,
                note,
                deck,
                ord_,
                self._now_ms // 1000,
                kind,
                _SUSPENDED if card.suspended else queue,
                due,
                round(card.interval),
                round(card.ease * 1000),
                card.reps,
                card.lapses,
                card.steps_left,
                json.dumps(known) if known else "{}",
            ),
        )
        before = 0
        for review in card.reviews:
            at = review.at_ms
            while at in self._reviewed:
                at += 1  # Anki knows a review by its moment
            self._reviewed.add(at)
            seconds = review.interval_s
            interval = round(seconds / _DAY) if seconds >= _DAY else -seconds
            self._database.execute(
                "INSERT INTO revlog VALUES (?, ?, -1, ?, ?, ?, ?, ?, ?)",
                (
                    at,
                    key,
                    review.rating,
                    interval,
                    before,
                    round(review.ease * 1000),
                    review.duration_ms,
                    _LOGGED[review.state],
                ),
            )
            before = interval


class MediaNames:
    """Names the media of a package: flat, each once. ``paths`` has them by where they are."""

    def __init__(self) -> None:
        self._taken = Names()
        self.paths: dict[str, str] = {}

    def name(self, path: str) -> str:
        """The name of the vault's file at ``path``."""
        if path not in self.paths:
            stem, dot, ending = path.rpartition("/")[2].rpartition(".")
            self.paths[path] = self._taken.take(stem or ending, dot + ending if stem else "")
        return self.paths[path]


def media_map(paths: dict[str, str]) -> tuple[str, list[tuple[str, str]]]:
    """The package's file ``media``, and ``(path in the vault, name in the package)`` of each."""
    listed = {str(number): name for number, name in enumerate(paths.values())}
    return json.dumps(listed), [(path, str(number)) for number, path in enumerate(paths)]


_DECK_OPTIONS = {
    "id": 1,
    "mod": 0,
    "name": "Default",
    "usn": 0,
    "maxTaken": 60,
    "autoplay": True,
    "timer": 0,
    "replayq": True,
    "dyn": False,
    "new": {
        "bury": False,
        "delays": [1.0, 10.0],
        "initialFactor": 2500,
        "ints": [1, 4, 0],
        "order": 1,
        "perDay": 20,
    },
    "rev": {
        "bury": False,
        "ease4": 1.3,
        "ivlFct": 1.0,
        "maxIvl": 36500,
        "perDay": 200,
        "hardFactor": 1.2,
    },
    "lapse": {
        "delays": [10.0],
        "leechAction": 1,
        "leechFails": 8,
        "minInt": 1,
        "mult": 0.0,
    },
}
