"""A deck of Anki's, or cards as CSV, brought in: through the browser, by the command, again, and
what is refused."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import zstandard
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings

from studyapp.accounts.services import ensure_learner
from studyapp.interchange.apkg import collection as apkg
from studyapp.interchange.apkg.reading import block_id
from studyapp.library.models import Attachment, Intake, ItemVersion, Placement, Vault
from studyapp.library.services.importing import import_vault
from tests.interchange.decks import add, add_media, collection, export
from tests.library.uploading import upload, work, zipped
from tests.library.vaults import PIXEL, messaging

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Path:
    """Uploads go where pytest cleans up."""
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture(params=[True, False], ids=["old", "new"])
def deck(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A deck with a picture and two cards, in Anki's old and new format."""
    with collection(tmp_path / "anki") as col:
        image = add_media(col, tmp_path, "dot.png", PIXEL)
        add(col, "Basic", "Cloud", "<font color=red>Who issues it</font>", f'<img src="{image}">')
        add(col, "Cloze", "Cloud::Tokens", "The {{c1::ID}} and the {{c2::access}} token")
        return export(col, tmp_path / "x (1).apkg", legacy=request.param)


def bring_in(client: Client, data: bytes, name: str = "x.apkg", **fields: Any) -> Intake:
    response = client.post(
        "/library/import/", {"act": "import", "archive": upload(data, name), **fields}
    )
    assert response.status_code == 302, response.content.decode()
    work()
    return Intake.objects.latest("asked_at")


def prompts(vault: Vault) -> set[str]:
    rows = Placement.objects.live().filter(vault=vault)
    return {version.content.prompt for version in ItemVersion.objects.filter(placements__in=rows)}


def test_a_deck_becomes_a_vault_with_its_pictures(
    client: Client, data_dir: Path, deck: Path
) -> None:
    intake = bring_in(client, deck.read_bytes())
    assert (intake.state, intake.problem) == ("done", "")
    assert intake.vault is not None
    assert intake.vault.title == "Cloud"
    assert prompts(intake.vault) == {
        "Who issues it",
        "The […] and the access token",
        "The ID and the […] token",
    }
    assert [a.path for a in Attachment.objects.live()] == ["media/dot.png"]
    shown = " ".join(client.get(intake.get_absolute_url()).content.decode().split())
    assert "Not carried over from Anki: colours" in shown
    assert "Nothing was missing" not in shown
    assert [path.name for path in (data_dir / "uploads").iterdir()] == [str(intake.pk)]


def test_a_deck_can_be_checked_first(client: Client, deck: Path) -> None:
    intake = bring_in(client, deck.read_bytes(), act="check")
    shown = " ".join(client.get(intake.get_absolute_url()).content.decode().split())
    assert "What Cloud holds" in shown
    assert "3 questions" in shown.replace("\N{NO-BREAK SPACE}", " ")
    assert "Not carried over from Anki: colours" in shown
    assert not Vault.objects.exists()
    client.post(f"/library/import/{intake.pk}/resume/")
    work()
    assert len(prompts(Vault.objects.get())) == 3


def test_a_newer_export_updates_the_same_questions(client: Client, tmp_path: Path) -> None:
    with collection(tmp_path / "anki") as col:
        note = add(col, "Basic", "Cloud", "Who issues them", "STS")
        first = bring_in(client, export(col, tmp_path / "a.apkg", legacy=True).read_bytes())
        item = Placement.objects.live().get().item
        note.fields = ["Which service hands out temporary credentials to roles?", "AWS STS"]
        col.update_note(note)
        add(col, "Basic", "Cloud::More", "another", "one")
        second = bring_in(client, export(col, tmp_path / "b.apkg", legacy=False).read_bytes())
        again = bring_in(client, (tmp_path / "b.apkg").read_bytes())
    assert first.vault == second.vault == again.vault
    placement = Placement.objects.live().get(explicit_id=block_id(note.guid))
    assert placement.item == item
    assert placement.version.content.answer == "AWS STS"
    assert again.report == {"changed": False, "histories": {}}
    assert Vault.objects.get().revision == 2


def test_a_deck_is_never_read_over_somebody_s_own_notes(
    client: Client, tmp_path: Path, deck: Path
) -> None:
    own = import_vault(owner=ensure_learner(), root=messaging(tmp_path / "own"), title="Cloud")
    intake = bring_in(client, deck.read_bytes())
    assert intake.vault is not None
    assert intake.vault != own.vault
    assert intake.vault.title == "Cloud (Anki)"
    own.vault.refresh_from_db()
    assert own.vault.revision == 1


def test_several_decks_are_called_as_the_file(client: Client, tmp_path: Path) -> None:
    with collection(tmp_path / "anki") as col:
        add(col, "Basic", "One", "a", "b")
        add(col, "Basic", "Two", "c", "d")
        data = export(col, tmp_path / "x.apkg", legacy=True).read_bytes()
    intake = bring_in(client, data, name="My decks (2).apkg")
    assert intake.vault is not None
    assert intake.vault.title == "My decks"


def test_the_command_takes_a_deck(
    deck: Path, capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    call_command("import_vault", str(deck))
    call_command("import_vault", str(deck))
    shown = capsys.readouterr().out
    assert "Imported “Cloud”: 2 notes, 3 questions." in shown
    assert "Not carried over from Anki: colours" in shown
    assert "nothing to change" in shown
    assert Vault.objects.get().folder is None
    assert len(list((data_dir / "uploads").iterdir())) == 1


def test_the_command_takes_a_zip_of_a_vault(tmp_path: Path) -> None:
    (tmp_path / "Notes.zip").write_bytes(zipped())
    call_command("import_vault", str(tmp_path / "Notes.zip"))
    assert Vault.objects.get().title == "Notes"


def package(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def with_entries(deck: Path, **changed: bytes) -> bytes:
    """The package with files of it replaced, or added."""
    with zipfile.ZipFile(deck) as archive:
        return package(**{i.filename: archive.read(i) for i in archive.infolist()} | changed)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (package(collection__anki21=b"nonsense"), "damaged, or no collection"),
        (package(collection__anki21b=b"nonsense"), "damaged or cut off"),
        (package(collection__anki21b=zstandard.compress(b"nonsense")), "damaged, or no collection"),
    ],
)
def test_a_damaged_package_is_refused_and_leaves_nothing(
    client: Client, data_dir: Path, data: bytes, why: str
) -> None:
    intake = bring_in(client, data)
    assert intake.state == "failed"
    assert why in intake.problem
    assert not Vault.objects.exists()
    file = data_dir / "x.apkg"
    file.write_bytes(data)
    with pytest.raises(CommandError, match=why):
        call_command("import_vault", str(file))
    assert not Vault.objects.exists()


def test_a_damaged_newer_export_leaves_the_vault_as_it_is(client: Client, deck: Path) -> None:
    before = bring_in(client, deck.read_bytes())
    after = bring_in(client, with_entries(deck, media=b"["))
    assert after.state == "failed"
    assert "list of media is damaged" in after.problem
    assert before.vault is not None
    assert len(prompts(before.vault)) == 3
    assert before.root.is_dir()


def test_a_medium_that_unpacks_without_end_is_refused(client: Client, tmp_path: Path) -> None:
    with collection(tmp_path / "anki") as col:
        image = add_media(col, tmp_path, "dot.png", PIXEL)
        add(col, "Basic", "Cloud", "q", f'<img src="{image}">')
        deck = export(col, tmp_path / "x.apkg", legacy=False)
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(60_000_000))
    intake = bring_in(client, with_entries(deck, **{"0": bomb}))
    assert intake.state == "failed"
    assert "unpacks to more than" in intake.problem
    assert not Vault.objects.exists()


def test_a_collection_larger_than_any_is_refused(
    client: Client, deck: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apkg, "MAX_COLLECTION_BYTES", 1000)
    assert bring_in(client, deck.read_bytes()).state == "failed"


def test_names_of_media_never_lead_out_of_the_vault(
    client: Client, tmp_path: Path, data_dir: Path
) -> None:
    with collection(tmp_path / "anki") as col:
        image = add_media(col, tmp_path, "dot.png", PIXEL)
        add(col, "Basic", "Cloud", "q", f'<img src="../../{image}"> <img src="/etc/{image}">')
        deck = export(col, tmp_path / "x.apkg", legacy=True)
    listed = json.dumps({"0": "../../dot.png", "1": "/etc/dot.png"}).encode()
    entries = {"media": listed, "0": PIXEL, "1": PIXEL}
    intake = bring_in(client, with_entries(deck, **entries))
    assert (intake.state, intake.problem) == ("done", "")
    paths = ["media/-..-dot.png", "media/-etc-dot.png"]
    assert sorted(a.path for a in Attachment.objects.live()) == paths
    assert sorted(str(p.relative_to(intake.root)) for p in data_dir.rglob("*dot.png")) == paths


# --- cards as CSV ---------------------------------------------------------------------------

ROWS = "Front,Back,Guid\nWho issues it?,STS,a\nWhat names a guest?,An identity ID,b\n"


def test_a_csv_file_becomes_a_vault_and_a_newer_one_updates_it(client: Client) -> None:
    first = bring_in(client, ROWS.encode(), "Cloud (1).csv")
    assert (first.state, first.problem) == ("done", "")
    assert first.vault is not None
    assert first.vault.title == "Cloud"
    item = Placement.objects.live().get(explicit_id=block_id("a")).item
    changed = ROWS.replace("Who issues it?", "Which service hands out credentials?")
    second = bring_in(client, changed.encode("utf-16"), "Cloud.csv")
    assert second.vault == first.vault
    placement = Placement.objects.live().get(explicit_id=block_id("a"))
    assert placement.item == item
    assert placement.version.content.prompt == "Which service hands out credentials?"


def test_rows_that_are_no_cards_are_named_with_file_and_line(client: Client) -> None:
    intake = bring_in(client, (ROWS + "no back,,c\n").encode(), "cards.csv")
    shown = " ".join(client.get(intake.get_absolute_url()).content.decode().split())
    assert "cards.csv" in shown
    assert "Not taken as a card: it has no back." in shown
    assert len(prompts(Vault.objects.get())) == 2


def test_an_archive_of_csv_files_brings_its_pictures(client: Client) -> None:
    rows = '"<img src=""dot.png"">",a dot\n'
    data = zipped({"one.csv": rows, "two.tsv": "a\tb\n", "img/dot.png": PIXEL}, folder="Cards")
    intake = bring_in(client, data, "Cards.zip")
    assert intake.problem == ""
    assert intake.vault is not None
    assert intake.vault.title == "Cards"
    assert prompts(intake.vault) == {"![[dot.png]]", "a"}
    assert [a.path for a in Attachment.objects.live()] == ["img/dot.png"]
    shown = ItemVersion.objects.get(data__prompt="![[dot.png]]").html["prompt"]
    assert "/files/img/dot.png" in shown


def test_cards_are_never_read_over_a_vault_that_came_from_elsewhere(
    client: Client, deck: Path
) -> None:
    anki = bring_in(client, deck.read_bytes()).vault
    cards = bring_in(client, ROWS.encode(), "Cloud.csv").vault
    assert anki is not None
    assert cards is not None
    assert (anki.title, cards.title) == ("Cloud", "Cloud (CSV)")


def test_a_file_without_cards_is_refused_with_the_reason(client: Client) -> None:
    intake = bring_in(client, b"just words\nand more\n", "words.txt")
    assert intake.state == "failed"
    assert "holds no card: a row needs a front and a back." in intake.problem
    assert "Line 1: Not taken as a card: it has no back." in intake.problem
    assert not Vault.objects.exists()


def test_the_command_brings_in_cards(tmp_path: Path) -> None:
    (tmp_path / "Cloud.csv").write_bytes(ROWS.encode("cp1252"))
    call_command("import_vault", str(tmp_path / "Cloud.csv"))
    assert prompts(Vault.objects.get(title="Cloud")) == {"Who issues it?", "What names a guest?"}
