"""Editing notes in the browser: what changes, what stays, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.accounts.services import ensure_learner
from studyapp.library.models import ImportRun, NoteVersion, Placement, Vault
from studyapp.library.search import search
from studyapp.library.services import locking
from studyapp.library.services.editing import (
    Edited,
    NoteGoneError,
    NoteTooLongError,
    StaleEditError,
    edit_lines,
    edit_note,
)
from studyapp.library.services.importing import import_vault
from studyapp.library.services.locking import VaultBusyError, only_change_to
from studyapp.library.services.previewing import preview_note
from studyapp.obsidian.spans import lines_of
from tests.library.test_import import everything, placed, run, served
from tests.library.vaults import QUEUES, TOPICS, messaging, write_vault

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return messaging(tmp_path / "v")


@pytest.fixture
def vault(root: Path) -> Vault:
    return run(root).vault


def live(vault: Vault, path: str) -> NoteVersion:
    found: NoteVersion = NoteVersion.objects.live().get(vault=vault, note__path=path)
    return found


def edit(vault: Vault, path: str, text: str) -> Edited:
    return edit_note(vault=vault, path=path, text=text, seen=live(vault, path).sha256)


def test_an_edit_is_derived_as_an_import_is(root: Path, vault: Vault, tmp_path: Path) -> None:
    """The same text, edited here or imported, is served alike: links, embeds, layout, items."""
    text = TOPICS.replace("Every subscriber", "![[Queues]] [[Queues#Queues]] Each one")
    edit(vault, "Topics.md", text)
    other = import_vault(
        owner=ensure_learner(username="other"),
        root=messaging(tmp_path / "w", Topics=text),
        title="v",
    ).vault
    here, there = served(vault), served(other)
    assert [row[:3] for row in here[0]] == [row[:3] for row in there[0]]
    as_there = [row[3].replace("/library/v/", "/library/v-2/") for row in here[0]]
    assert as_there == [row[3] for row in there[0]]
    assert [row[2:] for row in here[1]] == [row[2:] for row in there[1]]


def test_the_folder_is_left_alone(root: Path, vault: Vault) -> None:
    edit(vault, "Topics.md", "Now something else.")
    assert (root / "Topics.md").read_text() == TOPICS


def test_an_edited_question_is_the_same_item_with_a_new_version(vault: Vault) -> None:
    before = placed(vault)["Who recei"]
    result = edit(vault, "Topics.md", TOPICS.replace("Every subscriber", "Each one"))
    after = placed(vault)["Who recei"]
    assert (after.item_id, after.version.number) == (before.item_id, 2)
    assert result.changes is not None
    assert result.changes.changed == 1
    untouched = Placement.objects.live().filter(vault=vault, note__path="Queues.md")
    assert {p.since for p in untouched} == {1}


def test_the_lines_of_a_question_stay_that_question_whatever_they_say(vault: Vault) -> None:
    before = placed(vault)["Who recei"]
    lines = (before.first_line, before.last_line)
    text = "> [!question] Is FIFO kept?\n> Only with a FIFO topic.\n> And a FIFO queue."
    version = live(vault, "Topics.md")
    result = edit_lines(vault=vault, path="Topics.md", lines=lines, text=text, seen=version.sha256)
    after = placed(vault)["Is FIFO k"]
    assert after.item_id == before.item_id
    assert lines_of(result.text, result.lines) == text
    assert result.text.startswith(version.text.split("> [!question]")[0])


def test_lines_can_be_taken_away(vault: Vault) -> None:
    gone = placed(vault)["Who recei"]
    lines = (gone.first_line, gone.last_line)
    seen = live(vault, "Topics.md").sha256
    edit_lines(vault=vault, path="Topics.md", lines=lines, text="", seen=seen)
    assert "Who recei" not in placed(vault)
    assert not Placement.objects.live().filter(item=gone.item_id).exists()


def test_two_questions_in_the_edited_lines_are_matched_by_what_they_say(vault: Vault) -> None:
    before = placed(vault)["Who recei"]
    lines = (before.first_line, before.last_line)
    old = lines_of(TOPICS, lines)
    seen = live(vault, "Topics.md").sha256
    text = f"> [!question] What is a topic?\n> A channel.\n\n{old}"
    edit_lines(vault=vault, path="Topics.md", lines=lines, text=text, seen=seen)
    after = placed(vault)
    assert after["Who recei"].item_id == before.item_id
    assert after["What is a"].item_id != before.item_id


def test_a_note_that_embeds_the_edited_one_shows_the_edit(root: Path) -> None:
    write_vault(root, {"Both.md": "![[Topics]]\n"})
    vault = run(root).vault
    edit(vault, "Topics.md", "A topic is *a fan*.")
    assert "<em>a fan</em>" in live(vault, "Both.md").html
    assert not live(vault, "Both.md").is_edited


def test_an_edit_is_found_and_what_it_replaced_is_not(vault: Vault) -> None:
    edit(vault, "Topics.md", TOPICS.replace("keeps nothing", "is a megaphone"))
    owner = vault.owner
    assert [row.url for row in search(owner, "megaphone").notes]
    assert not search(owner, '"keeps nothing"').notes


def test_saving_what_is_there_changes_nothing(vault: Vault) -> None:
    before = everything()
    assert edit(vault, "Topics.md", TOPICS.replace("\n", "\r\n")).changes is None
    assert everything() == before


def test_taking_an_edit_back_is_what_the_folder_says(vault: Vault) -> None:
    edit(vault, "Topics.md", "Another.")
    assert live(vault, "Topics.md").is_edited
    edit(vault, "Topics.md", TOPICS)
    version = live(vault, "Topics.md")
    assert not version.is_edited
    assert version.file is None


def test_a_stale_edit_is_refused_with_both_texts(vault: Vault) -> None:
    seen = live(vault, "Topics.md").sha256
    edit(vault, "Topics.md", "First.")
    with pytest.raises(StaleEditError) as caught:
        edit_note(vault=vault, path="Topics.md", text="Second.", seen=seen)
    assert (caught.value.served, caught.value.text) == ("First.", "Second.")
    assert live(vault, "Topics.md").text == "First."
    assert live(vault, "Topics.md").sha256 == caught.value.sha256


def test_stale_lines_are_those_of_the_text_that_was_seen(vault: Vault) -> None:
    seen = live(vault, "Topics.md").sha256
    edit(vault, "Topics.md", f"A line more.\n{TOPICS}")
    with pytest.raises(StaleEditError) as caught:
        edit_lines(vault=vault, path="Topics.md", lines=(1, 1), text="No index.", seen=seen)
    assert caught.value.text == TOPICS.replace("**Links**: [[Messaging Index]]", "No index.")


def test_what_cannot_be_a_note_is_refused(vault: Vault) -> None:
    with pytest.raises(NoteTooLongError):
        edit(vault, "Topics.md", "é" * 500_001)
    with pytest.raises(NoteGoneError):
        edit_note(vault=vault, path="Nowhere.md", text="x", seen="")
    assert live(vault, "Topics.md").text == TOPICS


def test_an_edit_waits_for_an_import_and_then_says_so(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "PATIENCE", 0.1)
    with only_change_to(vault), pytest.raises(VaultBusyError, match="being imported"):
        edit(vault, "Topics.md", "x")
    assert edit(vault, "Topics.md", "x").changes is not None


def test_an_unchanged_folder_leaves_the_edit_and_changes_nothing(root: Path, vault: Vault) -> None:
    edit(vault, "Topics.md", TOPICS.replace("Every", "Each"))
    before = everything()
    assert not run(root).changed
    assert everything() == before


def test_another_note_changed_in_the_folder_leaves_the_edit(root: Path, vault: Vault) -> None:
    text = TOPICS.replace("Every", "Each")
    edit(vault, "Topics.md", text)
    messaging(root, Queues=QUEUES.replace("30 seconds", "thirty seconds"))
    assert run(root).changed
    assert live(vault, "Topics.md").text == text
    assert live(vault, "Topics.md").is_edited


def test_other_code_derives_an_edited_note_from_its_edited_text(
    root: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = TOPICS.replace("Every", "Each")
    edit(vault, "Topics.md", text)
    for module in ("importing", "revising", "placing"):
        monkeypatch.setattr(f"studyapp.library.services.{module}.derivation_key", lambda: "new")
    assert run(root).changed
    assert live(vault, "Topics.md").text == text
    assert live(vault, "Topics.md").is_edited


def test_an_edit_after_an_upgrade_derives_no_other_note(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("importing", "revising", "placing"):
        monkeypatch.setattr(f"studyapp.library.services.{module}.derivation_key", lambda: "new")
    edit(vault, "Topics.md", TOPICS.replace("Every", "Each"))
    assert live(vault, "Queues.md").since == 1


def test_a_vault_that_an_older_release_imported_can_be_edited(vault: Vault) -> None:
    """Before anybody imports it again, which reads everything anew."""
    kept = ("body_line", "aliases", "parent", "headings", "block_ids", "links", "derivation")
    for version in NoteVersion.objects.all():
        version.parsed = {name: version.parsed[name] for name in kept}
        version.save()
    edit(vault, "Topics.md", TOPICS.replace("Every", "Each"))
    assert live(vault, "Queues.md").since == 1
    assert "Each subscriber" in preview_note(vault=vault, path="Queues.md", text="![[Topics]]").html


def test_the_report_of_the_import_stays(root: Path) -> None:
    messaging(root, Queues=QUEUES + "[[Nowhere]]\n")
    vault = run(root).vault
    before = vault.runs.get().report
    edit(vault, "Topics.md", TOPICS + "[[Nowhere else]]\n")
    now = vault.runs.get(kind=ImportRun.Kind.EDIT)
    assert now.revision == vault.revision
    assert now.report["changes"] == before["changes"]
    assert [row[2] for row in now.report["links_broken"]] == ["Nowhere", "Nowhere else"]


def test_a_quiz_set_is_held_against_the_calendar_and_the_vault_while_it_is_written(
    vault: Vault,
) -> None:
    text = (
        "---\nquiz: exam\ncloses: 2020-01-31\nquestions: 4\nblueprint:\n  Security: 100\n---\n"
        "> [!question] Which?\n> - [x] This\n> - [ ] That\n>\n> domain:: Security\n"
    )
    preview = preview_note(vault=vault, path="Topics.md", text=text)
    found = {d.code: (d.line, d.message) for d in preview.diagnostics}
    assert found["quiz-closes"][0] == 3
    line, message = found["quiz-blueprint"]
    assert line == 5
    assert "should give 4 of its questions, and there are 1" in message
    enough = text.replace("2020", "2999").replace("questions: 4", "questions: 1")
    codes = {d.code for d in preview_note(vault=vault, path="Topics.md", text=enough).diagnostics}
    assert not codes & {"quiz-closes", "quiz-blueprint"}
