"""What a Git working copy has checked out, compared with what ``git`` itself says."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from studyapp.accounts.services import ensure_learner
from studyapp.library.services.checked_out import CheckedOut, checked_out
from studyapp.library.services.importing import import_vault
from tests.library.vaults import messaging, write_vault

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")
ONE = "1" * 40
TWO = "2" * 40


def git(root: Path, *arguments: str) -> str:
    names = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *names, *arguments], cwd=root, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = messaging(tmp_path / "v")
    git(root, "init", "-q", "-b", "notes/main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "One")
    return root


@needs_git
def test_as_git_says(repository: Path, tmp_path: Path) -> None:
    head = git(repository, "rev-parse", "HEAD")
    assert checked_out(repository) == CheckedOut("notes/main", head)
    git(repository, "pack-refs", "--all")
    assert checked_out(repository) == CheckedOut("notes/main", head)
    git(repository, "worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    assert checked_out(tmp_path / "linked") == CheckedOut("other", head)
    git(repository, "checkout", "-q", "--detach")
    assert checked_out(repository) == CheckedOut("", head)
    git(repository, "checkout", "-q", "--orphan", "fresh")
    assert checked_out(repository) == CheckedOut("fresh", "")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, CheckedOut()),
        ({".git": "gitdir: nowhere"}, CheckedOut()),
        ({".git/HEAD": b"\xff\xfe"}, CheckedOut()),
        ({".git/HEAD": "ref: refs/heads/../../secret", "secret": ONE}, CheckedOut()),
        ({".git/HEAD": "ref: refs/heads/a", ".git/refs/heads/a": "pass word"}, CheckedOut("a")),
        (
            {".git/HEAD": "ref: refs/heads/a", ".git/packed-refs": f"# x\n{TWO} refs/heads/a\n"},
            CheckedOut("a", TWO),
        ),
    ],
)
def test_whatever_lies_there(
    tmp_path: Path, files: dict[str, str | bytes], expected: CheckedOut
) -> None:
    assert checked_out(write_vault(tmp_path / "v", files)) == expected


@pytest.mark.django_db
def test_the_vault_and_its_report_say_what_was_imported(tmp_path: Path, client: Client) -> None:
    head = {".git/HEAD": "ref: refs/heads/exam", ".git/refs/heads/exam": ONE}
    root = write_vault(messaging(tmp_path / "Messaging"), head)  # type: ignore[arg-type]
    import_vault(owner=ensure_learner(), root=root)
    for page in ("", "report/"):
        html = client.get(f"/library/messaging/{page}").content.decode()
        assert "<b>exam</b>" in html
        assert "1111111111</code>" in html
    write_vault(root, {".git/refs/heads/exam": TWO})
    result = import_vault(owner=ensure_learner(), root=root)
    assert (result.changed, result.vault.commit) == (False, TWO)
    shutil.rmtree(root / ".git")
    assert import_vault(owner=ensure_learner(), root=root).vault.branch == ""
