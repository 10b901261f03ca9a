"""A single note, and files whose notes are added to a vault that is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.library.models import Intake, NoteVersion, Placement, Vault
from tests.interchange.test_moodle_xml import SAMPLE as MOODLE
from tests.library.test_import_pages import bring_in, page
from tests.library.uploading import upload, work, zipped
from tests.library.vaults import MESSAGING

pytestmark = pytest.mark.django_db

QUIZ = "::id-1:: Which service hides messages? {=SQS ~SNS}\n"
NOTE = b"# Streams\n\nSee [[Queues]].\n\n> [!question] What keeps records?\n> A shard.\n"


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    """Uploads go where pytest cleans up."""
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture
def vault(client: Client) -> Vault:
    """The messaging vault, uploaded."""
    bring_in(client, archive=upload(zipped()))
    return Vault.objects.get()


def paths(vault: Vault) -> set[str]:
    served = NoteVersion.objects.live().filter(vault=vault)
    return set(served.values_list("note__path", flat=True))


def asked(path: str) -> Placement:
    return Placement.objects.live().get(note__path=path)


def test_a_single_note_is_a_vault_of_its_own(client: Client) -> None:
    intake = bring_in(client, archive=upload("Ströme\n\n".encode("cp1252") + NOTE, "Streams.md"))
    assert intake.vault is not None
    assert (intake.vault.title, paths(intake.vault)) == ("Streams", {"Streams.md"})
    assert "It is no UTF-8, and was read as Windows-1252." in page(client, intake)
    assert "Ströme" in NoteVersion.objects.live().get().text


def test_a_quiz_is_added_to_a_vault_and_stays_in_it(client: Client, vault: Vault) -> None:
    intake = bring_in(client, archive=upload(QUIZ.encode(), "More.gift"), into=vault.slug)
    assert (intake.problem, intake.vault) == ("", vault)
    assert paths(vault) == {*(p for p in MESSAGING if p.endswith(".md")), "More.md"}
    item = asked("More.md").item
    bring_in(client, archive=upload(zipped(MESSAGING | {"New.md": "New."})), title=vault.title)
    assert "New.md" in paths(vault)
    assert asked("More.md").item == item
    reworded = QUIZ.replace("hides messages", "conceals messages")
    bring_in(client, archive=upload(reworded.encode(), "More.gift"), into=vault.slug)
    assert asked("More.md").item == item
    assert "conceals" in asked("More.md").version.content.prompt
    again = bring_in(client, archive=upload(reworded.encode(), "More.gift"), into=vault.slug)
    assert again.report["changed"] is False


def test_a_note_that_the_vault_has_is_not_written_over(client: Client, vault: Vault) -> None:
    before = NoteVersion.objects.live().get(note__path="Queues.md").text
    bring_in(client, archive=upload(NOTE, "queues.md"), into=vault.slug)
    assert NoteVersion.objects.live().get(note__path="Queues.md").text == before
    added = NoteVersion.objects.live().get(note__path="queues (2).md")
    assert f'href="/library/{vault.slug}/notes/Queues.md"' in added.html


def test_checking_first_adds_nothing(client: Client, vault: Vault) -> None:
    revision = vault.revision
    intake = bring_in(client, archive=upload(NOTE, "S.md"), into=vault.slug, act="check")
    said = page(client, intake)
    assert "1 question" in said
    assert "Broken links" not in said  # the vault has that note
    vault.refresh_from_db()
    assert vault.revision == revision
    client.post(f"{intake.get_absolute_url()}resume/")
    work()
    assert "S.md" in paths(vault)


def test_what_brings_pictures_is_a_vault_of_its_own(client: Client, vault: Vault) -> None:
    intake = bring_in(client, archive=upload(MOODLE.encode(), "Course.xml"), into=vault.slug)
    assert "only a vault of its own has room for them" in intake.problem


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (zipped(), "notes.zip", "Only a note, cards as CSV or a quiz in one file"),
        (b"x" * 1_000_001, "long.md", "A note may have 1,000,000 bytes. Split it."),
    ],
)
def test_what_cannot_be_added_is_refused(
    client: Client, vault: Vault, data: bytes, name: str, why: str
) -> None:
    response = client.post(
        "/library/import/", {"act": "import", "archive": upload(data, name), "into": vault.slug}
    )
    assert response.status_code == 422
    assert why in response.content.decode()


def test_nobody_adds_to_anothers_vault(client: Client, vault: Vault) -> None:
    somebody = User.objects.create_user("somebody")
    Vault.objects.filter(pk=vault.pk).update(owner=somebody)
    asked_before = Intake.objects.count()
    response = client.post(
        "/library/import/",
        {"act": "import", "archive": upload(NOTE, "S.md"), "into": vault.slug},
    )
    assert response.status_code == 422
    assert Intake.objects.count() == asked_before
