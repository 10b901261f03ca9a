"""Archives that anybody may have made: what is unpacked, and what is refused and why."""

from __future__ import annotations

import io
import stat
import struct
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.library.services import unpacking
from studyapp.library.services.unpacking import ArchiveError, inspect_archive, unpack_archive

Names = dict[str, str | bytes]


def archive(files: Names, method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    """An honest archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out


def one(info: zipfile.ZipInfo, content: bytes = b"x") -> io.BytesIO:
    """An archive of one entry, with everything that ``info`` says of it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(info, content)
    return out


def raw_name(name: bytes, *, utf8: bool = False) -> io.BytesIO:
    """An archive of one entry whose name is these bytes, flagged as UTF-8 or not."""
    placeholder = "n" * len(name)
    data = archive({placeholder: "x"}).getvalue().replace(placeholder.encode(), name)
    if utf8:
        data = patched(data, b"PK\x03\x04", 6, "<H", 0x800)
        data = patched(data, b"PK\x01\x02", 8, "<H", 0x800)
    return io.BytesIO(data)


def patched(data: bytes, record: bytes, at: int, form: str, value: int) -> bytes:
    """``data`` with another value in its last record of this kind."""
    out = bytearray(data)
    struct.pack_into(form, out, out.rindex(record) + at, value)
    return bytes(out)


def unpacked(file: io.BytesIO, into: Path) -> dict[str, bytes]:
    unpack_archive(file, into)
    return {
        path.relative_to(into).as_posix(): path.read_bytes()
        for path in into.rglob("*")
        if path.is_file()
    }


def refusal(file: io.BytesIO, into: Path) -> str:
    """Why it is refused; nothing may have been written outside ``into``."""
    with pytest.raises(ArchiveError) as refused:
        unpack_archive(file, into)
    assert [path.name for path in into.parent.iterdir()] in ([], [into.name])
    return str(refused.value)


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "alone" / "vault"


@pytest.fixture(autouse=True)
def _alone(into: Path) -> None:
    into.parent.mkdir()


# --- what is unpacked -----------------------------------------------------------------------


def test_files_come_out_where_they_were(into: Path) -> None:
    files: Names = {"a.md": "A", "deep/er/b.md": "B", "empty.md": "", "pic.png": b"\x89PNG"}
    assert unpacked(archive(files), into) == {
        "a.md": b"A",
        "deep/er/b.md": b"B",
        "empty.md": b"",
        "pic.png": b"\x89PNG",
    }


def test_a_single_folder_is_the_vault_itself(into: Path) -> None:
    file = archive(
        {
            "Notes/a.md": "A",
            "Notes/.obsidian/app.json": "{}",
            "Notes/.DS_Store": "x",
            ".DS_Store": "x",
            "__MACOSX/Notes/._a.md": "x",
        }
    )
    assert inspect_archive(file).folder == "Notes"
    assert unpacked(file, into) == {"a.md": b"A", ".obsidian/app.json": b"{}"}


def test_settings_beside_the_only_folder_keep_it_a_folder(into: Path) -> None:
    file = archive({".obsidian/app.json": "{}", "Notes/a.md": "A"})
    assert inspect_archive(file).folder == ""
    assert set(unpacked(file, into)) == {".obsidian/app.json", "Notes/a.md"}


def test_hidden_and_trash_folders_are_left_out(into: Path) -> None:
    hidden = {".trash/old.md": "x", ".git/config": "x", ".obsidian/workspace.json": "x"}
    file = archive({"a.md": "A", "sub/.hidden.md": "x", "sub/Thumbs.db": "x", **hidden})
    assert unpacked(file, into) == {"a.md": b"A"}


def test_names_come_out_composed_and_as_utf8(into: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "Übung.md")
    assert set(unpacked(archive({decomposed: "x"}), into)) == {"Übung.md"}


def test_utf8_names_that_do_not_say_so_are_read_as_such(into: Path) -> None:
    name = unicodedata.normalize("NFD", "Übung.md")  # as the macOS Finder writes them
    assert set(unpacked(raw_name(name.encode()), into)) == {"Übung.md"}


def test_what_is_not_utf8_is_read_as_it_was_meant_in_1989(into: Path) -> None:
    assert set(unpacked(raw_name(b"\x9abung.md"), into)) == {"Übung.md"}


def test_bytes_before_the_archive_do_no_harm(into: Path) -> None:
    file = io.BytesIO(b"#!/bin/sh\n" + archive({"a.md": "A"}).getvalue())
    assert unpacked(file, into) == {"a.md": b"A"}


def test_a_comment_that_looks_like_the_end_is_no_end(into: Path) -> None:
    out = archive({"a.md": "A"})
    with zipfile.ZipFile(out, "a") as made:
        made.comment = b"about PK zips"
    assert unpacked(out, into) == {"a.md": b"A"}


def test_a_short_note_of_one_letter_packs_well_and_is_welcome(into: Path) -> None:
    assert len(unpacked(archive({"a.md": "[" * 20_000}), into)["a.md"]) == 20_000


def test_progress_counts_files(into: Path) -> None:
    said: list[tuple[str, int, int]] = []
    unpack_archive(
        archive({"a.md": "A", "b.md": "B"}), into, progress=lambda *step: said.append(step)
    )
    assert said == [("Unpacking", 1, 2), ("Unpacking", 2, 2)]


# --- names that are refused -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../evil.md", "outside"),
        ("a/../../evil.md", "outside"),
        ("a/..", "outside"),
        ("/etc/cron.d/evil", "absolute"),
        ("C:/evil.md", "absolute"),
        ("c:evil.md", "absolute"),
        ("a\\..\\evil.md", "backslash"),
        ("a/new\nline.md", "control character"),
        ("n" * 256 + ".md", "too long"),
        ("d/" * 500 + "a.md", "too long"),
        (".git/../../evil.md", "outside"),
    ],
)
def test_a_name_that_leads_elsewhere(into: Path, name: str, why: str) -> None:
    said = refusal(archive({"a.md": "A", name: "x"}), into)
    assert why in said
    assert said.startswith("“")  # names the entry


def test_a_name_with_a_nul_byte(into: Path) -> None:
    assert "control character" in refusal(raw_name(b"evil.md\0.png"), into)


def test_a_name_that_is_not_the_utf8_it_claims(into: Path) -> None:
    assert "damaged" in refusal(raw_name(b"\xff\xfe.md", utf8=True), into)


def test_the_same_name_twice(into: Path) -> None:
    composed, decomposed = "Übung.md", unicodedata.normalize("NFD", "Übung.md")
    assert "there twice" in refusal(archive({composed: "x", decomposed: "y"}), into)


def test_a_file_that_is_a_folder_as_well(into: Path) -> None:
    assert "a file and a folder" in refusal(archive({"a": "x", "a/b.md": "y"}), into)


# --- entries that are refused ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        (stat.S_IFLNK, "symbolic link"),
        (stat.S_IFCHR, "neither a file"),
        (stat.S_IFIFO, "neither a file"),
    ],
)
def test_what_is_no_file(into: Path, mode: int, why: str) -> None:
    info = zipfile.ZipInfo("passwords.md")
    info.create_system = 3
    info.external_attr = (mode | 0o777) << 16
    said = refusal(one(info, b"/etc/passwd"), into)
    assert why in said
    assert "passwords.md" in said


@pytest.mark.parametrize("flag", [0x1, 0x41])
def test_an_encrypted_entry(into: Path, flag: int) -> None:
    data = patched(archive({"a.md": "A"}).getvalue(), b"PK\x01\x02", 8, "<H", flag)
    assert "encrypted" in refusal(io.BytesIO(data), into)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packing_whose_output_cannot_be_bounded(into: Path, method: int) -> None:
    assert "packed in a way" in refusal(archive({"a.md": "A" * 999}, method), into)


# --- too much -------------------------------------------------------------------------------


def test_an_archive_that_is_too_large(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_ARCHIVE_BYTES", 1000)
    assert "at most" in refusal(archive({"a.png": bytes(2000)}, zipfile.ZIP_STORED), into)


def test_too_many_files(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_ENTRIES", 3)
    assert set(unpacked(archive({f"{n}.md": "" for n in range(3)}), into)) == {
        "0.md",
        "1.md",
        "2.md",
    }
    assert "more than 3 files" in refusal(archive({f"{n}.md": "" for n in range(4)}), into)


def test_a_directory_of_millions_is_refused_before_it_is_read(into: Path) -> None:
    entry = struct.pack("<4s24x3H12x", b"PK\x01\x02", 0, 0, 0)
    directory = entry * 500_000  # 23 MB
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(directory), 0, 0)
    assert "damaged" in refusal(io.BytesIO(directory + end), into)
    few = entry * 100_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, len(few), 0, 0)  # it lies: 3
    assert "more than 20,000 files" in refusal(io.BytesIO(few + end), into)


def test_an_entry_that_unpacks_to_a_hundred_times_its_size(into: Path) -> None:
    said = refusal(archive({"notes.md": "A", "zeros.bin": bytes(3 * 1024**2)}), into)
    assert "100 times" in said
    assert "zeros.bin" in said
    assert not into.exists()  # seen before anything was written


def test_an_entry_that_lies_about_its_size(into: Path) -> None:
    data = archive({"zeros.bin": bytes(5 * 1024**2)}).getvalue()
    data = patched(data, b"PK\x01\x02", 24, "<L", 1000)
    assert "damaged" in refusal(io.BytesIO(data), into)
    assert sum(path.stat().st_size for path in into.rglob("*")) <= 2000


def test_too_much_altogether(into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_UNPACKED_BYTES", 1000)
    files: Names = {f"{n}.md": bytes(400) for n in range(3)}
    assert "unpacks to more than" in refusal(archive(files, zipfile.ZIP_STORED), into)


# --- offsets --------------------------------------------------------------------------------


def overlapping() -> io.BytesIO:
    """Two entries of the directory that lead to the same bytes."""
    data = archive({"a.md": "A" * 100, "b.md": "B"}, zipfile.ZIP_STORED).getvalue()
    return io.BytesIO(patched(data, b"PK\x01\x02", 42, "<L", 0))


def test_entries_that_share_bytes(into: Path) -> None:
    said = refusal(overlapping(), into)
    assert "shares bytes with “a.md”" in said
    assert "b.md" in said


def test_an_entry_quoted_in_another(into: Path) -> None:
    """Fifield's bomb: the first entry's bytes hold the second's header and bytes."""
    inner = archive({"b.md": "B" * 50}, zipfile.ZIP_STORED).getvalue()
    local = inner[: inner.index(b"PK\x01\x02")]
    data = archive({"a.md": local, "b.md": "B" * 50}, zipfile.ZIP_STORED).getvalue()
    at = data.index(local)
    assert "shares bytes" in refusal(io.BytesIO(patched(data, b"PK\x01\x02", 42, "<L", at)), into)


def test_an_entry_that_reaches_into_the_directory(into: Path) -> None:
    data = archive({"a.md": "A"}, zipfile.ZIP_STORED).getvalue()
    data = patched(data, b"PK\x01\x02", 20, "<L", 40)
    data = patched(data, b"PK\x01\x02", 24, "<L", 40)
    assert "shares bytes with the archive's directory" in refusal(io.BytesIO(data), into)


# --- what is no archive ---------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"x", b"# A note\n" * 100, b"\x1f\x8b" + bytes(99)])
def test_no_zip(into: Path, data: bytes) -> None:
    assert "no zip archive" in refusal(io.BytesIO(data), into)


def test_an_upload_that_was_cut_off(into: Path) -> None:
    data = archive({"a.md": "A" * 500}, zipfile.ZIP_STORED).getvalue()
    assert "cut off" in refusal(io.BytesIO(data[:300]), into)


def test_a_hole_in_the_middle(into: Path) -> None:
    data = archive({"a.md": "A" * 500}, zipfile.ZIP_STORED).getvalue()
    assert "damaged" in refusal(io.BytesIO(data[:100] + data[200:]), into)


def test_a_changed_byte(into: Path) -> None:
    data = archive({"a.md": "A" * 500}, zipfile.ZIP_STORED).getvalue()
    assert "damaged" in refusal(io.BytesIO(data.replace(b"AAAA", b"AABA", 1)), into)


@pytest.mark.parametrize("files", [{}, {"folder/": ""}, {"__MACOSX/a": "x", ".git/b": "x"}])
def test_nothing_in_it(into: Path, files: Names) -> None:
    assert "no files" in refusal(archive(files), into)


HONEST = archive({"Notes/a.md": "A" * 300, "Notes/b/c.png": b"\x89PNG", "d.md": ""}).getvalue()


@given(
    st.lists(
        st.tuples(st.integers(0, len(HONEST) - 1), st.integers(0, 255)), min_size=1, max_size=6
    )
)
def test_any_change_is_unpacked_or_refused_and_nothing_else(changes: list[tuple[int, int]]) -> None:
    data = bytearray(HONEST)
    for at, byte in changes:
        data[at] = byte
    try:
        contents = inspect_archive(io.BytesIO(bytes(data)))
    except ArchiveError:
        return
    for entry in contents.entries:
        assert not entry.path.startswith("/")
        assert ".." not in entry.path.split("/")


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ArchiveError):
        inspect_archive(io.BytesIO(data))
