"""``check_vault`` and ``import_vault`` on vaults that are fine and vaults that are not."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from studyapp.library.models import NoteVersion, Placement, Vault
from tests.library.vaults import QUEUES, messaging, write_vault

pytestmark = pytest.mark.django_db
SEED = Path(__file__).resolve().parents[3] / "shared" / "seed"


def check(path: Path) -> dict[str, Any]:
    out = io.StringIO()
    call_command("check_vault", str(path), "--json", stdout=out)
    return json.loads(out.getvalue())


def run_import(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_vault", str(path), *options, stdout=out, no_color=True)
    return out.getvalue()


def test_the_doctor_reports_without_importing(tmp_path: Path) -> None:
    report = check(messaging(tmp_path / "v"))
    assert report["notes"] == 3
    assert report["attachments"] == {"found": 1, "missing": []}
    assert report["links"]["broken"] == []
    first = report["items"][0]
    assert first == {
        "path": "Queues.md",
        "lines": [9, 11],
        "kind": "basic",
        "status": "ready",
        "shape": "S1",
        "prompt": "How long does a message stay hidden after it was received?",
        "answer": "For the visibility timeout, 30 seconds unless you change it.\n![[timeout.png]]",
        "options": [],
        "explanation": "",
        "schedule": None,
        "id": "sqs-hidden",
    }
    choice = report["items"][1]
    assert choice["options"] == [
        {"text": "FIFO", "correct": True, "why": "It orders by message group."},
        {"text": "Standard", "correct": False, "why": "Best effort only."},
    ]
    assert choice["explanation"] == "Order costs throughput."
    assert not Vault.objects.exists()


def test_one_note_with_one_question_is_said_so(tmp_path: Path) -> None:
    root = write_vault(tmp_path / "One", {"a.md": "> [!question] Why?\n> So.\n"})
    assert "Imported “One”: 1 note, 1 question." in run_import(root)


def test_missing_attachments_and_broken_links_are_named_with_their_line(tmp_path: Path) -> None:
    root = write_vault(tmp_path / "v", {"a.md": "x\n\n![[no.png]]\nsee [[Nowhere]]\n"})
    report = check(root)
    assert report["attachments"]["missing"] == [{"path": "a.md", "line": 3, "target": "no.png"}]
    assert report["links"]["broken"] == [{"path": "a.md", "line": 4, "target": "Nowhere"}]
    run_import(root)
    html = NoteVersion.objects.live().get().html
    assert 'class="missing"' in html
    assert "no.png" in html


def test_the_doctor_speaks_to_a_person(tmp_path: Path) -> None:
    root = write_vault(
        messaging(tmp_path / "v"), {"open.md": "> [!question] Why is the sky blue?\n"}
    )
    out = io.StringIO()
    call_command("check_vault", str(root), stdout=out, no_color=True)
    text = out.getvalue()
    assert "notes  4" in text
    assert "3 ready" in text
    assert "1 need an answer" in text
    assert "open.md" in text


@pytest.mark.parametrize("command", ["check_vault", "import_vault"])
@pytest.mark.parametrize("kind", ["missing", "empty", "file"])
def test_where_nothing_can_be_read_the_command_fails_and_says_why(
    tmp_path: Path, command: str, kind: str
) -> None:
    path = tmp_path / "vault"
    if kind == "empty":
        path.mkdir()
    if kind == "file":
        path.write_text("x")
    with pytest.raises(CommandError) as error:
        call_command(command, str(path))
    assert str(path) in str(error.value)
    assert error.value.returncode == 1


TROUBLES: dict[str, tuple[str, bytes, str, int]] = {
    # file name, bytes, part of the message, line
    "not-utf8": ("latin.md", b"# Caf\xe9\n\nline\n", "UTF-8", 1),
    "broken-yaml": ("yaml.md", b"---\ntitle: a: b\n---\nText\n", "frontmatter", 2),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_bad_note_is_named_with_its_line_and_everything_else_is_imported(
    tmp_path: Path, trouble: str
) -> None:
    name, data, message, line = TROUBLES[trouble]
    root = write_vault(messaging(tmp_path / "v"), {name: data})
    report = check(root)
    (found,) = [d for d in report["diagnostics"] if d["path"] == name]
    assert message.lower() in found["message"].lower()
    assert found["line"] == line
    run_import(root)
    assert NoteVersion.objects.live().count() == 4
    assert Placement.objects.live().count() == 3


def test_a_link_out_of_the_vault_is_refused_and_named(tmp_path: Path) -> None:
    outside = tmp_path / "secret.md"
    outside.write_text("secret")
    root = messaging(tmp_path / "v")
    (root / "way-out.md").symlink_to(outside)
    report = check(root)
    assert report["notes"] == 3
    (found,) = [d for d in report["diagnostics"] if d["path"] == "way-out.md"]
    assert "outside the vault" in found["message"]


def test_a_vault_without_questions_is_imported_and_said_to_have_none(tmp_path: Path) -> None:
    root = write_vault(tmp_path / "v", {"a.md": "Just prose.\n"})
    assert any(d["code"] == "no-questions" for d in check(root)["diagnostics"])
    assert "0 questions" in run_import(root)


def test_import_prints_the_same_report_as_json(tmp_path: Path) -> None:
    root = messaging(tmp_path / "v")
    report = json.loads(run_import(root, "--json", "--title", "T", "--owner", "ada"))
    assert report["items"] == check(root)["items"]
    told = {"title": "T", "owner": "ada", "revision": 1, "branch": "", "commit": ""}
    assert report["vault"] == told
    assert report["changes"]["new"] == 3
    again = json.loads(run_import(root, "--json", "--title", "T", "--owner", "ada"))
    assert again["items"] == report["items"]
    assert again["vault"]["revision"] == 1
    assert again["changes"]["new"] == 0


@pytest.mark.skipif(not SEED.is_dir(), reason="the seed vault is not beside this checkout")
def test_the_seed_note() -> None:
    report = check(SEED)
    assert [(i["shape"], i["status"]) for i in report["items"]] == [
        ("S2", "ready"),
        ("S1", "ready"),
        ("S1", "ready"),
        ("S0", "needs_answer"),
        ("S4", "ready"),
    ]
    photo, store, sync, own, guest = report["items"]
    assert photo["answer"] == "Cognito Identity Pools"
    assert "![[attachments/Pasted image 20230219124739.png]]" in store["answer"]
    assert sync["answer"] == "Cognito Sync.\nUse AppSync if option is there."
    assert own["answer"] == ""
    assert "MOST efficiently?" in guest["prompt"]
    assert "Guest users" not in guest["prompt"]
    assert "Guest users" in guest["explanation"]
    assert len(report["attachments"]["missing"]) == 8
    assert [b["target"] for b in report["links"]["broken"]] == ["102 AWS DVA Index"]


def test_line_numbers_count_the_frontmatter(tmp_path: Path) -> None:
    root = write_vault(tmp_path / "v", {"a.md": QUEUES})
    spans = [item["lines"] for item in check(root)["items"]]
    source = QUEUES.splitlines()
    for first, _ in spans:
        assert source[first - 1].startswith("> [!question]")


@pytest.mark.parametrize(
    ("line", "message"),
    [("[" * 20_000, "20,000 “[” stand in a row"), (">" * 60 + " deep", "nest deeper than")],
)
def test_a_line_nobody_meant_is_named_and_the_rest_is_imported(
    tmp_path: Path, line: str, message: str
) -> None:
    root = write_vault(messaging(tmp_path / "v"), {"bomb.md": f"# Bomb\n\n{line}\n"})
    (found,) = [d for d in check(root)["diagnostics"] if d["path"] == "bomb.md"]
    assert message in found["message"]
    assert found["line"] == 3
    run_import(root)
    assert NoteVersion.objects.live().count() == 4
    assert Placement.objects.live().count() == 3


def test_a_quiz_set_that_cannot_keep_what_it_says_is_named_with_its_line(
    tmp_path: Path, client: Client
) -> None:
    quiz = "---\nquiz: exam\nquestions: 1\ncloses: 2020-01-31\nblueprint:\n  Security: 1\n---\n"
    write_vault(tmp_path / "v", {"Queues.md": QUEUES, "Quiz.md": quiz})
    codes = [(4, "quiz-closes"), (5, "quiz-blueprint")]
    checked = check(tmp_path / "v")["diagnostics"]
    assert [(found["line"], found["code"]) for found in checked] == codes
    imported = json.loads(run_import(tmp_path / "v", "--json"))["diagnostics"]
    assert [(found["line"], found["code"]) for found in imported] == codes
    page = client.get(reverse("library:report", args=[Vault.objects.get().slug])).content.decode()
    assert "It closed on 2020-01-31" in page
    assert "“Security” should give 1" in page
