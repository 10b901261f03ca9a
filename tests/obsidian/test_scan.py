"""What a scan finds on disk, refuses, and says."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from studyapp.obsidian.scan import VaultError, read_bytes, read_settings_files, scan_vault
from studyapp.obsidian.settings import parse_settings
from studyapp.obsidian.values import Listing, Severity


def vault(root: Path, **files: str) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    write(root, {"a.md": "# A", **files})
    return root


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def codes(listing: Listing) -> dict[str, str]:
    return {d.path: d.code for d in listing.diagnostics}


def names(listing: Listing) -> tuple[list[str], list[str]]:
    return [f.path for f in listing.notes], [f.path for f in listing.attachments]


def test_notes_and_attachments_by_path(tmp_path: Path) -> None:
    root = vault(tmp_path / "v")
    write(root, {"z/b.md": "", "z/B.MD": "", "img/x.png": "png", "notes.txt": ""})
    assert names(scan_vault(root)) == (["a.md", "z/B.MD", "z/b.md"], ["img/x.png", "notes.txt"])
    assert scan_vault(root).notes[0].size == 3


def test_hidden_and_trash_folders_are_left_out_and_named(tmp_path: Path) -> None:
    root = vault(tmp_path / "v")
    write(root, {".obsidian/app.json": "{}", ".trash/old.md": "x", "sub/.git/x.md": "x"})
    write(root, {".DS_Store": "x"})
    listing = scan_vault(root)
    assert names(listing) == (["a.md"], [])
    assert codes(listing) == dict.fromkeys((".obsidian", ".trash", "sub/.git"), "folder-left-out")
    assert {d.severity for d in listing.diagnostics} == {Severity.INFO}


def test_a_bare_repository_is_left_out_and_a_nested_working_copy_is_read(tmp_path: Path) -> None:
    root = vault(tmp_path / "v")
    for folder in ("bare.git", "sub/.git"):
        write(root, {f"{folder}/HEAD": "x", f"{folder}/objects/a": "x", f"{folder}/refs/b": "x"})
    write(root, {"sub/note.md": "x"})
    listing = scan_vault(root)
    assert names(listing) == (["a.md", "sub/note.md"], [])
    assert codes(listing) == dict.fromkeys(("bare.git", "sub/.git"), "folder-left-out")


@pytest.mark.parametrize("name", ["way-out.md", "way-out"])
def test_links_that_lead_out_of_the_vault_are_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path / "outside", {"secret.md": "x"})
    root = vault(tmp_path / "v")
    target = tmp_path / "outside" / ("secret.md" if name.endswith(".md") else "")
    (root / name).symlink_to(target)
    listing = scan_vault(root)
    assert names(listing) == (["a.md"], [])
    assert codes(listing) == {name: "symlink-outside"}
    with pytest.raises(PermissionError):
        read_bytes(root, "way-out/secret.md" if name == "way-out" else name)
    with pytest.raises(PermissionError):
        read_bytes(root, "../outside/secret.md")


def test_links_inside_the_vault_are_followed_once(tmp_path: Path) -> None:
    root = vault(tmp_path / "v")
    write(root, {"real/b.md": "x", "real/i.png": "x", ".hidden/c.md": "x"})
    (root / "again").symlink_to(root / "real")
    (root / "alias.md").symlink_to(root / "a.md")
    (root / "shown").symlink_to(root / ".hidden")
    (root / "real" / "up").symlink_to(root)
    (root / "dead.md").symlink_to(root / "nowhere.md")
    listing = scan_vault(root)
    assert names(listing) == (
        ["a.md", "real/b.md", "shown/c.md"],
        ["again/i.png", "real/i.png"],
    )
    said = codes(listing)
    assert said["again/b.md"] == said["alias.md"] == said["real/up"] == "symlink-repeated"
    assert said["dead.md"] == "broken-symlink"


def test_a_note_that_is_too_large_is_left_out_and_named(tmp_path: Path) -> None:
    root = vault(tmp_path / "v", **{"big.md": "x" * 11})
    listing = scan_vault(root, max_note_bytes=10)
    assert names(listing) == (["a.md"], [])
    assert codes(listing) == {"big.md": "note-too-large"}


def test_drawings_and_boards_are_named_as_not_read(tmp_path: Path) -> None:
    root = vault(tmp_path / "v")
    write(root, {"b.canvas": "{}", "t.base": "", "d.excalidraw.md": "x", "e.excalidraw": ""})
    listing = scan_vault(root)
    assert [f.path for f in listing.notes] == ["a.md"]
    assert set(codes(listing).values()) == {"not-read"}
    assert len(codes(listing)) == 4


def test_names_are_composed_and_found_again(tmp_path: Path) -> None:
    root = vault(tmp_path / "v")
    write(root, {unicodedata.normalize("NFD", "Café/Größe.md"): "x"})
    assert names(scan_vault(root))[0] == ["Café/Größe.md", "a.md"]
    assert read_bytes(root, "Café/Größe.md") == b"x"


def test_two_names_that_become_one_are_reported(tmp_path: Path) -> None:
    root = vault(tmp_path / "v")
    write(root, {unicodedata.normalize("NFD", "é.md"): "decomposed", "é.md": "composed"})
    listing = scan_vault(root)
    assert names(listing)[0] == ["a.md", "é.md"]
    assert codes(listing) == {"é.md": "name-clash"}
    assert read_bytes(root, "é.md") == b"composed"


def test_a_name_that_is_not_utf8_is_named_and_left_out(tmp_path: Path) -> None:
    root = vault(tmp_path / "v")
    (root / os.fsdecode(b"caf\xe9.md")).write_text("x")
    listing = scan_vault(root)
    assert names(listing)[0] == ["a.md"]
    assert [d.code for d in listing.diagnostics] == ["unreadable-name"]


@pytest.mark.parametrize("name", ["new\nline.md", "ret\rurn.png", "tab\t.md"])
def test_a_name_that_no_address_can_hold_is_named_and_left_out(tmp_path: Path, name: str) -> None:
    root = vault(tmp_path / "v")
    (root / name).write_text("x")
    listing = scan_vault(root)
    assert names(listing) == (["a.md"], [])
    assert [d.code for d in listing.diagnostics] == ["unreadable-name"]
    assert "\n" not in listing.diagnostics[0].path


def test_a_hidden_note_is_named(tmp_path: Path) -> None:
    root = vault(tmp_path / "v", **{".hidden.md": "x"})
    assert codes(scan_vault(root)) == {".hidden.md": "note-left-out"}


def test_what_was_swapped_since_the_scan_is_not_read(tmp_path: Path) -> None:
    root = vault(tmp_path / "v", **{"b.md": "x"})
    (tmp_path / "secret").write_text("secret")
    (root / "b.md").unlink()
    (root / "b.md").symlink_to(tmp_path / "secret")
    with pytest.raises(OSError):
        read_bytes(root, "b.md")
    (root / "b.md").unlink()
    os.mkfifo(root / "b.md")
    with pytest.raises(OSError):
        read_bytes(root, "b.md")  # and does not wait for somebody to write to it


def test_what_is_no_file_is_left_out(tmp_path: Path) -> None:
    root = vault(tmp_path / "v")
    os.mkfifo(root / "pipe.md")
    assert codes(scan_vault(root)) == {"pipe.md": "not-a-file"}


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_unreadable_files_are_named(tmp_path: Path) -> None:
    root = vault(tmp_path / "v", **{"closed.md": "x"})
    (root / "closed.md").chmod(0)
    assert codes(scan_vault(root)) == {"closed.md": "unreadable"}


def test_a_folder_that_cannot_be_listed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = vault(tmp_path / "v")
    write(root, {"closed/b.md": "x"})
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    listing = scan_vault(root)
    assert names(listing)[0] == ["a.md"]
    assert codes(listing) == {"closed": "unreadable"}


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda path: None, "no such folder"),
        (lambda path: path.write_text("x"), "is a file"),
        (lambda path: path.mkdir(), "is empty"),
        (lambda path: write(path, {"x.png": "x"}), "no notes"),
    ],
    ids=["missing", "file", "empty", "no notes"],
)
def test_where_nothing_can_be_read_the_error_says_what_to_do(
    tmp_path: Path, prepare: object, words: str
) -> None:
    path = tmp_path / "vault"
    prepare(path)  # type: ignore[operator]
    with pytest.raises(VaultError, match=words) as error:
        scan_vault(path)
    assert str(path) in str(error.value)


def test_the_vaults_own_settings(tmp_path: Path) -> None:
    root = vault(tmp_path / "v")
    assert parse_settings(read_settings_files(root))[0].strict_line_breaks is False
    write(root, {".obsidian/app.json": '{"strictLineBreaks": true, "attachmentFolderPath": "i"}'})
    assert parse_settings(read_settings_files(root))[0].strict_line_breaks is True
    assert parse_settings(read_settings_files(root))[0].attachment_folder == "i"
    write(root, {".obsidian/app.json": "{\n broken"})
    assert parse_settings(read_settings_files(root))[0].strict_line_breaks is False
    problem = next(d for d in scan_vault(root).diagnostics if d.code == "bad-settings")
    assert (problem.path, problem.line) == (".obsidian/app.json", 2)
