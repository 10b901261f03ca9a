"""Importing a folder: what is there afterwards, and what stays when it is imported again."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.serializers.python import Serializer
from django.db import DatabaseError, connection

from studyapp.accounts.services import ensure_learner
from studyapp.library.models import (
    Attachment,
    Blob,
    ImportRun,
    Item,
    ItemVersion,
    Note,
    NoteLink,
    NoteVersion,
    Placement,
    Topic,
    Vault,
)
from studyapp.library.services import reading
from studyapp.library.services.importing import ImportResult, import_vault
from studyapp.obsidian.scan import VaultError, read_bytes
from studyapp.obsidian.values import ForeignSchedule
from tests.library.vaults import INDEX, PIXEL, QUEUES, TOPICS, messaging, write_vault

pytestmark = pytest.mark.django_db


def run(root: Path, **options: Any) -> ImportResult:
    return import_vault(owner=ensure_learner(), root=root, **options)


def placed(vault: Vault) -> dict[str, Placement]:
    """Live placements by the first words of their prompt."""
    rows = Placement.objects.live().filter(vault=vault).select_related("version", "topic", "note")
    return {p.version.data["prompt"][:9]: p for p in rows}


def everything() -> list[Any]:
    """Every row the library keeps, but for when a vault was last looked at."""
    models = [Note, NoteVersion, NoteLink, Topic, Item, ItemVersion, Placement, Attachment, Blob]
    rows = [Serializer().serialize(model.objects.order_by("pk")) for model in [*models, ImportRun]]
    vaults = list(Vault.objects.values("title", "slug", "source", "revision"))
    return [*rows, vaults]


def served(vault: Vault) -> list[Any]:
    """What a learner sees of the vault: texts, layout, questions and where they stand."""
    vault.refresh_from_db()
    notes = NoteVersion.objects.live().filter(vault=vault).order_by("note__path")
    items = Placement.objects.live().filter(vault=vault).order_by("note__path", "position")
    return [
        list(notes.values_list("note__path", "title", "text", "html")),
        list(
            items.values_list(
                "item", "version__number", "version__data", "first_line", "status", "topic__path"
            )
        ),
        list(Attachment.objects.live().filter(vault=vault).values_list("path", "blob")),
    ]


def test_a_folder_becomes_notes_topics_items_and_attachments(tmp_path: Path) -> None:
    result = run(messaging(tmp_path / "Messaging"))
    vault = result.vault
    assert (vault.title, vault.slug, vault.revision) == ("Messaging", "messaging", 1)
    assert result.changed
    items = placed(vault)
    assert {p.kind for p in items.values()} == {"basic", "choice"}
    hidden = items["How long "]
    assert (hidden.status, hidden.explicit_id) == ("ready", "sqs-hidden")
    assert (hidden.first_line, hidden.last_line) == (9, 11)
    assert hidden.topic.trail == ["Messaging Index", "Queues"]
    assert "/library/messaging/files/attachments/timeout.png" in hidden.version.html["answer"]
    note = NoteVersion.objects.live().get(note__path="Queues.md")
    assert note.tags == ["aws/sqs"]
    assert "/library/messaging/notes/Topics.md" in note.html
    assert Attachment.objects.live().get().blob.size == len(PIXEL)


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    root = messaging(tmp_path / "v")
    run(root)
    before = everything()
    again = run(root)
    assert not again.changed
    assert everything() == before


def test_a_touched_attachment_is_the_same_attachment(tmp_path: Path) -> None:
    root = messaging(tmp_path / "v")
    vault = run(root).vault
    before = served(vault)
    os.utime(root / "attachments/timeout.png", (1, 1))
    assert not run(root).changed
    assert served(vault) == before


def test_the_same_bytes_are_stored_once(tmp_path: Path) -> None:
    root = messaging(tmp_path / "v")
    write_vault(root, {"other/copy.png": PIXEL})
    run(root)
    assert Attachment.objects.live().count() == 2
    assert Blob.objects.count() == 1


def test_an_edited_answer_is_a_new_version_of_the_same_item(tmp_path: Path) -> None:
    root = messaging(tmp_path / "v")
    vault = run(root).vault
    before = placed(vault)["Who recei"]
    messaging(root, Topics=TOPICS.replace("Every subscriber whose", "Each one whose"))
    result = run(root)
    after = placed(vault)["Who recei"]
    assert after.item_id == before.item_id
    assert after.version.number == 2
    assert before.version.content.answer.startswith("Every subscriber")
    assert (result.changes.changed, result.changes.new, result.changes.archived) == (1, 0, 0)
    assert Placement.objects.filter(note__path="Queues.md").count() == 2  # untouched


def test_taking_an_edit_back_takes_the_version_back(tmp_path: Path) -> None:
    root = messaging(tmp_path / "v")
    vault = run(root).vault
    first = placed(vault)["Who recei"].version_id
    run(messaging(root, Topics=TOPICS.replace("Every", "Each")))
    run(messaging(root))
    assert placed(vault)["Who recei"].version_id == first


def test_an_item_moved_to_another_note_keeps_its_identity(tmp_path: Path) -> None:
    root = messaging(tmp_path / "v")
    vault = run(root).vault
    before = placed(vault)["Who recei"]
    question = TOPICS[TOPICS.index("> [!question]") :]
    messaging(root, Topics=TOPICS.replace(question, ""), Queues=QUEUES + "\n" + question)
    result = run(root)
    after = placed(vault)["Who recei"]
    assert after.item_id == before.item_id
    assert after.note.path == "Queues.md"
    assert (result.changes.moved, result.changes.archived) == (1, 0)


def test_a_renamed_note_keeps_its_items(tmp_path: Path) -> None:
    root = messaging(tmp_path / "v")
    vault = run(root).vault
    items = {p.item_id for p in placed(vault).values()}
    (root / "Queues.md").rename(root / "Simple Queue Service.md")
    run(root)
    assert {p.item_id for p in placed(vault).values()} == items
    assert not NoteVersion.objects.live().filter(note__path="Queues.md").exists()


def test_a_vanished_item_is_archived_and_comes_back_with_its_identity(tmp_path: Path) -> None:
    root = messaging(tmp_path / "v")
    vault = run(root).vault
    before = placed(vault)["Who recei"]
    gone = run(messaging(root, Topics=None, **{"Messaging Index": INDEX}))
    assert gone.changes.archived == 1
    assert "Who recei" not in placed(vault)
    assert Item.objects.filter(pk=before.item_id).exists()
    back = run(messaging(root))
    assert (back.changes.revived, back.changes.new) == (1, 0)
    assert placed(vault)["Who recei"].item_id == before.item_id


def test_a_new_note_mends_the_links_that_waited_for_it(tmp_path: Path) -> None:
    root = messaging(tmp_path / "v", Topics=None)
    vault = run(root).vault
    page = NoteVersion.objects.live().filter(vault=vault)
    assert "link--broken" in page.get(note__path="Queues.md").html
    run(messaging(root))
    assert "link--broken" not in page.get(note__path="Queues.md").html
    assert NoteLink.objects.filter(target__path="Topics.md", source__until__gt=2).count() == 2


def test_notes_follow_the_order_of_their_index(tmp_path: Path) -> None:
    root = messaging(tmp_path / "v", **{"Messaging Index": "- [[Topics]]\n- [[Queues]]\n"})
    vault = run(root).vault
    live = NoteVersion.objects.live().filter(vault=vault).order_by("note__position")
    assert list(live.values_list("title", flat=True)) == ["Messaging Index", "Topics", "Queues"]
    run(messaging(root))
    assert list(live.values_list("title", flat=True)) == ["Messaging Index", "Queues", "Topics"]


class KilledError(Exception):
    """What stands for the process dying."""


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_anywhere_leaves_the_old_revision_and_the_next_one_finishes(
    tmp_path: Path,
) -> None:
    root = messaging(tmp_path / "v")
    vault = run(root).vault
    before = served(vault)
    question = TOPICS[TOPICS.index("> [!question]") :]
    messaging(
        root,
        Topics=None,
        Queues=QUEUES.replace("30 seconds", "half a minute") + "\n" + question,
        Streams="New.\n\n> [!question] What is a shard?\n> A unit of capacity.\n",
    )
    write_vault(root, {"attachments/timeout.png": PIXEL + b"more"})

    killed, step = 0, 1
    while True:
        writes = 0

        def die(execute: Any, sql: str, *rest: Any, at: int = step) -> Any:
            nonlocal writes
            if sql.startswith(("INSERT", "UPDATE", "DELETE")) and "importrun" not in sql:
                writes += 1
                if writes == at:
                    raise KilledError
            return execute(sql, *rest)

        try:
            with connection.execute_wrapper(die):
                run(root)
        except KilledError:
            killed += 1
            assert served(vault) == before
            step += 3
            continue
        break
    assert killed > 5
    vault.refresh_from_db()
    texts = NoteVersion.objects.live().filter(vault=vault).values_list("note__path", flat=True)
    assert sorted(texts) == ["Messaging Index.md", "Queues.md", "Streams.md"]
    assert len(placed(vault)) == 4
    assert not run(root).changed


def test_an_import_that_keeps_next_to_nothing_at_hand_serves_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = messaging(tmp_path / "v", More="![[Queues]] [[Topics]] [[Nowhere]]\n")
    before = served(run(root).vault)
    monkeypatch.setattr("studyapp.library.services.spool.RECENT", 0)
    monkeypatch.setattr("studyapp.library.services.reading.AT_HAND", 1)
    monkeypatch.setattr("studyapp.obsidian.links.REMEMBERED", 1)
    Vault.objects.all().delete()
    after = served(run(root).vault)
    for rows in (before, after):
        rows[1] = [row[1:] for row in rows[1]]  # the items are others, being made anew
    assert before == after


def test_the_vault_is_found_again_by_its_folder_or_its_title(tmp_path: Path) -> None:
    vault = run(messaging(tmp_path / "a"), title="Messages").vault
    assert run(tmp_path / "a").vault == vault
    (tmp_path / "a").rename(tmp_path / "b")
    assert run(tmp_path / "b", title="Messages").vault == vault
    assert run(messaging(tmp_path / "c")).vault != vault


def test_two_owners_of_one_folder_have_a_vault_each(tmp_path: Path) -> None:
    root = messaging(tmp_path / "v")
    mine = run(root).vault
    theirs = import_vault(owner=ensure_learner(username="ada"), root=root).vault
    assert theirs != mine
    assert theirs.slug == "v-2"


@pytest.mark.parametrize("make", ["nothing", "file", "empty"])
def test_a_folder_that_cannot_be_read_leaves_no_vault(tmp_path: Path, make: str) -> None:
    root = tmp_path / "v"
    if make == "file":
        root.write_text("x")
    if make == "empty":
        root.mkdir()
    with pytest.raises(VaultError, match="v"):
        run(root)
    assert not Vault.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_database_errors_are_not_swallowed(tmp_path: Path) -> None:
    root = messaging(tmp_path / "v")

    def fail(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("INSERT") and "library_placement" in sql:
            raise DatabaseError("disk full")
        return execute(sql, *rest)

    with connection.execute_wrapper(fail), pytest.raises(DatabaseError, match="disk full"):
        run(root)
    assert ImportRun.objects.get().state == ImportRun.State.FAILED
    assert run(root).changed


def test_a_note_taken_away_while_it_is_read_is_left_out_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = messaging(tmp_path / "v")

    def taken_away(folder: Path, path: str) -> bytes:
        if path == "Topics.md":
            (root / path).unlink(missing_ok=True)
        return read_bytes(folder, path)

    monkeypatch.setattr(reading, "read_bytes", taken_away)
    result = run(root)
    found = result.vault.served_report()["scan"]
    assert ("Topics.md", "unreadable") in [(path, code) for path, _, code, _, _ in found]
    paths = NoteVersion.objects.live().values_list("note__path", flat=True)
    assert sorted(paths) == ["Messaging Index.md", "Queues.md"]


def test_text_with_separators_and_numbers_without_end_is_imported(tmp_path: Path) -> None:
    root = write_vault(
        tmp_path / "v",
        {
            "a.md": "---\nx: 0x" + "f" * 5000 + "\n---\n# One\x1fTwo\n\n"
            "> [!question] Which one?\n> This\0one.\n",
            "b\n.md": "x",
        },
    )
    vault = run(root).vault
    assert [p.version.data["answer"] for p in placed(vault).values()] == ["This\ufffdone."]


def test_where_another_plugin_has_a_card_is_kept_and_follows_the_note(tmp_path):
    card = "#flashcards\n\nSQS:::A queue <!--SR:!{}-->\n"
    root = write_vault(tmp_path / "v", {"A.md": card.format("2026-11-30,12,250")})
    vault = run(root).vault
    forward, backward = Placement.objects.live().order_by("position")
    assert forward.foreign_schedule == ForeignSchedule(date(2026, 11, 30), 12, 250)
    assert backward.foreign_schedule is None

    write_vault(root, {"A.md": card.format("2026-12-30,30,260!2026-12-01,1,230")})
    run(root)
    forward, backward = Placement.objects.live().order_by("position")
    assert forward.foreign_schedule == ForeignSchedule(date(2026, 12, 30), 30, 260)
    assert backward.foreign_schedule == ForeignSchedule(date(2026, 12, 1), 1, 230)
    assert "SR:" not in NoteVersion.objects.live().get(vault=vault).html


LONG = "".join(chr(0x4E00 + 7 * number % 20000) for number in range(4000))


@pytest.mark.parametrize(
    "text",
    [
        "# A\0b\n\n> [!question] What\0 is it?\n> An\0swer\n",
        '---\ntags: ["a\\u0000b"]\naliases: ["x\\0y", "\\ud800"]\nn: .nan\n"k\\0": 1\n---\nHi\n',
        f"# {LONG}\n\n> [!question] What is it?\n> It\n",
        "".join(f"{'#' * level} {level}{LONG[:500]}\n" for level in range(1, 7)),
        f"> [!question] What is it?\n> It\n\n^{'a1' * 200}\n",
        f"> [!question|cloze]\n> The ==cat== chased the ==mouse==.\n\n^{'b' * 300}\n",
        " ".join(f"{number:x}{LONG[number % 1000 :][:4]}" for number in range(50_000)),
    ],
    ids=["NUL", "frontmatter", "heading", "headings", "id", "gaps", "words"],
)
def test_whatever_a_note_says_can_be_stored(tmp_path: Path, text: str) -> None:
    root = write_vault(tmp_path / "v", {f"{'n' * 240}.md": text})
    assert NoteVersion.objects.live().filter(vault=run(root).vault).count() == 1
    assert not run(root).changed
