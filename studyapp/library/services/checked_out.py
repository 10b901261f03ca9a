"""Which commit a folder has checked out, if it is a Git working copy: read from Git's own files, as
``git`` need not be installed and must not run what a repository configures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REF = re.compile(r"refs/(?!.*\.\.)[^\x00-\x20\x7f~^:?*\[\\]+")
_SMALL = 4096
"""Characters that a pointer file has at most."""


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """``branch`` is "" where none is checked out (a detached head), ``commit`` where it has none
    yet."""

    branch: str = ""
    commit: str = ""


def checked_out(root: Path) -> CheckedOut:
    """What is checked out in ``root``; empty for a folder that is no working copy, or that cannot
    be made out. Linked worktrees and submodules are followed to their repository."""
    try:
        git = _git_folder(root)
        head = _small(git / "HEAD")
        if _COMMIT.fullmatch(head):
            return CheckedOut(commit=head)
        ref = head.removeprefix("ref:").strip()
        if ref == head or not _REF.fullmatch(ref):
            return CheckedOut()
        return CheckedOut(ref.removeprefix("refs/heads/"), _commit_of(git, ref))
    except (OSError, UnicodeError):
        return CheckedOut()


def _git_folder(root: Path) -> Path:
    entry = root / ".git"
    if entry.is_file():
        return root / _small(entry).removeprefix("gitdir:").strip()
    return entry


def _commit_of(git: Path, ref: str) -> str:
    # A linked worktree has a head of its own; its branches are the repository's.
    common = git / _small(git / "commondir") if (git / "commondir").is_file() else git
    for folder in (git, common):
        if (folder / ref).is_file():
            found = _small(folder / ref)
            return found if _COMMIT.fullmatch(found) else ""
    if (common / "packed-refs").is_file():
        with (common / "packed-refs").open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                commit, _, name = line.strip().partition(" ")
                if name == ref and _COMMIT.fullmatch(commit):
                    return commit
    return ""


def _small(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.read(_SMALL).strip()
