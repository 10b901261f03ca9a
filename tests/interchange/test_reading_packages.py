"""Packages that Anki itself wrote, as vaults: both formats, media, scheduling, review log."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
import zstandard

from studyapp.interchange.apkg.collection import (
    NAMES,
    Card,
    Collection,
    Note,
    NoteType,
    Template,
    decompress,
    read_collection,
)
from studyapp.interchange.apkg.media import read_media_map
from studyapp.interchange.apkg.reading import block_id, guid_of, make_vault
from studyapp.interchange.values import (
    ForeignCard,
    ForeignReview,
    InterchangeError,
    VaultFiles,
)
from studyapp.items.values import Content, Kind, Status
from studyapp.obsidian.note import parse_note
from studyapp.obsidian.values import ItemDraft, VaultSettings
from tests.interchange.decks import add, add_media, answer, collection, export

FORMATS = pytest.mark.parametrize("legacy", [True, False], ids=["old", "new"])


def database(package: Path) -> bytes:
    """The collection that the package means."""
    with zipfile.ZipFile(package) as archive:
        name = next(name for name in NAMES if name in archive.namelist())
        data = archive.read(name)
    return decompress(data, 2**28) if name.endswith("b") else data


def read(package: Path) -> VaultFiles:
    with zipfile.ZipFile(package) as archive:
        media = read_media_map(archive.read("media"))
    return make_vault(read_collection(database(package)), media)


def items(files: VaultFiles) -> dict[str, ItemDraft]:
    """The questions of the vault's notes by their explicit ids."""
    found: dict[str, ItemDraft] = {}
    for path, text in files.notes.items():
        note = parse_note(path, text.encode(), VaultSettings())
        assert not note.diagnostics
        for item in note.items:
            assert item.explicit_id not in found
            found[item.explicit_id] = item
    return found


@FORMATS
def test_each_stock_note_type_becomes_its_kind_of_question(tmp_path: Path, legacy: bool) -> None:
    with collection(tmp_path / "anki") as col:
        basic = add(col, "Basic", "Cloud::STS", "Who issues <b>credentials</b>", "STS<br>only")
        both = add(col, "Basic (and reversed card)", "Cloud", "GetId", "Identity ID")
        once = add(col, "Basic (optional reversed card)", "Cloud", "one", "way")
        twice = add(col, "Basic (optional reversed card)", "Cloud", "two", "ways", "y")
        typed = add(col, "Basic (type in the answer)", "Cloud", "Which call?", "GetId")
        gaps = add(
            col, "Cloze", "Cloud", "The {{c1::ID}} token and the {{c2::access::not ID}} token", "So"
        )
        gap = add(col, "Cloze", "Cloud", r"Energy is {{c1::\(mc^2\)}}")
        found = items(read(export(col, tmp_path / "x.apkg", legacy=legacy)))
    assert {key for key, item in found.items() if item.status is not Status.READY} == set()

    def of(guid: str, part: str = "") -> Content:
        return found[block_id(guid) + part].content

    assert of(basic.guid) == Content(Kind.BASIC, "Who issues **credentials**", "STS\nonly")
    assert of(both.guid) == Content(Kind.BASIC, "GetId", "Identity ID")
    assert of(both.guid, "/reversed") == Content(Kind.REVERSED, "Identity ID", "GetId")
    assert of(once.guid) == Content(Kind.BASIC, "one", "way")
    assert of(twice.guid, "/reversed") == Content(Kind.REVERSED, "ways", "two")
    assert of(typed.guid) == Content(Kind.TEXT, "Which call?", "GetId", accept=("GetId",))
    second = of(gaps.guid, "/c2")
    assert (second.kind, second.prompt) == (Kind.CLOZE, "The ID token and the […] token")
    assert (second.answer, second.hint, second.explanation) == ("access", "not ID", "So")
    assert of(gap.guid).revealed == "Energy is ==$mc^2$=="
    assert len(found) == 10
    assert guid_of(block_id(gaps.guid) + "/c2") == gaps.guid


@FORMATS
def test_decks_become_notes_below_folders_and_tags_tags(tmp_path: Path, legacy: bool) -> None:
    with collection(tmp_path / "anki") as col:
        add(col, "Basic", "Cloud", "a", "b", tags=("exam", "aws::sts", "2024"))
        add(col, "Basic", "Cloud::Log/in: why?", "c", "d")
        files = read(export(col, tmp_path / "x.apkg", legacy=legacy))
        add(col, "Basic", "Other", "e", "f")
        several = read(export(col, tmp_path / "y.apkg", legacy=legacy))
    assert files.title == "Cloud"
    assert set(files.notes) == {"Cloud.md", "Log in why.md"}
    note = parse_note("Cloud.md", files.notes["Cloud.md"].encode(), VaultSettings())
    assert set(note.tags) == {"exam", "aws/sts", "_2024"}
    assert note.frontmatter["anki-deck"] == "Cloud"
    assert several.title == ""
    assert set(several.notes) == {"Cloud.md", "Cloud/Log in why.md", "Other.md"}


def test_a_large_deck_becomes_several_notes(tmp_path: Path) -> None:
    with collection(tmp_path / "anki") as col:
        for number in range(700):
            add(col, "Basic", "Deck", f"Question {number}", "answer")
        files = read(export(col, tmp_path / "x.apkg", legacy=True))
    assert list(files.notes) == ["Deck.md", "Deck (2).md", "Deck (3).md"]
    assert len(items(files)) == 700


@FORMATS
def test_media_are_named_as_the_notes_show_them(tmp_path: Path, legacy: bool) -> None:
    with collection(tmp_path / "anki") as col:
        image = add_media(col, tmp_path, "time#out.png", b"PNG")
        sound = add_media(col, tmp_path, "hear.mp3", b"MP3")
        add_media(col, tmp_path, "unused.png", b"no")
        shown = add(
            col, "Basic", "D", f'<img src="{image}">', f"[sound:{sound}] gone: <img src=no.png>"
        )
        files = read(export(col, tmp_path / "x.apkg", legacy=legacy))
    assert files.media == {image: "media/time-out.png", sound: "media/hear.mp3"}
    content = items(files)[block_id(shown.guid)].content
    assert content.prompt == "![[time-out.png]]"
    assert content.answer == "![[hear.mp3]] gone: ![[no.png]]"


def test_gaps_within_gaps_become_questions_of_their_own(tmp_path: Path) -> None:
    with collection(tmp_path / "anki") as col:
        note = add(col, "Cloze", "D", "A {{c1::b {{c2::c::hint}} d}} e {{c3::f::other}}")
        found = items(read(export(col, tmp_path / "x.apkg", legacy=True)))
    name = block_id(note.guid)
    assert {
        key: (i.content.prompt, i.content.answer, i.content.hint) for key, i in found.items()
    } == {
        f"{name}-c1": ("A […] e f", "b c d", ""),
        f"{name}-c2": ("A b […] d e f", "c", "hint"),
        f"{name}-c3": ("A b c d e […]", "f", "other"),
    }
    assert len({item.group for item in found.values()} - {""}) == 1


def test_image_occlusion_is_shown_and_said_not_to_be_asked(tmp_path: Path) -> None:
    with collection(tmp_path / "anki") as col:
        image = add_media(col, tmp_path, "map.png", b"PNG")
        add(
            col,
            "Image Occlusion",
            "D",
            "{{c1::image-occlusion:rect:left=.1:top=.1:width=.2:height=.2}}",
            f'<img src="{image}">',
            "The map",
        )
        files = read(export(col, tmp_path / "x.apkg", legacy=True))
    assert items(files) == {}
    assert "![[map.png]]" in files.notes["D.md"]
    assert ["image occlusion" in remark.message for remark in files.remarks] == [True]


def test_a_template_of_its_own_asks_in_its_own_words(tmp_path: Path) -> None:
    with collection(tmp_path / "anki") as col:
        kind = col.models.new("Capitals")
        for name in ("Country", "Capital", "Flag", "Notes"):
            col.models.add_field(kind, col.models.new_field(name))
        for front, back in (
            (
                "What is the capital of {{Country}}?",
                "{{FrontSide}}<hr id=answer>{{Capital}}{{Notes}}",
            ),
            ("{{Flag}}", "{{Flag}}<hr id='answer'>{{Country}}<br>{{Capital}}"),
            ("{{#Notes}}{{Notes}}{{/Notes}}", "{{Country}}"),
        ):
            template = col.models.new_template(front[:9])
            template["qfmt"], template["afmt"] = front, back
            col.models.add_template(kind, template)
        col.models.add_dict(kind)
        note = add(col, "Capitals", "D", "Peru", "Lima", "red and white", "")
        full = add(col, "Capitals", "D", "Chile", "Santiago", "red, white, blue", "long")
        found = items(read(export(col, tmp_path / "x.apkg", legacy=False)))
    name, other = block_id(note.guid), block_id(full.guid)
    assert set(found) == {name, f"{name}-2", other, f"{other}-2", f"{other}-3"}
    said = found[name].content
    assert (said.kind, said.prompt, said.answer) == (
        Kind.BASIC,
        "What is the capital of Peru?",
        "Lima",
    )
    assert found[f"{name}-2"].content.answer == "Peru\nLima"
    assert found[other].content.explanation == "long"
    assert found[f"{other}-3"].content.prompt == "long"
    groups = {key: item.group for key, item in found.items()}
    assert groups[name] == groups[f"{name}-2"] != groups[other]  # each note's cards are siblings
    assert groups[other] == groups[f"{other}-2"] == groups[f"{other}-3"] != ""


def test_a_note_with_cards_in_two_decks_stands_in_the_first_and_it_is_said(tmp_path: Path) -> None:
    with collection(tmp_path / "anki") as col:
        note = add(col, "Basic (and reversed card)", "D", "front", "back")
        second = note.cards()[1]
        second.did = col.decks.id("E") or 0
        col.update_card(second)
        files = read(export(col, tmp_path / "x.apkg", legacy=False))
    assert list(files.notes) == ["D.md"]
    assert ["another deck" in remark.message for remark in files.remarks] == [True]


# --- what the learner did ----------------------------------------------------------------------


def due(card: ForeignCard) -> date:
    return date.fromisoformat(card.due_day)


@FORMATS
@pytest.mark.parametrize("fsrs", [True, False])
def test_the_state_and_log_of_each_card(tmp_path: Path, legacy: bool, fsrs: bool) -> None:
    with collection(tmp_path / "anki") as col:
        col.set_config("fsrs", fsrs)
        easy = add(col, "Basic", "D", "easy", "x")
        again = add(col, "Basic", "D", "again", "x")
        fresh = add(col, "Basic", "D", "new", "x")
        away = add(col, "Basic", "D", "suspended", "x")
        col.sched.suspend_cards([away.cards()[0].id])
        stored = [answer(col, "D", 4), answer(col, "D", 1)]
        today = col.sched.today
        files = read(export(col, tmp_path / "x.apkg", legacy=legacy))
        days = stored[0].due - today
    assert files.remarks == ()
    cards = files.cards
    assert set(cards) == {block_id(note.guid) for note in (easy, again, away)}
    assert block_id(fresh.guid) not in cards
    first = cards[block_id(easy.guid)]
    assert (first.state, first.reps, first.interval) == ("review", 1, days)
    assert abs((due(first) - date.today()).days - days) <= 1  # noqa: DTZ011 Anki's day begins at 4
    assert (first.stability is not None) == fsrs
    assert [(r.rating, r.state) for r in first.reviews] == [(4, "new")]
    assert first.last_review is not None
    second = cards[block_id(again.guid)]
    assert (second.state, second.lapses, second.steps_left) == ("learning", 0, 2)
    assert second.due_at > first.last_review
    third = cards[block_id(away.guid)]
    assert (third.state, third.suspended, third.reviews) == ("new", True, ())
    assert ForeignCard.from_json(first.to_json()) == first


@FORMATS
def test_what_was_learnt_since_a_reset_begins_as_new(tmp_path: Path, legacy: bool) -> None:
    with collection(tmp_path / "anki") as col:
        col.set_config("fsrs", False)
        note = add(col, "Basic", "D", "q", "a")
        answer(col, "D", 1)
        answer(col, "D", 4)
        col.sched.schedule_cards_as_new([note.cards()[0].id])
        answer(col, "D", 3)
        answer(col, "D", 3)
        files = read(export(col, tmp_path / "x.apkg", legacy=legacy))
    found = files.cards[block_id(note.guid)]
    log = [(r.rating, r.state, r.interval_s > 0, r.ease) for r in found.reviews]
    assert log == [
        (1, "new", True, 0),
        (4, "learning", True, 2.5),
        (3, "new", True, 0),
        (3, "learning", True, 2.5),
    ]
    assert ForeignCard.from_json(found.to_json()) == found


def test_a_record_without_intervals_is_read() -> None:
    old = ForeignCard.from_json({"state": "review", "reviews": [[1000, 3, "new", 70]]})
    assert old.reviews == (ForeignReview(1000, 3, "new", 70),)


def test_a_due_date_is_the_day_where_the_learner_was() -> None:
    def at(created: int, west: int | None) -> str:
        types = {1: NoteType("Basic", False, ("F", "B"), (Template("", "{{F}}", "{{B}}"),))}
        note = Note(1, "g", 1, (), ("question", "answer"))
        card = Card(1, 1, 0, 1, 2, 2, 10, 5, 2500, 3, 0, 0, {})
        whole = Collection(created, west, {1: "D"}, types, (note,), (card,), {})
        return make_vault(whole, ()).cards[block_id("g")].due_day

    # 4 o'clock on 1 May in Berlin, Los Angeles, Auckland
    assert at(1777600800, -120) == "2026-05-11"
    assert at(1777633200, 420) == "2026-05-11"
    assert at(1777564800, -720) == "2026-05-11"
    assert at(1777600800, None) == "2026-05-11"


# --- what anybody may have made ----------------------------------------------------------------


def made(statements: str) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.executescript(statements)
    return bytes(connection.serialize())


SCHEMA = (
    "create table col (crt, models, decks, conf);"
    "insert into col values (0, '{}', '{\"1\": {\"name\": \"D\"}}', '{}');"
    "create table cards (id, nid, ord, did, odid, type, queue, due, odue, ivl, factor, reps,"
    " lapses, left, data);"
)
NOTES = "create table notes (id, guid, mid, tags, flds);"
ENDLESS = (
    "create view notes as with recursive n(id, guid, mid, tags, flds) as (select 1, '', 1, '', ''"
    " union all select id + 1, '', 1, '', '' from n) select * from n;"
)
BAD: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no database": lambda: b"PK\x03\x04" * 100,
    "a header alone": lambda: b"SQLite format 3\0" + bytes(1000),
    "cut off": lambda: made(SCHEMA + NOTES)[:5000],
    "no tables of Anki's": lambda: made("create table x (y)"),
    "a view for a table": lambda: made(SCHEMA + ENDLESS),
    "models that are no JSON": lambda: made(
        SCHEMA + NOTES + "update col set models = '{', decks = '[]'"
    ),
    "JSON that nests": lambda: made(
        SCHEMA + NOTES + "update col set models = '" + "[" * 90000 + "'"
    ),
    "words for numbers": lambda: made(
        SCHEMA + NOTES + "insert into notes values ('x','y','z','','')"
    ),
    "fields that are none": lambda: made(
        SCHEMA + NOTES + "insert into notes values (1,'g',1,'',null)"
    ),
    "a field without an end": lambda: made(
        SCHEMA + NOTES + "insert into notes values (1,'g',1,'',zeroblob(9000000))"
    ),
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_what_is_no_collection_is_refused_in_words(data: Callable[[], bytes]) -> None:
    with pytest.raises(InterchangeError, match=r"damaged, or no collection"):
        read_collection(data())


def test_a_damaged_page_is_refused_in_words(tmp_path: Path) -> None:
    with collection(tmp_path / "anki") as col:
        for number in range(200):
            add(col, "Basic", "D", f"{number} " * 50, "x")
        whole = database(export(col, tmp_path / "x.apkg", legacy=False))
    for place in range(4096, len(whole), len(whole) // 40):
        data = (
            whole[:place] + bytes(b ^ 0xFF for b in whole[place : place + 64]) + whole[place + 64 :]
        )
        with suppress(InterchangeError):  # the only thing it may raise
            assert make_vault(read_collection(data), ()).notes


def test_what_unpacks_without_end_is_refused() -> None:
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(50_000_000))
    with pytest.raises(InterchangeError, match="more than 1 MB"):
        decompress(bomb, 2**20)
    with pytest.raises(InterchangeError):
        decompress(bomb[:-1], 2**28)


@pytest.mark.parametrize(
    "data", [b"[", b"[1]", b"\x28\xb5\x2f\xfdxx", zstandard.compress(b"\xff" * 30), b"7"]
)
def test_a_damaged_list_of_media_is_refused(data: bytes) -> None:
    with pytest.raises(InterchangeError, match="damaged"):
        read_media_map(data)


def test_a_package_without_media_has_none() -> None:
    assert read_media_map(b"") == read_media_map(b"{}") == {}
