"""Importing a folder of which little has changed: as good as reading all of it, for less."""

from __future__ import annotations

import os
import time
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from studyapp.accounts.services import ensure_learner
from studyapp.library.models import NoteVersion, Placement, Topic, Vault
from studyapp.library.services import importing, reading, touching
from studyapp.library.services.editing import edit_note
from studyapp.library.services.importing import import_vault
from studyapp.library.services.making import make_note
from tests.library.vaults import MESSAGING, QUEUES, messaging, write_vault

pytestmark = pytest.mark.django_db

_HOURS = count(1)

REPORTED = ("notes", "attachments_missing", "links_broken", "offers")


def run(root: Path, owner: str = "learner") -> Vault:
    return import_vault(owner=ensure_learner(username=owner), root=root).vault


def settle(root: Path) -> Path:
    """Make every file as old as it would be if nobody had touched it for a while."""
    for file in root.rglob("*"):
        if file.is_file() and file.stat().st_mtime > time.time() - 60:
            then = time.time() - 3600 * next(_HOURS)
            os.utime(file, (then, then))
    return root


def served(vault: Vault) -> dict[str, Any]:
    """Everything an import derives, in words that two vaults can share."""
    vault.refresh_from_db()
    notes = NoteVersion.objects.live().filter(vault=vault).select_related("note", "topic")
    placements = Placement.objects.live().filter(vault=vault).order_by("note__path", "position")
    found = vault.served_report()
    return {
        "notes": {
            note.note.path: (
                note.html.replace(f"/library/{vault.slug}/", "/library/"),
                note.topic.path,
                note.note.position,
                note.tags,
                sorted(note.links.values_list("target__path", "line")),
            )
            for note in notes
        },
        "items": list(
            placements.values_list(
                "note__path", "first_line", "status", "topic__path", "version__data"
            )
        ),
        "order": list(
            Topic.objects.filter(vault=vault, note_versions__in=notes)
            .order_by("depth", "path")
            .values_list("path", "position")
        ),
        "report": {name: found[name] for name in REPORTED},
    }


# --- as good as reading everything --------------------------------------------------------------

NOTES = ("Index", "Tokens", "Keys", "Deep/Exam", "Deep/Cards", "Alone")
LINES = (
    "Plain words, {n} of them.",
    "## Part {n}",
    "A block. ^b{n}",
    "[[Tokens#Part 3]] and [[Keys]]",
    "![[Tokens#Part 3]]",
    "![[Keys]]",
    "![[Exam]]",
    "![[Tokens#^b2]]",
    "[[Nowhere {n}]] ![[lost-{n}.png]]",
    "[[Other name]]",
    "- [[Cards]]\n- [[Keys]]",
    "> [!question] What is {n}?\n> A number.",
    "Up: [[Index]]",
    "It is ==marked {n}==, once.",
    "Q: What is {n}?\nA: A number.",
)
FRONT = ("", "---\naliases: [Other name]\n---\n", "---\ntitle: Called {n}\n---\n", "")


def _text(random: Random) -> str:
    lines = [random.choice(LINES) for _ in range(random.randint(2, 6))]
    text = random.choice(FRONT) + "\n\n".join(lines) + "\n"
    return text.replace("{n}", str(random.randint(1, 4)))


def test_reading_what_changed_comes_to_the_same_as_reading_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = 0

    def counted(*arguments: Any, **options: Any) -> Any:
        nonlocal whole
        whole += 1
        return reading.read_vault(*arguments, **options)

    random = Random(5)
    root = tmp_path / "v"
    write_vault(root, {f"{note}.md": _text(random) for note in NOTES})
    vault = run(settle(root))
    monkeypatch.setattr(importing, "read_vault", counted)
    for step in range(24):
        path = root / f"{random.choice(NOTES)}.md"
        text = path.read_text()
        more = random.choice(LINES).replace("{n}", str(random.randint(1, 4)))
        path.write_text(random.choice([_text(random), f"{text}\n{more}\n", f"{text}\n{more}\n"]))
        if random.random() < 0.7:
            settle(root)
        run(root)
        if step % 4 == 3:
            before = whole
            fresh = run(root, owner=f"other {step}")
            assert served(vault) == served(fresh)
            whole = before
    assert 0 < whole < 18  # both ways were gone


def test_an_edit_in_the_browser_comes_to_the_same_too(tmp_path: Path) -> None:
    files = {
        "Tokens.md": "## Life\nAn hour.\n",
        "Exam.md": "![[Tokens#Life]] [[Tokens#Use]]\n",
        "Alone.md": "[[Gone]]\n",
    }
    vault = run(write_vault(tmp_path / "v", dict(files)))
    old = NoteVersion.objects.live().get(vault=vault, note__path="Tokens.md")
    edit_note(vault=vault, path="Tokens.md", text="## Use\nA day.\n", seen=old.sha256)
    files["Tokens.md"] = "## Use\nA day.\n"
    fresh = run(write_vault(tmp_path / "w", dict(files)), owner="other")
    assert served(vault) == served(fresh)
    assert served(vault)["report"]["links_broken"] == [
        ["Alone.md", 1, "Gone"],
        ["Exam.md", 1, "Tokens#Life"],
    ]


# --- for less -------------------------------------------------------------------------------


def test_where_nothing_changed_no_file_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = settle(messaging(tmp_path / "v"))
    run(root)

    def opened(folder: Path, path: str) -> bytes:
        raise AssertionError(f"{path} was opened")

    for module in (reading, touching, importing):
        monkeypatch.setattr(module, "read_bytes", opened)
    assert not import_vault(owner=ensure_learner(), root=root).changed


def test_where_one_note_changed_only_that_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = settle(messaging(tmp_path / "v"))
    run(root)
    opened = []
    read_bytes = reading.read_bytes

    def noted(folder: Path, path: str) -> bytes:
        opened.append(path)
        return read_bytes(folder, path)

    for module in (reading, touching, importing):
        monkeypatch.setattr(module, "read_bytes", noted)
    (root / "Queues.md").write_text(f"{QUEUES}\nAnd more.\n")
    assert import_vault(owner=ensure_learner(), root=root).changed
    assert set(opened) == {"Queues.md"}


def test_a_note_that_began_here_costs_no_reading_of_all_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = settle(messaging(tmp_path / "v"))
    vault = run(root)
    make_note(vault=vault, title="Here", text="See [[Queues]].\n")
    (root / "Queues.md").write_text(f"{QUEUES}\nSee [[Here]].\n")
    monkeypatch.delattr(importing, "read_vault")
    assert import_vault(owner=ensure_learner(), root=root).changed
    vault.refresh_from_db()
    links = {path: dict(note[4]) for path, note in served(vault)["notes"].items()}
    assert "Here.md" in links["Queues.md"]
    assert links["Here.md"] == {"Queues.md": 1}
    assert vault.served_report()["notes"] == 4


@pytest.mark.parametrize("step", [0, 1])
def test_the_size_of_the_vault_costs_no_queries(tmp_path: Path, step: int) -> None:
    counts = []
    for size in (3, 60):
        files: dict[str, str | bytes] = dict(MESSAGING)
        files |= {f"Note {number}.md": "[[Queues]] " * step for number in range(size)}
        root = settle(write_vault(tmp_path / f"v{size}", files))
        run(root, owner=f"owner of {size}")
        (root / "Queues.md").write_text(f"{QUEUES}\nAnd more.\n")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            run(root, owner=f"owner of {size}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_two_changes_in_one_moment_are_both_seen(tmp_path: Path) -> None:
    root = messaging(tmp_path / "v")
    moment = (time.time(), time.time())
    for word in ("first", "later"):
        (root / "Topics.md").write_text(f"The {word} text.\n")
        os.utime(root / "Topics.md", moment)
        vault = run(root)
    assert "later" in NoteVersion.objects.live().get(vault=vault, note__path="Topics.md").text


def test_a_touched_file_that_says_the_same_changes_nothing(tmp_path: Path) -> None:
    root = settle(messaging(tmp_path / "v"))
    vault = run(root)
    os.utime(root / "Topics.md")
    assert not import_vault(owner=ensure_learner(), root=root).changed
    assert run(root).revision == vault.revision
