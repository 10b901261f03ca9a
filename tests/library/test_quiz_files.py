"""A quiz of another program's, brought in: through the browser and by the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django.fixtures import Settings

from studyapp.library.models import Attachment, NoteVersion, Placement, Vault
from tests.interchange.test_aiken import SAMPLE as AIKEN
from tests.interchange.test_gift import SAMPLE as GIFT
from tests.interchange.test_moodle_xml import SAMPLE as MOODLE
from tests.library.test_packages import bring_in, prompts
from tests.library.uploading import upload, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    """Uploads go where pytest cleans up."""
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


def test_a_check_says_what_would_come_and_what_not_and_then_it_comes(client: Client) -> None:
    response = client.post(
        "/library/import/", {"act": "check", "archive": upload(GIFT.encode(), "cloud.gift")}
    )
    work()
    page = " ".join(client.get(response["Location"]).content.decode().split())
    assert "cloud.gift:24" in page
    assert "Not carried over: answers that get part of the mark." in page
    assert not Vault.objects.exists()
    client.post(f"{response['Location']}resume/")
    work()
    vault = Vault.objects.get()
    assert vault.title == "cloud"
    assert "Which call?" in prompts(vault)
    assert Placement.objects.live().filter(explicit_id="sts-1").exists()
    tokens = NoteVersion.objects.live().get(note__path="Cloud/Tokens.md")
    assert client.get(f"/quizzes/sets/{vault.slug}/Cloud/Tokens.md").status_code == 200
    assert tokens.frontmatter == {"quiz": "practice"}


def test_moodle_s_questions_bring_their_files(client: Client) -> None:
    intake = bring_in(client, MOODLE.encode(), "Course.xml")
    assert intake.problem == ""
    assert [a.path for a in Attachment.objects.live()] == ["attachments/dot a.png"]


@pytest.mark.parametrize("data", [AIKEN.encode(), b"Is it so? {T}\n"])
def test_a_text_that_is_a_quiz_is_not_taken_for_cards(client: Client, data: bytes) -> None:
    intake = bring_in(client, data, "quiz.txt")
    assert intake.problem == ""
    assert NoteVersion.objects.live().get().frontmatter == {"quiz": "practice"}


def test_a_newer_file_brings_the_same_questions_up_to_date(client: Client) -> None:
    bring_in(client, GIFT.encode(), "cloud.gift")
    item = Placement.objects.live().get(explicit_id="sts-1").item
    changed = GIFT.replace("Who issues\ncredentials?", "Who hands them out?")
    bring_in(client, changed.encode("utf-16"), "cloud.gift")
    assert Vault.objects.count() == 1
    placement = Placement.objects.live().get(explicit_id="sts-1")
    assert (placement.item, placement.version.content.prompt) == (item, "Who hands them out?")


def test_a_file_that_means_harm_is_refused(client: Client) -> None:
    bomb = b'<!DOCTYPE q [<!ENTITY a "ha">]><quiz>&a;</quiz>'
    assert "declares entities" in bring_in(client, bomb, "x.xml").problem
    assert not Vault.objects.exists()


def test_the_command_brings_in_a_quiz(tmp_path: Path) -> None:
    (tmp_path / "Cloud.gift").write_text("Is it so? {T}\n")
    call_command("import_vault", str(tmp_path / "Cloud.gift"))
    assert prompts(Vault.objects.get(title="Cloud")) == {"Is it so?"}
