"""Switching ways of asking on and off: the page, what it counts, and what comes of it."""

from __future__ import annotations

import json
from contextlib import ExitStack
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner
from studyapp.library.models import ImportRun, Intake, NoteVersion, Placement, Vault
from studyapp.library.services import locking, taking_in
from studyapp.library.services.editing import edit_note
from studyapp.library.services.importing import import_vault
from studyapp.library.services.locking import only_change_to
from studyapp.library.services.placing import Changes
from studyapp.library.services.reading import Progress
from studyapp.library.services.switching import derive_again, switch_dialects
from studyapp.obsidian.dialects import PROPOSED_FROM
from studyapp.obsidian.values import Dialect
from tests.library.uploading import upload, work, zipped
from tests.library.vaults import write_vault

pytestmark = pytest.mark.django_db
URL = "/library/talks/settings/"

ASKING = "## What is S3?\nA store.\n\n## What is SQS?\nA queue.\n\nQ: And SNS?\nA: A ==topic==.\n"
FILES: dict[str, str | bytes] = {
    "aws/Storage.md": ASKING,
    "aws/compute/EC2.md": "## What is EC2?\n**Machines**.\n",
    "Cooking.md": "# Why salt?\nTaste.\n",
}


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    """Uploads go where pytest cleans up."""
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    root = write_vault(tmp_path / "Talks", FILES)
    return import_vault(owner=ensure_learner(), root=root).vault


def asked(vault: Vault) -> list[str]:
    """What the vault asks now, with the note that asks it."""
    vault.refresh_from_db()
    rows = Placement.objects.live().filter(vault=vault).select_related("version", "note")
    return sorted(f"{row.note.path}: {row.version.data['prompt']}" for row in rows)


def switch(client: Client, *on: str) -> str:
    """Tick these boxes, and let the worker do the rest; returns what the page says then."""
    response = client.post(URL, {"on": on})
    assert response.status_code == 302
    work()
    return " ".join(client.get(response["Location"]).content.decode().split())


def words(client: Client, url: str) -> str:
    return " ".join(client.get(url).content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def test_the_page_says_what_each_would_add_and_where(client: Client, vault: Vault) -> None:
    page = words(client, URL)
    assert "adds 4 questions in 3 notes" in page  # headings, in the whole vault
    assert "adds 3 questions in 2 notes" in page  # in aws/
    assert "adds 1 question in 1 note" in page
    assert 'value="headings:aws/compute"' in page
    assert 'value="labels:aws/compute"' not in page
    assert "checked" not in page


def test_its_queries_do_not_grow_with_the_folders(client: Client, vault: Vault) -> None:
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    files = {f"{n}/Note.md": ASKING for n in range(20)}
    write_vault(Path(vault.source), files)
    import_vault(owner=vault.owner, root=Path(vault.source))
    with CaptureQueriesContext(connection) as many:
        assert 'value="headings:19"' in client.get(URL).content.decode()
    assert len(many) == len(few)


def test_a_dialect_of_a_folder_asks_there_and_nowhere_else(client: Client, vault: Vault) -> None:
    assert asked(vault) == []
    switch(client, "headings:aws")
    assert asked(vault) == [
        "aws/Storage.md: What is S3?",
        "aws/Storage.md: What is SQS?",
        "aws/compute/EC2.md: What is EC2?",
    ]
    assert vault.runs.first().kind == ImportRun.Kind.SETTINGS
    page = words(client, URL)
    assert "switched on" in page
    assert "adds 1 question in 1 note" in page  # the whole vault would add Cooking alone


def test_only_notes_that_it_concerns_are_derived_again(client: Client, vault: Vault) -> None:
    before = NoteVersion.objects.live().get(note__path="Cooking.md").pk
    switch(client, "headings:aws")
    assert NoteVersion.objects.live().get(note__path="Cooking.md").pk == before


def test_switching_off_and_on_again_brings_the_same_items_back(
    client: Client, vault: Vault
) -> None:
    switch(client, "labels:")
    item = Placement.objects.live().get().item_id
    switch(client)
    assert asked(vault) == []
    switch(client, "labels:")
    assert Placement.objects.live().get().item_id == item


def test_the_whole_vault_makes_its_folders_needless(client: Client, vault: Vault) -> None:
    switch(client, "headings:aws", "headings:", "headings:aws/compute", "labels:aws")
    vault.refresh_from_db()
    assert vault.dialects == [["", "headings"], ["aws", "labels"]]


def test_saving_what_is_so_already_reads_nothing(client: Client, vault: Vault) -> None:
    response = client.post(URL, {"on": []})
    assert response["Location"] == "/library/talks/"
    assert not Intake.objects.exists()


def test_saving_twice_in_a_row_derives_once_by_the_later_settings(
    client: Client, vault: Vault
) -> None:
    first = client.post(URL, {"on": ["headings:"]})
    second = client.post(URL, {"on": ["labels:"]})
    assert first["Location"] == second["Location"]
    work()
    assert asked(vault) == ["aws/Storage.md: And SNS?"]
    assert Intake.objects.get().state == Intake.State.DONE


def test_deriving_waits_for_another_change(
    client: Client, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "PATIENCE", 0)
    other = ExitStack()
    other.enter_context(only_change_to(vault))
    steps = []

    def derive(*, vault: Vault, progress: Progress) -> Changes | None:
        steps.append(Intake.objects.get().step)
        if len(steps) == 3:
            other.close()
        return derive_again(vault=vault, progress=progress)

    monkeypatch.setattr(taking_in, "derive_again", derive)
    switch(client, "labels:")
    assert asked(vault) == ["aws/Storage.md: And SNS?"]
    assert steps == ["", *["Waiting for another change to the vault"] * 2]


def test_deriving_does_not_wait_for_ever(
    client: Client, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "PATIENCE", 0)
    monkeypatch.setattr(taking_in, "LONGEST_WAIT", 0)
    with only_change_to(vault):
        assert "being imported" in switch(client, "labels:")
    assert Intake.objects.get().state == Intake.State.FAILED


@pytest.mark.parametrize("value", ["headings:gone", "unheard:", "headings", ""])
def test_a_box_that_is_not_there_is_refused(client: Client, vault: Vault, value: str) -> None:
    response = client.post(URL, {"on": [value]})
    assert response.status_code == 422
    assert "Nothing was saved" in response.content.decode()
    vault.refresh_from_db()
    assert vault.dialects == []


def test_somebody_else_cannot_switch(client: Client, settings: Settings, vault: Vault) -> None:
    settings.ONE_PERSON = False
    client.force_login(User.objects.create_user("mallory"))
    assert client.post(URL, {"on": ["headings:"]}).status_code == 404
    vault.refresh_from_db()
    assert vault.dialects == []


def test_an_uploaded_vault_is_derived_from_its_texts(client: Client, tmp_path: Path) -> None:
    client.post(
        "/library/import/", {"act": "import", "archive": upload(zipped(FILES, folder="Talks"))}
    )
    work()
    vault = Vault.objects.get()
    switch(client, "labels:")
    assert asked(vault) == ["aws/Storage.md: And SNS?"]


def test_what_was_edited_here_is_what_is_asked(client: Client, vault: Vault) -> None:
    served = NoteVersion.objects.live().get(note__path="Cooking.md")
    edit_note(vault=vault, path="Cooking.md", text="# Why pepper?\nHeat.\n", seen=served.sha256)
    switch(client, "headings:")
    assert "Cooking.md: Why pepper?" in asked(vault)
    assert "Cooking.md: Why salt?" not in asked(vault)


def test_the_next_import_reads_as_the_settings_say(vault: Vault) -> None:
    switch_dialects(vault=vault, on=(("", Dialect.LABELS),))
    root = Path(vault.source)
    assert import_vault(owner=vault.owner, root=root).changed
    assert asked(vault) == ["aws/Storage.md: And SNS?"]
    assert not import_vault(owner=vault.owner, root=root).changed


# --- proposals ------------------------------------------------------------------------------

MANY: dict[str, str | bytes] = {f"faq/{n}.md": f"# What is {n}?\nThis.\n" for n in range(6)}
SENTENCE = "Headings that ask would add 6 questions in 6 notes in faq/."


def test_the_report_proposes_what_it_sees_and_leads_to_the_switch(
    client: Client, tmp_path: Path
) -> None:
    import_vault(owner=ensure_learner(), root=write_vault(tmp_path / "Talks", MANY))
    page = words(client, "/library/talks/report/")
    assert SENTENCE in page
    assert "faq/0.md:1</a> What is 0? → This." in page
    assert "faq/3.md:1" not in page.partition("New questions")[0]
    assert f'href="{URL}"' in page
    switch(client, "headings:faq")
    assert "would add" not in words(client, "/library/talks/report/")


PATTERNS = {
    Dialect.HEADINGS: "## What is {n}?\nThis.\n",
    Dialect.LABELS: "Q: What is {n}?\nA: This.\n",
    Dialect.CARDS: "What is {n}?::This\n",
    Dialect.HIGHLIGHTS: "It is =={n}== of them.\n",
    Dialect.BOLD: "It is **{n}** of them.\n",
}


@pytest.mark.parametrize("dialect", Dialect)
def test_each_is_proposed_where_it_is_written_and_switched_on_with_one_press(
    client: Client, tmp_path: Path, dialect: Dialect
) -> None:
    pattern = PATTERNS[dialect]
    files = {f"faq/{n}.md": pattern.format(n=n) for n in range(PROPOSED_FROM[dialect] - 1)}
    files |= {"faq/last.md": pattern.format(n="last"), "Prose.md": "Nothing to ask.\n"}
    vault = import_vault(owner=ensure_learner(), root=write_vault(tmp_path / "Talks", files)).vault
    report = client.get("/library/talks/report/")
    form = " ".join(report.text.split()).partition('action="/library/talks/settings/"')[2]
    form = form[: form.index("</form>")]
    assert "csrfmiddlewaretoken" in form
    assert f'name="also" value="{dialect}:faq"' in form

    response = client.post(URL, {"also": f"{dialect}:faq"})
    work()
    page = words(client, response["Location"])
    assert f">new</a></dt> <dd>{PROPOSED_FROM[dialect]}</dd>" in page
    assert len(asked(vault)) == PROPOSED_FROM[dialect]
    assert 'name="also"' not in words(client, "/library/talks/report/")


def test_what_is_switched_on_beside_others_leaves_them_on(client: Client, vault: Vault) -> None:
    switch(client, "labels:")
    client.post(URL, {"also": "headings:aws"})
    vault.refresh_from_db()
    assert vault.dialects == [["", "labels"], ["aws", "headings"]]
    assert client.post(URL, {"also": "bold:gone"}).status_code == 422


def test_checking_first_proposes_too(client: Client, tmp_path: Path) -> None:
    root = write_vault(tmp_path / "Talks", MANY)
    client.post("/library/import/", {"act": "check", "folder": str(root)})
    work()
    page = words(client, Intake.objects.get().get_absolute_url())
    assert SENTENCE in page
    assert "once it is brought in" in page


def test_commands_propose_and_switch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "PATIENCE", 0)
    root = write_vault(tmp_path / "Talks", MANY)
    out = StringIO()
    call_command("check_vault", root, stdout=out)
    assert f"{SENTENCE} (--dialect headings:faq)" in out.getvalue()

    out = StringIO()
    call_command("check_vault", root, "--dialect", "headings:faq", "--json", stdout=out)
    assert len(json.loads(out.getvalue())["items"]) == 6

    call_command("import_vault", root, "--dialect", "headings", stdout=StringIO())
    vault = Vault.objects.get()
    assert vault.dialects == [["", "headings"]]
    call_command("import_vault", root, stdout=StringIO())  # leaves them
    assert len(asked(vault)) == 6
    before = vault.revision
    with only_change_to(vault), pytest.raises(CommandError, match="being imported"):
        call_command("import_vault", root, "--dialect", "labels", stdout=StringIO())
    vault.refresh_from_db()
    assert (vault.dialects, vault.revision) == ([["", "headings"]], before)
    with pytest.raises(CommandError, match="'headers' is none of headings, labels"):
        call_command("import_vault", root, "--dialect", "headers")
