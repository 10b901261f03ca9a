"""The files of a vault: what there is, and their bytes. The only part of the core that reads files.

Paths go out relative to the vault, with ``/`` and in NFC, and come back the same way; the names on
disk may be written differently (macOS decomposes accents).
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.characters import without_controls
from studyapp.obsidian.links import kind_not_read
from studyapp.obsidian.settings import FILES, parse_settings
from studyapp.obsidian.values import Diagnostic, Listing, SourceFile

MAX_NOTE_BYTES = 1_000_000
MAX_SETTINGS_BYTES = 1_000_000
IGNORED_NAMES = frozenset({"thumbs.db", "desktop.ini", "__macosx"})


class VaultError(Exception):
    """Nothing could be read at ``path``; ``message`` says why and what to do."""

    def __init__(self, path: str | Path, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = str(path)
        self.message = message


def scan_vault(root: Path, *, max_note_bytes: int = MAX_NOTE_BYTES) -> Listing:
    """List the files of the vault at ``root`` without reading them.

    Raises VaultError where there is no folder, or no note in it. Everything less is a diagnostic.
    """
    if not root.exists():
        raise VaultError(root, "There is no such folder. Check the path.")
    if not root.is_dir():
        raise VaultError(root, "This is a file. Give the folder that holds the notes (the vault).")
    walk = _Walk(root, max_note_bytes)
    try:
        walk.folder(root, "", ())
    except OSError as failure:
        raise VaultError(root, f"This folder cannot be read: {failure.strerror}.") from failure
    walk.follow_links()
    if not walk.notes:
        raise VaultError(root, _nothing(walk))
    _, problems = parse_settings(read_settings_files(root))
    return Listing(
        notes=tuple(walk.notes[path] for path in sorted(walk.notes)),
        attachments=tuple(walk.attachments[path] for path in sorted(walk.attachments)),
        diagnostics=diagnose.in_order([*walk.diagnostics, *problems]),
    )


def is_repository(folder: Path) -> bool:
    """Whether ``folder`` holds a Git repository's own files (a bare one has no hidden name)."""
    return (folder / "HEAD").is_file() and all(
        (folder / name).is_dir() for name in ("objects", "refs")
    )


def read_bytes(root: Path, path: str) -> bytes:
    """The bytes of the file at the vault-relative ``path``. Raises OSError where it cannot be
    read, and refuses (PermissionError) what lies outside the vault."""
    # Somebody may swap the file for something else at any moment: what counts is what was opened.
    # O_NONBLOCK, lest a pipe makes us wait for whoever writes to it.
    with os.fdopen(os.open(_locate(root, path), os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        opened = os.fstat(file.fileno())
        if not stat.S_ISREG(opened.st_mode):
            raise OSError(22, "It is not a file", path)
        if not os.path.samestat(opened, os.stat(_locate(root, path))):  # noqa: PTH116
            raise PermissionError(13, "It was replaced while it was read", path)
        return file.read()


def read_settings_files(root: Path) -> dict[str, bytes]:
    """The files in which the vault keeps settings of its own (see ``settings.FILES``), by their
    paths; without what is absent or cannot be read."""
    files = {}
    for path in FILES:
        try:
            on_disk = Path(_locate(root, path))
            if on_disk.is_file() and on_disk.stat().st_size <= MAX_SETTINGS_BYTES:
                files[path] = on_disk.read_bytes()
        except OSError:
            continue  # absent, or not ours to read: the defaults hold
    return files


@dataclass(frozen=True, slots=True)
class _Link:
    """A symbolic link that the walk came by, to be followed when everything else is known."""

    on_disk: Path
    path: str
    above: tuple[Path, ...]


class _Walk:
    """Collects the files below a folder. Links are followed last, so that what they lead to keeps
    its own name where it has one in the vault."""

    def __init__(self, root: Path, max_note_bytes: int) -> None:
        self.root = root.resolve()
        self.max_note_bytes = max_note_bytes
        self.notes: dict[str, SourceFile] = {}
        self.attachments: dict[str, SourceFile] = {}
        self.diagnostics: list[Diagnostic] = []
        self._links: list[_Link] = []
        self._names: dict[str, str] = {}
        self._read_notes: set[str] = set()
        self._followed: set[Path] = set()

    def folder(self, folder: Path, prefix: str, above: tuple[Path, ...]) -> None:
        """Take in ``folder``, whose path in the vault is ``prefix``. Raises OSError when it cannot
        be listed."""
        above = (*above, folder.resolve())
        for entry in _entries(folder):
            path = unicodedata.normalize("NFC", prefix + entry.name)
            if problem := _problem_of(entry.name):
                shown = prefix + os.fsencode(entry.name).decode("utf-8", "replace")
                shown = without_controls(shown.replace("\n", "\ufffd"))
                self._warn(shown, "unreadable-name", f"{problem}: rename it. It was left out.")
            elif entry.name.startswith(".") or entry.name.lower() in IGNORED_NAMES:
                if entry.is_dir(follow_symlinks=False):
                    message = "Hidden and trash folders are left out."
                    self.diagnostics.append(diagnose.info(path, 0, "folder-left-out", message))
                elif entry.name.lower().endswith(".md"):
                    message = "Notes whose name begins with a dot are hidden; left out."
                    self.diagnostics.append(diagnose.info(path, 0, "note-left-out", message))
            elif entry.is_symlink():
                self._links.append(_Link(Path(entry.path), path, above))
            elif self._is_taken(path, prefix + entry.name):
                continue
            elif entry.is_dir():
                if is_repository(Path(entry.path)):
                    message = "This folder is Git's own, not a working copy; left out."
                    self.diagnostics.append(diagnose.info(path, 0, "folder-left-out", message))
                else:
                    self._subfolder(Path(entry.path), path, above)
            else:
                self._file(entry, path, real=f"{above[-1]}/{entry.name}")

    def follow_links(self) -> None:
        """Take in what the links lead to, each folder once; refuse what leads out of the vault."""
        while self._links:
            link = self._links.pop(0)
            try:
                target = link.on_disk.resolve(strict=True)
            except (OSError, RuntimeError):
                self._warn(link.path, "broken-symlink", "This link on disk leads nowhere.")
                continue
            if not target.is_relative_to(self.root):
                message = "This link on disk leads outside the vault and was not followed."
                self._warn(link.path, "symlink-outside", message)
            elif self._is_taken(link.path, link.path):
                continue
            elif not target.is_dir():
                self._file(link.on_disk, link.path, real=str(target))
            elif target in link.above or target in self._followed:
                message = "This link on disk leads to a folder that was read already."
                self.diagnostics.append(diagnose.info(link.path, 0, "symlink-repeated", message))
            else:
                self._followed.add(target)
                self._subfolder(link.on_disk, link.path, link.above)

    def _subfolder(self, folder: Path, path: str, above: tuple[Path, ...]) -> None:
        try:
            self.folder(folder, f"{path}/", above)
        except OSError as failure:
            self._unreadable(path, failure)

    def _file(self, on_disk: Path | os.DirEntry[str], path: str, *, real: str) -> None:
        """Take in the file that is ``path`` in the vault and ``real`` on disk."""
        try:
            found = on_disk.stat()
        except OSError as failure:
            self._unreadable(path, failure)
            return
        if not stat.S_ISREG(found.st_mode):
            self._warn(path, "not-a-file", "This is neither a file nor a folder; left out.")
            return
        if not os.access(on_disk, os.R_OK):
            self._unreadable(path, PermissionError(13, "Permission denied"))
            return
        source = SourceFile(path, found.st_size, found.st_mtime_ns)
        name = path.lower()
        if kind_not_read(name):
            message = "Canvas, Base and Excalidraw files are not read as notes."
            self.diagnostics.append(diagnose.info(path, 0, "not-read", message))
            self.attachments[path] = source
        elif not name.endswith(".md"):
            self.attachments[path] = source
        elif found.st_size > self.max_note_bytes:
            message = (
                f"The note has {found.st_size:,} bytes; notes over {self.max_note_bytes:,} are "
                "left out. Split it."
            )
            self.diagnostics.append(diagnose.error(path, 0, "note-too-large", message))
        elif real in self._read_notes:
            message = "This link on disk leads to a note that was read already."
            self.diagnostics.append(diagnose.info(path, 0, "symlink-repeated", message))
        else:
            self._read_notes.add(real)
            self.notes[path] = source

    def _is_taken(self, path: str, on_disk: str) -> bool:
        """Whether another file has this path already, once accents are composed (NFC)."""
        other = self._names.setdefault(path, on_disk)
        if other == on_disk:
            return False
        message = "Two files have this name, written with different accents; one was left out."
        self.diagnostics.append(diagnose.error(path, 0, "name-clash", message))
        return True

    def _unreadable(self, path: str, failure: OSError) -> None:
        message = f"Cannot be read: {failure.strerror}."
        self.diagnostics.append(diagnose.error(path, 0, "unreadable", message))

    def _warn(self, path: str, code: str, message: str) -> None:
        self.diagnostics.append(diagnose.warning(path, 0, code, message))


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        # Names that are NFC already come first, so that they win a clash.
        yield from sorted(
            entries,
            key=lambda entry: (not unicodedata.is_normalized("NFC", entry.name), entry.name),
        )


def _problem_of(name: str) -> str:
    """Why a file of this name has no address on the site; "" for nearly every name."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return "The name is not UTF-8"
    if not name.isprintable() and any(unicodedata.category(c) == "Cc" for c in name):
        return "The name holds a line break or another control character"
    return ""


def _nothing(walk: _Walk) -> str:
    for problem in walk.diagnostics:
        if problem.code in ("note-too-large", "unreadable"):
            return f"No note in it could be read. {problem.path}: {problem.message}"
    if walk.attachments:
        return "This folder holds no notes (files ending in .md). Give the vault's own folder."
    return "This folder is empty. Give a folder that holds notes (files ending in .md)."


def _locate(root: Path, path: str) -> str:
    """The file on disk that the vault-relative ``path`` (NFC) means, without links on the way."""
    top = os.path.realpath(root)
    at = os.path.join(top, path)  # noqa: PTH118  (here a Path costs as much as the reading)
    if not os.path.lexists(at):
        at = _spelt_otherwise(top, path)
    real = os.path.realpath(at)
    if not real.startswith(os.path.join(top, "")):  # noqa: PTH118
        raise PermissionError(13, "It lies outside the vault", path)
    return real


def _spelt_otherwise(top: str, path: str) -> str:
    """Where ``path`` is if the system has its accents decomposed (as macOS does)."""
    at = Path(top)
    for part in path.split("/"):
        exact = at / part
        if not os.path.lexists(exact):
            exact = next(
                (
                    at / name
                    for name in os.listdir(at)  # noqa: PTH208  (names alone, as the system has them)
                    if unicodedata.normalize("NFC", name) == part
                ),
                exact,
            )
        at = exact
    return str(at)
