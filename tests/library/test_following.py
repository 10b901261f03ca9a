"""Following a folder: what is imported again, and what happens when the folder goes away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from studyapp.accounts.services import ensure_learner
from studyapp.library.models import Vault
from studyapp.library.services.following import follow
from studyapp.library.services.importing import import_vault
from studyapp.obsidian.scan import VaultError
from studyapp.stopping import Stop
from tests.library.factories import make_learner, make_vault
from tests.library.vaults import messaging

ROOT = Path(__file__).resolve().parents[2]


class Followed:
    """A folder that is followed while something is done to it in another thread."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.vault = make_vault()
        self.imports = 0
        self.said: list[str] = []
        self.stop = Stop()
        self.problem: BaseException | None = None

    def import_again(self) -> Any:
        self.imports += 1
        if not self.root.exists():
            raise VaultError(self.root, "There is no such folder.")
        return SimpleNamespace(vault=self.vault)

    def during(self, script: Callable[[], None]) -> None:
        def act() -> None:
            try:
                self.wait_for(lambda: self.imports == 2)  # at once, and when the watch has begun
                script()
            except BaseException as problem:
                self.problem = problem
            finally:
                self.stop.ask()

        thread = threading.Thread(target=act)
        thread.start()
        follow(self.root, import_again=self.import_again, stop=self.stop, say=self.said.append)
        thread.join()
        if self.problem:
            raise self.problem

    def wait_for(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, (self.imports, self.said)
            time.sleep(0.02)


@pytest.fixture
def followed(db: None, tmp_path: Path) -> Followed:
    return Followed(messaging(tmp_path / "v"))


def test_a_save_by_another_file_is_imported_once(followed: Followed) -> None:
    def script() -> None:
        draft = followed.root / "Queues.md.tmp"
        draft.write_text("New words.\n")
        (followed.root / "Queues.md").unlink()
        draft.rename(followed.root / "Queues.md")
        followed.wait_for(lambda: followed.imports == 3)
        time.sleep(0.5)
        assert followed.imports == 3

    followed.during(script)
    assert followed.said == []


def test_hidden_files_are_nothing_to_import_but_settings_are(followed: Followed) -> None:
    (followed.root / ".obsidian").mkdir()
    (followed.root / ".git" / "objects").mkdir(parents=True)

    def script() -> None:
        (followed.root / ".git" / "objects" / "pack").write_text("x")
        (followed.root / ".Queues.md.swp").write_text("x")
        (followed.root / ".obsidian" / "workspace.json").write_text("{}")
        time.sleep(0.8)
        assert followed.imports == 2
        (followed.root / ".obsidian" / "app.json").write_text("{}")
        followed.wait_for(lambda: followed.imports == 3)

    followed.during(script)


def test_notes_of_a_new_folder_are_seen(followed: Followed) -> None:
    def script() -> None:
        (followed.root / "new" / "deep").mkdir(parents=True)
        followed.wait_for(lambda: followed.imports >= 4)  # and again when it is watched, too
        before = followed.imports
        (followed.root / "new" / "deep" / "note.md").write_text("x")
        followed.wait_for(lambda: followed.imports > before)

    followed.during(script)


def test_a_folder_that_goes_away_and_returns_is_followed_on(followed: Followed) -> None:
    away = followed.root.with_name("away")

    def script() -> None:
        followed.root.rename(away)
        followed.wait_for(lambda: len(followed.said) == 1)
        time.sleep(1.2)
        away.rename(followed.root)
        followed.wait_for(lambda: len(followed.said) == 2)
        before = followed.imports
        followed.wait_for(lambda: followed.imports > before)  # the watch has begun
        before = followed.imports
        (followed.root / "Queues.md").write_text("x")
        followed.wait_for(lambda: followed.imports > before)

    followed.during(script)
    assert "There is no such folder. Waiting for a change." in followed.said[0]
    assert followed.said[1].endswith("can be read again.")


def test_it_says_that_it_follows_until_it_stops(followed: Followed) -> None:
    def script() -> None:
        seen.append(followed.imports)

    seen: list[int] = []
    moments: list[bool] = []
    import_again = followed.import_again

    def look() -> Any:
        followed.vault.refresh_from_db()
        moments.append(followed.vault.is_followed)
        return import_again()

    followed.import_again = look  # type: ignore[method-assign]
    followed.during(script)
    assert moments[:2] == [False, True]
    followed.vault.refresh_from_db()
    assert not followed.vault.is_followed


@pytest.mark.django_db
def test_open_pages_ask_for_the_revision_and_hear_nothing_twice(client: Client) -> None:
    vault = make_vault(ensure_learner())
    url = f"/library/{vault.slug}/revision/"
    assert "data-follow" not in client.get(f"/library/{vault.slug}/").content.decode()
    Vault.objects.update(followed_at=timezone.now())
    page = client.get(f"/library/{vault.slug}/").content.decode()
    assert f'data-follow="{url}"' in page
    first = client.get(url)
    assert first.json() == {"revision": 1, "followed": True}
    headers = {"If-None-Match": first["ETag"]}
    again = client.get(url, headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    Vault.objects.update(revision=2)
    assert client.get(url, headers=headers).json()["revision"] == 2
    Vault.objects.update(followed_at=timezone.now() - timedelta(minutes=1))
    assert client.get(url, headers=headers).json()["followed"] is False
    Vault.objects.update(owner=make_learner("mallory"))
    assert client.get(url).status_code == 404


def test_the_command_imports_what_is_saved_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    root = messaging(tmp_path / "v")
    environment = {
        **os.environ,
        "STUDYAPP_DATA_DIR": str(tmp_path / "data"),
        "STUDYAPP_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "studyapp.settings",
    }
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "-v0"], env=environment, cwd=ROOT, check=True)
    command = subprocess.Popen(
        [*manage, "import_vault", str(root), "--watch"],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert command.stdout is not None
    with command.stdout:
        for line in command.stdout:
            if "Ctrl-C ends it" in line:
                break
        time.sleep(2)
        (root / "Topics.md").write_text("> [!question] Who is new?\n> This one.\n")
        line = command.stdout.readline()
        assert "3 notes, 3 questions; took" in line
        command.send_signal(signal.SIGINT)
        rest = command.stdout.read()
    assert command.wait(timeout=20) == 0
    assert rest.strip().endswith("Stopped following.")
    assert "Traceback" not in rest


@pytest.mark.django_db
def test_an_import_in_between_does_not_end_the_following(tmp_path: Path) -> None:
    learner = ensure_learner()
    vault = import_vault(owner=learner, root=messaging(tmp_path / "v")).vault
    Vault.objects.filter(pk=vault.pk).update(followed_at=timezone.now())
    messaging(tmp_path / "v", Topics="Other words.\n")
    assert import_vault(owner=learner, root=tmp_path / "v").vault.is_followed


@pytest.mark.django_db
def test_the_switch_is_the_owners_and_only_for_a_folder(tmp_path: Path, client: Client) -> None:
    vault = import_vault(owner=ensure_learner(), root=messaging(tmp_path / "v")).vault
    for value in ("1", "0"):
        assert client.post("/library/v/follow/", {"follow": value}).status_code == 302
        vault.refresh_from_db()
        assert vault.follow == (value == "1")
    assert client.get("/library/v/follow/").status_code == 405
    Vault.objects.update(owner=make_learner("mallory"))
    assert client.post("/library/v/follow/", {"follow": "1"}).status_code == 404
    Vault.objects.update(owner=ensure_learner(), source="")
    assert client.post("/library/v/follow/", {"follow": "1"}).status_code == 404
