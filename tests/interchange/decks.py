"""Decks made and read by Anki itself: the oracle of these tests, never a part of the product."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from anki.collection import Card, Collection, ExportAnkiPackageOptions, ImportAnkiPackageRequest
from anki.import_export_pb2 import ImportAnkiPackageOptions
from anki.notes import Note


@contextmanager
def collection(folder: Path, name: str = "collection") -> Iterator[Collection]:
    """A collection of Anki's in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    opened = Collection(str(folder / f"{name}.anki2"))
    try:
        yield opened
    finally:
        opened.close()


def add(col: Collection, kind: str, deck: str, *fields: str, tags: tuple[str, ...] = ()) -> Note:
    """Add a note of a stock type to ``deck``."""
    model = col.models.by_name(kind)
    assert model is not None
    note = col.new_note(model)
    note.fields = [*fields, *[""] * (len(note.fields) - len(fields))]
    note.tags = list(tags)
    deck_id = col.decks.id(deck)
    assert deck_id is not None
    col.add_note(note, deck_id)
    return note


def add_media(col: Collection, folder: Path, name: str, data: bytes) -> str:
    """Add a file; returns the name that Anki gave it."""
    (folder / name).write_bytes(data)
    return col.media.add_file(str(folder / name))


def answer(col: Collection, deck: str, rating: int) -> Card:
    """Answer what is asked next in ``deck``."""
    col.decks.select(col.decks.id_for_name(deck))
    queued = col.sched.get_queued_cards().cards[0]
    card = Card(col, backend_card=queued.card)
    card.start_timer()
    built = col.sched.build_answer(card=card, states=queued.states, rating=rating - 1)
    col.sched.answer_card(built)
    return col.get_card(card.id)


def pass_days(col: Collection, days: int) -> None:
    """Let ``days`` pass: all that was done is as much longer ago."""
    assert col.db is not None
    col.db.execute("update revlog set id = id - ?", days * 86_400_000)
    col.db.execute("update cards set due = due - ? where type = 2", days)
    col.db.execute(
        "update cards set data = json_set(data, '$.lrt', json_extract(data, '$.lrt') - ?) "
        "where json_extract(data, '$.lrt') is not null",
        days * 86_400,
    )


def export(col: Collection, file: Path, *, legacy: bool, scheduling: bool = True) -> Path:
    """Write everything to a package."""
    options = ExportAnkiPackageOptions(
        with_scheduling=scheduling, with_media=True, with_deck_configs=False, legacy=legacy
    )
    col.export_anki_package(out_path=str(file), options=options, limit=None)
    return file


def take_in(col: Collection, file: Path, *, scheduling: bool = True) -> Any:
    """Have Anki import a package; returns its log."""
    options = ImportAnkiPackageOptions(with_scheduling=scheduling, with_deck_configs=False)
    request = ImportAnkiPackageRequest(package_path=str(file), options=options)
    return col.import_anki_package(request).log
