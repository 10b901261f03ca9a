"""Importing a folder in which notes changed that were edited in the browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.library.models import FolderState, Vault
from studyapp.library.services import reconciling
from studyapp.library.services.served import stored_bytes
from studyapp.library.workers import Failure, NoteWorkers
from tests.library.test_editing import edit, live
from tests.library.test_import import everything, placed, run
from tests.library.vaults import TOPICS, messaging, write_vault

pytestmark = pytest.mark.django_db

EDITED = TOPICS.replace("Every subscriber", "Each subscriber")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return messaging(tmp_path / "v")


@pytest.fixture
def vault(root: Path) -> Vault:
    vault = run(root).vault
    edit(vault, "Topics.md", EDITED)
    return vault


def test_changes_apart_are_merged_and_named(root: Path, vault: Vault) -> None:
    before = placed(vault)["Who recei"].item_id
    messaging(root, Topics=TOPICS.replace("keeps nothing", "forgets"))
    run(root)
    merged = live(vault, "Topics.md")
    assert merged.text == EDITED.replace("keeps nothing", "forgets")
    assert (merged.is_edited, merged.folder_state) == (True, FolderState.AGREES)
    assert placed(vault)["Who recei"].item_id == before
    vault.refresh_from_db()
    assert vault.runs.first().report["merged"] == ["Topics.md"]


def test_after_a_merge_the_folder_is_the_base_of_the_next(root: Path, vault: Vault) -> None:
    messaging(root, Topics=TOPICS.replace("keeps nothing", "forgets"))
    run(root)
    before = everything()
    assert not run(root).changed
    assert everything() == before
    messaging(root, Topics=TOPICS.replace("keeps nothing", "remembers nothing"))
    run(root)
    assert live(vault, "Topics.md").text == EDITED.replace("keeps nothing", "remembers nothing")


def test_the_same_edit_in_the_folder_is_an_edit_no_more(root: Path, vault: Vault) -> None:
    messaging(root, Topics=EDITED)
    run(root)
    note = live(vault, "Topics.md")
    assert (note.text, note.is_edited) == (EDITED, False)
    messaging(root, Topics=TOPICS)
    run(root)
    assert live(vault, "Topics.md").text == TOPICS


def test_only_other_line_ends_are_no_conflict(root: Path, vault: Vault) -> None:
    messaging(root, Topics=TOPICS.replace("\n", "\r\n").encode())
    run(root)
    note = live(vault, "Topics.md")
    assert (note.text, note.form, note.folder_state) == (EDITED, "utf-8 crlf", "")


def test_a_conflict_serves_the_edit_and_keeps_the_folders_text(root: Path, vault: Vault) -> None:
    theirs = TOPICS.replace("Every subscriber", "All subscribers")
    messaging(root, Topics=theirs)
    run(root)
    note = live(vault, "Topics.md")
    assert (note.text, note.folder_state) == (EDITED, FolderState.CONFLICT)
    assert stored_bytes(note.incoming_id).decode() == theirs
    before = everything()
    assert not run(root).changed
    assert everything() == before


def test_a_note_emptied_in_the_folder_is_a_conflict_like_any_other(
    root: Path, vault: Vault
) -> None:
    messaging(root, Topics=b"")
    run(root)
    note = live(vault, "Topics.md")
    assert (note.text, note.folder_state) == (EDITED, FolderState.CONFLICT)
    assert stored_bytes(note.incoming_id) == b""
    edit(vault, "Topics.md", "")
    messaging(root, Topics=TOPICS)
    run(root)
    edit(vault, "Topics.md", "Written again.")
    assert live(vault, "Topics.md").text == "Written again."


def test_a_conflict_ends_when_the_folder_takes_its_change_back(root: Path, vault: Vault) -> None:
    messaging(root, Topics=TOPICS.replace("Every subscriber", "All subscribers"))
    run(root)
    messaging(root)
    run(root)
    note = live(vault, "Topics.md")
    assert (note.text, note.folder_state, note.incoming) == (EDITED, "", None)


def test_an_edit_of_a_note_in_conflict_leaves_the_conflict(root: Path, vault: Vault) -> None:
    messaging(root, Topics=TOPICS.replace("Every subscriber", "All subscribers"))
    run(root)
    edit(vault, "Topics.md", EDITED + "More.\n")
    note = live(vault, "Topics.md")
    assert (note.text, note.folder_state) == (EDITED + "More.\n", FolderState.CONFLICT)
    assert not run(root).changed


def test_what_takes_too_long_to_merge_is_a_conflict(
    root: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_ever = NoteWorkers.map

    def failing(self: NoteWorkers, work: str, jobs: object) -> object:
        return iter([Failure("slow")]) if work == "merge" else as_ever(self, work, jobs)  # type: ignore[arg-type]

    monkeypatch.setattr(NoteWorkers, "map", failing)
    messaging(root, Topics=TOPICS.replace("keeps nothing", "forgets"))
    run(root)
    note = live(vault, "Topics.md")
    assert (note.text, note.folder_state) == (EDITED, FolderState.CONFLICT)


def test_a_note_deleted_in_the_folder_stays_where_it_was_edited(root: Path, vault: Vault) -> None:
    before = placed(vault)["Who recei"].item_id
    messaging(root, Topics=None)
    run(root)
    note = live(vault, "Topics.md")
    assert (note.text, note.folder_state) == (EDITED, FolderState.DELETED)
    assert placed(vault)["Who recei"].item_id == before
    rows = everything()
    assert not run(root).changed
    assert everything() == rows


def test_a_note_that_comes_back_is_merged(root: Path, vault: Vault) -> None:
    messaging(root, Topics=None)
    run(root)
    messaging(root, Topics=TOPICS.replace("keeps nothing", "forgets"))
    run(root)
    note = live(vault, "Topics.md")
    assert note.text == EDITED.replace("keeps nothing", "forgets")
    assert note.folder_state == FolderState.AGREES


@pytest.mark.parametrize("changed", [False, True], ids=["as it was", "changed too"])
def test_a_note_renamed_in_the_folder_takes_its_edit_along(
    root: Path, vault: Vault, changed: bool
) -> None:
    before = placed(vault)["Who recei"].item_id
    old, new = ("keeps nothing", "forgets") if changed else ("", "")
    messaging(root, Topics=None)
    write_vault(root, {"Fan-out.md": TOPICS.replace(old, new) if changed else TOPICS})
    run(root)
    note = live(vault, "Fan-out.md")
    assert note.text == (EDITED.replace(old, new) if changed else EDITED)
    assert placed(vault)["Who recei"].item_id == before
    assert placed(vault)["Who recei"].note.path == "Fan-out.md"
    live_paths = vault.note_versions.filter(until__gt=vault.revision + 1)
    assert "Topics.md" not in live_paths.values_list("note__path", flat=True)
    assert not run(root).changed


def test_another_new_note_is_not_taken_for_the_one_deleted(root: Path, vault: Vault) -> None:
    messaging(root, Topics=None)
    write_vault(root, {"Other.md": "> [!question] What else?\n> Nothing.\n"})
    run(root)
    assert live(vault, "Other.md").text.startswith("> [!question] What else?")
    assert live(vault, "Topics.md").folder_state == FolderState.DELETED


def test_an_edited_note_that_cannot_be_read_stays_as_it_was_edited(
    root: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studyapp.library.services import reading

    as_ever = reading.read_bytes

    def unreadable(folder: Path, path: str) -> bytes:
        if path == "Topics.md":
            raise PermissionError(13, "Permission denied")
        return as_ever(folder, path)

    for module in (reading, reconciling):
        monkeypatch.setattr(module, "read_bytes", unreadable)
    run(root)
    assert live(vault, "Topics.md").text == EDITED
