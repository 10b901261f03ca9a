"""The one door to the disk: what files a vault has, and their bytes.

Only names, sizes and times are looked at until ``read_bytes`` is called. Nothing outside the
vault's folder is ever opened, whatever a symlink says.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from studyapp.obsidian import diagnostics as diagnose
from studyapp.obsidian.values import Diagnostic, Listing, SourceFile, VaultSettings

MAX_NOTE_BYTES = 1_000_000
"""The longest real note met had 495 kB; one over this is a log, not a note."""

_NOT_READ = {
    ".canvas": "a canvas",
    ".base": "a base",
    ".excalidraw": "an Excalidraw drawing",
}


class VaultError(Exception):
    """Nothing could be read. ``path`` is the folder; the message says what to do."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


def scan_vault(root: Path, *, max_note_bytes: int = MAX_NOTE_BYTES) -> Listing:
    """What the vault in the folder ``root`` holds: ``.md`` files are notes, all others attachments.

    Hidden folders and files are left out, and so are links that lead out of the vault; both are
    said in a diagnostic. Raises ``VaultError`` where there is no folder, or nothing in it.
    """
    if not root.exists():
        raise VaultError(str(root), "There is no such folder. Check the path.")
    if not root.is_dir():
        raise VaultError(str(root), "This is a file. Name the vault's folder instead.")
    if not os.access(root, os.R_OK | os.X_OK):
        raise VaultError(str(root), "This folder may not be read by you. Check its permissions.")
    found: list[Diagnostic] = []
    notes: dict[str, SourceFile] = {}
    attachments: dict[str, SourceFile] = {}
    for path, file in _walk(root, found):
        name = unicodedata.normalize("NFC", path)
        try:
            status = file.stat()
        except OSError as failure:
            found.append(_unreadable(name, failure))
            continue
        source = SourceFile(name, status.st_size, status.st_mtime_ns)
        kind = notes if name.lower().endswith(".md") else attachments
        if name in notes or name in attachments:
            found.append(
                diagnose.error(
                    name,
                    0,
                    "name-clash",
                    "Two files have this name, written with different Unicode characters; only "
                    "one was read. Rename one.",
                )
            )
        elif kind is notes and name.lower().endswith(".excalidraw.md"):
            found.append(_not_read(name, ".excalidraw"))
        elif PurePosixPath(name).suffix.lower() in _NOT_READ:
            found.append(_not_read(name, PurePosixPath(name).suffix.lower()))
        elif kind is notes and status.st_size > max_note_bytes:
            found.append(
                diagnose.error(
                    name,
                    0,
                    "note-too-large",
                    f"{status.st_size:,} bytes is more than the {max_note_bytes:,} a note may "
                    "have; it was left out. Split it.",
                )
            )
        else:
            kind[name] = source
    if not notes and not attachments and not any(d.severity == "error" for d in found):
        raise VaultError(str(root), "There are no notes in this folder. Is it the vault's own folder?")
    return Listing(
        tuple(notes[name] for name in sorted(notes)),
        tuple(attachments[name] for name in sorted(attachments)),
        diagnose.in_order(found),
    )


def read_bytes(root: Path, path: str) -> bytes:
    """The bytes of the file at ``path`` as a scan named it. Raises OSError."""
    file = root / path
    if not file.exists():
        # The scan gives names in NFC; the disk may have them decomposed.
        file = _find_decomposed(root, path)
    if not file.resolve().is_relative_to(root.resolve()):
        raise PermissionError(f"{path} leads out of the vault")
    return file.read_bytes()


def read_settings(root: Path) -> VaultSettings:
    """The vault's own settings from ``.obsidian/app.json``; defaults where there are none."""
    try:
        data = json.loads((root / ".obsidian" / "app.json").read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return VaultSettings()
    if not isinstance(data, dict):
        return VaultSettings()
    folder = data.get("attachmentFolderPath")
    return VaultSettings(
        strict_line_breaks=data.get("strictLineBreaks") is True,
        attachment_folder=folder if isinstance(folder, str) else "",
    )


def _walk(root: Path, found: list[Diagnostic]) -> Iterator[tuple[str, Path]]:
    """Every file below ``root`` that is part of the vault, with its path in it."""
    inside = root.resolve()
    waiting: list[tuple[Path, frozenset[Path]]] = [(root, frozenset([inside]))]
    while waiting:
        folder, above = waiting.pop()
        try:
            entries = sorted(folder.iterdir())
        except OSError as failure:
            found.append(_unreadable(_relative(root, folder), failure))
            continue
        for entry in entries:
            path = _relative(root, entry)
            if entry.name.startswith("."):
                if entry.is_dir():
                    found.append(
                        diagnose.info(path, 0, "hidden-folder", "Hidden folder, left out.")
                    )
                continue
            try:
                real = entry.resolve(strict=True)
            except (OSError, RuntimeError):
                found.append(
                    diagnose.warning(path, 0, "dead-link", "A symlink that leads nowhere; left out.")
                )
                continue
            if not real.is_relative_to(inside):
                found.append(
                    diagnose.warning(
                        path,
                        0,
                        "leads-outside",
                        "A symlink that leads outside the vault; left out. Copy what it points at "
                        "into the vault if you want it read.",
                    )
                )
            elif entry.is_dir():
                if real in above:
                    found.append(
                        diagnose.warning(
                            path, 0, "link-cycle", "A symlink to a folder above it; left out."
                        )
                    )
                else:
                    waiting.append((entry, above | {real}))
            elif entry.is_file():
                yield path, entry


def _relative(root: Path, path: Path) -> str:
    # A file name that is not UTF-8 becomes readable text instead of an error further on.
    return path.relative_to(root).as_posix().encode("utf-8", "replace").decode()


def _find_decomposed(root: Path, path: str) -> Path:
    folder = root
    for part in PurePosixPath(path).parts:
        folder = next(
            (
                entry
                for entry in folder.iterdir()
                if unicodedata.normalize("NFC", entry.name) == part
            ),
            folder / part,
        )
    return folder


def _unreadable(path: str, failure: OSError) -> Diagnostic:
    return diagnose.error(path, 0, "unreadable", f"Cannot be read: {failure.strerror}.")


def _not_read(path: str, suffix: str) -> Diagnostic:
    return diagnose.info(path, 0, "not-read", f"This is {_NOT_READ[suffix]}; it is not read.")
