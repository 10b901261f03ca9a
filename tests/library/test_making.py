"""Vaults and notes that begin in the browser, and what an import of a folder does with them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from studyapp.library.models import FolderState, Vault
from studyapp.library.services.adding import add_notes
from studyapp.library.services.exporting import export_vault
from studyapp.library.services.importing import import_vault
from studyapp.library.services.making import make_note, make_vault
from tests.library.factories import make_learner
from tests.library.test_editing import edit, live
from tests.library.test_import import placed, run
from tests.library.vaults import messaging, write_vault

pytestmark = pytest.mark.django_db

NOTE = "> [!question] What is a lease?\n> A claim that ends by itself.\n"
PATH = "Leases.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return messaging(tmp_path / "v")


@pytest.fixture
def vault(root: Path) -> Vault:
    vault = run(root).vault
    make_note(vault=vault, title="Leases", text=NOTE)
    vault.refresh_from_db()
    return vault


def test_it_is_a_note_as_any_other(vault: Vault, client: Client) -> None:
    assert placed(vault)["What is a"].note.path == PATH
    assert b"What is a lease?" in client.get(reverse("library:note", args=["v", PATH])).content
    archive = zipfile.ZipFile(io.BytesIO(b"".join(export_vault(vault))))
    assert archive.read(f"v/{PATH}").decode() == NOTE


def test_no_import_of_the_folder_takes_it_away(root: Path, vault: Vault) -> None:
    asked = placed(vault)["What is a"].item_id
    messaging(root, Topics="Another text.\n")
    run(root)
    assert live(vault, PATH).text == NOTE
    assert placed(vault)["What is a"].item_id == asked
    edit(vault, PATH, NOTE.replace("ends", "runs out"))
    messaging(root, Topics="A third text.\n")
    run(root)
    assert "runs out" in live(vault, PATH).text
    assert live(vault, PATH).folder_state == FolderState.KEPT


def test_an_export_that_comes_back_as_the_folder_agrees(root: Path, vault: Vault) -> None:
    asked = placed(vault)["What is a"].item_id
    write_vault(root, {PATH: NOTE})
    run(root)
    assert live(vault, PATH).folder_state == FolderState.AGREES
    assert not live(vault, PATH).is_edited
    assert placed(vault)["What is a"].item_id == asked


def test_what_was_changed_in_the_export_and_here_since_is_merged(root: Path, vault: Vault) -> None:
    text = "".join(f"Line {number}.\n" for number in range(9))
    edit(vault, PATH, text)
    edit(vault, PATH, text.replace("Line 1", "Here 1"))
    write_vault(root, {PATH: text.replace("Line 7", "There 7")})
    run(root)
    merged = text.replace("Line 1", "Here 1").replace("Line 7", "There 7")
    assert (live(vault, PATH).text, live(vault, PATH).folder_state) == (merged, FolderState.AGREES)


def test_another_note_of_its_name_is_asked_about(root: Path, vault: Vault) -> None:
    write_vault(root, {PATH: "Something else altogether.\n"})
    run(root)
    assert (live(vault, PATH).text, live(vault, PATH).folder_state) == (NOTE, FolderState.CONFLICT)


def test_an_export_renamed_in_the_folder_is_the_same_note(root: Path, vault: Vault) -> None:
    asked = placed(vault)["What is a"].item_id
    write_vault(root, {"Empty.md": "", "time/Lease.md": NOTE})
    run(root)
    assert placed(vault)["What is a"].item_id == asked
    assert placed(vault)["What is a"].note.path == "time/Lease.md"
    assert live(vault, "Empty.md").text == ""


def test_an_upload_brings_a_vault_up_to_date_that_began_here(tmp_path: Path) -> None:
    vault = make_vault(owner=make_learner(), title="Mine")
    make_note(vault=vault, title="Leases", text=NOTE)
    root = write_vault(tmp_path / "Mine", {"Leases.md": NOTE + "\nMore.\n", "Other.md": "Text.\n"})
    assert import_vault(owner=vault.owner, root=root, title="Mine").vault == vault
    assert live(vault, "Leases.md").text == NOTE + "\nMore.\n"
    assert live(vault, "Other.md").text == "Text.\n"


def test_an_empty_note_of_the_folder_can_be_written_into(root: Path, vault: Vault) -> None:
    write_vault(root, {"Empty.md": ""})
    run(root)
    edit(vault, "Empty.md", NOTE.replace("lease", "claim"))
    assert placed(vault)["What is a"]
    assert live(vault, "Empty.md").is_edited


def test_a_vault_and_its_first_note_from_nothing(client: Client) -> None:
    response = client.post(reverse("library:new_vault"), {"title": "My notes"}, follow=True)
    assert "This vault has no notes" in response.content.decode()
    making = reverse("library:new_note", args=["my-notes"])
    editor = client.post(making, {"title": "Time / space?"}, follow=True)
    assert editor.redirect_chain[-1][0].startswith("/library/my-notes/edit/Time%20space.md")
    vault = Vault.objects.get(slug="my-notes")
    edit(vault, "Time space.md", NOTE)
    assert placed(vault)["What is a"]
    listed = client.get(vault.get_absolute_url()).content.decode()
    assert "Time space" in listed


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("leases", "The vault has a note Leases.md already."),
        (" / ", "A title needs a letter or a digit."),
        ("", "This field is required."),
    ],
)
def test_a_title_that_cannot_be(client: Client, vault: Vault, title: str, message: str) -> None:
    response = client.post(reverse("library:new_note", args=[vault.slug]), {"title": title})
    assert response.status_code == 422
    assert message in response.content.decode()


def test_a_vault_has_a_title_of_its_own(client: Client, vault: Vault) -> None:
    response = client.post(reverse("library:new_vault"), {"title": vault.title})
    assert response.status_code == 422
    assert Vault.objects.count() == 1


def test_a_note_made_here_can_be_deleted_here(client: Client, vault: Vault) -> None:
    editor = client.get(reverse("library:edit", args=[vault.slug, PATH])).content.decode()
    page = reverse("library:conflict", args=[vault.slug, PATH])
    assert page in editor
    assert "Delete it" in client.get(page).content.decode()
    client.post(page, {"act": "drop"})
    assert "What is a" not in placed(vault)
    assert client.get(reverse("library:note", args=[vault.slug, PATH])).status_code == 404


def test_only_its_owner_writes_into_a_vault(
    client: Client, settings: Settings, vault: Vault
) -> None:
    page = reverse("library:new_note", args=[vault.slug])
    settings.ONE_PERSON = False
    assert client.get(page).status_code == 302
    client.force_login(make_learner("mallory"))
    assert client.get(page).status_code == 404
    assert client.post(page, {"title": "Mine now"}).status_code == 404


def test_the_form_of_a_note_takes_few_queries(
    client: Client, vault: Vault, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(4):
        client.get(reverse("library:new_note", args=[vault.slug]))


def test_what_is_added_under_its_name_stands_beside_it(vault: Vault) -> None:
    add_notes(vault=vault, notes={PATH: "Added.\n"})
    assert live(vault, PATH).text == NOTE
    assert live(vault, "Leases (2).md").text == "Added.\n"
