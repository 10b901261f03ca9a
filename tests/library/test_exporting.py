"""A vault as a zip: what is in it, and that bringing it in again changes nothing."""

from __future__ import annotations

import io
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings

from studyapp.accounts.models import User
from studyapp.accounts.services import ensure_learner
from studyapp.library.models import Vault
from studyapp.library.services.exporting import export_vault
from studyapp.library.services.importing import import_vault
from studyapp.library.services.unpacking import unpack_archive
from tests.library.test_editing import edit
from tests.library.test_import import run, served
from tests.library.vaults import MESSAGING, TOPICS, messaging, write_vault

pytestmark = pytest.mark.django_db

ODD: dict[str, str | bytes] = {
    "Windows.md": b"\xef\xbb\xbf# A\r\nb\r\n",
    "Mixed.md": b"a\r\nb\nc\x00\n",
    "Old.md": "# Café\n".encode("cp1252"),
    "Wide.md": "\ufeffnaïve\n".encode("utf-16-le"),
    "Folder/Ünïcode & more #1.md": "no line end",
    "drawing.canvas": "{}",
    ".obsidian/app.json": '{"strictLineBreaks": true}',
}


def exported(vault: Vault) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(export_vault(vault))))
    assert archive.testzip() is None
    return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def on_disk(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def test_what_was_not_edited_has_the_bytes_it_was_imported_with(tmp_path: Path) -> None:
    root = write_vault(messaging(tmp_path / "v"), ODD)
    assert exported(run(root).vault) == on_disk(root)


def test_only_the_edited_lines_differ(tmp_path: Path) -> None:
    root = write_vault(messaging(tmp_path / "v"), ODD)
    vault = run(root).vault
    edit(vault, "Windows.md", "# A\nB\n")
    edit(vault, "Mixed.md", "a\nb\nc\ufffd\nd\n")
    edit(vault, "Old.md", "# Café\nüber\n")
    edit(vault, "Topics.md", TOPICS.replace("Every", "Each"))
    assert exported(vault) == on_disk(root) | {
        "Windows.md": b"\xef\xbb\xbf# A\r\nB\r\n",
        "Mixed.md": b"a\r\nb\nc\x00\nd\n",
        "Old.md": "# Café\nüber\n".encode("cp1252"),
        "Topics.md": TOPICS.replace("Every", "Each").encode(),
    }


def test_bringing_it_in_again_changes_nothing(tmp_path: Path) -> None:
    root = write_vault(messaging(tmp_path / "v"), ODD)
    vault = run(root).vault
    edit(vault, "Topics.md", TOPICS.replace("Every", "Each"))
    edit(vault, "Mixed.md", "a\nb\nc\ufffd\nd\n")
    before = served(vault)
    with io.BytesIO(b"".join(export_vault(vault))) as archive:
        unpack_archive(archive, tmp_path / "again")
    result = import_vault(owner=ensure_learner(), root=tmp_path / "again", title=vault.title)
    assert result.vault == vault
    assert served(vault) == before
    assert not any(note.is_edited for note in vault.note_versions.filter(until__gt=2**30))
    assert exported(vault) == on_disk(tmp_path / "again")


def test_it_is_downloaded_from_the_vaults_page(client: Client, tmp_path: Path) -> None:
    vault = run(messaging(tmp_path / "Über: SQS"), title="Über: SQS").vault
    url = f"/library/{vault.slug}/export/"
    assert url in client.get(f"/library/{vault.slug}/").content.decode()
    with closing(client.get(url)) as response:
        data = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert "attachment" in response.headers["Content-Disposition"]
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert set(names) == {f"Über SQS/{path}" for path in MESSAGING}


def test_nobody_else_can_download_it(client: Client, settings: Settings, tmp_path: Path) -> None:
    run(messaging(tmp_path / "Messaging"))
    settings.ONE_PERSON = False
    client.force_login(User.objects.create_user("mallory"))
    assert client.get("/library/messaging/export/").status_code == 404


def test_the_command_writes_it_and_overwrites_nothing(tmp_path: Path) -> None:
    run(messaging(tmp_path / "v"))
    archive = tmp_path / "v.zip"
    call_command("export_vault", "v", str(archive))
    assert set(zipfile.ZipFile(archive).namelist()) == {f"v/{path}" for path in MESSAGING}
    before = archive.read_bytes()
    with pytest.raises(CommandError, match="File exists"):
        call_command("export_vault", "v", str(archive))
    assert archive.read_bytes() == before
    with pytest.raises(CommandError, match="There are: v"):
        call_command("export_vault", "w", str(tmp_path / "w.zip"))
