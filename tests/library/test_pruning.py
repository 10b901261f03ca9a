"""Letting go of what earlier revisions kept: what goes, and that nothing anybody needs does."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from studyapp.accounts.services import ensure_learner
from studyapp.library.models import (
    Attachment,
    Blob,
    ImportRun,
    Item,
    ItemVersion,
    NoteLink,
    NoteVersion,
    Placement,
    Vault,
)
from studyapp.library.services import locking
from studyapp.library.services.importing import import_vault
from studyapp.library.services.locking import VaultBusyError, only_change_to
from studyapp.library.services.pruning import prune_blobs, prune_vault
from tests.library.vaults import PIXEL, write_vault

pytestmark = pytest.mark.django_db

QUESTION = "> [!question] Why?\n> {}\n\n[[Other]] ![[dot.png]]\n"


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    """Files go where pytest cleans up."""
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """Three revisions: two texts, and one of them laid out twice since its link led nowhere."""
    root = tmp_path / "Talks"
    texts: list[dict[str, str | bytes]] = [
        {"Note.md": QUESTION.format("One."), "dot.png": PIXEL},
        {"Other.md": "Here.\n"},
        {"Note.md": QUESTION.format("Two."), "dot.png": PIXEL + b"\0"},
    ]
    for files in texts:
        vault = import_vault(owner=ensure_learner(), root=write_vault(root, files)).vault
    return vault


def grow_old() -> None:
    ImportRun.objects.update(finished_at=timezone.now() - timedelta(days=2))


def note_texts(vault: Vault) -> list[str]:
    versions = NoteVersion.objects.filter(vault=vault, note__path="Note.md").order_by("since")
    return list(versions.values_list("text", flat=True))


def test_what_was_served_lately_is_left_alone(vault: Vault) -> None:
    prune_vault(vault)
    assert len(note_texts(vault)) == 3
    assert not NoteVersion.objects.filter(html="").exists()
    assert Attachment.objects.count() == 2


def test_texts_stay_and_what_was_laid_out_of_them_goes(client: Client, vault: Vault) -> None:
    grow_old()
    items = Item.objects.count(), ItemVersion.objects.count(), Placement.objects.count()
    prune_vault(vault)
    assert note_texts(vault) == [QUESTION.format("One."), QUESTION.format("Two.")]
    first, last = NoteVersion.objects.filter(note__path="Note.md").order_by("since")
    assert (first.since, first.until) == (1, last.since)
    assert (first.html, first.parsed) == ("", {})
    assert last.html
    assert not NoteLink.objects.filter(source=first).exists()
    assert (Item.objects.count(), ItemVersion.objects.count(), Placement.objects.count()) == items
    page = client.get("/library/talks/notes/Note.md")
    assert "Two." in page.text
    earlier = client.get("/library/talks/versions/Note.md", {"version": "1"})
    assert earlier.context["chosen"].text == QUESTION.format("One.")
    assert prune_vault(vault).rows == 0  # there is nothing left to do


def test_an_earlier_text_is_still_taken_back(client: Client, vault: Vault) -> None:
    grow_old()
    prune_vault(vault)
    seen = NoteVersion.objects.live().get(note__path="Note.md").sha256
    client.post("/library/talks/versions/Note.md", {"version": "1", "seen": seen})
    assert "One." in client.get("/library/talks/notes/Note.md").text


def test_bytes_that_nothing_names_go_and_others_stay(client: Client, vault: Vault) -> None:
    grow_old()
    old = Attachment.objects.order_by("since").first()
    assert old is not None
    replaced = old.blob
    prune_blobs()
    assert default_storage.exists(replaced.storage_name)  # the earlier revision names them
    prune_vault(vault)
    prune_blobs()
    assert not default_storage.exists(replaced.storage_name)
    assert not Blob.objects.filter(pk=replaced.pk).exists()
    with closing(client.get("/library/talks/files/dot.png")) as served:
        assert served.status_code == 200


def test_bytes_stay_while_something_is_imported(vault: Vault) -> None:
    run = ImportRun.objects.create(vault=vault, revision=9)
    with pytest.raises(VaultBusyError, match=r"Talks.* is being imported"):
        prune_blobs()
    ImportRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - timedelta(hours=2))
    prune_blobs()  # that one has died


def test_importing_again_changes_nothing(vault: Vault) -> None:
    grow_old()
    prune_vault(vault)
    prune_blobs()
    assert not import_vault(owner=vault.owner, root=Path(vault.source)).changed


def test_the_command_says_what_went(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    grow_old()
    out = StringIO()
    call_command("prune", stdout=out)
    said = out.getvalue().replace("\N{NO-BREAK SPACE}", " ")
    assert "Talks: 1 page, 1 repeated text, 1 replaced file" in said
    assert "1 unnamed blob" in said
    monkeypatch.setattr(locking, "PATIENCE", 0)
    with only_change_to(vault), pytest.raises(CommandError, match="being imported"):
        call_command("prune", stdout=StringIO())
